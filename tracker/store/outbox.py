"""The outbox: messages rendered to their final bytes, claimed by one worker at a time.

pending → sending (claimed under a fresh owner) → sent, or back to pending, or dead. A message is
marked sent only when the server took it; a worker that dies while sending leaves its row to be
claimed again. Delivery is at-least-once, always with the same Message-ID.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    func,
    insert,
    nulls_first,
    or_,
    select,
    update,
)

from tracker.records import Message
from tracker.store.tables import outbox, reminders

LEASE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker alone may send.

    Attributes:
        id: the row.
        owner: the worker's token; only with it can the row be settled.
        attempts: how often it was claimed, this time included.
        message: what to send.
    """

    id: int
    owner: str
    attempts: int
    message: Message


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that could not be sent so far."""

    id: int
    state: str
    recipient: str
    subject: str
    attempts: int
    last_error: str
    not_before: datetime | None


class Outbox:
    """The outbox table over one connection's transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def queue(self, message: Message, *, now: datetime, error: str | None = None) -> int:
        """Put a rendered message in; return its row id.

        Args:
            message: what is to be sent.
            now: the clock.
            error: why it can never be sent, for one that could not be rendered.
        """
        row = {
            "dedup_key": message.key,
            "message_id": message.message_id,
            "recipient": message.recipient,
            "channel": message.channel,
            "subject": message.subject,
            "raw": message.raw,
            "state": "pending" if error is None else "dead",
            "last_error": error,
            "queued_at": now,
            "attempts": 0,
            "maybe_taken": False,
        }
        done = self._conn.execute(insert(outbox).returning(outbox.c.id), row)
        return int(done.scalar_one())

    def claim(self, owner: str, *, now: datetime, without: Collection[str] = ()) -> Claimed | None:
        """Claim the message that has waited longest, or None where none may be tried yet.

        Args:
            owner: the worker's token.
            now: the clock, read inside this transaction.
            without: channels that cannot be reached at the moment.

        The attempt is counted here, so that a message that kills its worker is not tried for ever.
        """
        waiting = (
            select(outbox.c.id)
            .where(
                outbox.c.state == "pending",
                or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now),
                outbox.c.channel.not_in(without),
            )
            .order_by(nulls_first(outbox.c.not_before), outbox.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(outbox)
            .where(outbox.c.id == waiting.scalar_subquery(), outbox.c.state == "pending")
            .values(
                state="sending",
                owner=owner,
                claimed_at=now,
                attempts=outbox.c.attempts + 1,
                maybe_taken=True,
            )
            .returning(outbox)
        )
        row = self._conn.execute(claimed).mappings().first()
        if row is None:
            return None
        message = Message(
            key=row["dedup_key"],
            message_id=row["message_id"],
            recipient=row["recipient"],
            channel=row["channel"],
            subject=row["subject"],
            raw=row["raw"],
        )
        return Claimed(row["id"], owner, row["attempts"], message)

    def sent(self, claimed: Claimed, *, reply: str, now: datetime) -> bool:
        """Acknowledge: the server took it. False where the claim was lost meanwhile."""
        return self._settle(
            claimed, state="sent", owner=None, sent_at=now, reply=reply, last_error=None
        )

    def defer(
        self, claimed: Claimed, *, error: str, not_before: datetime, maybe_taken: bool
    ) -> bool:
        """Put it back for a later attempt."""
        return self._settle(
            claimed,
            state="pending",
            owner=None,
            last_error=error,
            not_before=not_before,
            maybe_taken=maybe_taken,
        )

    def bury(self, claimed: Claimed, *, error: str) -> bool:
        """Give it up; `tracker status` shows it, `tracker remind --retry` revives it."""
        return self._settle(claimed, state="dead", owner=None, last_error=error)

    def _settle(self, claimed: Claimed, **values: object) -> bool:
        done = self._conn.execute(
            update(outbox)
            .where(outbox.c.id == claimed.id, outbox.c.owner == claimed.owner)
            .values(**values)
        )
        return done.rowcount == 1

    def owners(self) -> dict[str, datetime]:
        """Return who is sending, and since when their oldest claim stands."""
        query = (
            select(outbox.c.owner, func.min(outbox.c.claimed_at))
            .where(outbox.c.state == "sending")
            .group_by(outbox.c.owner)
        )
        return {owner: since for owner, since in self._conn.execute(query)}  # noqa: C416 - a Row is no pair to mypy

    def take_back(self, owner: str) -> int:
        """Return a dead worker's messages to the queue; return how many."""
        done = self._conn.execute(
            update(outbox)
            .where(outbox.c.state == "sending", outbox.c.owner == owner)
            .values(state="pending", owner=None)
        )
        return done.rowcount

    def withdrawable(self, question: str) -> list[int]:
        """Return unsent messages about a question that no server can have taken."""
        query = (
            select(outbox.c.id)
            .join(reminders, reminders.c.message == outbox.c.id)
            .where(
                reminders.c.question == question,
                outbox.c.state.in_(("pending", "dead")),
                outbox.c.maybe_taken.is_(False),
            )
            .distinct()
        )
        return list(self._conn.execute(query).scalars())

    def withdraw(self, message: int) -> None:
        """Take an unsent message out; a new one is rendered by the next sweep.

        Its keys are freed, since the new one may carry the same reminders.
        """
        self._conn.execute(
            update(outbox)
            .where(outbox.c.id == message)
            .values(
                state="withdrawn",
                dedup_key=outbox.c.dedup_key + f" withdrawn {message}",
                message_id=outbox.c.message_id + f" withdrawn {message}",
            )
        )

    def unrendered(self) -> list[int]:
        """Return the messages that could not be rendered."""
        query = select(outbox.c.id).where(outbox.c.state == "dead", outbox.c.raw == b"")
        return list(self._conn.execute(query).scalars())

    def revive(self) -> int:
        """Queue every dead message again, its attempts forgotten; return how many."""
        done = self._conn.execute(
            update(outbox)
            .where(outbox.c.state == "dead")
            .values(state="pending", attempts=0, not_before=None)
        )
        return done.rowcount

    def counts(self) -> dict[str, int]:
        """Return how many messages are in each state."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        return {state: count for state, count in self._conn.execute(query)}  # noqa: C416 - as above

    def failed(self) -> list[Failed]:
        """Return the messages that are dead or wait after a failure, the dead first."""
        troubled: ColumnElement[bool] = (outbox.c.state == "dead") | (
            (outbox.c.state == "pending") & outbox.c.last_error.is_not(None)
        )
        columns = (outbox.c[name] for name in Failed.__slots__)
        query: Select[tuple[object, ...]] = (
            select(*columns).where(troubled).order_by(outbox.c.state, outbox.c.id)
        )
        return [Failed(**dict(row)) for row in self._conn.execute(query).mappings()]

    def last_sent(self) -> datetime | None:
        """Return when a message was last taken by a server."""
        found: datetime | None = self._conn.execute(select(func.max(outbox.c.sent_at))).scalar()
        return found


def backoff(attempts: int, uniform: Callable[[float, float], float]) -> timedelta:
    """Return how long to wait after a failed attempt: full jitter, at most six hours.

    uniform(0, min(6 h, 1 min · 2ⁿ)), after M. Brooker, "Exponential backoff and jitter", AWS
    Architecture Blog (2015).
    """
    most = min(6 * 3600.0, 60.0 * 2**attempts)
    return timedelta(seconds=uniform(0, most))
