"""A database from before op-eds were kept is brought up with everything that it holds."""

import shutil
from collections.abc import Callable
from pathlib import Path

from examples import ALL
from sqlalchemy import text

from tracker.actions.arm import Act
from tracker.actions.record import record
from tracker.store import migrate
from tracker.store.engine import open_engine, transaction
from tracker.store.migrate import Migrations
from tracker.store.store import Store
from tracker.store.verify import verify


def test_a_database_without_snapshots_is_brought_up_with_its_records(
    tmp_path: Path, database_url: str, act: Callable[..., Act]
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.migrations_folder(), folder)
    for step in (folder / "versions").glob("*.py"):
        if step.name >= "0003":
            step.unlink()
    engine = open_engine(database_url)
    before = Migrations(folder, tuple(each for each in migrate.REVISIONS if each < "0003"))
    assert migrate.upgrade(engine, before) == (None, "0002")
    assert migrate.upgrade(engine) == ("0002", migrate.HEAD)
    store = Store(database_url)
    record(store, ALL, act())
    with transaction(engine, reading=True) as conn:
        assert conn.execute(text("SELECT count(*) FROM snapshots")).scalar() == 0
        assert verify(conn).findings.count == 0
    engine.dispose()
    store.close()
