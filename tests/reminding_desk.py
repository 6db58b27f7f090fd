"""A desk whose reminders end in a letterbox, on a database of each kind in turn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import examples
from desk import EDITOR, Clock
from letterbox import Letterbox, post_to

from tracker.actions.arm import Act, Audience
from tracker.actions.record import record
from tracker.actions.remind import Swept, sweep
from tracker.actions.resolve import resolve, snooze
from tracker.records import Recipient, ReminderPolicy, Resolution, Snooze
from tracker.store.store import Store

CHLOE = Recipient(address="chloe@invented-gazette.example", zone="UTC")
DESK_CHAT = Recipient(address="desk", zone="UTC", channel="apprise")
DUE = "2026-06-02T09:00"
"""The morning after the deadline of every question that `Desk.record` records."""


class Killed(BaseException):
    """Stands for SIGKILL: nothing below catches it."""


@dataclass
class Desk:
    """Everything that a sweep needs, and short words for what people do."""

    store: Store
    clock: Clock
    box: Letterbox = field(default_factory=Letterbox)
    chat: Letterbox = field(default_factory=lambda: Letterbox(name="apprise"))
    audience: Audience = field(default_factory=lambda: Audience((EDITOR,), ReminderPolicy()))

    def act(self, reason: str | None = None) -> Act:
        return Act("Ada", self.clock(), self.audience, reason)

    def record(self, *ids: str, by: str = "2026-06-01", **fields: Any) -> None:
        """Record questions that differ in their ids only."""
        asked = [examples.question(id=each, deadline={"by": by}, **fields) for each in ids]
        record(self.store, [examples.ARTICLE, *asked], self.act())

    def resolve(self, question: str) -> None:
        evidence = {"question": question, "outcome": "yes", "evidence": "https://city.example"}
        resolve(self.store, Resolution.parse(evidence), self.act())

    def snooze(self, question: str, until: str) -> None:
        silence = Snooze.parse({"question": question, "until": until, "reason": "a vote is near"})
        snooze(self.store, silence, self.act())

    def sweep(self, *, stop: Callable[[], bool] = lambda: False) -> Swept:
        post = post_to(self.box, self.chat)
        return sweep(self.store, post, self.audience, self.clock, stop=stop)

    def states(self) -> dict[str, int]:
        with self.store.reading() as tx:
            return tx.outbox.counts()
