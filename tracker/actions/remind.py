"""Reminding: one sweep says everything that is due, once, to everybody who should hear it.

Any number of workers may sweep one database at once. What is due becomes a rendered message and is
marked queued in one transaction; then messages are claimed, sent outside any transaction and
acknowledged one by one. A crash at any point repeats a message at worst; it never loses one.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.actions.arm import FINGERPRINT, Audience, arm_ids, follow_audience, planned_for
from tracker.actions.deliver import Post, Round, Swept, deliver, take_back
from tracker.errors import NotifyError
from tracker.notify.messages import Head, Letterhead, Notice, compose, message_id, message_key
from tracker.records import Message, Recipient, Reminder
from tracker.reminders import pick
from tracker.store.glance import Glance
from tracker.store.recorded import Filter
from tracker.store.store import Store, Tx

__all__ = ["LAST_SWEEP", "Post", "Swept", "preview", "revive", "sweep", "waiting"]

LAST_SWEEP = "last_sweep"
# Rendering takes milliseconds: in one transaction no more than others will gladly wait for, and
# than a small machine has the memory for. What is more goes into further messages.
_MOST_RECIPIENTS = 200
_MOST_QUESTIONS = 1500
_MOST_NOTICES = 10_000
_PLANNED_AT_ONCE = 100
# An idle sweep writes only now and then, or every minute would cost a disk's commit.
_REMEMBERED_FOR = timedelta(minutes=5)


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
    round_ = Round(store, post, audience, clock, stop, Swept())
    found = _look(store, clock())
    if found.remembered.get(FINGERPRINT) != audience.fingerprint:
        follow_audience(store, audience, clock)
        found = _look(store, clock())
    if found.messages or (found.next_fire is not None and found.next_fire <= clock()):
        _work(round_)
    _remember(round_, found.remembered.get(LAST_SWEEP))
    return round_.swept


def _look(store: Store, now: datetime) -> Glance:
    with store.reading() as tx:
        return tx.glance(now, FINGERPRINT, LAST_SWEEP)


def _work(round_: Round) -> None:
    with round_.store.worker() as owner:
        with round_.store.begin() as tx:
            take_back(tx, owner, round_.clock(), round_.swept)
            more = _queue(tx, round_)
        while more and not round_.stop():
            with round_.store.begin() as tx:
                more = _queue(tx, round_)
        deliver(round_, owner)


def _remember(round_: Round, before: str | None) -> None:
    """Keep when the last sweep was, and what it did if it did anything."""
    now = round_.clock()
    if round_.swept.idle and before is not None:
        at = datetime.fromisoformat(json.loads(before)["at"])
        if abs(now - at) < _REMEMBERED_FOR:
            return
    with round_.store.begin() as tx:
        tx.put(LAST_SWEEP, json.dumps({"at": now.isoformat(), "did": str(round_.swept)}))


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
    """Give dead messages another ten attempts, and let no other wait; return how many there were.

    One that could not even be rendered is taken out, so that the next sweep renders it anew.
    """
    with store.begin() as tx:
        unrendered = tx.outbox.unrendered()
        for message in unrendered:
            tx.outbox.withdraw(message)
            questions = tx.schedule.release(message)
            arm_ids(tx, questions, audience, now)
        return tx.outbox.revive() + len(unrendered)


def _queue(tx: Tx, round_: Round) -> bool:
    """Render what is due for some recipients and mark it queued; say whether there was any."""
    now = round_.clock()
    due = tx.schedule.due(now, recipients=_MOST_RECIPIENTS, questions=_MOST_QUESTIONS)
    if not due.questions:
        return False
    fewer = max(1, _MOST_NOTICES // len(due.questions))
    if fewer < len(due.recipients):
        # Asked again, since these may not be the questions that those few are to hear of.
        due = tx.schedule.due(now, recipients=fewer, questions=_MOST_QUESTIONS)
    said: dict[tuple[str, str], list[Notice]] = defaultdict(list)
    # A few at a time: what was ever said about them is read along, for every recipient.
    for start in range(0, len(due.questions), _PLANNED_AT_ONCE):
        questions = due.questions[start : start + _PLANNED_AT_ONCE]
        for notice in _due_notices(tx, questions, due.recipients, round_.audience, now):
            said[notice.reminder.recipient, notice.reminder.channel].append(notice)
    for notices in said.values():
        _queue_message(tx, round_, notices, now)
    return True


def _due_notices(
    tx: Tx,
    questions: Sequence[str],
    named: Collection[tuple[str, str]],
    audience: Audience,
    now: datetime,
) -> list[Notice]:
    """Return what these recipients are to hear of these questions; the rest stays scheduled."""
    dossiers = tx.recorded.dossiers(Filter(ids=tuple(questions)))
    said: list[Notice] = []
    later: list[Reminder] = []
    plans = planned_for(tx, dossiers, audience, now)
    for dossier, plan in zip(dossiers, plans, strict=True):
        at_once, afterwards = pick(plan, now=now)
        later.extend(afterwards)
        for reminder in at_once:
            if (reminder.recipient, reminder.channel) in named:
                said.append(Notice(reminder, dossier))
            else:
                later.append(reminder)
    tx.schedule.replace(questions, later)
    return said


def _queue_message(tx: Tx, round_: Round, notices: Sequence[Notice], now: datetime) -> None:
    letter = _letter(tx, round_.post, notices, now)
    for message, about, error in _rendered(notices, letter):
        row = tx.outbox.queue(message, now=now, error=error)
        tx.schedule.queued([notice.reminder for notice in about], row)
        round_.swept.queued += 1
        if error is not None:
            round_.swept.dead += 1
            round_.swept.went_wrong(error)


_Rendered = tuple[Message, Sequence[Notice], str | None]


def _rendered(notices: Sequence[Notice], letter: Letterhead) -> list[_Rendered]:
    """Render one message; where that fails, one without the questions that make it fail."""
    try:
        return [(_compose(notices, letter), notices, None)]
    except NotifyError as error:
        by_question: dict[str, list[Notice]] = defaultdict(list)
        for notice in notices:
            by_question[notice.dossier.question.id].append(notice)
        bad = [each for each in by_question.values() if not _composes(each, letter)]
        good = [each for each in notices if all(each not in group for group in bad)]
        if not bad or not good:
            return [(_unrendered(notices, letter), notices, str(error))]
        return [entry for part in (*bad, good) for entry in _rendered(part, letter)]


def _composes(notices: Sequence[Notice], letter: Letterhead) -> bool:
    try:
        _compose(notices, letter)
    except NotifyError:
        return False
    return True


def _compose(notices: Sequence[Notice], letter: Letterhead) -> Message:
    recipient = _recipient(notices)
    today = letter.sent.astimezone(ZoneInfo(recipient.zone)).date()
    return compose(notices, recipient=recipient, letter=letter, today=today)


def _recipient(notices: Sequence[Notice]) -> Recipient:
    first = notices[0].reminder
    return Recipient(address=first.recipient, zone=first.zone, channel=first.channel)


def _unrendered(notices: Sequence[Notice], letter: Letterhead) -> Message:
    recipient = _recipient(notices)
    key = message_key(notices, recipient)
    return Message(
        key=key,
        message_id=message_id(key, letter),
        recipient=recipient.address,
        channel=recipient.channel,
        subject=f"could not be rendered: {notices[0].dossier.question.id}",
        raw=b"",
    )


def _leads(notices: Iterable[Notice]) -> bool:
    return any(notice.reminder.stage == "lead" for notice in notices)


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
        # Only a lead carries a calendar.
        reopened=tx.recorded.reopened() if _leads(notices) else {},
    )
