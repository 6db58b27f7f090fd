"""Backups: written and verified, brought back without losing what came after, and nightly."""

from datetime import datetime
from pathlib import Path

from tracker.actions.trust import tampering
from tracker.errors import ConfigError
from tracker.store import backup as files
from tracker.store import migrate
from tracker.store.ledger import Head
from tracker.store.store import Store
from tracker.store.verify import Verified, verify

_PREFIX, _SUFFIX = "tracker-", ".db"


def backup(store: Store, file: Path) -> Head:
    """Write a verified copy of the database; return the head it holds.

    Raises:
        ConfigError: if the database is PostgreSQL, whose own tool does this.
        Conflict: if the file exists already or cannot be written.
        StoreError: if the database cannot be read.
        Tampered: if the copy does not verify; it is left as FILE.partial to be looked at.
    """
    _embedded(store, "pg_dump --format=custom --file FILE")
    heads: list[Head] = []
    store.copy_to(file, lambda copy: heads.append(examine(copy).head))
    return heads[0]


def examine(file: Path) -> Verified:
    """Check a copy: every page, and that its records are as its ledger tells them.

    Raises:
        StoreError: if it is damaged, no database of the tracker's, or of a newer version.
        Tampered: if it does not verify.
    """
    files.check_integrity(file)
    with files.opened(file) as conn:
        found = migrate.known_revision(conn)
        # Tables of an older revision look otherwise; their chain does not.
        verified = verify(conn, chain_only=found != migrate.HEAD)
    error = tampering(verified)
    if error is not None:
        raise error
    return verified


def restore(store: Store, file: Path, now: datetime, *, discard: bool = False) -> Head:
    """Make the database what a backup is; return its head.

    Args:
        store: where.
        file: the backup.
        now: the clock, for the name under which a discarded database is kept.
        discard: whether a database that holds more than the backup, or is damaged, may go.

    Raises:
        ConfigError: if the database is PostgreSQL.
        Conflict: if the database holds events that the backup does not, without `discard`.
        StoreError: if either cannot be read, or another process has the database open.
        Tampered: if the backup does not verify.
    """
    target = _embedded(store, "pg_restore --clean --dbname NAME FILE")
    head = examine(file).head
    store.close()
    aside = target.with_name(f"{target.name}.discarded-{now:%Y%m%dT%H%M%S}")
    files.put_back(file, target, discard=aside if discard else None)
    store.check_ready()
    return head


def nightly(store: Store, folder: Path, now: datetime, keep: int) -> Path | None:
    """Write today's backup unless it stands already, and drop the oldest beyond `keep`.

    Returns:
        The new backup, or None where there was nothing to do.

    Raises:
        Conflict: if the folder cannot be written.
        StoreError: if the database cannot be read.
        Tampered: if the copy does not verify; the older ones are kept then.
    """
    file = folder / f"{_PREFIX}{now:%Y-%m-%d}{_SUFFIX}"
    if store.file is None or keep == 0 or file.exists():
        return None
    files.make_folder(folder)
    backup(store, file)
    for old in sorted(folder.glob(f"{_PREFIX}????-??-??{_SUFFIX}"))[:-keep]:
        old.unlink(missing_ok=True)
    return file


def _embedded(store: Store, instead: str) -> Path:
    if store.file is None:
        raise ConfigError(
            f"{store.place} is PostgreSQL, which looks after its own backups", hint=instead
        )
    return store.file
