"""The reminder policy's rules, one by one, on simulated time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

import pytest

from tracker.records import (
    Dossier,
    Question,
    Recipient,
    Reminder,
    ReminderPolicy,
    Resolution,
    Snooze,
)
from tracker.reminders import DEFAULT_POLICY, pick, plan

ADA = Recipient(address="ada@fabricated.example", zone="Europe/Berlin")
BEA = Recipient(address="bea@fabricated.example", zone="America/New_York")
RECORDED = datetime(2025, 7, 14, 12, tzinfo=UTC)


class Given(TypedDict, total=False):
    heard: Iterable[Reminder]
    recipients: tuple[Recipient, ...]
    policy: ReminderPolicy


class Whom(TypedDict, total=False):
    recipients: tuple[Recipient, ...]


def dossier(*, revision: int = 1, recorded_at: datetime = RECORDED, **fields: object) -> Dossier:
    snooze = fields.pop("snooze", None)
    question = {
        "id": "tariffs",
        "text": "Will the invented tariffs take effect?",
        "criteria": "The Invented Gazette prints the decree.",
        "deadline": {"by": "2025-09-02"},
        "zone": "Europe/Berlin",
        **fields,
    }
    silence = {"question": "tariffs", "until": snooze, "reason": "the decree is promised"}
    return Dossier.parse(
        {
            "question": Question.parse(question),
            "revision": revision,
            "recorded_at": recorded_at,
            "recorded_by": "tester",
            "snooze": Snooze.parse(silence) if snooze else None,
        }
    )


def at(day: str, hour: int = 9, zone: str = "Europe/Berlin") -> datetime:
    local = datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def standing(
    about: Dossier,
    now: datetime,
    *,
    heard: Iterable[Reminder] = (),
    recipients: tuple[Recipient, ...] = (ADA,),
    policy: ReminderPolicy = DEFAULT_POLICY,
) -> tuple[Reminder, ...]:
    return plan(about, policy=policy, recipients=recipients, heard=tuple(heard), now=now)


def said(about: Dossier, now: datetime, **given: Unpack[Given]) -> list[tuple[str, str]]:
    now_said, _ = pick(standing(about, now, **given), now=now)
    return [(reminder.stage, reminder.occasion) for reminder in now_said]


def history(about: Dossier, until: datetime, **whom: Unpack[Whom]) -> list[Reminder]:
    """Everything that is said if a sweep runs at the very instant of every reminder."""
    heard: list[Reminder] = []
    now = about.recorded_at
    while now <= until:
        now_said, later = pick(standing(about, now, heard=heard, **whom), now=now)
        heard += now_said
        if not later:
            break
        now = later[0].fire_at
    return heard


def days(reminders: Iterable[Reminder]) -> list[tuple[str, str]]:
    return [(one.stage, one.local_date.isoformat()) for one in reminders]


def test_a_question_nobody_settles_is_asked_about_at_growing_distances_and_then_monthly() -> None:
    told = history(dossier(), at("2026-02-10"))

    assert days(told) == [
        ("lead", "2025-08-26"),
        ("due", "2025-09-03"),
        ("overdue", "2025-09-06"),
        ("overdue", "2025-09-10"),
        ("overdue", "2025-09-17"),
        ("overdue", "2025-10-03"),
        ("overdue", "2025-11-03"),
        ("overdue", "2025-12-03"),
        ("overdue", "2026-01-03"),
        ("overdue", "2026-02-03"),
    ]
    assert all(one.fire_at.astimezone(ZoneInfo("Europe/Berlin")).hour == 9 for one in told)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_on_every_closing_day_of_a_leap_year_the_stages_fall_on_their_days_at_nine(
    zone: str,
) -> None:
    # An offset kept from one day to the next shifts reminders by an hour after a clock change.
    here = (ADA.model_copy(update={"zone": zone}),)
    recorded = datetime(2023, 12, 1, tzinfo=UTC)
    for closing in (date(2024, 1, 1) + timedelta(days=n) for n in range(366)):
        about = dossier(deadline={"by": str(closing)}, zone=zone, recorded_at=recorded)
        told = history(about, about.question.closes_at + timedelta(days=20), recipients=here)
        offsets = [(one.stage, (one.local_date - closing).days) for one in told]
        assert offsets == [
            ("lead", -7),
            ("due", 1),
            ("overdue", 4),
            ("overdue", 8),
            ("overdue", 15),
        ]
        clocks = {one.fire_at.astimezone(ZoneInfo(zone)).time().isoformat() for one in told}
        assert clocks == {"09:00:00"}


def test_monthly_repeats_keep_to_the_month_s_end_and_return_to_the_31st() -> None:
    # Adding a month to the month before would lose the 31st for ever after one February.
    about = dossier(
        deadline={"by": "2023-12-31"}, recorded_at=at("2023-12-29"), reminders={"lead_days": []}
    )

    monthly = [one for one in history(about, at("2025-03-31")) if "month" in one.occasion]

    assert [one.local_date.isoformat() for one in monthly] == [
        *("2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30", "2024-07-31"),
        *("2024-08-31", "2024-09-30", "2024-10-31", "2024-11-30", "2024-12-31", "2025-01-31"),
        *("2025-02-28", "2025-03-31"),
    ]


def test_a_missed_lead_is_said_late_as_long_as_the_deadline_is_open() -> None:
    assert said(dossier(), at("2025-09-02", 23)) == [("lead", "2025-09-02, 7 days before")]


def test_a_lead_is_dropped_once_the_deadline_has_closed() -> None:
    assert said(dossier(), at("2025-09-03", 0)) == []


def test_a_lead_that_had_passed_when_the_question_was_typed_in_is_no_news() -> None:
    assert said(dossier(recorded_at=at("2025-08-30")), at("2025-08-30")) == []


def test_a_deadline_brought_near_by_an_amendment_is_announced_late() -> None:
    about = dossier(revision=2, recorded_at=at("2025-08-30"))
    assert said(about, at("2025-08-30")) == [("lead", "2025-09-02, 7 days before")]


def test_of_several_missed_leads_only_the_latest_is_said() -> None:
    about = dossier(reminders={"lead_days": [30, 14, 7]})
    assert said(about, at("2025-08-20")) == [("lead", "2025-09-02, 14 days before")]
    assert said(about, at("2025-09-01")) == [("lead", "2025-09-02, 7 days before")]


@pytest.mark.parametrize(
    ("down_until", "occasion"),
    [
        ("2025-09-05", ("due", "2025-09-02")),
        ("2025-09-09", ("overdue", "2025-09-02, day 3")),
        ("2025-09-30", ("overdue", "2025-09-02, day 14")),
        ("2026-03-01", ("overdue", "2025-09-02, day 30 and 4 months")),
    ],
)
def test_after_downtime_only_the_latest_of_due_and_overdue_is_said(
    down_until: str, occasion: tuple[str, str]
) -> None:
    assert said(dossier(), at(down_until, 12)) == [occasion]


def test_what_was_missed_is_not_made_up_for_at_the_next_sweep() -> None:
    # Replanning from the rows that were read once sent one missed repeat per sweep.
    now = at("2026-03-01", 12)
    first, _ = pick(standing(dossier(), now), now=now)

    assert said(dossier(), now + timedelta(minutes=5), heard=first) == []
    [coming] = standing(dossier(), now + timedelta(minutes=5), heard=first)
    assert coming.local_date == date(2026, 3, 3)


def test_a_question_recorded_after_its_deadline_is_due_at_once_and_counts_from_that_day() -> None:
    recorded = at("2025-12-01", 15)
    told = history(dossier(recorded_at=recorded), at("2025-12-20"))

    assert told[0].fire_at == recorded
    assert days(told) == [
        ("due", "2025-12-01"),
        ("overdue", "2025-12-04"),
        ("overdue", "2025-12-08"),
        ("overdue", "2025-12-15"),
    ]


def test_a_question_recorded_between_closing_and_the_morning_waits_for_the_morning() -> None:
    [due] = standing(dossier(recorded_at=at("2025-09-03", 2)), at("2025-09-03", 2))[:1]
    assert (due.stage, due.fire_at) == ("due", at("2025-09-03"))


def test_nobody_is_escalated_to_until_somebody_is_named() -> None:
    assert "escalate" not in {one.stage for one in history(dossier(), at("2026-12-01"))}


def test_a_second_recipient_is_asked_once_two_weeks_after_due_in_their_own_morning() -> None:
    about = dossier(reminders={"escalate_to": BEA.address})
    told = history(about, at("2026-12-01"), recipients=(ADA,))
    escalations = [one for one in told if one.stage == "escalate"]

    assert [one.recipient for one in escalations] == [BEA.address]
    assert escalations[0].fire_at == at("2025-09-17")
    known = history(about, at("2026-12-01"), recipients=(BEA, ADA))
    assert "escalate" not in {one.stage for one in known}, "she is asked anyway"


def test_an_escalation_goes_out_at_nine_where_its_recipient_is_known_to_be() -> None:
    about = dossier(reminders={"escalate_to": BEA.address, "to": [ADA.address]})
    told = history(about, at("2025-12-01"), recipients=(ADA, BEA))
    [escalation] = [one for one in told if one.stage == "escalate"]

    assert escalation.fire_at == at("2025-09-17", zone="America/New_York")


def test_a_checkpoint_is_said_on_its_day_and_settles_nothing() -> None:
    about = dossier(checkpoints=[{"name": "ultimatum day 25", "on": "2025-08-08"}])
    told = history(about, at("2025-09-03"))
    assert days(told) == [
        ("checkpoint", "2025-08-08"),
        ("lead", "2025-08-26"),
        ("due", "2025-09-03"),
    ]
    assert told[0].occasion.partition(", ")[2] == "ultimatum day 25"


def test_a_checkpoint_whose_morning_had_passed_when_it_was_recorded_is_not_said() -> None:
    late = dossier(
        recorded_at=at("2025-08-08", 10), checkpoints=[{"name": "day 25", "on": "2025-08-08"}]
    )
    assert said(late, at("2025-08-09")) == []


def test_checkpoints_missed_while_the_daemon_was_down_are_all_said_in_one_sweep() -> None:
    about = dossier(
        checkpoints=[{"name": "first", "on": "2025-08-01"}, {"name": "second", "on": "2025-08-08"}]
    )
    assert said(about, at("2025-08-20")) == [
        ("checkpoint", "2025-08-01, first"),
        ("checkpoint", "2025-08-08, second"),
    ]


EVER = {"ever": True, "horizon": "2026-09-01", "review_every": "90 days"}


def test_an_open_ended_question_is_reviewed_until_its_horizon_and_then_due() -> None:
    told = history(dossier(deadline=EVER), at("2026-09-03"))

    assert days(told) == [
        ("review", "2025-10-12"),
        ("review", "2026-01-10"),
        ("review", "2026-04-10"),
        ("review", "2026-07-09"),
        ("lead", "2026-08-25"),
        ("due", "2026-09-02"),
    ]


def test_no_review_stands_beyond_the_horizon() -> None:
    rows = standing(dossier(deadline=EVER), at("2026-08-01"))
    assert days(rows) == [("review", "2026-07-09"), ("lead", "2026-08-25"), ("due", "2026-09-02")]


def test_missed_reviews_are_said_once() -> None:
    assert said(dossier(deadline=EVER), at("2026-05-01")) == [("review", "2026-04-10")]
    assert said(dossier(deadline=EVER), at("2026-09-05")) == [("overdue", "2026-09-01, day 3")]


def test_a_monthly_review_of_the_31st_comes_back_to_the_31st() -> None:
    deadline = {"ever": True, "horizon": "2025-07-31", "review_every": "1 month"}
    about = dossier(deadline=deadline, recorded_at=at("2025-01-31"))
    reviews = [one for one in history(about, at("2025-06-30")) if one.stage == "review"]
    assert [one.local_date.day for one in reviews] == [28, 31, 30, 31, 30]


def test_a_daily_review_of_many_years_stands_with_one_coming_row() -> None:
    deadline = {"ever": True, "horizon": "2090-01-01", "review_every": "1 day"}
    rows = standing(dossier(deadline=deadline), at("2060-05-05", 12))
    assert [(one.stage, one.local_date.isoformat()) for one in rows] == [
        ("review", "2060-05-05"),
        ("review", "2060-05-06"),
        ("lead", "2089-12-25"),
        ("due", "2090-01-02"),
    ]


def test_a_resolved_question_has_no_reminders() -> None:
    said = {"question": "tariffs", "outcome": "no", "evidence": "The Invented Gazette"}
    closed = dossier().model_copy(update={"resolution": Resolution.parse(said)})
    assert standing(closed, at("2025-12-01")) == ()


def test_pick_says_what_is_due_and_keeps_the_rest() -> None:
    rows = standing(dossier(), at("2025-08-26"))
    now_said, later = pick(rows, now=at("2025-08-26"))
    assert [one.stage for one in now_said] == ["lead"]
    assert [one.stage for one in later] == ["due"]
    assert pick((), now=at("2025-08-26")) == ((), ())


def test_reviews_go_on_where_a_clock_that_ran_ahead_has_been_set_back() -> None:
    # Looking no further than the clock found only the review that was already heard: none stood.
    about = dossier(deadline={**EVER, "review_every": "1 day"})
    told = history(about, at("2025-07-20"))
    set_back = standing(about, at("2025-07-18"), heard=told)
    assert ("review", "2025-07-21") in days(set_back)


def test_a_month_counted_from_other_days_is_another_occasion() -> None:
    # Named "month 6" alone, the month of an earlier policy silenced that of the present one.
    early = history(dossier(reminders={"overdue_days": [5]}), at("2026-03-09"))
    assert (early[-1].occasion, early[-1].local_date) == (
        "2025-09-02, day 5 and 6 months",
        date(2026, 3, 8),
    )

    rows = standing(
        dossier(revision=2, recorded_at=at("2026-03-09")), at("2026-03-09"), heard=early
    )

    assert days(rows) == [("overdue", "2026-04-03")]


def test_the_calendar_of_one_question_over_a_year_with_everything_in_it() -> None:
    """The whole policy in one table: who is told what on which day."""
    about = dossier(
        checkpoints=[{"name": "day 25", "on": "2025-08-08"}],
        reminders={"lead_days": [30, 7], "escalate_to": BEA.address},
    )
    told = history(about, at("2026-07-14"), recipients=(ADA,))

    assert [(str(one.local_date), one.stage, one.recipient.partition("@")[0]) for one in told] == [
        ("2025-08-03", "lead", "ada"),
        ("2025-08-08", "checkpoint", "ada"),
        ("2025-08-26", "lead", "ada"),
        ("2025-09-03", "due", "ada"),
        ("2025-09-06", "overdue", "ada"),
        ("2025-09-10", "overdue", "ada"),
        ("2025-09-17", "overdue", "ada"),
        ("2025-09-17", "escalate", "bea"),
        ("2025-10-03", "overdue", "ada"),
        *((f"{month}-03", "overdue", "ada") for month in ("2025-11", "2025-12", "2026-01")),
        *((f"{month}-03", "overdue", "ada") for month in ("2026-02", "2026-03", "2026-04")),
        *((f"{month}-03", "overdue", "ada") for month in ("2026-05", "2026-06", "2026-07")),
    ]
