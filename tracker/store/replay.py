"""Replaying the ledger: the rows that the events of one subject must have left in the tables.

Mechanical on purpose: nothing is validated or derived here that a later version might validate or
derive otherwise, so that what was recorded under an old version still verifies under a new one.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Table

from tracker.store import tables
from tracker.store.findings import Findings
from tracker.store.rows import Row, laid_flat, text_sha256
from tracker.store.types import Json, Micro

RawRow = tuple[Any, ...]
# What comes of an event that nobody of ours has written, whoever reads it.
UNREADABLE = (
    *(KeyError, TypeError, ValueError, AttributeError),
    *(ArithmeticError, RecursionError),
)
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_MILLION = 1_000_000


class Told(NamedTuple):
    """One event, its payload read."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    data: Row

    @property
    def stamp(self) -> Row:
        """Who recorded it and when."""
        return {"recorded_at": self.at, "recorded_by": self.actor}


@dataclass(slots=True)
class Standing:
    """What stands recorded under one subject after its events so far.

    Attributes:
        article: the article of this id, or None.
        question: the question of this id, or None.
        forecast: the forecast of this id, or None.
        claims: the article's vague claims by the SHA-256 of their quote.
        resolutions: the question's, reopened ones too, in order.
        snoozes: the question's, in order.
        snapshots: the article's, in order.
        quotes: where the article's quotes stand, by the SHA-256 of the quote.
    """

    article: Row | None = None
    question: Row | None = None
    forecast: Row | None = None
    claims: dict[str, Row] = field(default_factory=dict)
    resolutions: list[Row] = field(default_factory=list)
    snoozes: list[Row] = field(default_factory=list)
    snapshots: list[Row] = field(default_factory=list)
    quotes: dict[str, Row] = field(default_factory=dict)

    def rows(self) -> Iterable[tuple[Table, Row]]:
        """Yield every row, in the order of each table's key."""
        single = (
            (tables.articles, self.article),
            (tables.questions, self.question),
            (tables.forecasts, self.forecast),
        )
        for table, row in single:
            if row is not None:
                yield table, row
        for key in sorted(self.claims):
            yield tables.vague_claims, self.claims[key]
        for row in self.resolutions:
            yield tables.resolutions, row
        for row in self.snoozes:
            yield tables.snoozes, row
        for row in self.snapshots:
            yield tables.snapshots, row
        for key in sorted(self.quotes):
            yield tables.quotes, self.quotes[key]


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """The event cannot follow from what stood before it."""


def replay(events: Iterable[Told], findings: Findings) -> Standing:
    """Apply the events of one subject in order; one that cannot be is a finding."""
    standing = Standing()
    for told in events:
        try:
            _STEPS.get(told.action, _unknown)(standing, told)
        except _Refused as error:
            findings.add("broken", "ledger", f"event {told.seq}", str(error))
        except UNREADABLE as error:
            what = f"its payload cannot be read ({type(error).__name__}: {error})"
            findings.add("broken", "ledger", f"event {told.seq}", what)
    return standing


def _article_recorded(standing: Standing, told: Told) -> None:
    _must_be_new(standing.article, told)
    standing.article = {**told.data, **told.stamp, "id": told.subject}


def _article_amended(standing: Standing, told: Told) -> None:
    before = _must_stand(standing.article, told)
    standing.article = {**told.data, **_stamp_of(before), "id": told.subject}


def _claim_recorded(standing: Standing, told: Told) -> None:
    key = text_sha256(told.data["quote"])
    _must_be_new(standing.claims.get(key), told)
    named = {"article": told.subject, "quote_sha256": key}
    standing.claims[key] = {**told.data, **told.stamp, **named}


def _claim_amended(standing: Standing, told: Told) -> None:
    key = text_sha256(told.data["quote"])
    before = _must_stand(standing.claims.get(key), told)
    named = {"article": told.subject, "quote_sha256": key}
    standing.claims[key] = {**told.data, **_stamp_of(before), **named}


def _question_recorded(standing: Standing, told: Told) -> None:
    _must_be_new(standing.question, told)
    standing.question = {**told.data, **told.stamp, "id": told.subject, "revision": 1}


def _question_amended(standing: Standing, told: Told) -> None:
    before = _must_stand(standing.question, told)
    if told.data["revision"] != before["revision"] + 1:
        raise _Refused(
            f"it amends revision {told.data['revision'] - 1}, where {before['revision']} stood"
        )
    standing.question = {**told.data, **told.stamp, "id": told.subject}


def _forecast_recorded(standing: Standing, told: Told) -> None:
    _must_be_new(standing.forecast, told)
    late = {"retrospective": told.data.get("retrospective", False)}
    standing.forecast = {**laid_flat(told.data), **told.stamp, **late, "id": told.subject}


def _forecast_amended(standing: Standing, told: Told) -> None:
    before = _must_stand(standing.forecast, told)
    kept = {**_stamp_of(before), "retrospective": before["retrospective"]}
    standing.forecast = {**laid_flat(told.data), **kept, "id": told.subject}


def _resolved(standing: Standing, told: Told) -> None:
    if standing.resolutions and standing.resolutions[-1].get("reopened_at") is None:
        raise _Refused("it resolves what was resolved already")
    named = {"id": told.seq, "question": told.subject}
    standing.resolutions.append({**told.data, **told.stamp, **named})


def _reopened(standing: Standing, told: Told) -> None:
    if not standing.resolutions or standing.resolutions[-1].get("reopened_at") is not None:
        raise _Refused("it reopens what was not resolved")
    standing.resolutions[-1].update(
        reopened_at=told.at, reopened_by=told.actor, reopen_reason=told.data["reason"]
    )


def _snoozed(standing: Standing, told: Told) -> None:
    named = {"id": told.seq, "question": told.subject}
    standing.snoozes.append({**told.data, **told.stamp, **named})


def _article_read(standing: Standing, told: Told) -> None:
    _must_stand(standing.article, told)
    named = {"article": told.subject, "event": told.seq}
    standing.snapshots.append({**told.data, **told.stamp, **named})


def _quote_placed(standing: Standing, told: Told) -> None:
    key = str(told.data["quote_sha256"])
    _must_be_new(standing.quotes.get(key), told)
    standing.quotes[key] = {**told.data, **told.stamp, "article": told.subject}


_STEPS: dict[str, Callable[[Standing, Told], None]] = {
    "article.recorded": _article_recorded,
    "article.amended": _article_amended,
    "article.read": _article_read,
    "quote.placed": _quote_placed,
    "vague-claim.recorded": _claim_recorded,
    "vague-claim.amended": _claim_amended,
    "question.recorded": _question_recorded,
    "question.amended": _question_amended,
    "forecast.recorded": _forecast_recorded,
    "forecast.amended": _forecast_amended,
    "question.resolved": _resolved,
    "question.reopened": _reopened,
    "question.snoozed": _snoozed,
}


def _unknown(_: Standing, told: Told) -> None:
    raise _Refused(f"nobody knows the action {told.action!r}")


def _must_be_new(before: Row | None, told: Told) -> None:
    if before is not None:
        raise _Refused(f"it records {told.subject} a second time")


def _must_stand(before: Row | None, told: Told) -> Row:
    if before is None:
        raise _Refused(f"it amends {told.subject}, which was never recorded")
    return before


def _stamp_of(row: Row) -> Row:
    return {name: row[name] for name in ("recorded_at", "recorded_by")}


def raw(table: Table, row: Row) -> RawRow:
    """Write a row as the database holds it: JSON as text, probabilities in millionths.

    Raises:
        UNREADABLE: if a value is none that could ever have been recorded there.
    """
    written = list(map(row.get, _COLUMNS[table]))
    for index, write in _WRITERS[table]:
        if written[index] is not None:
            written[index] = write(written[index])
    return tuple(written)


def _millionths(value: str) -> int:
    return int(Decimal(value) * _MILLION)


def _writer(column: Column[Any]) -> Callable[[Any], Any] | None:
    kinds: dict[type, Callable[[Any], Any]] = {Json: _encode, Micro: _millionths, Boolean: int}
    return kinds.get(type(column.type))


REPLAYED = (
    tables.articles,
    tables.vague_claims,
    tables.questions,
    tables.forecasts,
    tables.resolutions,
    tables.snoozes,
    tables.snapshots,
    tables.quotes,
)
_COLUMNS = {table: [column.name for column in table.columns] for table in REPLAYED}
_WRITERS = {
    table: [
        (index, write)
        for index, column in enumerate(table.columns)
        if (write := _writer(column)) is not None
    ]
    for table in REPLAYED
}
