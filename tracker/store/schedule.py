"""The reminders that stand: what is scheduled and what was said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, delete, func, insert, literal_column, select, tuple_

from tracker.records import Reminder
from tracker.store.tables import outbox, reminders, resolutions
from tracker.store.types import unreadable

# Written out and not bound: a partial index is used only where its condition is seen to hold.
SCHEDULED = reminders.c.state == literal_column("'scheduled'")
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Due:
    """What is due.

    Attributes:
        recipients: address and channel of everybody who is to hear something.
        questions: the ids of what they are to hear about.
    """

    recipients: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]


class Schedule:
    """The reminders table over one connection's transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def due(self, now: datetime, *, recipients: int, questions: int) -> Due:
        """Return whom something is due for, the longest waiting first, and about what.

        Args:
            now: the clock.
            recipients: at most so many, so that nobody waits for a transaction without end.
            questions: at most so many.
        """
        is_due = (SCHEDULED, reminders.c.fire_at <= now)
        who = (reminders.c.recipient, reminders.c.channel)
        first = func.min(reminders.c.fire_at)
        found = self._conn.execute(
            select(*who).where(*is_due).group_by(*who).order_by(first, *who).limit(recipients)
        )
        named = tuple((recipient, channel) for recipient, channel in found)
        about = (
            select(reminders.c.question)
            .where(*is_due, tuple_(*who).in_(named))
            .group_by(reminders.c.question)
            .order_by(first, reminders.c.question)
            .limit(questions)
        )
        return Due(named, tuple(self._conn.execute(about).scalars()) if named else ())

    def resolved_of(self, message: int) -> tuple[int, int]:
        """Return of how many questions a message asks that are resolved, and of how many in all."""
        current = (resolutions.c.question == reminders.c.question) & (
            resolutions.c.reopened_at.is_(None)
        )
        query = (
            select(
                func.count(resolutions.c.question.distinct()),
                func.count(reminders.c.question.distinct()),
            )
            .select_from(reminders.outerjoin(resolutions, current))
            .where(reminders.c.message == message)
        )
        resolved, asked = self._conn.execute(query).one()
        return resolved, asked

    def heard(self, questions: Sequence[str]) -> dict[str, list[Reminder]]:
        """Return what was said of these questions, whatever their revision then, by question."""
        found: dict[str, list[Reminder]] = {question: [] for question in questions}
        for chunk in _chunks(questions):
            query = (
                select(reminders)
                .where(reminders.c.question.in_(chunk), reminders.c.state == "queued")
                .order_by(reminders.c.id)
            )
            for row in self._conn.execute(query).mappings():
                found[row["question"]].append(_reminder(dict(row)))
        return found

    def replace(self, questions: Sequence[str], planned: Iterable[Reminder]) -> None:
        """Replace what is scheduled for these questions by a new plan."""
        for chunk in _chunks(questions):
            self._conn.execute(delete(reminders).where(reminders.c.question.in_(chunk), SCHEDULED))
        self.add(planned)

    def add(self, planned: Iterable[Reminder]) -> None:
        """Schedule these, where nothing is scheduled yet."""
        self._insert([{**_row(each), "state": "scheduled", "message": None} for each in planned])

    def queued(self, said: Iterable[Reminder], message: int) -> None:
        """Keep what a message says."""
        self._insert([{**_row(each), "state": "queued", "message": message} for each in said])

    def release(self, message: int) -> list[str]:
        """Forget that a withdrawn message said anything; return the questions it was about."""
        query = delete(reminders).where(reminders.c.message == message)
        return list(self._conn.execute(query.returning(reminders.c.question)).scalars())

    def next_fire(self) -> datetime | None:
        """Return when the next scheduled reminder is due."""
        query = select(func.min(reminders.c.fire_at)).where(SCHEDULED)
        return self._conn.execute(query).scalar()

    def waiting(self) -> int:
        """Return how many reminders are scheduled."""
        query = select(func.count()).where(SCHEDULED)
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

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        for chunk in _chunks(rows):
            self._conn.execute(insert(reminders), list(chunk))


T = TypeVar("T")


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def _row(reminder: Reminder) -> dict[str, Any]:
    plain = reminder.model_dump(mode="json")
    return {**plain, "fire_at": reminder.fire_at}


def _reminder(row: dict[str, Any]) -> Reminder:
    try:
        return Reminder.model_validate({name: row[name] for name in Reminder.model_fields})
    except ValidationError:
        raise unreadable(f"the reminder {row['id']}") from None
