"""What changes between one sweep and the next: answers, people, clocks, the disk."""

import pytest
from desk import EDITOR, Clock
from reminding_desk import CHLOE, DUE, Desk, Killed
from sessions import end_other_sessions
from sqlalchemy import text

from tracker.actions import remind
from tracker.actions.arm import Audience
from tracker.actions.record import amend
from tracker.actions.resolve import reopen
from tracker.errors import NotifyError, StoreError
from tracker.records import Message, ReminderPolicy
from tracker.store.engine import transaction
from tracker.store.store import Store

# What changes between rendering and sending


def test_a_question_resolved_before_its_message_left_is_not_asked_about(due: Desk) -> None:
    due.sweep(stop=lambda: True)
    assert due.states() == {"pending": 1}
    due.resolve("bridge")
    assert due.sweep().sent == 0
    due.clock.forward(days=60)
    assert due.sweep().idle


def test_the_others_of_a_withdrawn_message_are_said_in_a_new_one(desk: Desk) -> None:
    desk.record("bridge", "tunnel")
    desk.clock.set(DUE)
    desk.sweep(stop=lambda: True)
    desk.resolve("bridge")
    assert desk.sweep().sent == 1
    assert "tracker resolve tunnel" in desk.box.texts[0]
    assert "tracker resolve bridge" not in desk.box.texts[0]


def test_a_message_that_a_server_may_have_stays_as_it_is(desk: Desk) -> None:
    """A new one in its place, about the others, would be a second about them."""
    desk.record("bridge", "tunnel")
    desk.clock.set(DUE)
    desk.box.fault = lambda _message: NotifyError("no answer", maybe_taken=True)
    desk.sweep()
    desk.resolve("bridge")
    desk.box.fault = lambda _message: None
    desk.clock.forward(hours=1)
    swept = desk.sweep()
    assert (swept.queued, swept.sent) == (0, 1)
    assert desk.sweep().idle


def test_a_question_settled_with_the_message_that_got_no_answer_is_not_asked_about_again(
    due: Desk,
) -> None:
    """The server took it, its answer was lost, its reader resolved the question: that is all."""
    due.box.fault = lambda _message: NotifyError("no answer", maybe_taken=True)
    due.sweep()
    due.resolve("bridge")
    due.box.fault = lambda _message: None
    due.clock.forward(hours=1)
    assert due.sweep().withdrawn == 1
    assert due.box.taken == []


def test_a_question_resolved_while_its_message_was_being_refused_is_not_asked_about(
    desk: Desk,
) -> None:
    """It was neither waiting nor sent just then, so the resolving could not withdraw it."""
    desk.record("bridge", "tunnel")
    desk.clock.set(DUE)

    def meanwhile(_message: Message) -> NotifyError:
        desk.resolve("bridge")
        return NotifyError("450 busy")

    desk.box.fault = meanwhile
    desk.sweep()
    desk.box.fault = lambda _message: None
    desk.clock.forward(hours=1)
    assert desk.sweep().withdrawn == 1
    assert desk.sweep().sent == 1
    assert "tracker resolve bridge" not in desk.box.texts[0]


def test_a_reopened_question_is_asked_about_again(due: Desk) -> None:
    due.sweep()
    due.resolve("bridge")
    due.clock.set("2026-06-04T12:00")
    reopen(due.store, "bridge", due.act("the register was wrong"))
    due.clock.set("2026-06-05T09:00")
    assert due.sweep().sent == 1


def test_a_snoozed_question_is_silent_until_its_day_and_then_comes_back(due: Desk) -> None:
    due.sweep()
    due.snooze("bridge", "2026-07-10")
    due.clock.set("2026-07-10T08:59")
    assert due.sweep().idle
    due.clock.set("2026-07-10T09:00")
    assert due.sweep().sent == 1


def test_a_postponed_question_reminds_again(desk: Desk) -> None:
    """Elsewhere the reminder was unique on question and stage, and never came again."""
    desk.record("bridge")
    desk.clock.set("2026-05-25T09:00")
    assert desk.sweep().sent == 1
    amend(desk.store, "bridge", {"deadline": {"by": "2026-08-01"}}, desk.act("the works are late"))
    desk.clock.set(DUE)
    assert desk.sweep().idle
    desk.clock.set("2026-07-25T09:00")
    assert desk.sweep().sent == 1
    desk.clock.set("2026-08-02T09:00")
    assert desk.sweep().sent == 1


def test_new_recipients_hear_of_what_is_open(due: Desk) -> None:
    due.sweep()
    due.audience = Audience((EDITOR, CHLOE), ReminderPolicy())
    assert due.sweep().sent == 1
    assert due.box.to == [EDITOR.address, CHLOE.address]


def test_former_recipients_hear_of_nothing_more(due: Desk) -> None:
    due.sweep()
    due.audience = Audience((CHLOE,), ReminderPolicy())
    due.sweep()
    due.clock.forward(days=3)
    due.sweep()
    assert due.box.to == [EDITOR.address, CHLOE.address, CHLOE.address]


def test_an_amended_text_is_not_said_twice(due: Desk) -> None:
    due.clock.set("2026-05-25T09:00")
    due.sweep()
    amend(due.store, "bridge", {"text": "Will it open by 1 June 2026?"}, due.act("shorter"))
    assert due.sweep().idle


# The clock


@pytest.mark.slow
@pytest.mark.parametrize("hours", [-24 * 400, -1, 1, 24 * 400])
def test_a_clock_that_steps_and_returns_loses_nothing_and_repeats_nothing(
    due: Desk, hours: int
) -> None:
    right = due.clock()
    due.clock.forward(hours=hours)
    due.sweep()
    due.clock.now = right
    due.sweep()
    assert len(due.box.taken) == 1
    due.clock.forward(hours=1)
    assert due.sweep().idle


def test_a_message_deferred_under_a_wrong_clock_is_not_silent_for_a_year(due: Desk) -> None:
    right = due.clock()
    due.clock.forward(days=365)
    due.box.fault = lambda _message: NotifyError("450 busy")
    due.sweep()
    due.box.fault = lambda _message: None
    due.clock.now = right
    assert due.sweep().sent == 1


def test_a_claim_made_under_a_clock_that_ran_ahead_does_not_outlive_its_worker(due: Desk) -> None:
    def die(_message: Message) -> None:
        raise Killed

    right = due.clock()
    due.clock.forward(days=365)
    due.box.fault = die
    with pytest.raises(Killed):
        due.sweep()
    due.box.fault = lambda _message: None
    due.clock.now = right
    assert due.sweep().sent == 1


# The database


def test_an_idle_sweep_writes_nothing_for_minutes(due: Desk) -> None:
    """A commit a minute keeps a laptop's disk awake."""
    due.sweep()
    before = _last_sweep(due)
    due.clock.forward(minutes=4)
    due.sweep()
    assert _last_sweep(due) == before
    due.clock.forward(minutes=1)
    due.sweep()
    assert _last_sweep(due) != before


def _last_sweep(desk: Desk) -> str | None:
    with desk.store.reading() as tx:
        return tx.get(remind.LAST_SWEEP)


def test_a_full_disk_is_said_and_loses_nothing(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.record(*(f"question-{number}" for number in range(50)))
    desk.clock.set(DUE)
    _switch(desk, "PRAGMA max_page_count = 1")  # no fewer than there are
    with pytest.raises(StoreError, match="disk is full"):
        desk.sweep()
    assert desk.box.taken == []
    _switch(desk, "PRAGMA max_page_count = 1000000")
    assert desk.sweep().sent == 1


def test_a_read_only_file_is_said_and_loses_nothing(sqlite_desk: Desk) -> None:
    """A full quota, or a mount that went read-only after an error of the disk."""
    desk = sqlite_desk
    desk.record("bridge")
    desk.clock.set(DUE)
    _switch(desk, "PRAGMA query_only = on")
    with pytest.raises(StoreError, match="read-only"):
        desk.sweep()
    _switch(desk, "PRAGMA query_only = off")
    assert desk.sweep().sent == 1


def _switch(desk: Desk, pragma: str) -> None:
    with transaction(desk.store._engine, reading=True) as conn:  # noqa: SLF001 - the disk is the fault
        conn.execute(text(pragma))


def test_a_server_that_only_reads_is_said_and_loses_nothing(
    postgres_url: str, clock: Clock
) -> None:
    """A replica that the name still leads to after a failover."""
    writing = Store(postgres_url)
    writing.create()
    reading = Store(f"{postgres_url}&options=-c default_transaction_read_only=on")
    desk = Desk(writing, clock)
    desk.record("bridge")
    clock.set(DUE)
    desk.store = reading
    with pytest.raises(StoreError, match="read-only"):
        desk.sweep()
    assert desk.box.taken == []
    desk.store = writing
    assert desk.sweep().sent == 1
    for each in (writing, reading):
        each.close()


def test_an_answer_outlives_the_connection_it_was_to_be_written_by(
    postgres_url: str, clock: Clock
) -> None:
    """The server was down for a moment between the 250 and our mark: that made a duplicate."""
    store = Store(postgres_url)
    store.create()
    desk = Desk(store, clock)
    desk.record("bridge")
    clock.set(DUE)
    desk.box.fault = lambda _message: end_other_sessions(postgres_url)
    assert desk.sweep().sent == 1
    assert desk.states() == {"sent": 1}
    assert desk.sweep().idle
    store.close()
