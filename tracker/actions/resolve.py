"""Settling: how a question turned out, taking that back, and putting it off."""

from datetime import time
from zoneinfo import ZoneInfo

from tracker.actions.arm import Act, arm_after_change
from tracker.actions.record import already_resolved
from tracker.dates import local_instant
from tracker.errors import Conflict, Invalid
from tracker.records import Dossier, Resolution, Snooze, check_resolution
from tracker.store.ledger import Event
from tracker.store.rows import payload
from tracker.store.store import Store


def resolve(store: Store, resolution: Resolution, act: Act) -> Dossier:
    """Record how a question turned out.

    Raises:
        NotFound: if there is no such question.
        Conflict: if it is resolved already.
        Invalid: if that cannot be said yet, such as "no" before an open-ended one's horizon.
    """
    with store.begin() as tx:
        tx.recorded.lock(resolution.question)
        dossier = tx.recorded.dossier(resolution.question)
        if dossier.resolution is not None:
            raise already_resolved(dossier)
        check_resolution(dossier.question, resolution, act.now)
        event = Event("question.resolved", resolution.question, payload(resolution))
        head = tx.ledger.append([event], actor=act.actor, now=act.now)
        tx.recorded.resolve(resolution, event=head.seq, actor=act.actor, now=act.now)
        arm_after_change(tx, resolution.question, act)
        return tx.recorded.dossier(resolution.question)


def reopen(store: Store, question: str, act: Act) -> Dossier:
    """Take a resolution back; both stay in the ledger.

    Raises:
        NotFound: if there is no such question.
        Conflict: if it is not resolved.
        Invalid: if no reason is given.
    """
    with store.begin() as tx:
        tx.recorded.lock(question)
        dossier = tx.recorded.dossier(question)
        if dossier.resolution is None:
            raise Conflict(f"{question} is open: there is nothing to reopen")
        reason = needed_reason(act)
        tx.recorded.reopen(question, reason=reason, actor=act.actor, now=act.now)
        event = Event("question.reopened", question, {"reason": reason})
        tx.ledger.append([event], actor=act.actor, now=act.now)
        arm_after_change(tx, question, act)
        return tx.recorded.dossier(question)


def snooze(store: Store, snooze: Snooze, act: Act) -> Dossier:
    """Be silent about an open question until a day.

    Raises:
        NotFound: if there is no such question.
        Conflict: if it is resolved.
        Invalid: if the day is not in the future.
    """
    with store.begin() as tx:
        tx.recorded.lock(snooze.question)
        dossier = tx.recorded.dossier(snooze.question)
        if dossier.resolution is not None:
            raise Conflict(f"{snooze.question} is resolved: it reminds nobody any more")
        if local_instant(snooze.until, time(), ZoneInfo(dossier.question.zone)) <= act.now:
            raise Invalid(f"{snooze.until} is not in the future", hint="snooze until a later day")
        data = {**payload(snooze), "revision": dossier.revision}
        event = Event("question.snoozed", snooze.question, data)
        head = tx.ledger.append([event], actor=act.actor, now=act.now)
        tx.recorded.snooze(
            snooze, event=head.seq, revision=dossier.revision, actor=act.actor, now=act.now
        )
        arm_after_change(tx, snooze.question, act)
        return tx.recorded.dossier(snooze.question)


def needed_reason(act: Act) -> str:
    """Return why, or refuse to go on without.

    Raises:
        Invalid: if no reason is given.
    """
    if not act.reason or not act.reason.strip():
        raise Invalid("a reason is needed; it is kept in the ledger", hint="add --reason '…'")
    return act.reason.strip()
