"""Who is still alive: a lock that a worker holds as long as it lives, however it ends.

The operating system (or PostgreSQL) frees it when the process dies, so a dead worker is known at
once and by no clock.
"""

import fcntl
import hashlib
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from tracker.errors import StoreError
from tracker.store.engine import told


@contextmanager
def worker(engine: Engine) -> Iterator[str]:
    """Hold a fresh worker's lock; yield its token."""
    token = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(8)}"
    hold = _hold_file if engine.dialect.name == "sqlite" else _hold_advisory
    with hold(engine, token):
        yield token


def alive(conn: Connection, token: str) -> bool:
    """Whether the worker with this token still holds its lock."""
    if conn.dialect.name == "postgresql":
        query = text("SELECT pg_try_advisory_xact_lock(:key)")
        return not conn.execute(query, {"key": _key(token)}).scalar()
    return _file_held(_folder(conn.engine) / token)


def _folder(engine: Engine) -> Path:
    # By whatever link the file was reached: two workers of one database must find each other.
    return Path(f"{Path(engine.url.database or '').resolve()}.workers")


@contextmanager
def _hold_file(engine: Engine, token: str) -> Iterator[None]:
    folder = _folder(engine)
    path = folder / token
    with _locked(path):
        _bury_the_dead(folder, besides=token)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _locked(path: Path) -> TextIO:
    while True:
        file = _opened(path)
        fcntl.flock(file, fcntl.LOCK_EX)
        # Whoever buries the dead may have taken it away before it was locked.
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(exist_ok=True)
        return path.open("w")
    except OSError as error:
        raise StoreError(
            f"the folder of workers' locks {path.parent} cannot be written: {error.strerror}",
            hint="check who owns it and whether the disk is full",
        ) from None


def _bury_the_dead(folder: Path, *, besides: str) -> None:
    """Remove the files of killed workers, or they would gather."""
    for path in folder.iterdir():
        if path.name != besides:
            _file_held(path)


def _file_held(path: Path) -> bool:
    try:
        file = path.open()
    except FileNotFoundError:
        return False
    except PermissionError:
        # Another user's worker: the lease tells in the end.
        return True
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        # In another user's folder it stays, which harms nobody.
        with suppress(PermissionError):
            path.unlink(missing_ok=True)
    return False


@contextmanager
def _hold_advisory(engine: Engine, token: str) -> Iterator[None]:
    # A connection of its own: the lock belongs to the session, and lives as long as it does.
    with told(engine), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _key(token)})
        try:
            yield
        finally:
            _unlock(conn, token)


def _unlock(conn: Connection, token: str) -> None:
    try:
        conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _key(token)})
    except DBAPIError:
        # The session is gone, and its lock with it: that is no failure of what was done.
        conn.invalidate()


def _key(token: str) -> int:
    digest = hashlib.sha256(token.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
