"""Bringing a database to this program's revision, whole or not at all.

Alembic is imported only when there is something to upgrade: telling whether there is costs one
query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from tracker.errors import StoreError
from tracker.store.engine import transaction

# Oldest first; a test holds them against alembic/versions.
REVISIONS = ("0001", "0002", "0003", "0004")
HEAD = REVISIONS[-1]


def known_revision(conn: Connection) -> str:
    """Return the revision of a database that must be the tracker's.

    Raises:
        StoreError: if it is not, or a newer version of the tracker made it.
    """
    found = revision(conn)
    if found is None:
        raise StoreError("the file is not a tracker database", hint="check the path")
    return found


def revision(conn: Connection, known: Sequence[str] = REVISIONS) -> str | None:
    """Return the database's revision, or None where the tracker never was.

    Raises:
        StoreError: if a newer version of the tracker made it.
    """
    if not conn.dialect.has_table(conn, "alembic_version"):
        return None
    found = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in known:
        raise StoreError(
            f"the database was made by a newer version of the tracker (revision {found})",
            hint=f"upgrade the program; this one knows revisions up to {known[-1]}",
        )
    return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Migrations:
    """The way to a revision.

    Attributes:
        folder: where the steps are.
        revisions: their names, oldest first.
    """

    folder: Path
    revisions: tuple[str, ...] = REVISIONS

    @property
    def head(self) -> str:
        """The newest revision."""
        return self.revisions[-1]


def upgrade(engine: Engine, way: Migrations | None = None) -> tuple[str | None, str]:
    """Bring the database to this program's revision in one transaction.

    On SQLite a copy of what was there is kept beside it first, as FILE.revision-0001.
    Any number of processes may do it at once: the others wait and find it done.

    Args:
        engine: from `open_engine`.
        way: the migrations, where they are not this program's own.

    Returns:
        The revision before and after.

    Raises:
        StoreError: if it was made by a newer version, or children would lose their parents.
    """
    with transaction(engine, foreign_keys=False) as conn:
        way = way or Migrations(migrations_folder())
        before = _run(conn, way)
        if conn.dialect.name == "sqlite":
            _check_children(conn)
        return before, way.head


def _check_children(conn: Connection) -> None:
    orphans = conn.execute(text("PRAGMA foreign_key_check")).first()
    if orphans is not None:
        raise StoreError(
            f"the upgrade would orphan rows of {orphans[0]}; nothing was changed",
            hint="keep the backup and report this",
        )


def _run(conn: Connection, way: Migrations) -> str | None:
    before = revision(conn, way.revisions)
    if before == way.head:
        return before
    if before is None and conn.dialect.name == "sqlite" and inspect(conn).get_table_names():
        raise StoreError(
            "the file is another program's database; nothing was changed",
            hint="set TRACKER_DATABASE_URL to a file of the tracker's own",
        )
    if before is not None and conn.dialect.name == "sqlite":
        _keep_copy(conn.engine, before)
    from alembic.config import Config

    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(way.folder).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
    return before


def _keep_copy(engine: Engine, before: str) -> None:
    from tracker.store.backup import check_integrity, write

    # The transaction around this has changed nothing yet, and keeps others from doing so.
    file = Path(f"{engine.url.database}.revision-{before}")
    file.unlink(missing_ok=True)
    write(engine, file, check_integrity)


def migrations_folder() -> Path:
    """Return where the migrations are: inside the wheel, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    shipped = package / "_alembic"
    return shipped if shipped.is_dir() else package.parent / "alembic"
