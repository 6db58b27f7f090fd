"""What is planned when a question is recorded is what the database would say afterwards."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import examples
import pytest
from desk import EDITOR
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inventing import questions
from reminding_desk import CHLOE
from sqlalchemy import select

from tracker.actions.arm import Act, Audience, arm_ids
from tracker.actions.record import record
from tracker.errors import Invalid
from tracker.records import Question, Recipient, ReminderPolicy
from tracker.store.store import Store, Tx
from tracker.store.tables import reminders

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_NUMBER = count()
_AUDIENCE = Audience((EDITOR, CHLOE), ReminderPolicy())


def _scheduled(tx: Tx, question: str) -> list[tuple[Any, ...]]:
    columns = [column for column in reminders.c if column.name != "id"]
    query = select(*columns).where(reminders.c.question == question)
    return [tuple(row) for row in tx._conn.execute(query.order_by(reminders.c.id))]  # noqa: SLF001 - nothing lists them all


@given(questions, st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001 - a zone follows
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_new_question_is_armed_as_if_it_were_read_back(
    sqlite_store: Store, drawn: Question, at: datetime
) -> None:
    """It is armed without being read back; a microsecond or a default lost would show here."""
    asked = Question.parse({**drawn.data(), "id": f"q-{next(_NUMBER)}"})
    now = at.replace(tzinfo=UTC) + timedelta(microseconds=1)
    record(sqlite_store, [asked], Act("Ada", now, _AUDIENCE))
    with sqlite_store.begin() as tx:
        before = _scheduled(tx, asked.id)
        arm_ids(tx, [asked.id], _AUDIENCE, now)
        assert _scheduled(tx, asked.id) == before


@pytest.mark.parametrize(
    ("policy", "refused"),
    [
        ({"to": ("ben",)}, "'ben'"),
        ({"to": (EDITOR.address, "the desk")}, "'the desk'"),
        ({"escalate_days": 3, "escalate_to": "chef"}, "'chef'"),
        ({"to": ("ben@gazette.example",)}, None),
        ({"to": ("wall",)}, None),
        ({"escalate_to": "WALL"}, None),
    ],
)
def test_whom_nobody_could_write_to_is_refused_when_recorded_and_not_found_out_when_due(
    policy: dict[str, Any], refused: str | None, sqlite_store: Store
) -> None:
    """A slip of the pen, "ben" for his address, cost the reminder months later."""
    wall = Recipient(address="wall", channel="apprise")
    act = Act("Ada", NOW, Audience((EDITOR, wall), ReminderPolicy()))
    asked = examples.QUESTION.model_copy(update={"reminders": ReminderPolicy(**policy)})
    if refused is None:
        assert [each.status for each in record(sqlite_store, [asked], act)] == ["new"]
    else:
        with pytest.raises(Invalid, match=f"reminders would go to {refused}"):
            record(sqlite_store, [asked], act)
