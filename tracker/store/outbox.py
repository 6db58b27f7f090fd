"""The outbox: messages rendered to their final bytes, claimed by one worker at a time.

pending → sending (claimed under a fresh owner) → sent, or back to pending, or dead. A message is
marked sent only when the server took it; a worker that dies while sending leaves its row to be
claimed again. Delivery is at-least-once, always with the same Message-ID.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate, Update

from tracker.records import Message
from tracker.store.attempts import Claimed, Ending
from tracker.store.straight import Prepared
from tracker.store.tables import outbox, reminders

# The clock of the worker that asks may be wrong: one that ran an hour ahead, and was then set
# right, would keep a message for that hour.
_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)

# Written out and not bound: a partial index is used only where its condition is seen to hold.
PENDING = outbox.c.state == literal_column("'pending'")
SENDING = outbox.c.state == literal_column("'sending'")

_COLUMNS = {**outbox.c, "key": outbox.c.dedup_key}
_LETTER = tuple(Message.model_fields)


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
        What was never tried comes first: a bad message holds up nobody.
        """
        given = {"_worker": owner, "_now": now}
        rows = _CLAIM.rows(self._conn, given) if not without else self._besides(given, without)
        return _claimed(owner, rows[0]) if rows else None

    def _besides(self, given: dict[str, Any], without: Collection[str]) -> Sequence[Row[Any]]:
        return self._conn.execute(_CLAIM_BESIDES, {**given, "_down": list(without)}).all()

    def settle(self, ending: Ending, *, now: datetime) -> bool:
        """Write down how an attempt ended; False where the claim was lost meanwhile.

        Args:
            ending: how.
            now: the clock, read inside this transaction.
        """
        return _SETTLE.count(self._conn, _settling(ending, now)) == 1

    def settle_and_claim(
        self, ending: Ending, owner: str, *, now: datetime
    ) -> tuple[bool, Claimed | None]:
        """Settle one claim and make the next: both come to be, or neither does.

        On PostgreSQL in one statement, since the way to a server and back takes as long as it
        takes there; SQLite has no such statement, and nowhere to go.

        Returns:
            What `settle` returns, and what `claim` returns.
        """
        if self._conn.dialect.name == "sqlite":
            return self.settle(ending, now=now), self.claim(owner, now=now)
        given = {**_settling(ending, now), "_worker": owner, "_now": now}
        ((settled, *found),) = _SETTLE_AND_CLAIM.rows(self._conn, given)
        return settled == 1, None if found[0] is None else _claimed(owner, found)

    def owners(self) -> dict[str, datetime]:
        """Return who is sending, and since when their oldest claim stands."""
        query = (
            select(outbox.c.owner, func.min(outbox.c.claimed_at))
            .where(SENDING)
            .group_by(outbox.c.owner)
        )
        return {owner: since for owner, since in self._conn.execute(query)}  # noqa: C416 - a Row is no pair to mypy

    def take_back(self, owner: str) -> int:
        """Return a dead worker's messages to the queue, behind what is new; return how many."""
        done = self._conn.execute(
            update(outbox)
            .where(SENDING, outbox.c.owner == owner)
            .values(state="pending", owner=None, not_before=_AT_ONCE, maybe_taken=True)
        )
        return done.rowcount

    def bring_forward(self, *, now: datetime, beyond: datetime) -> int:
        """Make ready what waits for longer than anything ever has to; return how many.

        A clock that ran a year ahead, and was then set right, leaves such messages behind.
        """
        done = self._conn.execute(
            update(outbox).where(PENDING, outbox.c.not_before > beyond).values(not_before=now)
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

    def withdraw(self, message: int, *, owner: str | None = None) -> bool:
        """Take an unsent message out; False where a worker was faster.

        Its keys are freed: the next sweep renders a new one, which may carry the same reminders.

        Args:
            message: the row.
            owner: who has claimed it, or None where it waits or was given up.
        """
        free = outbox.c.state.in_(("pending", "dead"))
        done = self._conn.execute(
            update(outbox)
            .where(outbox.c.id == message, outbox.c.owner == owner if owner else free)
            .values(
                state="withdrawn",
                owner=None,
                dedup_key=outbox.c.dedup_key + f" withdrawn {message}",
                message_id=outbox.c.message_id + f" withdrawn {message}",
            )
        )
        return done.rowcount == 1

    def unrendered(self) -> list[int]:
        """Return the messages that could not be rendered."""
        query = select(outbox.c.id).where(outbox.c.state == "dead", outbox.c.raw == b"")
        return list(self._conn.execute(query).scalars())

    def revive(self) -> int:
        """Make ready every dead message, its attempts forgotten, and all that wait; say how many.

        What waits after a failure keeps its attempts, and comes behind what is new.
        """
        dead = self._conn.execute(
            update(outbox)
            .where(outbox.c.state == "dead")
            .values(state="pending", attempts=0, not_before=None)
        )
        waiting = self._conn.execute(
            update(outbox)
            .where(PENDING, outbox.c.last_error.is_not(None), outbox.c.not_before > _AT_ONCE)
            .values(not_before=_AT_ONCE)
        )
        return dead.rowcount + waiting.rowcount

    def counts(self) -> dict[str, int]:
        """Return how many messages are in each state."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        return {state: count for state, count in self._conn.execute(query)}  # noqa: C416 - as above

    def failed(self) -> list[Failed]:
        """Return the messages that are dead or wait after a failure, the dead first."""
        troubled: ColumnElement[bool] = (outbox.c.state == "dead") | (
            PENDING & outbox.c.last_error.is_not(None)
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


def _claimed(owner: str, found: Sequence[Any]) -> Claimed:
    row, attempts, maybe_taken, last_error, *letter = found
    # It was checked when it was queued; to check it again takes a tenth of a claim's time.
    message = Message.model_construct(**dict(zip(_LETTER, letter, strict=True)))
    # SQLite has no booleans.
    again = attempts > 1 or bool(maybe_taken) or last_error is not None
    return Claimed(row, owner, attempts, again, bool(maybe_taken), message)


def _settling(ending: Ending, now: datetime) -> dict[str, object]:
    values = {f"_{name}": value for name, value in ending.row(now).items()}
    return {**values, "_row": ending.claimed.id, "_holder": ending.claimed.owner}


def _claiming(*besides: ColumnElement[bool]) -> ReturningUpdate[Any]:
    def first(ready: ColumnElement[bool]) -> ScalarSelect[int]:
        wanted = (
            select(outbox.c.id)
            .where(PENDING, ready, *besides)
            .order_by(outbox.c.not_before, outbox.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return wanted.scalar_subquery()

    now = bindparam("_now", type_=outbox.c.claimed_at.type)
    letter = [_COLUMNS[name] for name in _LETTER]
    fresh, waited = first(outbox.c.not_before.is_(None)), first(outbox.c.not_before <= now)
    return (
        update(outbox)
        .where(outbox.c.id == func.coalesce(fresh, waited), PENDING)
        .values(
            state="sending",
            owner=bindparam("_worker"),
            claimed_at=now,
            attempts=outbox.c.attempts + 1,
        )
        .returning(
            outbox.c.id, outbox.c.attempts, outbox.c.maybe_taken, outbox.c.last_error, *letter
        )
    )


def _settlement() -> Update:
    mine = (outbox.c.id == bindparam("_row"), outbox.c.owner == bindparam("_holder"), SENDING)
    changed = (
        "state",
        "attempts",
        "maybe_taken",
        "not_before",
        "last_error",
        "reply",
        "sent_at",
    )
    values = {name: bindparam(f"_{name}", type_=outbox.c[name].type) for name in changed}
    return update(outbox).where(*mine).values(owner=None, **values)


def _settlement_and_claim() -> Select[Any]:
    # Both see what was there before: neither can touch the other's row.
    settled = _settlement().returning(outbox.c.id).cte("settled")
    claimed = _claiming().cte("claimed")
    count = select(func.count()).select_from(settled).scalar_subquery()
    always = select(literal_column("1")).subquery("always")
    return select(count, *claimed.c).select_from(always.outerjoin(claimed, true()))


# Built once: building them takes several times as long as running them.
_CLAIM = Prepared(_claiming())
_CLAIM_BESIDES = _claiming(outbox.c.channel.not_in(bindparam("_down", expanding=True)))
_SETTLE = Prepared(_settlement())
_SETTLE_AND_CLAIM = Prepared(_settlement_and_claim())
