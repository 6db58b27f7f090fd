"""The promise, over the real store: nobody is forgotten, and nobody is told twice.

People record, amend, snooze, resolve and reopen; the daemon sweeps, or is down for weeks; the mail
server refuses, is down, or takes a message and loses the answer; workers die. Whatever the order:
every open question past its deadline is heard of within a day of the next good sweep, and nobody
receives two messages for one stage.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from desk import EDITOR, Clock
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from reminding_desk import CHLOE, DESK_CHAT, Desk, Killed
from sqlalchemy import select

from tracker.actions.arm import Audience
from tracker.actions.record import amend
from tracker.actions.resolve import reopen
from tracker.errors import Conflict, Invalid, NotifyError, TrackerError, Unreachable
from tracker.records import Dossier, Message, ReminderPolicy
from tracker.store.recorded import Filter
from tracker.store.store import Store
from tracker.store.tables import outbox, reminders

NAMES = ("bridge", "tunnel", "tower")
AUDIENCES = [
    Audience(people, policy)
    for people in ((EDITOR,), (EDITOR, CHLOE), (EDITOR, DESK_CHAT))
    for policy in (
        ReminderPolicy(),
        ReminderPolicy(overdue_days=(1, 5), escalate_days=2, escalate_to="dan@gazette.example"),
    )
]
_SAID = select(
    outbox.c.message_id,
    reminders.c.question,
    reminders.c.stage,
    reminders.c.occasion,
    reminders.c.recipient,
    reminders.c.channel,
).join(outbox, outbox.c.id == reminders.c.message)
_FAULTS = {
    "losing its answers": NotifyError("no answer", maybe_taken=True),
    "refusing for now": NotifyError("450 busy"),
    "down": Unreachable("no route"),
}


class Promise(RuleBasedStateMachine):
    """A desk over some months."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory(prefix="promise-")
        store = Store(f"sqlite:///{Path(self._folder.name) / 'tracker.db'}")
        store.create()
        self.desk = Desk(store, Clock())
        self.desk.audience = AUDIENCES[0]
        self.reopened: set[str] = set()
        self.told: set[tuple[str, ...]] = set()

    def teardown(self) -> None:
        self.desk.store.close()
        self._folder.cleanup()

    def _dossiers(self) -> list[Dossier]:
        with self.desk.store.reading() as tx:
            return tx.recorded.dossiers(Filter(open=True))

    def _day(self, days: int) -> date:
        return self.desk.clock().date() + timedelta(days=days)

    @rule(name=st.sampled_from(NAMES), days=st.integers(-5, 40))
    def record(self, name: str, days: int) -> None:
        with suppress(Conflict, Invalid):
            self.desk.record(name, by=str(self._day(days)))

    @rule(name=st.sampled_from(NAMES), days=st.integers(-2, 60))
    def postpone(self, name: str, days: int) -> None:
        with suppress(TrackerError):
            deadline = {"deadline": {"by": str(self._day(days))}}
            amend(self.desk.store, name, deadline, self.desk.act("the works are late"))

    @rule(name=st.sampled_from(NAMES), days=st.integers(1, 30))
    def snooze(self, name: str, days: int) -> None:
        with suppress(TrackerError):
            self.desk.snooze(name, str(self._day(days)))

    @rule(name=st.sampled_from(NAMES))
    def resolve(self, name: str) -> None:
        with suppress(TrackerError):
            self.desk.resolve(name)

    @rule(name=st.sampled_from(NAMES))
    def reopen(self, name: str) -> None:
        with suppress(TrackerError):
            reopen(self.desk.store, name, self.desk.act("it was revised"))
            # A new beginning: what was said before the answer was taken back may be said again.
            self.reopened.add(name)

    @rule(audience=st.sampled_from(AUDIENCES))
    def change_the_audience(self, audience: Audience) -> None:
        self.desk.audience = audience

    @rule(hours=st.sampled_from([1, 7, 24, 24 * 8, 24 * 45]))
    def be_down(self, hours: int) -> None:
        self.desk.clock.forward(hours=hours)

    @rule()
    def sweep(self) -> None:
        self.desk.sweep()

    @rule(name=st.sampled_from(sorted(_FAULTS)))
    def sweep_while_mail_is(self, name: str) -> None:
        with self._fault(_FAULTS[name]):
            self.desk.sweep()

    @rule()
    def stop_before_sending(self) -> None:
        self.desk.sweep(stop=lambda: True)

    @rule(taken=st.booleans())
    def die_while_sending(self, taken: bool) -> None:  # noqa: FBT001 - a strategy's value
        def die(message: Message) -> None:
            if taken:
                self.desk.box.taken.append(message)
            raise Killed

        self.desk.box.fault = die
        with suppress(Killed):
            self.desk.sweep()
        self.desk.box.fault = lambda _message: None

    @contextmanager
    def _fault(self, error: Exception) -> Iterator[None]:
        for box in (self.desk.box, self.desk.chat):
            box.fault = lambda _message: error
        yield
        for box in (self.desk.box, self.desk.chat):
            box.fault = lambda _message: None

    @precondition(lambda self: self._dossiers())
    @rule()
    def a_good_day_leaves_nobody_forgotten(self) -> None:
        """Within a day of the next sweep: backoff is six hours at most."""
        for _ in range(5):
            self.desk.sweep()
            self.desk.clock.forward(hours=6)
        self.desk.sweep()
        now = self.desk.clock()
        for dossier in self._dossiers():
            if dossier.question.closes_at + timedelta(days=2) > now:
                continue
            if dossier.snooze is not None and dossier.snooze.until >= now.date():
                continue
            for person in self.desk.audience.recipients:
                heard = self._heard(dossier, person.address)
                assert heard, f"{person.address} has not heard of {dossier.question.id}"

    def _heard(self, dossier: Dossier, address: str) -> list[str]:
        """The stages after the deadline that this person received."""
        query = (
            select(reminders.c.stage)
            .join(outbox, outbox.c.id == reminders.c.message)
            .where(
                reminders.c.question == dossier.question.id,
                reminders.c.recipient == address,
                reminders.c.stage.in_(("due", "overdue")),
                reminders.c.occasion.startswith(str(dossier.question.deadline.closes_on)),
                outbox.c.state == "sent",
            )
        )
        with self.desk.store.reading() as tx:
            return list(tx._conn.execute(query).scalars())  # noqa: SLF001 - no command asks this

    @invariant()
    def nobody_receives_two_messages_for_one_stage(self) -> None:
        """Two: with two Message-IDs. A repeated delivery carries the first one's."""
        with self.desk.store.reading() as tx:
            rows = tx._conn.execute(_SAID).all()  # noqa: SLF001 - as above
        # Kept from step to step: what a withdrawn message had said is forgotten by the store.
        taken = {each.message_id for box in (self.desk.box, self.desk.chat) for each in box.taken}
        self.told |= {tuple(row) for row in rows if row.message_id in taken}
        stages = Counter(one[1:] for one in self.told if one[1] not in self.reopened)
        assert not [stage for stage, count in stages.items() if count > 1]

    @invariant()
    def what_is_marked_sent_was_taken(self) -> None:
        taken = {each.message_id for box in (self.desk.box, self.desk.chat) for each in box.taken}
        with self.desk.store.reading() as tx:
            sent = select(outbox.c.message_id).where(outbox.c.state == "sent")
            assert set(tx._conn.execute(sent).scalars()) <= taken  # noqa: SLF001 - as above

    @invariant()
    def nothing_is_given_up(self) -> None:
        assert "dead" not in self.desk.states()


Promise.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestPromise = pytest.mark.slow(Promise.TestCase)
