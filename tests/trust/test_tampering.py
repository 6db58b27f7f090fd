"""Whatever is changed behind the tracker's back is found and named, on both databases."""

# ruff: noqa: S608 - statements of table and column names, both our own

from collections.abc import Callable

import pytest
from desk import Clock
from examples import ALL, QUESTION, question
from sqlalchemy import Engine, Table, text
from tampering import found_after

from tracker.actions import trust
from tracker.actions.arm import Act
from tracker.actions.record import record
from tracker.store.engine import open_engine, transaction
from tracker.store.guards import POSTGRESQL, SQLITE
from tracker.store.ledger import Event, Ledger
from tracker.store.replay import REPLAYED
from tracker.store.store import Store
from tracker.store.tables import ledger
from tracker.store.verify import verify

_BY_NAME = [pytest.param(table, id=table.name) for table in REPLAYED]


def test_what_was_not_touched_verifies(filled: Engine) -> None:
    assert found_after(filled).kept == []


def test_an_empty_record_verifies(store: Store) -> None:
    found = trust.verify(store)
    assert found.findings.kept == []
    assert trust.tampering(found) is None


@pytest.mark.parametrize(
    ("table", "column"),
    [
        pytest.param(table, column.name, id=f"{table.name}.{column.name}")
        for table in REPLAYED
        for column in table.columns
    ],
)
def test_an_edited_value_of_any_column_is_named(filled: Engine, table: Table, column: str) -> None:
    """One byte or one unit more in one row; the row and, but for its key, the column are named."""
    kept = found_after(filled, _edit(table, column, sqlite=filled.dialect.name == "sqlite")).kept
    assert kept
    assert {each.table for each in kept} == {table.name}
    if any(each.kind == "edited" for each in kept):
        assert [each.column for each in kept] == [column]
    else:
        assert sorted(each.kind for each in kept) == ["added", "missing"]


def _edit(table: Table, column: str, *, sqlite: bool) -> str:
    kind = str(table.c[column].type)
    new = f"\"{column}\" || ' '"
    if kind in ("INTEGER", "Micro()"):
        new = f'"{column}" + 1'
    elif kind == "BOOLEAN":
        new = f'NOT "{column}"'
    elif "DATETIME" in kind.upper():
        moved = f"replace(\"{column}\", '.000000Z', '.000001Z')"
        new = moved if sqlite else f"\"{column}\" + interval '1 microsecond'"
    first = f'(SELECT min("{_key(table)}") FROM {table.name} WHERE "{column}" IS NOT NULL)'
    return f'UPDATE {table.name} SET "{column}" = {new} WHERE "{_key(table)}" = {first}'


def _key(table: Table) -> str:
    keys = {"vague_claims": "quote", "snapshots": "event", "quotes": "quote_sha256"}
    return keys.get(table.name, "id")


@pytest.mark.parametrize("table", _BY_NAME)
def test_a_deleted_row_is_missing(filled: Engine, table: Table) -> None:
    first = f"(SELECT min({_key(table)}) FROM {table.name})"
    (only,) = found_after(filled, f"DELETE FROM {table.name} WHERE {_key(table)} = {first}").kept
    assert (only.kind, only.table) == ("missing", table.name)


@pytest.mark.parametrize("table", _BY_NAME)
def test_an_added_row_is_named(filled: Engine, table: Table) -> None:
    """A copy of the last row under another key."""
    key = {"vague_claims": "quote_sha256"}.get(table.name, _key(table))
    numbered = ("resolutions", "snoozes", "snapshots")
    values = {key: "900" if table.name in numbered else "'zzz-added'"}
    if table.name == "resolutions":
        # Only one resolution of a question may stand.
        values["question"] = "'full'"
    columns = [column.name for column in table.columns]
    copied = ", ".join(f'"{name}"' for name in columns)
    chosen = ", ".join(values.get(name, f'"{name}"') for name in columns)
    last = f"(SELECT max({_key(table)}) FROM {table.name})"
    kept = found_after(
        filled,
        f"INSERT INTO {table.name} ({copied}) SELECT {chosen} FROM {table.name} "
        f"WHERE {_key(table)} = {last}",
    ).kept
    assert {(each.kind, each.table) for each in kept} == {("added", table.name)}


def test_a_reopened_resolution_cannot_be_made_to_vanish(filled: Engine) -> None:
    """That a verdict was changed once must stay visible."""
    (only,) = found_after(filled, "DELETE FROM resolutions WHERE reopened_at IS NOT NULL").kept
    assert (only.kind, only.table) == ("missing", "resolutions")


@pytest.mark.parametrize("column", [each.name for each in ledger.columns if each.name != "seq"])
@pytest.mark.parametrize("seq", [1, 5, 12])
def test_an_edited_event_is_named(filled: Engine, column: str, seq: int) -> None:
    new = f"\"{column}\" || ' '"
    if column != "payload":
        new = f'replace("{column}", substr("{column}", 2, 1), \'X\')'
    kept = found_after(filled, f'UPDATE ledger SET "{column}" = {new} WHERE seq = {seq}').kept
    named = [(each.kind, each.table, each.id) for each in kept]
    assert ("edited", "ledger", f"event {seq}") in named


@pytest.mark.parametrize("place", range(1, 7))
def test_every_byte_of_an_event_counts(filled: Engine, place: int) -> None:
    """The payload's bytes one after the other, each made another; in steps, to be quick."""
    payload = f"substr(payload, 1, {place * 9}) || '~' || substr(payload, {place * 9 + 2})"
    kept = found_after(filled, f"UPDATE ledger SET payload = {payload} WHERE seq = 3").kept
    assert "event 3" in {each.id for each in kept}


def test_a_deleted_event_is_missing(filled: Engine) -> None:
    kept = found_after(filled, "DELETE FROM ledger WHERE seq = 5").kept
    assert ("missing", "event 5") in [(each.kind, each.id) for each in kept]


def test_two_swapped_events_are_named(filled: Engine) -> None:
    kept = found_after(
        filled,
        "UPDATE ledger SET seq = 99 WHERE seq = 5",
        "UPDATE ledger SET seq = 5 WHERE seq = 6",
        "UPDATE ledger SET seq = 6 WHERE seq = 99",
    ).kept
    assert {"event 5", "event 6"} <= {each.id for each in kept if each.table == "ledger"}


def test_a_truncated_ledger_leaves_records_that_it_does_not_tell(filled: Engine) -> None:
    """The last event taken out: the chain is sound, the tables say more than it."""
    kept = found_after(filled, "DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)").kept
    assert {each.table for each in kept} == {"resolutions"}


def test_a_moved_line_break_between_two_fields_is_seen(filled: Engine) -> None:
    """Fields are joined by line breaks: one inside a field must not stand for one between two."""
    char = "char" if filled.dialect.name == "sqlite" else "chr"
    moved = f"actor = actor || {char}(10) || action, action = subject, subject = payload"
    kept = found_after(filled, f"UPDATE ledger SET {moved}, payload = '' WHERE seq = 1").kept
    assert ("edited", "event 1") in {(each.kind, each.id) for each in kept}


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("table", "column"), [("questions", "criteria"), ("ledger", "payload")])
@pytest.mark.parametrize("content", ["CAST(x'ff41' AS TEXT)", "x'ff41'", "7", "CAST('' AS BLOB)"])
def test_what_is_no_text_is_named(filled: Engine, table: str, column: str, content: str) -> None:
    """SQLite lets anything stand in a text column; reading it must not end in a traceback."""
    kept = found_after(filled, f"UPDATE {table} SET {column} = {content}").kept
    assert table in {each.table for each in kept}


@pytest.mark.parametrize("guard", sorted(SQLITE))
def test_a_guard_of_sqlite_taken_away_or_made_harmless_is_named(
    sqlite_store: Store, sqlite_url: str, guard: str
) -> None:
    engine = open_engine(sqlite_url)
    with transaction(engine) as conn:
        conn.execute(text(f"DROP TRIGGER {guard}"))
    (only,) = trust.verify(sqlite_store).findings.kept
    assert (only.kind, only.table, only.id) == ("missing", "guard", guard)
    with transaction(engine) as conn:
        conn.execute(text(f"CREATE TRIGGER {guard} AFTER INSERT ON ledger BEGIN SELECT 1; END"))
    (only,) = trust.verify(sqlite_store).findings.kept
    assert (only.kind, only.id) == ("edited", guard)
    engine.dispose()


@pytest.mark.parametrize("guard", sorted(POSTGRESQL))
@pytest.mark.parametrize(
    "how", ["DROP TRIGGER {} ON", "DISABLE TRIGGER {}", "ENABLE REPLICA TRIGGER {}"]
)
@pytest.mark.parametrize("filled", ["postgresql"], indirect=True)
def test_a_guard_of_postgresql_taken_away_or_disabled_is_named(
    filled: Engine, guard: str, how: str
) -> None:
    statement = f"ALTER TABLE ledger {how.format(guard)}"
    if how.startswith("DROP"):
        statement = f"{how.format(guard)} ledger"
    (only,) = found_after(filled, statement).kept
    assert (only.table, only.id) == ("guard", guard)


@pytest.mark.slow
def test_a_thousand_differences_are_kept_and_all_are_counted(
    sqlite_store: Store, sqlite_url: str, act: Callable[..., Act]
) -> None:
    """Somebody who edits everything must not fill our memory with it."""
    record(sqlite_store, [question(id=f"q-{number}") for number in range(1005)], act())
    engine = open_engine(sqlite_url)
    with transaction(engine) as conn:
        conn.execute(text("UPDATE questions SET text = 'Changed?'"))
    engine.dispose()
    found = trust.verify(sqlite_store)
    assert (found.findings.count, len(found.findings.kept)) == (1005, 1000)
    error = trust.tampering(found)
    assert error is not None
    assert error.exit_code == 14
    assert error.problems[-1] == "… and 5 more"


def test_events_forged_in_good_form_are_held_against_what_may_happen(filled: Engine) -> None:
    """Somebody may append a link of their own; it must still follow from what stood before."""
    forged = [
        Event("question.recorded", "full", {}),
        Event("question.amended", "full", {"revision": 9}),
        Event("question.amended", "nowhere", {"revision": 2}),
        Event("question.reopened", "full", {"reason": "x"}),
        Event("question.resolved", QUESTION.id, {"outcome": "no"}),
        Event("forecast.recorded", "x", {"no": "reading"}),
        Event("question.erased", "full", {}),
    ]
    with filled.connect() as conn:
        conn.begin()
        before = Ledger(conn).head().seq
        Ledger(conn).append(forged, actor="Eve", now=Clock().now)
        kept = verify(conn).findings.kept
        conn.rollback()
    named = {each.id for each in kept if each.kind == "broken"}
    assert named == {f"event {before + number}" for number in range(1, 8)}


def test_a_clock_that_went_back_is_noted(
    store: Store, act: Callable[..., Act], clock: Clock
) -> None:
    """Setting the machine's clock back before a deadline is how one would back-date; it shows."""
    record(store, ALL, act())
    clock.forward(days=-3)
    record(store, [question(id="later")], act())
    found = trust.verify(store).findings
    assert found.count == 0
    back = "from 2026-03-02T12:00:00.000000Z to 2026-02-27T12:00:00.000000Z"
    assert found.notes == [f"event 5: the recording clock went back, {back}"]
