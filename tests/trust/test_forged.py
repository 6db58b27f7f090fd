"""Whatever somebody writes who owns the database: verification names it, and never breaks off."""

# ruff: noqa: S608 - statements of table and column names, both our own

from typing import Any

import pytest
from desk import Clock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, insert
from tampering import found_after

from tracker.articles.snapshots import snapshot
from tracker.store.ledger import Event, Ledger
from tracker.store.replay import REPLAYED
from tracker.store.tables import contents, ledger
from tracker.store.verify import verify

_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
_FIELDS = sorted({column.name for table in REPLAYED for column in table.columns} | {"reading"})
_READINGS = st.dictionaries(
    st.sampled_from(["phrase", "probability", "range", "negated"]), _ANYTHING, max_size=4
)
_PAYLOADS = st.dictionaries(st.sampled_from(_FIELDS), _ANYTHING, max_size=14)
_ACTIONS = [
    *("article.recorded", "article.amended", "article.read", "quote.placed"),
    *("vague-claim.recorded", "vague-claim.amended", "question.recorded", "question.amended"),
    *("forecast.recorded", "forecast.amended", "question.resolved", "question.reopened"),
    *("question.snoozed", "nonsense", ""),
]
_SUBJECTS = st.sampled_from(["full", "bridge-by-june", "new"]) | st.text("az/é", max_size=4)


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.sampled_from(_ACTIONS), _SUBJECTS, _PAYLOADS), min_size=1, max_size=4),
    st.none() | _READINGS,
)
@settings(
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_links_of_right_hashes_and_any_content_are_named(
    filled: Engine, links: list[tuple[str, str, dict[str, Any]]], reading: dict[str, Any] | None
) -> None:
    """A number that is none, a reading that is a list, an event about nothing: no traceback."""
    more = {} if reading is None else {"reading": reading}
    events = [Event(action, subject, {**data, **more}) for action, subject, data in links]
    with filled.connect() as conn:
        conn.begin()
        Ledger(conn).append(events, actor="Eve", now=Clock().now)
        found = verify(conn).findings
        conn.rollback()
    assert found.count


_ODD = (
    "x'ff00'",
    'CAST("{0}" AS BLOB)',
    "77",
    "0.5",
    "9e999",
    "CAST(x'ff41' AS TEXT)",
    "'x' || char(0) || \"{0}\"",
)
_COLUMNS = [
    pytest.param(table, column.name, id=f"{table.name}.{column.name}")
    for table in (*REPLAYED, ledger)
    for column in table.columns
    # SQLite itself keeps the number of a row a number.
    if (table.name, column.name)
    not in {("ledger", "seq"), ("resolutions", "id"), ("snoozes", "id")}
]


@pytest.mark.slow
@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("table", "column"), _COLUMNS)
def test_whatever_stands_in_a_column_of_sqlite_is_named(
    filled: Engine, table: Table, column: str
) -> None:
    """SQLite lets anything stand anywhere; the same letters as bytes are another value, too."""
    for odd in _ODD:
        value = odd.format(column)
        last = f'(SELECT max(rowid) FROM {table.name} WHERE "{column}" IS NOT NULL)'
        edit = f'UPDATE {table.name} SET "{column}" = {value} WHERE rowid = {last}'
        kept = found_after(filled, edit).kept
        assert table.name in {each.table for each in kept}, value


@pytest.mark.parametrize("at", ["2026-03-02T12:00:00", "", "0001-01-01T00:00:00+23:59", "0"])
def test_an_instant_that_is_none_or_has_no_zone_is_named(filled: Engine, at: str) -> None:
    """It sorts before the one it follows, and cannot be subtracted from it."""
    kept = found_after(filled, f"UPDATE ledger SET at = '{at}' WHERE seq = 3").kept
    assert ("edited", "event 3") in {(each.kind, each.id) for each in kept}


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_an_event_nested_too_deeply_to_be_read_is_named(filled: Engine) -> None:
    """A payload of a hundred thousand brackets must not exhaust whoever reads it."""
    deep = "'{\"a\":' || replace(hex(zeroblob(50000)), '0', '[') || '}'"
    kept = found_after(filled, f"UPDATE ledger SET payload = {deep} WHERE seq = 3").kept
    assert {"edited", "broken"} <= {each.kind for each in kept if each.id == "event 3"}


def test_what_is_kept_of_a_page_that_nobody_read_is_named(filled: Engine) -> None:
    """A text smuggled in under its right name could later pass for what was read."""
    name, packed = snapshot("a text of somebody else's")
    with filled.connect() as conn:
        conn.begin()
        conn.execute(insert(contents).values(sha256=name, packed=packed))
        (only,) = verify(conn).findings.kept
        conn.rollback()
    assert (only.kind, only.table, only.id) == ("added", "contents", name)
