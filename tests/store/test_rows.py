"""Records become rows and come back the same, through a real database of either kind."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inventing import RECORDS
from sqlalchemy import Table, insert, select
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import StatementError

from tracker.fields import Record
from tracker.records import Article, Forecast, Question, Resolution, Snooze, VagueClaim
from tracker.store import rows, tables
from tracker.store.engine import open_engine, transaction
from tracker.store.store import Store
from tracker.store.types import Micro, canonical_json, instant_text

_NOW = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
_TABLES: dict[type[Record], Table] = {
    Article: tables.articles,
    VagueClaim: tables.vague_claims,
    Question: tables.questions,
    Forecast: tables.forecasts,
    Resolution: tables.resolutions,
    Snooze: tables.snoozes,
}


def _row(record: Any) -> rows.Row:
    if isinstance(record, Resolution):
        return {**rows.resolution_row(record), "id": 1}
    if isinstance(record, Snooze):
        return {**rows.payload(record), "id": 1, "revision": 1}
    return rows.KINDS[type(record)].to_row(record)


def _back(record: Any, row: Any) -> Any:
    if isinstance(record, Resolution):
        return rows.resolution_of(row)
    if isinstance(record, Snooze):
        return rows.snooze_of(row)
    return rows.KINDS[type(record)].of_row(row)


@given(record=st.one_of(*RECORDS.values()))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_recorded_is_read_back_the_same(
    record: Record, store: Store, database_url: str
) -> None:
    """Zones, decimals, line breaks, quotes and any alphabet come through both databases."""
    del store
    engine = open_engine(database_url)
    table = _TABLES[type(record)]
    row = rows.stamped(_row(record), actor="Ada", now=_NOW)
    with engine.connect() as conn:
        # What it refers to is not there: the keys are not the subject here.
        _without_keys(conn)
        conn.execute(insert(table), row)
        found = conn.execute(select(table)).mappings().one()
        conn.rollback()
    engine.dispose()
    assert _back(record, found) == record
    assert (found["recorded_at"], found["recorded_by"]) == (_NOW, "Ada")


def _without_keys(conn: Any) -> None:
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    else:
        conn.exec_driver_sql("SET session_replication_role = replica")


def test_an_instant_of_any_zone_comes_back_in_utc(store: Store, database_url: str) -> None:
    """SQLite drops zones without a word: a trackers' closing times once moved by nine hours."""
    del store
    engine = open_engine(database_url)
    tokyo = datetime.fromisoformat("2026-03-02T21:00:00.000001+09:00")
    article = {**rows.article_row(_ARTICLE), "recorded_by": "Ada"}
    with transaction(engine) as conn:
        conn.execute(insert(tables.articles), {**article, "recorded_at": tokyo})
    with transaction(engine, reading=True) as conn:
        found = conn.execute(select(tables.articles.c.recorded_at)).scalar_one()
    engine.dispose()
    assert found == tokyo
    assert found.tzinfo is UTC


def test_a_naive_datetime_is_refused_on_both_databases(store: Store, database_url: str) -> None:
    del store
    engine = open_engine(database_url)
    naive = datetime(2026, 3, 2, 12)  # noqa: DTZ001 - what must be refused
    row = {**rows.article_row(_ARTICLE), "recorded_at": naive, "recorded_by": "Ada"}
    with pytest.raises(StatementError, match="naive"), transaction(engine) as conn:
        conn.execute(insert(tables.articles), row)
    engine.dispose()


_ARTICLE = Article.parse(
    {
        "id": "fabricated-gazette",
        "authors": ["Ada Fabricated"],
        "outlet": "The Invented Gazette",
        "published_on": "2026",
    }
)


_INSTANTS = st.datetimes(datetime(1000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is drawn


@given(_INSTANTS, _INSTANTS)
def test_instants_as_text_sort_as_instants(first: datetime, second: datetime) -> None:
    """SQLite compares them as text; without microseconds 12:00 came after 12:00:00.5."""
    assert (instant_text(first) < instant_text(second)) == (first < second)


@given(st.integers(0, 1_000_000))
def test_every_probability_of_six_decimals_is_exact(millionths: int) -> None:
    """0.07 × 1,000,000 is 70,000.00000000001 in floats, and int() of some are one short."""
    column = tables.forecasts.c.probability.type
    assert isinstance(column, Micro)
    number = Decimal(millionths) / 1_000_000
    bound = column.process_bind_param(str(number), SQLiteDialect())
    assert bound == millionths
    assert column.process_result_value(bound, SQLiteDialect()) == number


def test_canonical_json_has_one_form_for_one_value() -> None:
    """What is hashed must not depend on who writes it, or on the order of a dictionary."""
    first = canonical_json({"b": [1, "ü"], "a": None})
    assert first == canonical_json({"a": None, "b": (1, "ü")}) == '{"a":null,"b":[1,"ü"]}'


@pytest.mark.parametrize("value", [0.5, [0.5], {"a": 0.5}, {"a": [{"b": float("nan")}]}, (1, 2.0)])
def test_canonical_json_refuses_floats_wherever_they_are(value: object) -> None:
    with pytest.raises(TypeError, match="float"):
        canonical_json(value)
