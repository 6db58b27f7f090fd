"""Copies of an SQLite database: written whole, checked, and brought back without losing a write.

A copied file is no backup: what stands in the WAL is missing from it. VACUUM INTO reads one
moment, however many write meanwhile. PostgreSQL has pg_dump (docs/security.md).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text

from tracker.errors import Conflict, StoreError
from tracker.store.engine import sqlite_module, told, transaction
from tracker.store.ledger import GENESIS, Head

_PARTIAL = ".partial"
# Whoever holds the database open, a daemon say, will not go away within seconds.
_PATIENCE_SECONDS = 2


def write(engine: Engine, file: Path, check: Callable[[Path], None]) -> None:
    """Write a copy of the database as it is at one moment; other processes go on writing.

    It appears under its name only once it is complete, on disk and checked.

    Args:
        engine: the database's.
        file: where; it must not exist.
        check: raises what is wrong with a copy.

    Raises:
        Conflict: if the file exists or its folder cannot be written.
        StoreError: if the database cannot be read or the copy is not sound.
    """
    if file.exists():
        raise Conflict(f"{file} exists already", hint="choose another name")
    partial = file.with_name(file.name + _PARTIAL)
    with _files_told(file), told(engine), closing(engine.raw_connection()) as conn:
        partial.unlink(missing_ok=True)
        raw: Any = conn.driver_connection
        raw.execute("VACUUM INTO ?", (str(partial),))
        # It holds what the database holds: nobody else's to read.
        partial.chmod(0o600)
        _sync(partial)
    check(partial)
    with _files_told(file):
        partial.rename(file)
        _sync(file.parent)


def check_integrity(file: Path) -> None:
    """Let SQLite check a file's every page and index.

    Raises:
        StoreError: if anything is wrong.
    """
    with opened(file) as conn:
        said = conn.execute(text("PRAGMA integrity_check(1)")).scalar()
    if said != "ok":
        raise StoreError(f"{file} is damaged: {said}", hint="use another backup")


@contextmanager
def opened(file: Path) -> Iterator[Connection]:
    """Open a copy for reading only; nothing is changed, not even its folder.

    Raises:
        StoreError: if it is no database, or cannot be read.
    """
    if not file.is_file():
        raise StoreError(f"there is no file {file}", hint="check the path")
    uri = f"{file.absolute().as_uri()}?mode=ro"
    engine = create_engine(
        "sqlite://",
        module=sqlite_module(),
        creator=lambda: sqlite_module().connect(uri, uri=True, isolation_level=None),
    )
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
    try:
        with transaction(engine, reading=True) as conn:
            yield conn
    finally:
        engine.dispose()


def put_back(copy: Path, file: Path, *, discard: Path | None) -> None:
    """Make a database what a copy is: all of it at once, or nothing.

    Args:
        copy: a copy that was checked.
        file: the database; it may be missing.
        discard: where a database is kept that holds what the copy does not; None refuses.

    Raises:
        Conflict: if the database holds events that the copy does not, and `discard` is None.
        StoreError: if another process has it open, or it cannot be read or written.
    """
    if not file.exists() or file.stat().st_size == 0:
        _make(copy, file)
        return
    try:
        _overwrite(copy, file, discard)
    except StoreError as error:
        damaged = "damaged" in str(error) or "not an SQLite" in str(error)
        if discard is None or not damaged:
            raise
        with _files_told(file):
            file.rename(discard)
        _make(copy, file)


def _make(copy: Path, file: Path) -> None:
    partial = file.with_name(file.name + _PARTIAL)
    with _files_told(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        with _connected(partial) as target:
            _copy(copy, target)
        _sync(partial)
        partial.rename(file)
        _sync(file.parent)


def _overwrite(copy: Path, file: Path, discard: Path | None) -> None:
    with _connected(file) as target:
        # Kept until the connection closes, and given only when nobody else has the file open:
        # what another process recorded in between would be overwritten unseen.
        target.execute("PRAGMA locking_mode=EXCLUSIVE")
        target.execute("BEGIN EXCLUSIVE")
        head = _head(target, file)
        target.execute("COMMIT")
        if not _contains(copy, head):
            if discard is None:
                raise Conflict(
                    f"{file} holds events that {copy} does not (its head is {head})",
                    hint="add --discard to lose them; the database is kept beside the new one",
                )
            with _connected(discard) as kept:
                target.backup(kept)
        _copy(copy, target)


def _head(target: Any, file: Path) -> Head:  # noqa: ANN401 - a DBAPI connection
    tables = {name for (name,) in target.execute("SELECT name FROM sqlite_master")}
    if tables and not {"ledger", "alembic_version"} <= tables:
        raise StoreError(f"{file} is another program's database", hint="check the path")
    query = "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1"
    row = target.execute(query).fetchone() if tables else None
    return Head(*row) if row else Head(0, GENESIS)


def _contains(copy: Path, head: Head) -> bool:
    if head.seq == 0:
        return True
    with opened(copy) as conn:
        query = text("SELECT hash FROM ledger WHERE seq = :seq")
        return conn.execute(query, {"seq": head.seq}).scalar() == head.hash


def _copy(copy: Path, target: Any) -> None:  # noqa: ANN401 - a DBAPI connection
    uri = f"{copy.absolute().as_uri()}?mode=ro"
    with closing(sqlite_module().connect(uri, uri=True)) as source:
        # One step is one transaction: a kill leaves the old content.
        source.backup(target)


@contextmanager
def _connected(file: Path) -> Iterator[Any]:
    engine = create_engine(f"sqlite:///{file}", module=sqlite_module())
    with (
        told(engine),
        closing(
            sqlite_module().connect(file, isolation_level=None, timeout=_PATIENCE_SECONDS)
        ) as conn,
    ):
        yield conn


@contextmanager
def _files_told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Conflict(f"{file} cannot be written: {error.strerror}") from None


def make_folder(folder: Path) -> None:
    """Make a folder for backups that only its owner may enter.

    Raises:
        Conflict: if it cannot be made.
    """
    with _files_told(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
