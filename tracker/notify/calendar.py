"""Deadlines as iCalendar (RFC 5545), for a calendar program and for the mail that announces one."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from tracker.notify.headers import plain
from tracker.records import Dossier

if TYPE_CHECKING:
    from icalendar import Event


def sequence(dossier: Dossier, reopened: int) -> int:
    """Number an event by how often its question was amended, resolved or reopened, from 0.

    It must grow with every change (RFC 5545, 3.8.7.4): a program that knows an event under the same
    number may pass over a cancellation.
    """
    return dossier.revision - 1 + 2 * reopened + (dossier.resolution is not None)


def calendar(
    dossiers: Iterable[Dossier],
    *,
    now: datetime,
    reopened: Mapping[str, int] = MappingProxyType({}),
    domain: str = "prediction-tracker.invalid",
    ledger: str | None = None,
) -> bytes:
    """Write deadlines as one calendar.

    Args:
        dossiers: the questions; a resolved one becomes a cancelled event.
        now: the instant at which this is written.
        reopened: how often a question was reopened, by id, where it ever was.
        domain: the right-hand side of the UIDs; the same for ever on one instance.
        ledger: the head of the ledger, which a file that is kept bears witness to.

    Returns:
        An iCalendar object, UTF-8, lines ended by CRLF and folded at 75 octets.
    """
    from icalendar import Calendar

    book = Calendar()
    book.add("prodid", "-//prediction tracker//deadlines//EN")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("name", "Prediction deadlines")
    book.add("x-wr-calname", "Prediction deadlines")
    if ledger is not None:
        book.add("x-ledger-head", ledger)
    for dossier in dossiers:
        book.add_component(
            _event(dossier, now, sequence(dossier, reopened.get(dossier.question.id, 0)), domain)
        )
    octets: bytes = book.to_ical()
    return octets


def _event(dossier: Dossier, now: datetime, number: int, domain: str) -> "Event":
    from icalendar import Event

    question, event = dossier.question, Event()
    last = question.deadline.closes_on
    event.add("uid", f"{question.id}@{domain}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", number)
    event.add("last-modified", dossier.resolved_at or dossier.recorded_at)
    event.add("dtstart", last)
    # The end is not part of an event: an all-day one ends on the day after (RFC 5545, 3.6.1).
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", " ".join(plain(question.text).split()))
    event.add("description", _description(dossier))
    event.add("status", "CANCELLED" if dossier.resolution else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if question.topics:
        event.add("categories", [plain(topic) for topic in question.topics])
    return event


def _description(dossier: Dossier) -> str:
    question, resolution = dossier.question, dossier.resolution
    deadline = f"Deadline: {plain(question.deadline.words)} ({question.zone})"
    if resolution is not None:
        return f"{deadline}\n\nResolved: {resolution.outcome}. {plain(resolution.evidence)}"
    command = f'tracker resolve {question.id} yes --evidence "…"'
    return f"{deadline}\n\n{plain(question.criteria)}\n\n{command}"
