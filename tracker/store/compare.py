"""Holding the tables against what the ledger says must be in them, both read in one order."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from math import inf
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table

from tracker.store.findings import Findings, shown
from tracker.store.replay import REPLAYED, UNREADABLE, RawRow, Told, raw, replay
from tracker.store.types import instant_text

_Key = tuple[Any, ...]
Stream = Callable[..., Iterator[Any]]
_decode = json.JSONDecoder().raw_decode


def compare(
    conn: Connection, stream: Stream, findings: Findings, told: Callable[[int], None]
) -> None:
    """Replay the ledger subject by subject and compare with the tables; memory stays flat.

    Args:
        conn: a connection in a reading transaction.
        stream: runs a query and yields its rows, read a batch at a time; told after each batch.
        findings: where differences go.
        told: called with the number of events of each batch.
    """
    collate = ' COLLATE "C"' if conn.dialect.name == "postgresql" else ""
    sides = {table: _Side(table, stream, collate, findings) for table in REPLAYED}
    columns = "subject, seq, at, actor, action, payload"
    query = f"SELECT {columns} FROM ledger ORDER BY subject{collate}, seq"  # noqa: S608 - our own names
    for subject, events in groupby(stream(query, told), key=itemgetter(0)):
        for table, row in replay(_read(events, findings), findings).rows():
            try:
                expected = raw(table, row)
            except UNREADABLE as error:
                what = f"tells of no {table.name} that could be: {error}"
                findings.add("broken", "ledger", subject, what)
                continue
            sides[table].expect(expected)
    for side in sides.values():
        side.finish()


def _read(events: Iterable[Any], findings: Findings) -> Iterator[Told]:
    for subject, seq, at, actor, action, payload in events:
        try:
            data, end = _decode(payload)
        except UNREADABLE:
            data, end = None, 0
        if isinstance(data, dict) and end == len(payload):
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
        rows = stream(f"SELECT {columns} FROM {table.name} ORDER BY {order}")  # noqa: S608 - our own names
        self._rows = map(_plain, rows) if collate else rows
        self._next: RawRow | None = next(self._rows, None)

    def expect(self, row: RawRow) -> None:
        """Meet the next row that the ledger says is there."""
        if self._next == row:
            self._next = next(self._rows, None)
            return
        key = self._key_of(row)
        while self._next is not None and self._key_of(self._next) < key:
            self._added(self._next)
        if self._next is None or self._key_of(self._next) != key:
            what = "is missing: the ledger has it, the table has not"
            self._findings.add("missing", self._table.name, self._name(row), what)
            return
        self._name_differences(row, self._next)
        self._next = next(self._rows, None)

    def finish(self) -> None:
        """Name what is left over."""
        while self._next is not None:
            self._added(self._next)

    def _added(self, row: RawRow) -> None:
        what = "was added: the table has it, the ledger has not"
        self._findings.add("added", self._table.name, self._name(row), what)
        self._next = next(self._rows, None)

    def _key_of(self, row: RawRow) -> _Key:
        # Text, whatever somebody put there; only numbers stay numbers, to sort as such, and
        # before what is none, as SQLite sorts them.
        if len(self._key) == 1:
            return (str(row[self._key[0]]),)
        first, second = self._key
        value = row[second]
        if isinstance(value, int | float):
            return (str(row[first]), value, "")
        return (str(row[first]), inf, str(value))

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
