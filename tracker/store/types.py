"""Column types that keep what SQLite would lose: zones, exact decimals, canonical JSON."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from tracker.errors import StoreError

MILLION = 1_000_000
"""Probabilities are kept as whole millionths."""
_LONGEST = 40


def unreadable(what: str) -> StoreError:
    """Say that something stands in the database that the tracker never wrote."""
    return StoreError(
        f"{what} cannot be read as it stands in the database",
        hint="`tracker verify` names what was changed; docs/security.md says what to do",
    )


def _unreadable(noun: str, value: object) -> StoreError:
    words = repr(value)
    short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    return unreadable(f"the {noun} {short}")


def instant_text(at: datetime) -> str:
    """Write an instant: UTC, always with microseconds, so that text order is time order.

    Raises:
        ValueError: if it has no zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"a naive datetime ({at}) cannot be stored: its zone is unknown")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_json(data: object) -> str:
    """Write JSON in the one form that is hashed: sorted keys, no spaces, no floats.

    Raises:
        TypeError: if the data holds a float; numbers are integers or strings.
    """
    _refuse_floats(data)
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _refuse_floats(data: object) -> None:
    if isinstance(data, float):
        raise TypeError(f"{data!r} is a float; what is hashed holds integers and strings only")
    if isinstance(data, dict):
        data = data.values()
    if not isinstance(data, str):
        for item in data if hasattr(data, "__iter__") else ():
            _refuse_floats(item)


def read_json(written: str) -> object:
    """Read JSON as it stands in a column.

    Raises:
        StoreError: if it is none.
    """
    try:
        return json.loads(written)
    except (ValueError, TypeError, RecursionError):
        raise _unreadable("JSON", written) from None


class Instant(TypeDecorator[datetime]):
    """An aware datetime: TIMESTAMPTZ on PostgreSQL, sortable text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type for the database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - text or datetime
        """Refuse naive datetimes and move the others to UTC."""
        if value is None:
            return None
        text = instant_text(value)
        return text if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - as above
        """Return the instant in UTC."""
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
            return at.astimezone(UTC) if isinstance(at, datetime) else None
        except (ValueError, TypeError, OverflowError):
            raise _unreadable("instant", value) from None


class Micro(TypeDecorator[Decimal]):
    """A probability as whole millionths, exact in both databases."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | str | None, dialect: Dialect) -> int | None:
        """Turn 0.07 into 70,000."""
        return None if value is None else int(Decimal(value) * MILLION)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Turn 70,000 into 0.07."""
        try:
            return None if value is None else Decimal(value) / MILLION
        except (ArithmeticError, ValueError, TypeError):
            raise _unreadable("number", value) from None


class Json(TypeDecorator[Any]):
    """Canonical JSON as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Write it canonically."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Read it."""
        return None if value is None else read_json(value)
