"""An attempt to send a message: its claim, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tracker.records import Message

LEASE = timedelta(minutes=30)
MOST_BACKOFF = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker alone may send.

    Attributes:
        id: the row.
        owner: the worker's token; only with it can the row be settled.
        attempts: how often it was claimed, this time included.
        again: whether it was claimed before, so that what it asks may be settled by now.
        maybe_taken: whether an earlier attempt ended without an answer.
        message: what to send.
    """

    id: int
    owner: str
    attempts: int
    again: bool
    maybe_taken: bool
    message: Message


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended; with it the claim is settled.

    Attributes:
        claimed: the claim.
        state: "sent" where the server took it, "pending" where it is tried again, "dead" where it
            is given up: `tracker status` shows it then, `tracker remind --retry` revives it.
        reply: what the server said, of a message that was taken.
        error: what went wrong, of one that was not.
        wait: after how long it is tried again.
        maybe_taken: whether the server may have it all the same; once it may, it stays so.
        counts: False where the failure was not the message's: the attempt is given back.
    """

    claimed: Claimed
    state: Literal["sent", "pending", "dead"]
    reply: str | None = None
    error: str | None = None
    wait: timedelta = timedelta(0)
    maybe_taken: bool = False
    counts: bool = True

    def row(self, now: datetime) -> dict[str, object]:
        """Return the row's new values by the names of `outbox`'s columns.

        Args:
            now: the clock, read inside the transaction that writes them.
        """
        return {
            "state": self.state,
            "attempts": self.claimed.attempts - (not self.counts),
            "maybe_taken": self.claimed.maybe_taken or self.maybe_taken,
            "not_before": now + self.wait if self.state == "pending" else None,
            "last_error": self.error,
            "reply": self.reply,
            "sent_at": now if self.state == "sent" else None,
        }


def backoff(attempts: int, uniform: Callable[[float, float], float]) -> timedelta:
    """Return how long to wait after a failed attempt: full jitter, at most six hours.

    uniform(0, min(6 h, 1 min · 2ⁿ)), after M. Brooker, "Exponential backoff and jitter", AWS
    Architecture Blog (2015).
    """
    most = min(MOST_BACKOFF.total_seconds(), 60.0 * 2**attempts)
    return timedelta(seconds=uniform(0, most))
