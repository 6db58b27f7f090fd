"""Delivering: messages are claimed one by one, sent outside any transaction, and settled.

A worker that dies at any point leaves its row claimed; the next sweep finds the worker's lock free
and returns the row to the queue. So a message can be repeated at worst, and is never lost.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from random import uniform

from tracker.actions.arm import Audience, arm_ids
from tracker.errors import ConfigError, NotifyError, StoreError, Unreachable
from tracker.notify.channel import Channel, Session
from tracker.records import Message
from tracker.store.attempts import LEASE, MOST_BACKOFF, Claimed, Ending, backoff
from tracker.store.store import Store, Tx

MOST_ATTEMPTS = 10
# A channel that is down says nothing about the message: 0 to 16 minutes, however often.
_DOWN = 4
_COUNTED = {"sent": "sent", "pending": "deferred", "dead": "dead"}
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
        ending: Ending | None = None
        while True:
            claimed = _settle_and_claim(begin, round_, owner, sessions.down, ending)
            if claimed is None:
                return
            withdrawn = claimed.again and _withdrawn(claimed, round_)
            ending = None if withdrawn else _attempt(claimed, sessions)


def _settle_and_claim(
    begin: _Begin, round_: Round, owner: str, down: Collection[str], ending: Ending | None
) -> Claimed | None:
    """Settle one message and claim the next: in one commit, unless no next one is wanted."""
    stop = round_.stop()
    if ending is None:
        return None if stop else _claim(begin, round_, owner, down)
    if stop or down:
        _settle(begin, round_, ending)
        return None if stop else _claim(begin, round_, owner, down)
    try:
        with begin() as tx:
            settled, claimed = tx.outbox.settle_and_claim(ending, owner, now=round_.clock())
    except StoreError:
        if not _insist(round_, ending):
            raise
        return _claim(begin, round_, owner, down)
    _count(ending, round_.swept, settled=settled)
    return claimed


def _claim(begin: _Begin, round_: Round, owner: str, down: Collection[str]) -> Claimed | None:
    with begin() as tx:
        return tx.outbox.claim(owner, now=round_.clock(), without=sorted(down))


def _settle(begin: _Begin, round_: Round, ending: Ending) -> None:
    try:
        with begin() as tx:
            settled = tx.outbox.settle(ending, now=round_.clock())
    except StoreError:
        if not _insist(round_, ending):
            raise
    else:
        _count(ending, round_.swept, settled=settled)


def _insist(round_: Round, ending: Ending) -> bool:
    """Settle with more patience, and without claiming anything; say whether that came through.

    The server has answered, and what it said is worth more than a next message: forgotten, it
    makes a second copy. Each try waits for its turn as long as any writer does.
    """
    for _ in range(_INSIST):
        try:
            with round_.store.begin() as tx:
                settled = tx.outbox.settle(ending, now=round_.clock())
        except StoreError:
            continue
        _count(ending, round_.swept, settled=settled)
        return True
    return False


def _count(ending: Ending, swept: Swept, *, settled: bool) -> None:
    """Count what was settled, once its transaction is through."""
    if not settled:
        return
    field_ = _COUNTED[ending.state]
    setattr(swept, field_, getattr(swept, field_) + 1)
    if ending.error is not None:
        swept.went_wrong(ending.error)


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


def _attempt(claimed: Claimed, sessions: _Sessions) -> Ending:
    """Send a claimed message; return how that ended."""
    if claimed.attempts > MOST_ATTEMPTS:
        lost = "given up: every attempt ended without an answer"
        return Ending(claimed, "dead", error=lost, maybe_taken=True)
    try:
        reply = sessions.send(claimed.message)
    except (ConfigError, Unreachable) as error:
        sessions.down.add(claimed.message.channel)
        return _unreachable(claimed, error)
    except NotifyError as error:
        return _refused(claimed, error)
    return Ending(claimed, "sent", reply=reply)


def _unreachable(claimed: Claimed, error: ConfigError | Unreachable) -> Ending:
    return Ending(
        claimed,
        "pending",
        error=str(error),
        wait=backoff(_DOWN, uniform),
        maybe_taken=isinstance(error, Unreachable) and error.maybe_taken,
        counts=False,
    )


def _refused(claimed: Claimed, error: NotifyError) -> Ending:
    if error.permanent or claimed.attempts >= MOST_ATTEMPTS:
        return Ending(claimed, "dead", error=str(error), maybe_taken=error.maybe_taken)
    wait = backoff(claimed.attempts, uniform)
    return Ending(claimed, "pending", error=str(error), wait=wait, maybe_taken=error.maybe_taken)
