"""Upgrades: from every earlier revision, all or nothing, however many try at once.

The tables' own history is short yet, so a later revision is invented here that rebuilds a parent
table, which is what loses rows when it goes wrong.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import hands
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from examples import ALL, resolution
from sqlalchemy import Engine, insert, inspect, select, text

from tracker.actions.arm import Act
from tracker.actions.record import record
from tracker.errors import StoreError
from tracker.store import migrate, tables
from tracker.store.engine import open_engine, transaction
from tracker.store.migrate import Migrations
from tracker.store.store import Store
from tracker.store.verify import verify

_NOW, _THEN = migrate.HEAD, "9999"

_LATER = dedent(
    '''
    """Rebuild questions with one more column."""
    import sqlalchemy as sa
    from alembic import op

    revision = "{then}"
    down_revision = "{now}"

    def upgrade():
        recreate = "always" if op.get_bind().dialect.name == "sqlite" else "never"
        with op.batch_alter_table("questions", recreate=recreate) as batch:
            batch.add_column(sa.Column("priority", sa.Integer()))
        {more}
    '''
)


def _way(folder: Path, more: str = "pass") -> Migrations:
    shutil.copytree(migrate.migrations_folder(), folder)
    (folder / "versions" / f"{_THEN}_later.py").write_text(
        _LATER.format(more=more, now=_NOW, then=_THEN)
    )
    return Migrations(folder, (*migrate.REVISIONS, _THEN))


@pytest.fixture
def way(tmp_path: Path) -> Migrations:
    """The migrations as they will be one day."""
    return _way(tmp_path / "migrations")


@pytest.fixture
def engine(store: Store, database_url: str, act: Callable[..., Act]) -> Iterator[Engine]:
    """A database at this revision that holds records."""
    record(store, [*ALL, resolution("yes")], act())
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


_RECORDS = ("articles", "vague_claims", "questions", "forecasts", "resolutions", "ledger", "meta")


def _content(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with transaction(engine, reading=True) as conn:
        for table in _RECORDS:
            columns = [each["name"] for each in inspect(conn).get_columns(table)]
            kept = ", ".join(f'"{name}"' for name in columns if name != "priority")
            rows = conn.execute(text(f"SELECT {kept} FROM {table} ORDER BY 1, 2"))  # noqa: S608 - our own names
            found[table] = [tuple(row) for row in rows]
    return found


def _guards(engine: Engine) -> set[str]:
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'index')",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
        "UNION ALL SELECT indexname FROM pg_indexes WHERE schemaname = 'public' "
        "UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    }
    with transaction(engine, reading=True) as conn:
        return set(conn.execute(text(names[engine.dialect.name])).scalars())


def test_records_children_and_guards_survive_a_rebuilt_table(
    engine: Engine, way: Migrations
) -> None:
    """With foreign keys on, the copy-and-drop deleted 1,000 of 1,000 children and exited 0."""
    content, guards = _content(engine), _guards(engine)
    assert migrate.upgrade(engine, way) == (_NOW, _THEN)
    assert _content(engine) == content
    assert _guards(engine) >= guards
    with transaction(engine, reading=True) as conn:
        assert "priority" in {each["name"] for each in inspect(conn).get_columns("questions")}
        assert migrate.revision(conn, way.revisions) == _THEN


@pytest.mark.parametrize("earlier", migrate.REVISIONS[:-1])
def test_an_earlier_revision_with_records_becomes_this_one(
    database_url: str, tmp_path: Path, act: Callable[..., Act], earlier: str
) -> None:
    """The tables as they were then, filled with what was recorded, verify after the upgrade."""
    source = Store(f"sqlite:///{tmp_path / 'source.db'}")
    source.create()
    record(source, [*ALL, resolution("yes")], act())
    source.close()
    then = open_engine(database_url)
    migrate.upgrade(then, _until(tmp_path / "then", earlier))
    _copy_records(open_engine(f"sqlite:///{tmp_path / 'source.db'}"), then)
    assert migrate.upgrade(then) == (earlier, migrate.HEAD)
    with transaction(then, reading=True) as conn:
        found = verify(conn)
        assert (found.head.seq, found.findings.kept) == (5, [])
        context = MigrationContext.configure(conn)
        assert compare_metadata(context, tables.whole_metadata()) == []
    then.dispose()


def _until(folder: Path, revision: str) -> Migrations:
    known = migrate.REVISIONS[: migrate.REVISIONS.index(revision) + 1]
    shutil.copytree(migrate.migrations_folder(), folder)
    for file in (folder / "versions").glob("*.py"):
        if not file.name.startswith(known):
            file.unlink()
    return Migrations(folder, known)


def _copy_records(source: Engine, target: Engine) -> None:
    with transaction(source, reading=True) as old, transaction(target) as new:
        for table in tables.metadata.sorted_tables:
            if not inspect(new).has_table(table.name):
                continue
            there = {each["name"] for each in inspect(new).get_columns(table.name)}
            columns = [column for column in table.columns if column.name in there]
            for row in old.execute(select(*columns).order_by(columns[0])).mappings():
                new.execute(insert(table).values(dict(row)))
    source.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_is_taken_first(engine: Engine, way: Migrations) -> None:
    content = _content(engine)
    migrate.upgrade(engine, way)
    kept = open_engine(f"sqlite:///{engine.url.database}.revision-{_NOW}")
    assert _content(kept) == content
    with transaction(kept) as conn:
        assert migrate.revision(conn) == _NOW
    kept.dispose()


def test_foreign_keys_are_on_again_afterwards(engine: Engine, way: Migrations) -> None:
    migrate.upgrade(engine, way)
    orphan = "UPDATE forecasts SET question = 'nowhere'"
    with pytest.raises(Exception, match="nothing was written"), transaction(engine) as conn:
        conn.execute(text(orphan))


def test_an_upgrade_that_fails_halfway_leaves_the_old_database(
    engine: Engine, tmp_path: Path
) -> None:
    content, guards = _content(engine), _guards(engine)
    way = _way(tmp_path / "broken", more="op.execute('SELECT * FROM nowhere')")
    with pytest.raises(StoreError):
        migrate.upgrade(engine, way)
    assert _content(engine) == content
    assert _guards(engine) == guards
    with transaction(engine, reading=True) as conn:
        assert migrate.revision(conn) == _NOW
        assert "priority" not in {each["name"] for each in inspect(conn).get_columns("questions")}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_upgrade_that_would_orphan_rows_is_refused(engine: Engine, tmp_path: Path) -> None:
    content = _content(engine)
    way = _way(tmp_path / "broken", more="op.execute('DELETE FROM articles')")
    with pytest.raises(StoreError, match="would orphan rows of"):
        migrate.upgrade(engine, way)
    assert _content(engine) == content


def test_upgrading_what_is_up_to_date_changes_nothing(engine: Engine) -> None:
    content = _content(engine)
    assert migrate.upgrade(engine) == (_NOW, _NOW)
    assert _content(engine) == content


@pytest.mark.slow
@pytest.mark.parametrize("first", [True, False], ids=["made", "upgraded"])
def test_six_processes_at_once_all_succeed_and_one_of_them_does_it(
    database_url: str, tmp_path: Path, *, first: bool
) -> None:
    """Version read, changes and version write are one transaction, so nobody does them twice."""
    way = _way(tmp_path / "migrations")
    if not first:
        hands.upgrade(database_url, None)
    told = hands.all_at_once(hands.upgrade, [(database_url, None if first else way)] * 6)
    before, after = (None, _NOW) if first else (_NOW, _THEN)
    assert sorted(told, key=str) == sorted([(before, after), *[(after, after)] * 5], key=str)


@pytest.mark.slow
def test_an_upgrade_killed_at_any_statement_leaves_old_or_new(
    engine: Engine, database_url: str, way: Migrations
) -> None:
    """The kill falls after the n-th statement: every n in turn, until it gets through."""
    content, guards = _content(engine), _guards(engine)
    statements = 0
    while True:
        statements += 1
        if _survived(database_url, way, statements):
            break
        with transaction(engine, reading=True) as conn:
            assert migrate.revision(conn, way.revisions) == _NOW
        assert _content(engine) == content
        assert _guards(engine) == guards
    assert statements > 5
    assert _content(engine) == content
    with transaction(engine, reading=True) as conn:
        assert migrate.revision(conn, way.revisions) == _THEN


def _survived(url: str, way: Migrations, statements: int) -> bool:
    """Upgrade in a process that is killed after so many statements; whether it got through."""
    hand = hands.Hand(hands.upgrade_until, url, way, statements)
    hand.go()
    told = hand.done()
    assert told in (None, (_NOW, _THEN))
    return told is not None
