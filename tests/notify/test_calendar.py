"""Deadlines as a calendar that Thunderbird, Google and Apple read alike."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar, Event

from tracker.notify.calendar import calendar
from tracker.records import Dossier, Resolution

if TYPE_CHECKING:
    from notify.conftest import NoticeMaker

NOW = datetime(2025, 9, 14, 7, 0, tzinfo=UTC)


def events(octets: bytes) -> list[Event]:
    return [one for one in Calendar.from_ical(octets).walk("VEVENT") if isinstance(one, Event)]


def resolved(dossier: Dossier) -> Dossier:
    resolution = Resolution.parse(
        {"question": dossier.question.id, "outcome": "yes", "evidence": "The Board lists it."}
    )
    later = datetime(2025, 9, 15, 12, 0, tzinfo=UTC)
    return dossier.model_copy(update={"resolution": resolution, "resolved_at": later})


def test_a_deadline_is_an_event_of_its_whole_last_day(notice: "NoticeMaker") -> None:
    # The end of an event is not part of it: an all-day event ends on the next day.
    (event,) = events(calendar([notice().dossier], now=NOW, domain="example.org"))
    assert event["UID"] == "lunar-lighthouse@example.org"
    assert event.decoded("DTSTART") == date(2025, 9, 2)
    assert event.decoded("DTEND") == date(2025, 9, 3)
    assert event.decoded("DTSTAMP") == NOW
    assert event["SUMMARY"] == "Will the Invented Republic light a lighthouse on the Moon?"
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0
    assert "tracker resolve lunar-lighthouse yes" in str(event["DESCRIPTION"])


@pytest.mark.parametrize(
    ("deadline", "day"),
    [
        ({"by": "2025-12-31"}, date(2025, 12, 31)),
        ({"within": "50 days", "starting": "2025-07-14"}, date(2025, 9, 2)),
        ({"from": "2025-01-01", "to": "2025-02-28"}, date(2025, 2, 28)),
        ({"ever": True, "horizon": "2029-01-20"}, date(2029, 1, 20)),
    ],
)
def test_every_kind_of_deadline_has_its_day(
    deadline: dict[str, Any], day: date, notice: "NoticeMaker"
) -> None:
    (event,) = events(calendar([notice(question={"deadline": deadline}).dossier], now=NOW))
    assert event.decoded("DTSTART") == day


def test_an_amendment_moves_the_same_event(notice: "NoticeMaker") -> None:
    first = notice().dossier
    amended = notice(revision=2, question={"deadline": {"by": "2025-10-01"}}).dossier
    (before,), (after,) = (events(calendar([one], now=NOW)) for one in (first, amended))
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("DTSTART") == date(2025, 10, 1)


def test_a_resolved_question_is_cancelled(notice: "NoticeMaker") -> None:
    (event,) = events(calendar([resolved(notice().dossier)], now=NOW))
    assert event["STATUS"] == "CANCELLED"
    assert event.decoded("LAST-MODIFIED") == datetime(2025, 9, 15, 12, 0, tzinfo=UTC)
    assert "Resolved: yes. The Board lists it." in str(event["DESCRIPTION"])


def test_lines_are_folded_ended_and_escaped_as_the_standard_says(notice: "NoticeMaker") -> None:
    # RFC 5545, sections 3.1 and 3.3.11.
    question = {
        "criteria": "Semicolon; comma, backslash \\ and\nEND:VEVENT\nBEGIN:VALARM " + "é月" * 60,
        "topics": ["moon", "light"],
    }
    octets = calendar([notice(question=question).dossier], now=NOW)
    lines = octets.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert lines.count(b"END:VEVENT") == 1
    assert b"BEGIN:VALARM" not in lines
    (event,) = events(octets)
    assert str(question["criteria"]) in str(event["DESCRIPTION"])


def test_an_event_has_what_every_calendar_program_asks_for(notice: "NoticeMaker") -> None:
    octets = calendar([notice().dossier, notice(question={"id": "moon-2"}).dossier], now=NOW)
    book = Calendar.from_ical(octets)
    assert book["VERSION"] == "2.0"
    assert book["PRODID"]
    assert "METHOD" not in book  # a file to import; with METHOD it would be an invitation
    assert {str(one["UID"]) for one in events(octets)} == {
        "lunar-lighthouse@prediction-tracker.invalid",
        "moon-2@prediction-tracker.invalid",
    }
    for event in events(octets):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS"} <= set(event)
        assert event["TRANSP"] == "TRANSPARENT"  # a deadline does not make its reader busy
        assert not event.errors


def test_a_calendar_of_nothing_is_still_one() -> None:
    assert events(calendar([], now=NOW)) == []


def test_an_open_calendar_says_its_deadline_in_words(notice: "NoticeMaker") -> None:
    (event,) = events(calendar([notice().dossier], now=NOW))
    assert str(event["DESCRIPTION"]).startswith(
        "Deadline: ultimatum day 50, 2 September 2025 (UTC)\n"
    )
