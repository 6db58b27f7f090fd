"""The ledger's guards: what is in it stays, and only the next link may follow."""

from collections.abc import Callable

import pytest
from examples import ALL, question
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tracker.actions.arm import Act
from tracker.actions.record import record
from tracker.errors import StoreError
from tracker.store.engine import open_engine, transaction
from tracker.store.ledger import Event
from tracker.store.store import Store

_AT = "2026-03-02T12:00:00.000000Z"


@pytest.fixture
def filled(store: Store, database_url: str, act: Callable[..., Act]) -> str:
    """A ledger of four events; its database's URL."""
    record(store, ALL, act())
    return database_url


def _insert(seq: int, prev: str, verb: str = "INSERT") -> str:
    return (
        f"{verb} INTO ledger (seq, at, actor, action, subject, payload, prev, hash) "
        f"VALUES ({seq}, '{_AT}', 'Eve', 'question.recorded', 'x', '{{}}', '{prev}', 'ff')"
    )


_HEAD = "(SELECT hash FROM ledger WHERE seq = 4)"
FORGERIES = {
    "an event's words": "UPDATE ledger SET payload = '{}' WHERE seq = 2",
    "every event's actor": "UPDATE ledger SET actor = 'Eve'",
    "an event taken out": "DELETE FROM ledger WHERE seq = 2",
    "the last event taken out": "DELETE FROM ledger WHERE seq = 4",
    "all taken out": "DELETE FROM ledger",
    "a gap": _insert(6, "0" * 64),
    "a second beginning": _insert(1, "0" * 64),
    "the right place after the wrong event": _insert(5, "0" * 64),
    "before the beginning": _insert(0, "0" * 64),
    "a second next link": _insert(4, "f" * 64),
}
ON_SQLITE = {
    "INSERT OR REPLACE of the last event": _insert(4, "f" * 64, "INSERT OR REPLACE"),
    "INSERT OR REPLACE of the first": _insert(1, "0" * 64, "INSERT OR REPLACE"),
    "REPLACE by the same next link": "REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 4",
    "UPDATE OR IGNORE": "UPDATE OR IGNORE ledger SET actor = 'Eve'",
    "INSERT OR IGNORE that does not continue": _insert(9, "f" * 64, "INSERT OR IGNORE"),
}
ON_POSTGRESQL = {
    "TRUNCATE": "TRUNCATE ledger",
    "TRUNCATE ... CASCADE": "TRUNCATE ledger CASCADE",
    "ON CONFLICT DO UPDATE": _insert(4, "f" * 64) + " ON CONFLICT (seq) DO UPDATE SET actor = 'E'",
    "MERGE": "MERGE INTO ledger USING (SELECT 4 AS n) s ON seq = n WHEN MATCHED THEN DELETE",
}


def _refused(url: str, forgery: str) -> None:
    engine = open_engine(url)
    with pytest.raises(StoreError, match="append-only"), transaction(engine) as conn:
        conn.execute(text(forgery))
    with transaction(engine, reading=True) as conn:
        assert conn.execute(text("SELECT count(*), max(seq) FROM ledger")).one() == (4, 4)
        assert conn.execute(text("SELECT count(*) FROM ledger WHERE actor <> 'Ada'")).scalar() == 0
    engine.dispose()


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_the_ledger_refuses(filled: str, forgery: str) -> None:
    _refused(filled, forgery)


@pytest.mark.parametrize("forgery", ON_SQLITE.values(), ids=ON_SQLITE)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlites_own_ways_around_the_guards_are_closed(filled: str, forgery: str) -> None:
    """OR REPLACE deletes without firing DELETE triggers unless recursive_triggers is on."""
    _refused(filled, forgery)


@pytest.mark.parametrize("forgery", ON_POSTGRESQL.values(), ids=ON_POSTGRESQL)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresqls_own_ways_around_the_guards_are_closed(filled: str, forgery: str) -> None:
    _refused(filled, forgery)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_or_replace_is_refused_even_where_recursive_triggers_are_off(filled: str) -> None:
    """Another program's connection has that switch off; the INSERT guard holds all the same."""
    engine = open_engine(filled)
    with engine.connect() as conn:
        raw = conn.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA recursive_triggers=OFF")
        for forgery in ON_SQLITE.values():
            with pytest.raises(DBAPIError, match="append-only"):
                conn.exec_driver_sql(forgery)
            conn.rollback()
    engine.dispose()


def test_a_payload_with_a_float_is_refused_and_nothing_is_written(
    store: Store, act: Callable[..., Act]
) -> None:
    """0.1 has no one spelling in JSON, so its hash would depend on who writes it."""
    event = Event("question.recorded", "x", {"deep": [{"probability": 0.1}]})
    with pytest.raises(TypeError, match="float"), store.begin() as tx:
        tx.ledger.append([event], actor="Ada", now=act().now)
    with store.reading() as tx:
        assert tx.ledger.head().seq == 0


def test_events_of_one_transaction_stay_out_with_it(store: Store, act: Callable[..., Act]) -> None:
    """Records and their events are written together or not at all."""

    class Interrupted(Exception):  # noqa: N818 - a stand-in for any crash
        pass

    def interrupted() -> None:
        with store.begin() as tx:
            tx.ledger.append([Event("article.recorded", "x", {})], actor="Ada", now=act().now)
            raise Interrupted

    with pytest.raises(Interrupted):
        interrupted()
    record(store, [question()], act())
    with store.reading() as tx:
        assert [entry.subject for entry in tx.ledger.entries()] == ["bridge-by-june"]
