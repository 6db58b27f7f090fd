"""What the policy plans is what the message says: the two share no code but the records."""

from datetime import UTC, date, datetime

from examples import QUESTION

from tracker.notify.messages import Notice
from tracker.notify.words import items
from tracker.records import Dossier, Question, Recipient
from tracker.reminders import DEFAULT_POLICY, pick, plan


def test_a_planned_checkpoint_is_named_in_the_message() -> None:
    # The message looked the checkpoint up by a name that the plan did not use, found none, and
    # spoke of the deadline instead.
    question = Question.parse(
        {**QUESTION.data(), "checkpoints": [{"name": "ultimatum day 25", "on": "2026-04-10"}]}
    )
    about = Dossier(
        question=question,
        revision=1,
        recorded_at=datetime(2026, 3, 1, tzinfo=UTC),
        recorded_by="tester",
    )
    now = datetime(2026, 4, 10, 9, tzinfo=UTC)
    ada = Recipient(address="ada@fabricated.example")
    rows = plan(about, policy=DEFAULT_POLICY, recipients=(ada,), heard=(), now=now)
    said, _ = pick(rows, now=now)

    [item] = items([Notice(one, about) for one in said], today=date(2026, 4, 10), now=now)

    assert item.stages == ("checkpoint",)
    assert item.when == ("ultimatum day 25, 10 April 2026, today",)
