"""Kill an upgrade at random instants: the database is old or new, never between.

    python bench/kill_upgrades.py 200                 on SQLite
    python bench/kill_upgrades.py 200 --postgres      on a PostgreSQL of its own
    python bench/kill_upgrades.py 200 --url URL       on an empty PostgreSQL database

The upgrade is an invented one that rebuilds `questions`, the parent of most other tables, and takes
its column away again for the next round.
"""

import argparse
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

# Imported before the first fork, so that no child spends its life on it.
import alembic.command  # noqa: F401 - as said
from sqlalchemy import inspect, text

from bench.torture.postgres import postgres
from tracker.store import migrate
from tracker.store.backup import check_integrity
from tracker.store.engine import open_engine, transaction
from tracker.store.migrate import Migrations

_LATER = """
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{now}"

def upgrade():
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("questions", recreate=recreate) as batch:
        batch.add_column(sa.Column("priority", sa.Integer()))
"""
_QUESTIONS = 3000


def _fill(url: str) -> None:
    engine = open_engine(url)
    migrate.upgrade(engine)
    stamp = "'2026-03-02T12:00:00.000000Z', 'Ada'"
    with transaction(engine) as conn:
        for number in range(_QUESTIONS):
            name = f"q-{number}"
            conn.execute(
                text(
                    "INSERT INTO questions (id, text, criteria, deadline, zone, topics,"
                    " checkpoints, revision, closes_at, recorded_at, recorded_by) VALUES"
                    f" ('{name}', 'Will it?', 'It does.', '{{}}', 'UTC', '[]', '[]', 1,"
                    f" '2031-01-02T00:00:00.000000Z', {stamp})"
                )
            )
            conn.execute(
                text(
                    "INSERT INTO forecasts (id, question, author, negated, source, retrospective,"
                    f" recorded_at, recorded_by) VALUES ('{name}/me', '{name}', 'me', false,"
                    f" 'reader', false, {stamp})"
                )
            )
    engine.dispose()


def _upgrade_and_die(url: str, way: Migrations, delay: float | None) -> tuple[bool, float]:
    """Upgrade in a child that is killed after a while; whether it lived, and how long it took."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        migrate.upgrade(open_engine(url), way)
        os._exit(0)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return status == 0, time.perf_counter() - began


def _state(url: str, way: Migrations) -> tuple[str | None, bool, bool]:
    """Return the revision, whether the column is there, and whether every row and guard is."""
    engine = open_engine(url)
    with transaction(engine, reading=True) as conn:
        found = migrate.revision(conn, way.revisions)
        columns = {each["name"] for each in inspect(conn).get_columns("questions")}
        counts = [
            conn.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("questions", "forecasts")
        ]
        guards = {
            "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
            "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
        }
        whole = counts == [_QUESTIONS] * 2
        whole = whole and conn.execute(text(guards[engine.dialect.name])).scalar() == 3  # noqa: PLR2004 - the ledger's guards
    engine.dispose()
    return found, "priority" in columns, whole


def _back(url: str) -> None:
    engine = open_engine(url)
    with transaction(engine, foreign_keys=False) as conn:
        conn.execute(text("ALTER TABLE questions DROP COLUMN priority"))
        conn.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": migrate.HEAD})
    engine.dispose()


def main() -> int:
    """Kill so many upgrades; return 1 where one left something between."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kills", type=int)
    parser.add_argument("--url")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    with ExitStack() as servers:
        if given.postgres:
            given.url = servers.enter_context(postgres()).database()
        return _kill_all(given.kills, given.url)


def _kill_all(kills: int, server: str | None) -> int:
    folder = Path(tempfile.mkdtemp(prefix="upgrades-"))
    shutil.copytree(migrate.migrations_folder(), folder / "migrations")
    (folder / "migrations" / "versions" / "later.py").write_text(_LATER.format(now=migrate.HEAD))
    way = Migrations(folder / "migrations", (*migrate.REVISIONS, "later"))
    url = server or f"sqlite:///{folder / 'tracker.db'}"
    _fill(url)
    took = []
    for _ in range(3):
        took.append(_upgrade_and_die(url, way, None)[1])
        _back(url)
    killed = old = new = between = 0
    while killed < kills:
        lived, _ = _upgrade_and_die(url, way, random.uniform(0, 1.1 * statistics.median(took)))  # noqa: S311 - an instant, no secret
        killed += not lived
        found, column, whole = _state(url, way)
        if server is None:
            check_integrity(folder / "tracker.db")
        old += not lived and found == migrate.HEAD
        new += not lived and found == "later"
        between += not whole or column != (found == "later")
        if found == "later":
            _back(url)
    print(f"{killed} kills: {old} left the old database, {new} the new one, {between} between")
    shutil.rmtree(folder)
    return 1 if between else 0


if __name__ == "__main__":
    sys.exit(main())
