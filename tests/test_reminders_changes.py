"""What snoozes, amendments, reopening and new recipients do to the reminders."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo

import pytest

from tracker.records import Dossier, Question, Recipient, Reminder, ReminderPolicy, Snooze
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


EVER = {"ever": True, "horizon": "2026-09-01", "review_every": "90 days"}


def test_a_reopened_question_is_asked_about_once_and_then_goes_on() -> None:
    told = history(dossier(), at("2025-09-06"))
    reopened = said(dossier(), at("2025-09-20", 12), heard=told)
    assert reopened == [("overdue", "2025-09-02, day 14")]


def test_a_snoozed_question_is_silent_until_nine_on_its_day_and_comes_back_once() -> None:
    told = history(dossier(), at("2025-09-03"))
    snoozed = dossier(snooze="2026-01-05")

    assert said(snoozed, at("2026-01-05", 8), heard=told) == []
    assert said(snoozed, at("2026-01-05", 9), heard=told) == [
        ("overdue", "2025-09-02, snoozed until 2026-01-05")
    ]


@pytest.mark.parametrize("day", ["2026-01-01", "2026-01-02", "2026-01-03"])
def test_after_the_snooze_the_repeats_go_on_but_not_on_the_next_days(day: str) -> None:
    # The monthly one of 3 January would come too soon; the next must stand all the same.
    told = history(dossier(snooze=day), at("2026-02-28"))
    assert days(told) == [("overdue", day), ("overdue", "2026-02-03")]


def test_a_snooze_that_ended_during_downtime_is_followed_by_one_reminder() -> None:
    # Both the return and the repeats after it were missed: the latest speaks for all.
    snoozed = dossier(snooze="2025-09-20")
    assert said(snoozed, at("2025-12-24")) == [("overdue", "2025-09-02, day 30 and 2 months")]


def test_a_question_snoozed_before_its_deadline_comes_back_as_a_lead() -> None:
    told = history(dossier(snooze="2025-08-20"), at("2025-09-03"))
    assert [(one.stage, one.occasion) for one in told] == [
        ("lead", "2025-09-02, snoozed until 2025-08-20"),
        ("lead", "2025-09-02, 7 days before"),
        ("due", "2025-09-02"),
    ]


def test_what_falls_into_a_snooze_is_gathered_in_its_return() -> None:
    marks = [{"name": "day 25", "on": "2025-08-08"}, {"name": "day 47", "on": "2025-08-30"}]
    about = dossier(snooze="2025-08-30", checkpoints=marks)
    assert days(history(about, at("2025-09-03"))) == [("lead", "2025-08-30"), ("due", "2025-09-03")]


def test_an_open_ended_question_comes_back_from_a_snooze_for_review() -> None:
    told = history(dossier(deadline=EVER, snooze="2025-12-01"), at("2026-01-10"))
    assert [(one.stage, one.local_date.isoformat()) for one in told] == [
        ("review", "2025-12-01"),
        ("review", "2026-01-10"),
    ]


def test_a_snooze_holds_back_the_escalation_and_does_not_lose_it() -> None:
    about = dossier(snooze="2025-10-20", reminders={"escalate_to": BEA.address})
    told = history(about, at("2025-10-20", 23))
    assert ("escalate", "2025-10-20") in days(told)


def test_a_snooze_to_the_morning_after_the_deadline_asks_once_that_morning() -> None:
    assert days(history(dossier(snooze="2025-09-03"), at("2025-09-03"))) == [
        ("overdue", "2025-09-03")
    ]


def test_an_amendment_that_leaves_the_deadline_alone_repeats_nothing() -> None:
    told = history(dossier(), at("2025-08-27"))
    amended = dossier(revision=2, recorded_at=at("2025-08-28"), criteria="Two papers print it.")

    assert days(told) == [("lead", "2025-08-26")]
    assert days(standing(amended, at("2025-08-28"), heard=told)) == [("due", "2025-09-03")]


def test_a_postponed_question_starts_anew() -> None:
    # The fault: a tracker that never reminded again of what had been postponed.
    told = history(dossier(), at("2025-08-27"))
    postponed = dossier(revision=2, recorded_at=at("2025-08-28"), deadline={"by": "2025-11-30"})

    assert days(standing(postponed, at("2025-08-28"), heard=told)) == [
        ("lead", "2025-11-23"),
        ("due", "2025-12-01"),
    ]


def test_an_amendment_of_the_repeats_does_not_ask_about_days_before_the_last_question() -> None:
    told = history(dossier(), at("2025-09-10"))
    amended = dossier(revision=2, recorded_at=at("2025-09-11"), reminders={"overdue_days": [5, 20]})

    assert days(standing(amended, at("2025-09-11"), heard=told)) == [("overdue", "2025-09-23")]


def test_an_amendment_of_a_question_recorded_late_does_not_make_it_due_again() -> None:
    late = at("2025-12-01", 15)
    told = history(dossier(recorded_at=late), at("2025-12-02"))
    amended = dossier(revision=2, recorded_at=at("2025-12-02", 15), topics=["trade"])

    assert days(standing(amended, at("2025-12-02", 15), heard=told)) == [("overdue", "2025-12-04")]


def test_an_amendment_that_ends_a_snooze_does_not_ask_what_its_return_has_asked() -> None:
    told = history(dossier(snooze="2026-01-05"), at("2026-01-05"))
    amended = dossier(revision=2, recorded_at=at("2026-01-06"), topics=["trade"])

    assert days(standing(amended, at("2026-01-06"), heard=told)) == [("overdue", "2026-02-03")]


def test_a_recipient_who_moves_is_not_told_the_same_again() -> None:
    told = history(dossier(), at("2025-09-10"))
    moved = ADA.model_copy(update={"zone": "America/Los_Angeles"})

    again = said(dossier(), at("2025-09-10", 23), heard=told, recipients=(moved,))

    assert again == []


def test_a_recipient_who_joins_late_hears_of_it_once() -> None:
    told = history(dossier(), at("2025-09-12"))
    now = at("2025-09-12", 20)
    rows = standing(dossier(), now, heard=told, recipients=(ADA, BEA))
    assert [(one.recipient, one.occasion) for one in pick(rows, now=now)[0]] == [
        (BEA.address, "2025-09-02, day 7")
    ]


def test_each_channel_of_a_recipient_is_told_on_its_own() -> None:
    channels = (ADA, ADA.model_copy(update={"channel": "ntfy"}))
    rows = standing(dossier(), at("2025-08-26"), recipients=channels)
    assert [one.channel for one in rows if one.stage == "lead"] == ["email", "ntfy"]

    by_mail = history(dossier(), at("2025-08-26"))
    rows = standing(dossier(), at("2025-08-26"), heard=by_mail, recipients=channels)
    assert [one.channel for one in rows if one.stage == "lead"] == ["ntfy"]


def test_somebody_configured_twice_is_told_once() -> None:
    twice = (ADA, Recipient(address="Ada@Fabricated.Example", zone="Asia/Tokyo"))
    assert len(said(dossier(), at("2025-09-04"), recipients=twice)) == 1


def test_a_question_s_own_recipients_replace_the_general_ones() -> None:
    about = dossier(reminders={"to": ["BEA@fabricated.example", "cem@fabricated.example"]})
    rows = standing(about, at("2025-07-15"), recipients=(ADA, BEA))
    due = [(one.recipient, one.zone) for one in rows if one.stage == "due"]
    assert due == [
        ("cem@fabricated.example", "Europe/Berlin"),  # not configured: the question's zone
        (BEA.address, "America/New_York"),
    ]


@pytest.mark.parametrize(
    ("reminders", "expected"),
    [
        ({"lead_days": [1]}, [("lead", "2025-09-01"), ("due", "2025-09-03")]),
        ({"lead_days": []}, [("due", "2025-09-03"), ("overdue", "2025-09-06")]),
        ({"lead_days": [], "overdue_days": []}, [("due", "2025-09-03")]),
        (
            {"lead_days": [], "overdue_days": [1]},
            [("due", "2025-09-03"), ("overdue", "2025-09-04")],
        ),
        ({"to": []}, []),
    ],
)
def test_a_question_s_own_policy_lies_over_the_general_one(
    reminders: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    told = history(dossier(reminders=reminders), at("2026-09-06"))
    assert days(told)[:2] == expected


def test_what_the_general_policy_leaves_open_is_taken_from_the_default() -> None:
    evening = ReminderPolicy.parse({"at": "18:30"})
    rows = standing(dossier(), at("2025-07-15"), policy=evening)
    assert [(one.stage, one.fire_at) for one in rows] == [
        ("lead", at("2025-08-26", 18) + timedelta(minutes=30)),
        ("due", at("2025-09-03", 18) + timedelta(minutes=30)),
    ]
