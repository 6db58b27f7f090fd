"""The reminders that stand: what is scheduled, what was said, what was skipped."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from tracker.records import Reminder
from tracker.store.tables import outbox, reminders

_CHUNK = 5000


class Schedule:
    """The reminders table over one connection's transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def due(self, now: datetime, *, limit: int) -> dict[int, Reminder]:
        """Return the scheduled reminders whose time has come, the oldest first, by row id."""
        query = (
            select(reminders)
            .where(reminders.c.state == "scheduled", reminders.c.fire_at <= now)
            .order_by(reminders.c.fire_at, reminders.c.id)
            .limit(limit)
        )
        return {row["id"]: _reminder(row) for row in self._conn.execute(query).mappings()}

    def heard(self, questions: Sequence[str]) -> dict[str, list[Reminder]]:
        """Return what was said or skipped of these questions, by question."""
        found: dict[str, list[Reminder]] = {question: [] for question in questions}
        query = select(reminders).where(
            reminders.c.question.in_(questions), reminders.c.state != "scheduled"
        )
        for row in self._conn.execute(query.order_by(reminders.c.id)).mappings():
            found[row["question"]].append(_reminder(row))
        return found

    def rearm(self, questions: Sequence[str], planned: Iterable[Reminder]) -> None:
        """Replace what is scheduled for these questions by a new plan."""
        for start in range(0, len(questions), _CHUNK):
            self._conn.execute(
                delete(reminders).where(
                    reminders.c.question.in_(questions[start : start + _CHUNK]),
                    reminders.c.state == "scheduled",
                )
            )
        self._insert([{**_row(reminder), "state": "scheduled"} for reminder in planned])

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        for start in range(0, len(rows), _CHUNK):
            self._conn.execute(insert(reminders), rows[start : start + _CHUNK])

    def queue(self, ids: Sequence[int], message: int) -> None:
        """Mark reminders as said in a message."""
        self._mark(ids, state="queued", message=message)

    def skip(self, ids: Sequence[int]) -> None:
        """Mark reminders as dropped: something later says it."""
        self._mark(ids, state="skipped", message=None)

    def release(self, message: int) -> list[str]:
        """Schedule a withdrawn message's reminders again; return their questions."""
        query = select(reminders.c.question).where(reminders.c.message == message).distinct()
        questions = list(self._conn.execute(query).scalars())
        self._conn.execute(
            update(reminders)
            .where(reminders.c.message == message)
            .values(state="scheduled", message=None)
        )
        return questions

    def next_fire(self) -> datetime | None:
        """Return when the next scheduled reminder is due."""
        query = select(func.min(reminders.c.fire_at)).where(reminders.c.state == "scheduled")
        return self._conn.execute(query).scalar()

    def waiting(self) -> int:
        """Return how many reminders are scheduled."""
        query = select(func.count()).where(reminders.c.state == "scheduled")
        return int(self._conn.execute(query).scalar_one())

    def earlier_messages(self, questions: Sequence[str], recipient: str) -> tuple[str, ...]:
        """Return the Message-IDs sent to a recipient that were about any of these questions."""
        query = (
            select(outbox.c.message_id)
            .join(reminders, reminders.c.message == outbox.c.id)
            .where(
                reminders.c.question.in_(questions),
                reminders.c.recipient == recipient,
                outbox.c.state == "sent",
            )
            .distinct()
            .order_by(outbox.c.id)
        )
        return tuple(self._conn.execute(query.add_columns(outbox.c.id)).scalars())

    def _mark(self, ids: Sequence[int], *, state: str, message: int | None) -> None:
        for start in range(0, len(ids), _CHUNK):
            self._conn.execute(
                update(reminders)
                .where(reminders.c.id.in_(ids[start : start + _CHUNK]))
                .values(state=state, message=message)
            )


def _row(reminder: Reminder) -> dict[str, Any]:
    plain = reminder.model_dump(mode="json")
    return {**plain, "fire_at": reminder.fire_at}


def _reminder(row: Any) -> Reminder:  # noqa: ANN401 - a row mapping
    return Reminder.model_validate({name: row[name] for name in Reminder.model_fields})
