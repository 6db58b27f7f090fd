"""Delivering: messages are claimed one by one, sent outside any transaction, and settled.

A worker that dies at any point leaves its row claimed; the next sweep finds the worker's lock free
and returns the row to the queue. So a message can be repeated at worst, and is never lost.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from random import uniform
from typing import Literal

from tracker.actions.arm import Audience, arm_ids
from tracker.errors import ConfigError, NotifyError, StoreError, Unreachable
from tracker.notify.channel import Channel, Session
from tracker.records import Message
from tracker.store.outbox import LEASE, MOST_BACKOFF, Claimed, backoff
from tracker.store.store import Store, Tx

MOST_ATTEMPTS = 10
# A channel that is down says nothing about the message: 0 to 16 minutes, however often.
_DOWN = 4
# How often an answer of the server is written down again when the database does not take it.
_INSIST = 3


@dataclass(frozen=True, slots=True)
class Post:
    """How messages leave.

    Attributes:
        channel: opens the channel of a name; ConfigError where it is not set up.
        sender: the From address.
        domain: the right side of Message-IDs.
        list_unsubscribe: an address that takes people off, or None.
    """

    channel: Callable[[str], Channel]
    sender: str
    domain: str
    list_unsubscribe: str | None = None


@dataclass(slots=True)
class Swept:
    """What a sweep did.

    Attributes:
        queued: messages rendered.
        sent: messages that a server took.
        deferred: attempts that failed and will be repeated.
        dead: messages given up.
        withdrawn: messages whose questions were resolved before they could be repeated.
        taken_back: claims of dead workers returned to the queue.
        errors: what went wrong, each once.
    """

    queued: int = 0
    sent: int = 0
    deferred: int = 0
    dead: int = 0
    withdrawn: int = 0
    taken_back: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return self == Swept()

    def __str__(self) -> str:
        parts = [f"{self.queued} queued", f"{self.sent} sent"]
        rarer = {
            "deferred": self.deferred,
            "given up": self.dead,
            "withdrawn": self.withdrawn,
            "taken back from a dead worker": self.taken_back,
        }
        parts.extend(f"{count} {name}" for name, count in rarer.items() if count)
        return ", ".join([*parts, *self.errors])

    def went_wrong(self, error: str) -> None:
        """Keep an error, once."""
        if error not in self.errors:
            self.errors.append(error)


@dataclass(frozen=True, slots=True)
class Round:
    """What one sweep works with.

    Attributes:
        store: where.
        post: how messages leave.
        audience: who is reminded.
        clock: read inside each transaction, since what was read before waiting for it is stale.
        stop: asked before every further message; the one in hand is always finished.
        swept: what was done so far.
    """

    store: Store
    post: Post
    audience: Audience
    clock: Callable[[], datetime]
    stop: Callable[[], bool]
    swept: Swept


def take_back(tx: Tx, owner: str, now: datetime, swept: Swept) -> None:
    """Return to the queue what dead and hung workers had claimed, and what a wrong clock put off.

    Args:
        tx: a transaction that writes.
        owner: the worker that asks.
        now: the clock.
        swept: where it is counted.
    """
    for other, since in tx.outbox.owners().items():
        # A clock set back makes `since` lie ahead; the lock still tells the truth.
        hung = now - since > LEASE
        if other != owner and (hung or not tx.alive(other)):
            swept.taken_back += tx.outbox.take_back(other)
    tx.outbox.bring_forward(now=now, beyond=now + MOST_BACKOFF)


_Begin = Callable[[], AbstractContextManager[Tx]]


@dataclass(frozen=True, slots=True)
class _Settlement:
    """How a claimed message's row is settled.

    Attributes:
        write: settles it; False where the claim was lost meanwhile.
        counts: the field of `Swept` that counts it.
        error: what went wrong, or None.
    """

    write: Callable[[Tx, datetime], bool]
    counts: Literal["sent", "deferred", "dead"]
    error: str | None = None

    def count(self, swept: Swept) -> None:
        """Count it, once its transaction is through."""
        setattr(swept, self.counts, getattr(swept, self.counts) + 1)
        if self.error is not None:
            swept.went_wrong(self.error)


def deliver(round_: Round, owner: str) -> None:
    """Send what is queued until there is no more, or until told to stop.

    Args:
        round_: what the sweep works with.
        owner: the worker's token.

    Raises:
        StoreError: if the database fails; the message in hand may then be repeated.
    """
    with ExitStack() as stack, round_.store.brisk() as begin:
        sessions = _Sessions(round_.post, stack)
        done: _Settlement | None = None
        while True:
            claimed = _settle_and_claim(begin, round_, owner, sessions.down, done)
            if claimed is None:
                return
            withdrawn = claimed.again and _withdrawn(claimed, round_)
            done = None if withdrawn else _attempt(claimed, sessions)


def _settle_and_claim(
    begin: _Begin, round_: Round, owner: str, down: Collection[str], done: _Settlement | None
) -> Claimed | None:
    """Settle one message and claim the next.

    In one commit on SQLite; on PostgreSQL, where commits wait for nothing, each by itself, which
    spares two trips to the server.
    """
    try:
        with begin() as tx:
            settled = done is not None and done.write(tx, round_.clock())
            claimed = None if round_.stop() else _claim(tx, round_, owner, down)
    except StoreError:
        if done is None or not _settled_alone(round_, done):
            raise
        return _settle_and_claim(begin, round_, owner, down, None)
    if done is not None and settled:
        done.count(round_.swept)
    return claimed


def _settled_alone(round_: Round, done: _Settlement) -> bool:
    """Settle without claiming anything, with more patience; say whether that came through.

    The server has answered, and what it said is worth more than a next message: forgotten, it
    makes a second copy. Each try waits for its turn as long as any writer does.
    """
    for _ in range(_INSIST):
        try:
            with round_.store.begin() as tx:
                settled = done.write(tx, round_.clock())
        except StoreError:
            continue
        if settled:
            done.count(round_.swept)
        return True
    return False


def _claim(tx: Tx, round_: Round, owner: str, down: Collection[str]) -> Claimed | None:
    return tx.outbox.claim(owner, now=round_.clock(), without=sorted(down))


def _withdrawn(claimed: Claimed, round_: Round) -> bool:
    """Whether a repeated message asks about what was resolved since: then it is withdrawn.

    Until its first attempt every change withdraws it at once. One that a server may have, and
    that also asks about something open, is sent all the same: a new one in its place would be a
    second.
    """
    with round_.store.begin() as tx:
        resolved, asked = tx.schedule.resolved_of(claimed.id)
        if not resolved or (resolved < asked and claimed.maybe_taken):
            return False
        if not tx.outbox.withdraw(claimed.id, owner=claimed.owner):
            return False
        questions = tx.schedule.release(claimed.id)
        arm_ids(tx, questions, round_.audience, round_.clock())
    round_.swept.withdrawn += 1
    return True


class _Sessions:
    """One open session per channel for a batch, and the channels that proved unreachable."""

    def __init__(self, post: Post, stack: ExitStack) -> None:
        self._post, self._stack = post, stack
        self._open: dict[str, Session] = {}
        self.down: set[str] = set()

    def send(self, message: Message) -> str:
        """Hand a message over; return the server's reply."""
        session = self._open.get(message.channel)
        if session is None:
            session = self._stack.enter_context(self._post.channel(message.channel).open())
            self._open[message.channel] = session
        return session.send(message)


def _attempt(claimed: Claimed, sessions: _Sessions) -> _Settlement:
    """Send a claimed message; return how its row is settled."""
    if claimed.attempts > MOST_ATTEMPTS:
        lost = NotifyError("given up: every attempt ended without an answer", maybe_taken=True)
        return _burial(claimed, lost)
    try:
        reply = sessions.send(claimed.message)
    except (ConfigError, Unreachable) as error:
        sessions.down.add(claimed.message.channel)
        return _postponement(claimed, error)
    except NotifyError as error:
        if error.permanent or claimed.attempts >= MOST_ATTEMPTS:
            return _burial(claimed, error)
        return _deferral(claimed, error)

    def acknowledge(tx: Tx, now: datetime) -> bool:
        return tx.outbox.sent(claimed, reply=reply, now=now)

    return _Settlement(acknowledge, "sent")


def _postponement(claimed: Claimed, error: ConfigError | Unreachable) -> _Settlement:
    maybe_taken = isinstance(error, Unreachable) and error.maybe_taken

    def postpone(tx: Tx, now: datetime) -> bool:
        again = now + backoff(_DOWN, uniform)
        return tx.outbox.defer(
            claimed, error=str(error), not_before=again, maybe_taken=maybe_taken, counts=False
        )

    return _Settlement(postpone, "deferred", str(error))


def _deferral(claimed: Claimed, error: NotifyError) -> _Settlement:
    def defer(tx: Tx, now: datetime) -> bool:
        again = now + backoff(claimed.attempts, uniform)
        return tx.outbox.defer(
            claimed, error=str(error), not_before=again, maybe_taken=error.maybe_taken
        )

    return _Settlement(defer, "deferred", str(error))


def _burial(claimed: Claimed, error: NotifyError) -> _Settlement:
    def bury(tx: Tx, _now: datetime) -> bool:
        return tx.outbox.bury(claimed, error=str(error), maybe_taken=error.maybe_taken)

    return _Settlement(bury, "dead", str(error))
