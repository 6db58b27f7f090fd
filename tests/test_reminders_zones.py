"""The first morning after the deadline, wherever the recipient is and whatever the clocks do."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.records import Dossier, Question, Recipient, Reminder
from tracker.reminders import DEFAULT_POLICY, plan

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Africa/Cairo"),
    *("Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"),
    *("Pacific/Kiritimati", "Pacific/Chatham", "Etc/GMT+12", "America/St_Johns"),
)


def rows(
    closes_on: str, question_zone: str, recipient_zone: str, **fields: object
) -> list[Reminder]:
    question = Question.parse(
        {
            "id": "tariffs",
            "text": "Will the invented tariffs take effect?",
            "criteria": "The Invented Gazette prints the decree.",
            "deadline": {"by": closes_on},
            "zone": question_zone,
            **fields,
        }
    )
    recorded = datetime(1990, 1, 1, tzinfo=UTC)
    about = Dossier(question=question, revision=1, recorded_at=recorded, recorded_by="tester")
    ada = Recipient(address="ada@fabricated.example", zone=recipient_zone)
    return list(plan(about, policy=DEFAULT_POLICY, recipients=(ada,), heard=(), now=recorded))


def stage(found: list[Reminder], name: str) -> Reminder:
    [reminder] = [one for one in found if one.stage == name]
    return reminder


@pytest.mark.parametrize(
    ("zone", "closes_on", "closes_at", "due_at"),
    [
        # Clocks go forward in the night after the deadline, then back.
        ("Europe/Berlin", "2025-03-29", "2025-03-29T23:00", "2025-03-30T07:00"),
        ("Europe/Berlin", "2025-10-25", "2025-10-25T22:00", "2025-10-26T08:00"),
        ("America/New_York", "2025-03-08", "2025-03-09T05:00", "2025-03-09T13:00"),
        ("America/New_York", "2025-11-01", "2025-11-02T04:00", "2025-11-02T14:00"),
        # A midnight that does not exist: the day begins at one o'clock.
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00", "2018-11-04T11:00"),
        ("Africa/Cairo", "2023-04-27", "2023-04-27T22:00", "2023-04-28T06:00"),
        ("Asia/Beirut", "2022-03-26", "2022-03-26T22:00", "2022-03-27T06:00"),
        # Half an hour of summer time.
        ("Australia/Lord_Howe", "2024-10-05", "2024-10-05T13:30", "2024-10-05T22:00"),
        ("Australia/Lord_Howe", "2024-04-06", "2024-04-06T13:00", "2024-04-06T22:30"),
        # Samoa went from the 29th to the 31st of December 2011.
        ("Pacific/Apia", "2011-12-28", "2011-12-29T10:00", "2011-12-29T19:00"),
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00", "2011-12-30T19:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00", "2011-12-30T19:00"),
        ("Pacific/Apia", "2011-12-31", "2011-12-31T10:00", "2011-12-31T19:00"),
    ],
)
def test_due_is_the_first_nine_o_clock_after_the_local_day_is_over(
    zone: str, closes_on: str, closes_at: str, due_at: str
) -> None:
    due = stage(rows(closes_on, zone, zone), "due")
    closing = Question.parse(
        {"id": "q", "text": "Is it?", "criteria": "-", "deadline": {"by": closes_on}, "zone": zone}
    ).closes_at

    assert closing.isoformat() == f"{closes_at}:00+00:00"
    assert due.fire_at.isoformat() == f"{due_at}:00+00:00"
    assert due.fire_at.astimezone(ZoneInfo(zone)).hour == 9


@pytest.mark.parametrize(
    ("question_zone", "recipient_zone", "due_on", "due_at"),
    [
        # The day is over in Kiritimati when its eve is ending 26 hours to the west ...
        ("Pacific/Kiritimati", "Etc/GMT+12", "2025-09-02", "2025-09-02T21:00"),
        # ... and the other way round the recipient is already two days further.
        ("Etc/GMT+12", "Pacific/Kiritimati", "2025-09-04", "2025-09-03T19:00"),
        ("America/New_York", "Asia/Tokyo", "2025-09-04", "2025-09-04T00:00"),
        ("Asia/Tokyo", "America/New_York", "2025-09-03", "2025-09-03T13:00"),
    ],
)
def test_due_waits_for_the_recipient_s_morning_after_the_question_s_midnight(
    question_zone: str, recipient_zone: str, due_on: str, due_at: str
) -> None:
    due = stage(rows("2025-09-02", question_zone, recipient_zone), "due")
    assert str(due.local_date) == due_on
    assert due.fire_at.isoformat() == f"{due_at}:00+00:00"


def test_a_day_the_zone_never_had_is_reminded_of_on_the_day_that_came_instead() -> None:
    skipped = [{"name": "skipped", "on": "2011-12-30"}]
    found = rows("2012-01-06", "Pacific/Apia", "Pacific/Apia", checkpoints=skipped)
    # Seven days before 6 January is 30 December as well.
    for name in ("checkpoint", "lead"):
        assert stage(found, name).local_date == date(2011, 12, 31)
        assert stage(found, name).fire_at.isoformat() == "2011-12-30T19:00:00+00:00"


def test_a_lead_that_would_come_after_the_deadline_has_closed_elsewhere_does_not_stand() -> None:
    # One evening before, twelve hours behind UTC, it is the day after in Kiritimati.
    late = {"lead_days": [1], "at": "23:00"}
    found = rows("2025-09-02", "Pacific/Kiritimati", "Etc/GMT+12", reminders=late)
    assert [one.stage for one in found] == ["due"]


def test_an_hour_that_the_clocks_skip_is_moved_past_the_gap() -> None:
    night = {"at": "02:30"}
    due = stage(rows("2025-03-29", "Europe/Berlin", "Europe/Berlin", reminders=night), "due")
    assert due.fire_at.astimezone(ZoneInfo("Europe/Berlin")).isoformat() == (
        "2025-03-30T03:30:00+02:00"
    )


def test_an_hour_that_comes_twice_is_said_at_its_first_coming() -> None:
    night = {"at": "02:30"}
    due = stage(rows("2025-10-25", "Europe/Berlin", "Europe/Berlin", reminders=night), "due")
    assert due.fire_at.isoformat() == "2025-10-26T00:30:00+00:00"


@given(
    closes_on=st.dates(date(1995, 1, 1), date(2037, 12, 1)),
    question_zone=st.sampled_from(ZONES),
    recipient_zone=st.sampled_from(ZONES),
)
def test_in_every_pair_of_zones_due_is_a_local_nine_o_clock_within_a_day_of_closing(
    closes_on: date, question_zone: str, recipient_zone: str
) -> None:
    found = rows(str(closes_on), question_zone, recipient_zone)
    due, lead = stage(found, "due"), stage(found, "lead")
    closes_at = Question.parse(
        {
            "id": "q",
            "text": "Is it?",
            "criteria": "-",
            "deadline": {"by": str(closes_on)},
            "zone": question_zone,
        }
    ).closes_at
    wait = due.fire_at - closes_at

    assert 0 <= wait.total_seconds() <= 25 * 3600, "a day is at most 25 hours long"
    for one in (due, lead):
        local = one.fire_at.astimezone(ZoneInfo(recipient_zone))
        assert (local.hour, local.minute, local.date()) == (9, 0, one.local_date)
    assert lead.fire_at < closes_at
