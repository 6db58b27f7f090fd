"""Rows become records here and records rows; neither leaves the store in the other's shape."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Table

from tracker.fields import Record
from tracker.records import (
    Article,
    Forecast,
    Question,
    Resolution,
    Snooze,
    VagueClaim,
)
from tracker.store import tables
from tracker.store.types import unreadable

R = TypeVar("R", bound=Record)
Row = dict[str, Any]
# Bound parameters per statement: SQLite takes 32,766, PostgreSQL 65,535.
CHUNK = 5000


def payload(record: Record) -> dict[str, Any]:
    """Return what the ledger keeps of a record: plain data, every default spelled out.

    A default that a later version changes must not change what was recorded under this one.
    """
    return record.model_dump(mode="json", by_alias=True, exclude_none=True)


def article_row(article: Article) -> Row:
    """Turn an article into its row."""
    return _filled(tables.articles, payload(article))


def article_of(row: Mapping[str, Any]) -> Article:
    """Turn a row into its article."""
    return made(Article, row, **_fields(Article, row))


def vague_claim_row(claim: VagueClaim) -> Row:
    """Turn a vague claim into its row."""
    return _filled(
        tables.vague_claims, {**payload(claim), "quote_sha256": text_sha256(claim.quote)}
    )


def vague_claim_of(row: Mapping[str, Any]) -> VagueClaim:
    """Turn a row into its vague claim."""
    return made(VagueClaim, row, **_fields(VagueClaim, row))


def question_row(question: Question) -> Row:
    """Turn a question into its row, with the closing instant that follows from it."""
    return _filled(
        tables.questions, {**payload(question), "closes_at": question.closes_at, "revision": 1}
    )


def question_of(row: Mapping[str, Any]) -> Question:
    """Turn a row into its question."""
    return made(Question, row, **_fields(Question, row))


def forecast_row(forecast: Forecast) -> Row:
    """Turn a forecast into its row, the reading laid flat."""
    row = {**laid_flat(payload(forecast)), "id": forecast.id, "retrospective": False}
    return _filled(tables.forecasts, row)


def laid_flat(plain: Row) -> Row:
    """Turn a forecast's payload into its columns: the reading's fields stand beside the others."""
    reading = plain["reading"]
    low, high = reading.get("range", (None, None))
    row = {**plain, **reading, "low": low, "high": high}
    del row["reading"]
    row.pop("range", None)
    return row


def forecast_of(row: Mapping[str, Any]) -> Forecast:
    """Turn a row into its forecast."""
    low = row["low"]
    reading = {
        "phrase": row["phrase"],
        "probability": row["probability"],
        "range": None if low is None else (low, row["high"]),
        "negated": row["negated"],
    }
    fields = {name: row[name] for name in Forecast.model_fields if name != "reading"}
    return made(Forecast, row, **fields, reading=reading)


def resolution_row(resolution: Resolution) -> Row:
    """Turn a resolution into its row."""
    return _filled(tables.resolutions, payload(resolution))


def resolution_of(row: Mapping[str, Any]) -> Resolution:
    """Turn a row into its resolution."""
    return made(Resolution, row, **_fields(Resolution, row))


def snooze_of(row: Mapping[str, Any]) -> Snooze:
    """Turn a row into its snooze."""
    return made(Snooze, row, **_fields(Snooze, row))


@dataclass(frozen=True, slots=True)
class Kind:
    """How one noun is kept.

    Attributes:
        noun: the ledger's word for it.
        table: where.
        key: the columns by which it is known.
        to_row: record to row.
        of_row: row to record.
    """

    noun: str
    table: Table
    key: tuple[str, ...]
    to_row: Callable[[Any], Row]
    of_row: Callable[[Mapping[str, Any]], Any]

    def key_of(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return a row's key."""
        return tuple(row[column] for column in self.key)


ARTICLE = Kind("article", tables.articles, ("id",), article_row, article_of)
VAGUE_CLAIM = Kind(
    "vague-claim",
    tables.vague_claims,
    ("article", "quote_sha256"),
    vague_claim_row,
    vague_claim_of,
)
QUESTION = Kind("question", tables.questions, ("id",), question_row, question_of)
FORECAST = Kind("forecast", tables.forecasts, ("id",), forecast_row, forecast_of)
KINDS: dict[type[Record], Kind] = {
    Article: ARTICLE,
    VagueClaim: VAGUE_CLAIM,
    Question: QUESTION,
    Forecast: FORECAST,
}


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def stamped(row: Row, *, actor: str, now: datetime) -> Row:
    """Add who recorded it and when."""
    return {**row, "recorded_at": now, "recorded_by": actor}


def made(record: type[R], row: Mapping[str, Any], **fields: Any) -> R:  # noqa: ANN401 - whatever a record holds
    """Make a record out of what was read.

    Args:
        record: which.
        row: where the fields come from, to name it.
        fields: its fields.

    Raises:
        StoreError: if it is none that could ever have been recorded.
    """
    try:
        return record.model_validate(fields)
    except ValidationError:
        name = row.get("id") or row["article"]
        raise unreadable(f"the {record.__name__.lower()} {name}") from None


def _fields(record: type[Record], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[field.alias or name] for name, field in record.model_fields.items()}


def _filled(table: Table, row: Row) -> Row:
    # One shape for every row, so that many are inserted by one statement.
    return {column.name: row.get(column.name) for column in table.columns}
