"""Holding the tables against what the ledger says must be in them, both read in one order."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table

from tracker.store.findings import Findings, shown
from tracker.store.replay import REPLAYED, RawRow, Told, replay
from tracker.store.types import instant_text

_Key = tuple[Any, ...]
Stream = Callable[[str], Iterator[Any]]


def compare(conn: Connection, stream: Stream, findings: Findings, tick: Callable[[], None]) -> None:
    """Replay the ledger subject by subject and compare with the tables; memory stays flat.

    Args:
        conn: a connection in a reading transaction.
        stream: runs a query and yields its rows a batch at a time.
        findings: where differences go.
        tick: called once per event.
    """
    collate = ' COLLATE "C"' if conn.dialect.name == "postgresql" else ""
    sides = {table: _Side(table, stream, collate, findings) for table in REPLAYED}
    columns = "subject, seq, at, actor, action, payload"
    query = f"SELECT {columns} FROM ledger ORDER BY subject{collate}, seq"  # noqa: S608 - our own names
    for _, events in groupby(stream(query), key=lambda row: row[0]):
        for table, row in replay(_read(events, findings, tick), findings).rows():
            sides[table].expect(row)
    for side in sides.values():
        side.finish()


def _read(events: Iterable[Any], findings: Findings, tick: Callable[[], None]) -> Iterator[Told]:
    for subject, seq, at, actor, action, payload in events:
        tick()
        try:
            data = json.loads(payload)
        except (ValueError, TypeError):
            data = None
        if isinstance(data, dict):
            yield Told(seq, at, actor, action, subject, data)
        else:
            what = "its payload is not a JSON object"
            findings.add("broken", "ledger", f"event {seq}", what)


class _Side:
    """One table's rows in the order of their key, met one by one by what is expected."""

    def __init__(self, table: Table, stream: Stream, collate: str, findings: Findings) -> None:
        self._table, self._findings = table, findings
        self._columns = [column.name for column in table.columns]
        names = _key_columns(table)
        self._key = [self._columns.index(name) for name in names]
        columns = ", ".join(f'"{name}"' for name in self._columns)
        order = ", ".join(_ordered(table, name, collate) for name in names)
        self._rows = stream(f"SELECT {columns} FROM {table.name} ORDER BY {order}")  # noqa: S608 - our own names
        self._plain: Callable[[Any], RawRow] = tuple if collate == "" else _plain
        self._next: RawRow | None = None
        self._next_key: _Key = ()
        self._advance()

    def expect(self, row: RawRow) -> None:
        """Meet the next row that the ledger says is there."""
        key = self._key_of(row)
        while self._next is not None and self._next_key < key:
            self._added(self._next)
        if self._next is None or self._next_key != key:
            what = "is missing: the ledger has it, the table has not"
            self._findings.add("missing", self._table.name, self._name(row), what)
            return
        if self._next != row:
            self._name_differences(row, self._next)
        self._advance()

    def finish(self) -> None:
        """Name what is left over."""
        while self._next is not None:
            self._added(self._next)

    def _added(self, row: RawRow) -> None:
        what = "was added: the table has it, the ledger has not"
        self._findings.add("added", self._table.name, self._name(row), what)
        self._advance()

    def _advance(self) -> None:
        row = next(self._rows, None)
        if row is None:
            self._next = None
        else:
            self._next = self._plain(row)
            self._next_key = self._key_of(self._next)

    def _key_of(self, row: RawRow) -> _Key:
        # Text, whatever somebody put there; only numbers stay numbers, to sort as such.
        if len(self._key) == 1:
            return (str(row[self._key[0]]),)
        first, second = self._key
        value = row[second]
        return (str(row[first]), value if type(value) is int else str(value))

    def _name(self, row: RawRow) -> str:
        return " ".join(str(row[index])[:80] for index in self._key)

    def _name_differences(self, expected: RawRow, found: RawRow) -> None:
        for column, before, after in zip(self._columns, expected, found, strict=True):
            if before != after:
                what = f"was edited: recorded {shown(before)}, found {shown(after)}"
                self._findings.add("edited", self._table.name, self._name(found), what, column)


def _key_columns(table: Table) -> list[str]:
    # Resolutions and snoozes are met question by question, as the ledger tells them.
    if "question" in table.c and table.c.id.type.python_type is int:
        return ["question", "id"]
    return [column.name for column in table.primary_key]


def _ordered(table: Table, name: str, collate: str) -> str:
    return f'"{name}"' if table.c[name].type.python_type is int else f'"{name}"{collate}'


def _plain(row: Iterable[object]) -> RawRow:
    """Write what PostgreSQL gives as SQLite does: instants as text, truth as 0 or 1."""
    return tuple(
        instant_text(value)
        if isinstance(value, datetime)
        else int(value)
        if isinstance(value, bool)
        else value
        for value in row
    )
