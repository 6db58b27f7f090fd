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
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, Engine, text

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
    return _file_held(_path(conn.engine, token))


def _path(engine: Engine, token: str) -> Path:
    return Path(f"{engine.url.database}.workers") / token


@contextmanager
def _hold_file(engine: Engine, token: str) -> Iterator[None]:
    path = _path(engine, token)
    with _opened(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(exist_ok=True)
        return path.open("w")
    except OSError as error:
        raise StoreError(
            f"the folder of workers' locks {path.parent} cannot be written: {error.strerror}",
            hint="check who owns it and whether the disk is full",
        ) from None


def _file_held(path: Path) -> bool:
    try:
        file = path.open("r+")
    except FileNotFoundError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
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
            conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _key(token)})


def _key(token: str) -> int:
    digest = hashlib.sha256(token.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
