"""Looking at the whole: what is recorded, what waits, what failed."""

import json
from dataclasses import dataclass
from datetime import datetime

from tracker.actions.remind import LAST_SWEEP
from tracker.store.outbox import Failed
from tracker.store.recorded import Filter
from tracker.store.store import Store


@dataclass(frozen=True, slots=True)
class Status:
    """What waits, what failed, and when the last sweep ran.

    Attributes:
        recorded: how many rows each noun has.
        open_overdue: questions whose deadline has passed unresolved.
        last_sweep: its instant, or None.
        last_did: what it did, in words.
        last_sent: when a server last took a message.
        scheduled: how many reminders are planned.
        next_due: when the next of them is due.
        messages: how many messages are in each state.
        failed: those that are dead or wait after a failure.
        head: the ledger's head.
    """

    recorded: dict[str, int]
    open_overdue: int
    last_sweep: datetime | None
    last_did: str
    last_sent: datetime | None
    scheduled: int
    next_due: datetime | None
    messages: dict[str, int]
    failed: list[Failed]
    head: str


def status(store: Store, now: datetime) -> Status:
    """Look at the whole; writes nothing."""
    with store.reading() as tx:
        last = json.loads(tx.get(LAST_SWEEP) or "{}")
        return Status(
            recorded=tx.recorded.counts(),
            open_overdue=tx.recorded.count(Filter(open=True, closes_before=now)),
            last_sweep=datetime.fromisoformat(last["at"]) if last else None,
            last_did=last.get("did", ""),
            last_sent=tx.outbox.last_sent(),
            scheduled=tx.schedule.waiting(),
            next_due=tx.schedule.next_fire(),
            messages=tx.outbox.counts(),
            failed=tx.outbox.failed(),
            head=str(tx.ledger.head()),
        )
