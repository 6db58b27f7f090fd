"""`tracker calendar`: every deadline, as a calendar program reads it."""

from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from desk import Terminal
from icalendar import Calendar, Component

QUESTIONS = """\
version: 1
questions:
  - id: bridge-by-june
    text: Will the bridge open by 1 June 2026?
    criteria: The city's register lists it as open to traffic.
    deadline: {by: 2026-06-01}
    resolution: null
  - id: tunnel-by-july
    text: Will the tunnel open by 1 July 2026?
    criteria: The city's register lists it as open to traffic.
    deadline: {by: 2026-07-01}
    resolution: null
"""


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """A desk with two questions."""
    path = terminal.folder / "predictions.yaml"
    path.write_text(QUESTIONS, "utf-8")
    terminal("import", str(path))
    return terminal


def _events(desk: Terminal) -> dict[str, Component]:
    file = desk.folder / "deadlines.ics"
    desk("calendar", str(file))
    book = Calendar.from_ical(file.read_bytes())
    return {str(event["UID"]): event for event in book.walk("VEVENT")}


def test_every_open_deadline_is_an_event_on_its_last_day(desk: Terminal) -> None:
    events = _events(desk)
    assert set(events) == {"bridge-by-june@tracker.invalid", "tunnel-by-july@tracker.invalid"}
    bridge = events["bridge-by-june@tracker.invalid"]
    assert bridge.decoded("DTSTART") == date(2026, 6, 1)
    assert bridge["STATUS"] == "CONFIRMED"


def test_a_postponed_deadline_moves_its_event(desk: Terminal) -> None:
    before = _events(desk)["bridge-by-june@tracker.invalid"]
    desk("amend", "bridge-by-june", "--by", "2026-08-01", "--reason", "the works are late")
    after = _events(desk)["bridge-by-june@tracker.invalid"]
    assert after.decoded("DTSTART") == date(2026, 8, 1)
    assert int(str(after["SEQUENCE"])) > int(str(before["SEQUENCE"]))


def test_a_resolved_question_is_cancelled_and_not_left_out(desk: Terminal) -> None:
    """Left out, it would stay in everybody's calendar for ever."""
    desk("resolve", "bridge-by-june", "yes", "--evidence", "https://city.example")
    events = _events(desk)
    assert events["bridge-by-june@tracker.invalid"]["STATUS"] == "CANCELLED"
    assert events["tunnel-by-july@tracker.invalid"]["STATUS"] == "CONFIRMED"


def test_the_sequence_grows_with_every_change_that_an_event_shows(desk: Terminal) -> None:
    """A program that knows an event under the same number may pass over its cancellation."""
    uid = "bridge-by-june@tracker.invalid"
    seen = [(_events(desk)[uid]["SEQUENCE"], "CONFIRMED")]
    for command, status in (
        ("amend bridge-by-june --by 2026-08-01 --reason late", "CONFIRMED"),
        ("resolve bridge-by-june yes --evidence https://city.example", "CANCELLED"),
        ("reopen bridge-by-june --reason wrong", "CONFIRMED"),
        ("resolve bridge-by-june yes --evidence https://register.example", "CANCELLED"),
    ):
        desk(*command.split())
        seen.append((_events(desk)[uid]["SEQUENCE"], status))
        assert _events(desk)[uid]["STATUS"] == status
    assert [int(str(number)) for number, _ in seen] == [0, 1, 2, 3, 4]


def test_a_lead_s_event_has_the_number_of_the_calendar_s(desk: Terminal) -> None:
    """Two that differ would overwrite each other, whichever comes last."""
    desk("resolve", "bridge-by-june", "yes", "--evidence", "https://city.example")
    desk("reopen", "bridge-by-june", "--reason", "wrong")
    desk.clock.set("2026-05-25T12:00")
    desk("remind")
    (letter,) = (desk.folder / "data" / "mail" / "new").iterdir()
    mail = message_from_bytes(letter.read_bytes(), policy=default)
    (part,) = mail.iter_attachments()
    attached = Calendar.from_ical(part.get_content()).walk("VEVENT")
    (sent,) = [each for each in attached if str(each["UID"]).startswith("bridge")]
    assert sent["SEQUENCE"] == _events(desk)[str(sent["UID"])]["SEQUENCE"] == 2


def test_a_dash_writes_to_stdout(desk: Terminal) -> None:
    written = desk("calendar", "-").stdout_bytes
    assert len(Calendar.from_ical(written).walk("VEVENT")) == 2
    assert b"\r\n" in written


def test_a_place_that_cannot_be_written_is_said(desk: Terminal, tmp_path: Path) -> None:
    said = desk.refused("calendar", str(tmp_path / "nowhere" / "deadlines.ics"), code=10)
    assert "cannot be written" in said
