"""Statements handed straight to the driver fail in the same words as all the others."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sessions import end_other_sessions
from sqlalchemy import text

from tracker.errors import StoreError
from tracker.records import Message
from tracker.store.engine import open_engine, transaction
from tracker.store.store import Store

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
LETTER = Message(
    key="a",
    message_id="<a@gazette.example>",
    recipient="ada@gazette.example",
    channel="email",
    subject="Due",
    raw=b"Subject: due\r\n\r\nDue.\r\n",
)


def _claimed(store: Store) -> Message | None:
    with store.brisk() as begin, begin() as tx:
        claimed = tx.outbox.claim("ben", now=NOW)
        return claimed.message if claimed else None


@pytest.fixture
def queued(store: Store) -> Store:
    """A database with one message."""
    with store.begin() as tx:
        tx.outbox.queue(LETTER, now=NOW)
    return store


@pytest.fixture
def broken(database_url: str) -> Callable[[str, str], None]:
    """Renames a table behind the store's back."""

    def rename(old: str, new: str) -> None:
        engine = open_engine(database_url)
        with transaction(engine) as conn:
            conn.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
        engine.dispose()

    return rename


def test_a_refusal_is_a_sentence_and_the_next_statement_works(
    queued: Store, broken: Callable[[str, str], None]
) -> None:
    broken("outbox", "mislaid")
    with pytest.raises(StoreError):
        _claimed(queued)
    broken("mislaid", "outbox")
    assert _claimed(queued) == LETTER


def test_a_session_that_ends_between_two_messages_is_a_sentence_and_the_next_one_works(
    postgres_url: str,
) -> None:
    """Known to the driver alone, the dead connection went back among the good ones."""
    store = Store(postgres_url)
    store.create()
    with store.begin() as tx:
        tx.outbox.queue(LETTER, now=NOW)
    with pytest.raises(StoreError, match="cannot be reached"):
        _claim_after(store, lambda: end_other_sessions(postgres_url))
    assert _claimed(store) == LETTER
    store.close()


def _claim_after(store: Store, fault: Callable[[], None]) -> None:
    with store.brisk() as begin:
        with begin() as tx:
            assert tx.outbox.counts() == {"pending": 1}
        fault()
        with begin() as tx:
            tx.outbox.claim("ben", now=NOW)


def test_what_a_broken_off_transaction_claimed_on_sqlite_waits_again(sqlite_store: Store) -> None:
    with sqlite_store.begin() as tx:
        tx.outbox.queue(LETTER, now=NOW)
    with pytest.raises(ZeroDivisionError):
        _claim_and_fail(sqlite_store)
    with sqlite_store.reading() as tx:
        assert tx.outbox.counts() == {"pending": 1}


def _claim_and_fail(store: Store) -> None:
    with store.brisk() as begin, begin() as tx:
        tx.outbox.claim("ben", now=NOW)
        raise ZeroDivisionError
