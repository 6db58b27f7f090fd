"""Bringing a database to this program's revision, whole or not at all.

Alembic is imported only when there is something to upgrade: telling whether there is costs one
query.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from tracker.errors import StoreError
from tracker.store.engine import transaction

# Oldest first; a test holds them against alembic/versions.
REVISIONS = ("0001", "0002")
HEAD = REVISIONS[-1]
_UPGRADE_LOCK = 0x75706772616465


def revision(conn: Connection) -> str | None:
    """Return the database's revision, or None where the tracker never was.

    Raises:
        StoreError: if a newer version of the tracker made it.
    """
    if not inspect(conn).has_table("alembic_version"):
        return None
    found = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in REVISIONS:
        raise StoreError(
            f"the database was made by a newer version of the tracker (revision {found})",
            hint=f"upgrade the program; this one knows revisions up to {HEAD}",
        )
    return None if found is None else str(found)


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring the database to this program's revision in one transaction.

    Any number of processes may do it at once: the others wait and find it done.

    Returns:
        The revision before and after.

    Raises:
        StoreError: if it was made by a newer version, or children would lose their parents.
    """
    with transaction(engine, foreign_keys=False) as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        before = _run(conn)
        if conn.dialect.name == "sqlite":
            _check_children(conn)
        return before, HEAD


def _check_children(conn: Connection) -> None:
    orphans = conn.execute(text("PRAGMA foreign_key_check")).first()
    if orphans is not None:
        raise StoreError(
            f"the upgrade would orphan rows of {orphans[0]}; nothing was changed",
            hint="keep the backup and report this",
        )


def _run(conn: Connection) -> str | None:
    before = revision(conn)
    if before == HEAD:
        return before
    from alembic.config import Config

    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
    return before


def migrations_folder() -> Path:
    """Return where the migrations are: inside the wheel, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    shipped = package / "_alembic"
    return shipped if shipped.is_dir() else package.parent / "alembic"
