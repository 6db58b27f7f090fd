"""The sweep: everything due is said once, whoever sweeps, whatever fails in between."""

from collections.abc import Sequence
from typing import Any

import pytest
from desk import EDITOR
from reminding_desk import CHLOE, DESK_CHAT, DUE, Desk, Killed

from tracker.actions import remind
from tracker.actions.arm import Audience
from tracker.actions.deliver import MOST_ATTEMPTS
from tracker.actions.remind import revive
from tracker.errors import ConfigError, NotifyError, Unreachable
from tracker.notify.messages import Notice, compose
from tracker.records import Message, Recipient, ReminderPolicy
from tracker.store.attempts import LEASE

# What is due is said, once


def test_what_is_due_is_said_once(due: Desk) -> None:
    swept = due.sweep()
    assert (swept.queued, swept.sent) == (1, 1)
    assert due.sweep().idle
    assert "tracker resolve bridge" in due.box.texts[0]


def test_nothing_is_said_before_its_time(due: Desk) -> None:
    due.clock.set("2026-05-20T12:00")
    assert due.sweep().idle
    due.clock.set("2026-06-02T08:59:59")
    assert due.sweep().idle  # a lead is no use any more
    due.clock.set(DUE)
    assert due.sweep().sent == 1


def test_two_that_sweep_at_once_queue_it_once(due: Desk) -> None:
    """The second begins while the first is sending."""
    inner = []

    def meanwhile(_message: Message) -> None:
        due.box.fault = lambda _message: None
        inner.append(due.sweep())

    due.box.fault = meanwhile
    assert due.sweep().sent == 1
    assert (inner[0].queued, inner[0].sent) == (0, 0)
    assert len(due.box.taken) == 1


def test_everything_due_for_one_recipient_is_one_message(desk: Desk) -> None:
    desk.record("bridge", "tunnel", "tower")
    desk.clock.set(DUE)
    assert desk.sweep().sent == 1
    assert all(f"tracker resolve {each}" in desk.box.texts[0] for each in ("tunnel", "tower"))


@pytest.mark.slow
def test_seven_days_down_with_a_thousand_questions_overdue_is_one_message(desk: Desk) -> None:
    """After an outage a flood of a thousand mails is what makes people switch reminders off."""
    desk.record(*(f"question-{number}" for number in range(1000)))
    desk.sweep()
    desk.clock.set("2026-06-09T12:00")
    swept = desk.sweep()
    assert (swept.queued, swept.sent) == (1, 1)
    assert desk.sweep().idle
    assert "1,000" in desk.box.taken[0].subject or "1000" in desk.box.taken[0].subject


def test_each_recipient_has_a_message_of_their_own_in_their_own_zone(desk: Desk) -> None:
    late = CHLOE.model_copy(update={"zone": "America/Los_Angeles"})
    desk.audience = Audience((EDITOR, late), ReminderPolicy())
    desk.record("bridge")
    desk.clock.set("2026-06-01T12:00")
    desk.sweep()
    desk.box.taken.clear()
    desk.clock.set(DUE)
    desk.sweep()
    assert desk.box.to == [EDITOR.address]
    desk.clock.set("2026-06-02T16:00")
    desk.sweep()
    assert desk.box.to == [EDITOR.address, CHLOE.address]


def test_more_recipients_than_one_transaction_renders_for_all_hear_of_it(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Patched because two hundred letters take a second to render.
    monkeypatch.setattr(remind, "_MOST_RECIPIENTS", 2)
    many = tuple(Recipient(address=f"p{n}@gazette.example", zone="UTC") for n in range(5))
    sqlite_desk.audience = Audience(many, ReminderPolicy())
    sqlite_desk.record("bridge", "tunnel")
    sqlite_desk.clock.set(DUE)
    assert sqlite_desk.sweep().sent == 5
    assert sorted(sqlite_desk.box.to) == [each.address for each in many]
    assert sqlite_desk.sweep().idle


def test_more_notices_than_one_transaction_may_hold_are_all_said_once_to_everybody(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand questions due for twenty people once took 180 MiB, and more with every one."""
    # Patched because ten thousand notices take seconds to render.
    for name, most in (("_MOST_QUESTIONS", 4), ("_MOST_NOTICES", 5), ("_PLANNED_AT_ONCE", 3)):
        monkeypatch.setattr(remind, name, most)
    sqlite_desk.audience = Audience((EDITOR, CHLOE, DESK_CHAT), ReminderPolicy())
    names = [f"question-{number}" for number in range(7)]
    sqlite_desk.record(*names)
    sqlite_desk.clock.set(DUE)
    assert sqlite_desk.sweep().sent == 6  # two for each: four questions and three
    for box, address in ((sqlite_desk.box, EDITOR.address), (sqlite_desk.box, CHLOE.address)):
        told = [text for text, to in zip(box.texts, box.to, strict=True) if to == address]
        assert [sum(f"resolve {name} yes" in text for text in told) for name in names] == [1] * 7
    assert sqlite_desk.sweep().idle


# Stopping and dying


def test_a_stopped_sweep_finishes_the_message_in_hand_and_sends_no_more(desk: Desk) -> None:
    desk.audience = Audience((EDITOR, CHLOE), ReminderPolicy())
    desk.record("bridge")
    desk.clock.set(DUE)
    swept = desk.sweep(stop=lambda: bool(desk.box.taken))
    assert swept.sent == 1
    assert desk.states() == {"sent": 1, "pending": 1}
    assert desk.sweep().sent == 1


def test_a_message_whose_worker_died_is_sent_again_with_the_same_message_id(due: Desk) -> None:
    def die(message: Message) -> None:
        due.box.taken.append(message)
        raise Killed

    due.box.fault = die
    with pytest.raises(Killed):
        due.sweep()
    due.box.fault = lambda _message: None
    swept = due.sweep()
    assert (swept.taken_back, swept.sent) == (1, 1)
    first, second = due.box.taken
    assert first == second


def test_a_message_that_kills_every_worker_is_quarantined(due: Desk) -> None:
    def die(_message: Message) -> None:
        raise Killed

    due.box.fault = die
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            due.sweep()
    swept = due.sweep()
    assert swept.dead == 1
    assert swept.errors == ["given up: every attempt ended without an answer"]
    assert len(due.box.tried) == MOST_ATTEMPTS


def _hang(desk: Desk, minutes: float) -> tuple[int, int]:
    """Let a live worker hold a message for so long; return what another sweep then did."""
    done = []

    def meanwhile(_message: Message) -> None:
        desk.box.fault = lambda _message: None
        desk.clock.forward(minutes=minutes)
        swept = desk.sweep()
        done.append((swept.taken_back, swept.sent))

    desk.box.fault = meanwhile
    desk.sweep()
    return done[0]


def test_a_slow_worker_keeps_its_message_for_the_whole_lease(due: Desk) -> None:
    assert _hang(due, LEASE.total_seconds() / 60) == (0, 0)


def test_a_hung_worker_loses_its_message_after_the_lease(due: Desk) -> None:
    assert _hang(due, LEASE.total_seconds() / 60 + 1) == (1, 1)
    assert due.states() == {"sent": 1}


# Failures


def test_a_passing_failure_is_tried_again_with_growing_waits_and_then_given_up(due: Desk) -> None:
    due.box.fault = lambda _message: NotifyError("450 4.2.0 busy")
    for _ in range(MOST_ATTEMPTS):
        assert due.sweep().dead in (0, 1)
        due.sweep()
        due.clock.forward(hours=6)
    assert len(due.box.tried) == MOST_ATTEMPTS
    assert due.states() == {"dead": 1}


def test_a_permanent_refusal_is_tried_once(due: Desk) -> None:
    due.box.fault = lambda _message: NotifyError("550 5.1.1 nobody here", permanent=True)
    swept = due.sweep()
    assert (swept.dead, swept.errors) == (1, ["550 5.1.1 nobody here"])
    due.clock.forward(days=1)
    assert due.sweep().idle
    assert len(due.box.tried) == 1


@pytest.mark.parametrize("permanent", [True, False])
def test_one_bad_address_starves_nobody_behind_it(desk: Desk, permanent: bool) -> None:  # noqa: FBT001 - a case
    desk.audience = Audience((EDITOR, CHLOE), ReminderPolicy())
    desk.record("bridge")
    desk.clock.set(DUE)
    bad = NotifyError("no", permanent=permanent)
    desk.box.fault = lambda message: bad if message.recipient == CHLOE.address else None
    assert desk.sweep().sent == 1
    assert desk.box.to == [EDITOR.address]


@pytest.mark.parametrize("error", [Unreachable("no route"), ConfigError("no such channel")])
def test_an_unreachable_channel_ends_the_batch_of_that_channel_only(
    desk: Desk, error: Exception
) -> None:
    """Ten messages to a server that is down once took ten timeouts, and the chat waited."""
    desk.audience = Audience((EDITOR, CHLOE, DESK_CHAT), ReminderPolicy())
    desk.record("bridge")
    desk.clock.set(DUE)
    desk.box.fault = lambda _message: error
    swept = desk.sweep()
    assert len(desk.box.tried) == 1
    assert (swept.sent, swept.deferred) == (1, 1)
    assert desk.chat.to == ["desk"]


def test_a_mail_server_that_is_down_for_a_month_loses_nothing(due: Desk) -> None:
    due.box.fault = lambda _message: Unreachable("no route")
    for _ in range(30):
        due.sweep()
        due.clock.forward(days=1)
    due.box.fault = lambda _message: None
    due.sweep()
    assert due.box.taken
    assert set(due.states()) == {"sent"}


def test_what_was_given_up_is_revived(due: Desk) -> None:
    due.box.fault = lambda _message: NotifyError("550 5.7.1 blocked", permanent=True)
    due.sweep()
    due.box.fault = lambda _message: None
    assert due.sweep().idle
    assert revive(due.store, due.audience, due.clock()) == 1
    assert due.sweep().sent == 1


def test_a_question_that_cannot_be_rendered_takes_no_other_with_it(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand other questions stand in the same digest."""

    # Patched because nothing that can be recorded fails to be rendered: that is what is tested.
    def curse(notices: Sequence[Notice], **rest: Any) -> Message:
        if any(each.dossier.question.id == "cursed" for each in notices):
            raise NotifyError("the message cannot be composed: cursed", permanent=True)
        return compose(notices, **rest)

    monkeypatch.setattr(remind, "compose", curse)
    sqlite_desk.record("bridge", "cursed", "tunnel")
    sqlite_desk.clock.set(DUE)
    swept = sqlite_desk.sweep()
    assert (swept.queued, swept.sent, swept.dead) == (2, 1, 1)
    assert "tracker resolve tunnel" in sqlite_desk.box.texts[0]
    monkeypatch.setattr(remind, "compose", compose)
    assert revive(sqlite_desk.store, sqlite_desk.audience, sqlite_desk.clock()) == 1
    assert sqlite_desk.sweep().sent == 1
    assert "tracker resolve cursed" in sqlite_desk.box.texts[1]
