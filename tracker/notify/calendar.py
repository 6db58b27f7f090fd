"""Deadlines as iCalendar (RFC 5545), for a calendar program and for the mail that announces one."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tracker.notify.headers import plain
from tracker.records import Dossier

if TYPE_CHECKING:
    from icalendar import Event


def by_revision(dossier: Dossier) -> int:
    """Number an event by its question's amendments, from 0."""
    return dossier.revision - 1


def calendar(
    dossiers: Iterable[Dossier],
    *,
    now: datetime,
    sequence_of: Callable[[Dossier], int] = by_revision,
    domain: str = "prediction-tracker.invalid",
    ledger: str | None = None,
) -> bytes:
    """Write deadlines as one calendar.

    Args:
        dossiers: the questions; a resolved one becomes a cancelled event.
        now: the instant at which this is written.
        sequence_of: the event's SEQUENCE, which must never fall for one question.
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
        book.add_component(_event(dossier, now, sequence_of(dossier), domain))
    octets: bytes = book.to_ical()
    return octets


def _event(dossier: Dossier, now: datetime, sequence: int, domain: str) -> "Event":
    from icalendar import Event

    question, event = dossier.question, Event()
    last = question.deadline.closes_on
    event.add("uid", f"{question.id}@{domain}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", sequence)
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
