"""What is planned when a question is recorded is what the database would say afterwards."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from desk import EDITOR
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inventing import questions
from reminding_desk import CHLOE
from sqlalchemy import select

from tracker.actions.arm import Act, Audience, arm_ids
from tracker.actions.record import record
from tracker.records import Question, ReminderPolicy
from tracker.store.store import Store, Tx
from tracker.store.tables import reminders

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
