"""The outbox on both databases: a message is claimed by one, settled by its owner, never lost."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import hands
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Conflict
from tracker.records import Message
from tracker.store.attempts import MOST_BACKOFF, Claimed, Ending, backoff
from tracker.store.store import Store

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def message(name: str = "a", channel: str = "email") -> Message:
    return Message(
        key=name,
        message_id=f"<{name}@gazette.example>",
        recipient=f"{name}@gazette.example",
        channel=channel,
        subject=f"Due: {name}",
        raw=b"Subject: due\r\n\r\nDue.\r\n",
    )


@pytest.fixture
def queue(store: Store) -> Callable[..., list[int]]:
    """Puts messages of these names in."""

    def put(*names: str, channel: str = "email") -> list[int]:
        with store.begin() as tx:
            return [tx.outbox.queue(message(name, channel), now=NOW) for name in names]

    return put


def claim(
    store: Store, owner: str = "ben", now: datetime = NOW, without: tuple[str, ...] = ()
) -> Claimed | None:
    with store.begin() as tx:
        return tx.outbox.claim(owner, now=now, without=without)


def must_claim(store: Store, owner: str = "ben", now: datetime = NOW) -> Claimed:
    claimed = claim(store, owner, now)
    assert claimed is not None
    return claimed


def state(store: Store) -> dict[str, int]:
    with store.reading() as tx:
        return tx.outbox.counts()


def test_the_same_message_is_queued_once(store: Store, queue: Callable[..., list[int]]) -> None:
    queue("a")
    with pytest.raises(Conflict):
        queue("a")
    assert state(store) == {"pending": 1}


def test_a_claimed_message_comes_back_octet_for_octet(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    queue("a")
    assert must_claim(store).message == message("a")


def test_a_message_is_claimed_by_one_only(store: Store, queue: Callable[..., list[int]]) -> None:
    queue("a", "b")
    names = [must_claim(store, owner).message.key for owner in ("ben", "chloe")]
    assert names == ["a", "b"]
    assert claim(store, "dan") is None


@pytest.mark.slow
def test_eight_processes_claim_forty_messages_once_each(
    store: Store, database_url: str, queue: Callable[..., list[int]]
) -> None:
    queue(*(f"m{number}" for number in range(40)))
    found = hands.all_at_once(hands.claim_all, [(database_url, f"w{n}", NOW) for n in range(8)])
    assert sorted(chain.from_iterable(found)) == sorted(f"m{number}" for number in range(40))
    assert state(store) == {"sending": 40}


def test_it_is_acknowledged_with_its_reply(store: Store, queue: Callable[..., list[int]]) -> None:
    queue("a")
    claimed = must_claim(store)
    with store.begin() as tx:
        assert tx.outbox.settle(Ending(claimed, "sent", reply="250 OK"), now=NOW)
    assert state(store) == {"sent": 1}
    with store.reading() as tx:
        assert tx.outbox.last_sent() == NOW


def _sent(store: Store, claimed: Claimed) -> bool:
    with store.begin() as tx:
        return tx.outbox.settle(Ending(claimed, "sent", reply="250 OK"), now=NOW)


def _defer(store: Store, claimed: Claimed) -> bool:
    with store.begin() as tx:
        return tx.outbox.settle(Ending(claimed, "pending", error="450"), now=NOW)


def _bury(store: Store, claimed: Claimed) -> bool:
    with store.begin() as tx:
        return tx.outbox.settle(Ending(claimed, "dead", error="550"), now=NOW)


@pytest.mark.parametrize("settle", [_sent, _defer, _bury])
def test_only_the_owner_settles_a_claim(
    settle: Callable[[Store, Claimed], bool], store: Store, queue: Callable[..., list[int]]
) -> None:
    """A worker that hung for an hour must not overwrite what its successor has done since."""
    queue("a")
    late = must_claim(store, "ben")
    with store.begin() as tx:
        tx.outbox.take_back("ben")
    mine = must_claim(store, "chloe")
    assert not settle(store, late)
    assert state(store) == {"sending": 1}
    assert settle(store, mine)


def test_attempts_are_counted_at_the_claim(store: Store, queue: Callable[..., list[int]]) -> None:
    """A message that kills its worker never comes to be counted afterwards."""
    queue("a")
    for number in (1, 2, 3):
        assert must_claim(store).attempts == number
        with store.begin() as tx:
            tx.outbox.take_back("ben")


def test_one_message_is_settled_and_the_next_claimed_at_once(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    queue("a", "b")
    first = must_claim(store)
    with store.begin() as tx:
        settled, second = tx.outbox.settle_and_claim(Ending(first, "sent"), "ben", now=NOW)
    assert settled
    assert second is not None
    assert second.message == message("b")
    assert state(store) == {"sending": 1, "sent": 1}
    with store.begin() as tx:
        ended = Ending(second, "dead", error="550")
        assert tx.outbox.settle_and_claim(ended, "ben", now=NOW) == (True, None)


def test_a_claim_that_was_lost_is_not_settled_and_the_next_is_claimed_all_the_same(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    queue("a", "b")
    lost = must_claim(store)
    with store.begin() as tx:
        tx.outbox.take_back("ben")
    with store.begin() as tx:
        settled, found = tx.outbox.settle_and_claim(Ending(lost, "sent"), "chloe", now=NOW)
    assert not settled
    assert found is not None
    assert found.message == message("b")
    assert state(store) == {"pending": 1, "sending": 1}


def test_a_failure_of_the_channel_costs_the_message_no_attempt(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    """A mail server that was down for a weekend would use up ten attempts of everything."""
    queue("a")
    for _ in range(20):
        claimed = must_claim(store)
        assert claimed.attempts == 1
        with store.begin() as tx:
            tx.outbox.settle(Ending(claimed, "pending", error="no answer", counts=False), now=NOW)


def test_what_was_deferred_waits_its_time_and_comes_after_what_is_new(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    """One bad message at the head of the queue once held up everybody behind it."""
    queue("bad")
    with store.begin() as tx:
        bad = tx.outbox.claim("ben", now=NOW)
        assert bad is not None
        tx.outbox.settle(Ending(bad, "pending", error="450", wait=MINUTE), now=NOW)
    assert claim(store) is None
    queue("good")
    later = NOW + 2 * MINUTE
    assert [must_claim(store, now=later).message.key for _ in range(2)] == ["good", "bad"]


def test_what_a_dead_worker_held_comes_after_what_is_new(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    """Whatever kills its worker would else be tried ten times before anything else."""
    queue("killer", "good")
    must_claim(store)
    with store.begin() as tx:
        assert tx.outbox.take_back("ben") == 1
    assert [must_claim(store).message.key for _ in range(2)] == ["good", "killer"]


def test_what_a_dead_worker_held_is_ready_whatever_the_clock_says(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    """Taken back while the clock ran an hour ahead, it was silent until that hour had passed."""
    queue("a")
    must_claim(store, now=NOW + 60 * MINUTE)
    with store.begin() as tx:
        tx.outbox.take_back("ben")
    assert must_claim(store, now=NOW - 60 * MINUTE).message.key == "a"


def test_a_channel_that_is_down_holds_up_no_other(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    queue("mail")
    queue("chat", channel="apprise")
    claimed = claim(store, without=("email",))
    assert claimed is not None
    assert claimed.message.key == "chat"


def test_what_a_wrong_clock_put_off_for_a_year_is_brought_forward(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    """A clock that ran a year ahead, and was then set right, must silence nothing for a year."""
    queue("a", "b")
    for wait in (timedelta(days=365), MOST_BACKOFF):
        with store.begin() as tx:
            claimed = tx.outbox.claim("ben", now=NOW)
            assert claimed is not None
            tx.outbox.settle(Ending(claimed, "pending", error="450", wait=wait), now=NOW)
    with store.reading() as tx:
        assert tx.glance(NOW).messages
    with store.begin() as tx:
        assert tx.outbox.bring_forward(now=NOW, beyond=NOW + MOST_BACKOFF) == 1
    assert must_claim(store).message.key == "a"
    assert claim(store) is None


def test_what_may_have_been_taken_once_stays_so(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    """A later attempt that fails at the first command says nothing about the one before it."""
    queue("a")
    for maybe_taken, known_before in ((False, False), (True, False), (False, True), (False, True)):
        claimed = must_claim(store)
        assert claimed.maybe_taken == known_before
        with store.begin() as tx:
            ending = Ending(claimed, "pending", error="…", maybe_taken=maybe_taken)
            tx.outbox.settle(ending, now=NOW)


def test_a_dead_workers_message_may_have_been_taken(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    queue("a")
    must_claim(store)
    with store.begin() as tx:
        tx.outbox.take_back("ben")
    assert must_claim(store).maybe_taken


def test_a_withdrawn_message_frees_its_keys(store: Store, queue: Callable[..., list[int]]) -> None:
    (row,) = queue("a")
    with store.begin() as tx:
        tx.outbox.withdraw(row)
    assert claim(store) is None
    queue("a")
    assert must_claim(store).message == message("a")


def test_what_was_given_up_is_shown_and_revived_with_its_attempts_forgotten(
    store: Store, queue: Callable[..., list[int]]
) -> None:
    queue("a")
    claimed = must_claim(store)
    with store.begin() as tx:
        tx.outbox.settle(Ending(claimed, "dead", error="550 nobody of that name"), now=NOW)
    with store.reading() as tx:
        (failed,) = tx.outbox.failed()
    assert (failed.state, failed.attempts) == ("dead", 1)
    assert failed.last_error == "550 nobody of that name"
    assert claim(store) is None
    with store.begin() as tx:
        assert tx.outbox.revive() == 1
    assert must_claim(store).attempts == 1


@given(attempts=st.integers(1, 100), share=st.floats(0, 1))
def test_the_wait_grows_and_keeps_within_its_bounds(attempts: int, share: float) -> None:
    """uniform(0, min(6 h, 1 min · 2ⁿ)): full jitter, so that a crowd does not come back at once."""
    wait = backoff(attempts, lambda low, high: low + share * (high - low))
    most = backoff(attempts, lambda _low, high: high)
    assert most == (MINUTE * 2**attempts if attempts <= 8 else MOST_BACKOFF)
    assert timedelta() <= wait <= most


def _alive(store: Store, token: str) -> bool:
    with store.begin() as tx:
        return tx.alive(token)


def test_a_worker_lives_as_long_as_it_holds_its_lock(store: Store, database_url: str) -> None:
    with closing(Store(database_url)) as other, other.worker() as token:
        assert _alive(store, token)
    assert not _alive(store, token)


def test_a_killed_worker_is_known_at_once(store: Store, database_url: str) -> None:
    hand = hands.Hand(hands.hold_a_lock, database_url)
    hand.go()
    token = hand.next()
    assert _alive(store, token)
    hand.process.kill()
    hand.process.join(10)
    assert not _alive(store, token)


def test_workers_find_each_other_by_whatever_link_they_came(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Each once took the other for dead, and both sent everything."""
    link = tmp_path / "elsewhere.db"
    link.symlink_to(tmp_path / "tracker.db")
    with closing(Store(f"sqlite:///{link}")) as other, other.worker() as token:
        assert _alive(sqlite_store, token)


def test_the_files_of_killed_workers_do_not_gather(sqlite_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "tracker.db.workers"
    folder.mkdir()
    for number in range(5):
        (folder / f"killed-{number}").touch()
    with closing(Store(f"sqlite:///{tmp_path / 'tracker.db'}")) as other, other.worker() as alive:
        with sqlite_store.worker() as mine:
            assert {each.name for each in folder.iterdir()} == {alive, mine}
        assert _alive(sqlite_store, alive)
