"""The migrations make exactly what the tables say, and the tables hold exactly the records."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table

from tracker.fields import Record
from tracker.records import Article, Forecast, Question, Resolution, Snooze, VagueClaim
from tracker.store import migrate, tables
from tracker.store.engine import open_engine, transaction

_STAMP = {"recorded_at", "recorded_by"}


def test_the_migrations_make_the_tables_and_nothing_else(database_url: str) -> None:
    """A column added to tables.py but to no migration exists on the author's machine only."""
    engine = open_engine(database_url)
    migrate.upgrade(engine)
    with transaction(engine) as conn:
        context = MigrationContext.configure(conn, opts={"compare_server_default": True})
        assert compare_metadata(context, tables.whole_metadata()) == []
    engine.dispose()


def test_every_migration_is_in_the_list_of_revisions() -> None:
    """`migrate.REVISIONS` is what tells an old database from a newer one."""
    files = sorted((migrate.migrations_folder() / "versions").glob("*.py"))
    text = "\n".join(Path(each).read_text() for each in files)
    assert tuple(re.findall(r'^revision = "(.+)"', text, re.MULTILINE)) == migrate.REVISIONS


# The columns that do not follow from the name of a field, and the fields that are laid flat.
@pytest.mark.parametrize(
    ("record", "table", "more", "flat"),
    [
        (Article, tables.articles, set(), set()),
        (VagueClaim, tables.vague_claims, {"quote_sha256"}, set()),
        (Question, tables.questions, {"revision", "closes_at"}, set()),
        (
            Forecast,
            tables.forecasts,
            {"id", "retrospective", "phrase", "probability", "low", "high", "negated"},
            {"reading"},
        ),
        (
            Resolution,
            tables.resolutions,
            {"id", "reopened_at", "reopened_by", "reopen_reason"},
            set(),
        ),
        (Snooze, tables.snoozes, {"id", "revision"}, set()),
    ],
)
def test_a_records_fields_are_its_tables_columns(
    record: type[Record], table: Table, more: set[str], flat: set[str]
) -> None:
    """A field that no column holds is forgotten at the first restart."""
    columns = {column.name for column in table.columns}
    assert columns == (set(record.model_fields) - flat) | more | _STAMP
