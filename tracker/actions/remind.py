"""Reminding: one sweep says everything that is due, once, to everybody who should hear it.

Any number of workers may sweep one database at once. What is due becomes a rendered message and is
marked queued in one transaction; then messages are claimed, sent outside any transaction and
acknowledged one by one. A crash at any point repeats a message at worst; it never loses one.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from random import uniform
from zoneinfo import ZoneInfo

from tracker.actions.arm import Audience, arm_ids, follow_audience, planned_for
from tracker.errors import ConfigError, NotifyError, Unreachable
from tracker.notify.channel import Channel, Session
from tracker.notify.messages import Head, Letterhead, Notice, compose, message_id, message_key
from tracker.records import Message, Recipient, Reminder
from tracker.reminders import pick
from tracker.store.outbox import LEASE, Claimed, backoff
from tracker.store.recorded import Filter
from tracker.store.store import Store, Tx

MOST_ATTEMPTS = 10
_MOST_QUESTIONS = 20_000
LAST_SWEEP = "last_sweep"


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
        taken_back: claims of dead workers returned to the queue.
        errors: what went wrong, each once.
    """

    queued: int = 0
    sent: int = 0
    deferred: int = 0
    dead: int = 0
    taken_back: int = 0
    errors: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"{self.queued} queued", f"{self.sent} sent"]
        rarer = {
            "deferred": self.deferred,
            "given up": self.dead,
            "taken back from a dead worker": self.taken_back,
        }
        parts.extend(f"{count} {name}" for name, count in rarer.items() if count)
        return ", ".join([*parts, *self.errors])


def sweep(
    store: Store,
    post: Post,
    audience: Audience,
    clock: Callable[[], datetime],
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Swept:
    """Say everything that is due.

    Args:
        store: where.
        post: how messages leave.
        audience: who is reminded.
        clock: read inside each transaction, since what was read before waiting for it is stale.
        stop: asked before every further message; the one in hand is always finished.

    Raises:
        StoreError: if the database fails; nothing is lost, the next sweep goes on.
    """
    swept = Swept()
    with store.worker() as owner:
        with store.begin() as tx:
            _take_back(tx, owner, clock(), swept)
            follow_audience(tx, audience, clock())
            _queue(tx, post, audience, clock(), swept)
        _deliver(store, post, owner, clock, stop, swept)
    with store.begin() as tx:
        now = clock()
        tx.put(LAST_SWEEP, json.dumps({"at": now.isoformat(), "did": str(swept)}))
    return swept


def preview(store: Store, audience: Audience, now: datetime) -> list[Notice]:
    """Return what a sweep at that time would say, by recipient; writes nothing."""
    with store.reading() as tx:
        dossiers = tx.recorded.dossiers(Filter(open=True))
        plans = planned_for(tx, dossiers, audience, now)
    notices = [
        Notice(reminder, dossier)
        for dossier, plan in zip(dossiers, plans, strict=True)
        for reminder in pick(plan, now=now)[0]
    ]
    return sorted(notices, key=lambda each: (each.reminder.recipient, each.reminder.fire_at))


def waiting(store: Store) -> int:
    """Return how many rendered messages wait to be sent."""
    with store.reading() as tx:
        return tx.outbox.counts().get("pending", 0)


def revive(store: Store, audience: Audience, now: datetime) -> int:
    """Give dead messages another ten attempts; return how many there were.

    One that could not even be rendered is taken out, so that the next sweep renders it anew.
    """
    with store.begin() as tx:
        unrendered = tx.outbox.unrendered()
        for message in unrendered:
            questions = tx.schedule.release(message)
            tx.outbox.withdraw(message)
            arm_ids(tx, questions, audience, now)
        return tx.outbox.revive() + len(unrendered)


def _take_back(tx: Tx, owner: str, now: datetime, swept: Swept) -> None:
    for other, since in tx.outbox.owners().items():
        # A clock set back makes `since` lie ahead; the lock still tells the truth.
        hung = now - since > LEASE
        if other != owner and (hung or not tx.alive(other)):
            swept.taken_back += tx.outbox.take_back(other)


def _queue(tx: Tx, post: Post, audience: Audience, now: datetime, swept: Swept) -> None:
    questions = tx.schedule.due_questions(now, limit=_MOST_QUESTIONS)
    if not questions:
        return
    dossiers = tx.recorded.dossiers(Filter(ids=tuple(questions)))
    said: dict[tuple[str, str], list[Notice]] = defaultdict(list)
    later: list[Reminder] = []
    for dossier, plan in zip(dossiers, planned_for(tx, dossiers, audience, now), strict=True):
        at_once, afterwards = pick(plan, now=now)
        later.extend(afterwards)
        for reminder in at_once:
            said[reminder.recipient, reminder.channel].append(Notice(reminder, dossier))
    tx.schedule.replace(questions, later)
    for notices in said.values():
        _queue_message(tx, post, notices, now)
        swept.queued += 1


def _queue_message(tx: Tx, post: Post, notices: Sequence[Notice], now: datetime) -> None:
    first = notices[0].reminder
    recipient = Recipient(address=first.recipient, zone=first.zone, channel=first.channel)
    letter = _letter(tx, post, notices, now)
    today = now.astimezone(ZoneInfo(recipient.zone)).date()
    try:
        message, error = compose(notices, recipient=recipient, letter=letter, today=today), None
    except NotifyError as failure:
        # One question that cannot be rendered must not hold up everybody's reminders.
        message, error = _unrendered(notices, recipient, letter), str(failure)
    row = tx.outbox.queue(message, now=now, error=error)
    tx.schedule.queued([notice.reminder for notice in notices], row)


def _unrendered(notices: Sequence[Notice], recipient: Recipient, letter: Letterhead) -> Message:
    key = message_key(notices, recipient)
    return Message(
        key=key,
        message_id=message_id(key, letter),
        recipient=recipient.address,
        channel=recipient.channel,
        subject=f"could not be rendered: {notices[0].dossier.question.id}",
        raw=b"",
    )


def _letter(tx: Tx, post: Post, notices: Sequence[Notice], now: datetime) -> Letterhead:
    head = tx.ledger.head()
    questions = {notice.dossier.question.id for notice in notices}
    earlier = (
        tx.schedule.earlier_messages(tuple(questions), notices[0].reminder.recipient)
        if len(questions) == 1
        else ()
    )
    return Letterhead(
        sender=post.sender,
        head=Head(head.seq, head.hash),
        key=bytes.fromhex(tx.get("instance_key") or ""),
        sent=now,
        domain=post.domain,
        list_unsubscribe=post.list_unsubscribe,
        replies_to=earlier,
    )


def _deliver(
    store: Store,
    post: Post,
    owner: str,
    clock: Callable[[], datetime],
    stop: Callable[[], bool],
    swept: Swept,
) -> None:
    with ExitStack() as stack:
        sessions = _Sessions(post, stack)
        settle: Callable[[Tx, datetime], None] | None = None
        while True:
            # The acknowledgement of one message and the claim of the next share a commit.
            with store.begin() as tx:
                if settle is not None:
                    settle(tx, clock())
                claimed = (
                    None
                    if stop()
                    else tx.outbox.claim(owner, now=clock(), without=sorted(sessions.down))
                )
            if claimed is None:
                return
            settle = _attempt(claimed, sessions, swept)


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


def _attempt(claimed: Claimed, sessions: _Sessions, swept: Swept) -> Callable[[Tx, datetime], None]:
    """Send a claimed message; return how its row is settled."""
    if claimed.attempts > MOST_ATTEMPTS:
        return _burial(claimed, "given up: every attempt ended without an answer", swept)
    try:
        reply = sessions.send(claimed.message)
    except ConfigError as error:
        sessions.down.add(claimed.message.channel)
        return _deferral(claimed, str(error), maybe_taken=False, swept=swept)
    except NotifyError as error:
        if isinstance(error, Unreachable):
            sessions.down.add(claimed.message.channel)
        if error.permanent or claimed.attempts >= MOST_ATTEMPTS:
            return _burial(claimed, str(error), swept)
        return _deferral(claimed, str(error), maybe_taken=error.maybe_taken, swept=swept)

    def acknowledge(tx: Tx, now: datetime) -> None:
        if tx.outbox.sent(claimed, reply=reply, now=now):
            swept.sent += 1

    return acknowledge


def _deferral(
    claimed: Claimed, error: str, *, maybe_taken: bool, swept: Swept
) -> Callable[[Tx, datetime], None]:
    def defer(tx: Tx, now: datetime) -> None:
        again = now + backoff(claimed.attempts, uniform)
        tx.outbox.defer(claimed, error=error, not_before=again, maybe_taken=maybe_taken)
        swept.deferred += 1
        if error not in swept.errors:
            swept.errors.append(error)

    return defer


def _burial(claimed: Claimed, error: str, swept: Swept) -> Callable[[Tx, datetime], None]:
    def bury(tx: Tx, _now: datetime) -> None:
        tx.outbox.bury(claimed, error=error)
        swept.dead += 1
        if error not in swept.errors:
            swept.errors.append(error)

    return bury
