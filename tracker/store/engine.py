"""The engine: how each database is opened, and what its failures mean in words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError

from tracker.errors import ConfigError, Conflict, StoreError

_BUSY_SECONDS = 30
_READING = "tracker_reading"


@cache
def sqlite_module() -> ModuleType:
    """Return pysqlite3, which carries an SQLite without the WAL-reset bug, or the standard one."""
    try:
        import pysqlite3
    except ImportError:
        return sqlite3
    return pysqlite3  # type: ignore[no-any-return]


def open_engine(address: str) -> Engine:
    """Open an engine for a database URL; nothing is connected yet.

    Args:
        address: "sqlite:///file" or "postgresql://…".

    Raises:
        ConfigError: if the URL is none that the tracker speaks.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise ConfigError(
            "the database URL cannot be read",
            hint="write sqlite:////full/path/tracker.db or postgresql://user@host/name",
        ) from None
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    if url.get_backend_name() == "postgresql":
        return _postgresql(url)
    raise ConfigError(
        f"the tracker does not speak {url.get_backend_name()!r}", hint="use sqlite or postgresql"
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite"),
        module=sqlite_module(),
        connect_args={"isolation_level": None, "timeout": _BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        reading = conn.get_execution_options().get(_READING, False)
        conn.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "application_name": "tracker"},
        )
    except NoSuchModuleError:
        raise ConfigError(
            "psycopg is not installed", hint="pip install 'psycopg[binary]'"
        ) from None


@contextmanager
def transaction(
    engine: Engine, *, reading: bool = False, foreign_keys: bool = True
) -> Iterator[Connection]:
    """Open a transaction and commit it at the end; failures become sentences.

    Args:
        engine: from `open_engine`.
        reading: whether it only reads, so that on SQLite it waits for no writer.
        foreign_keys: False for a migration on SQLite, where rebuilding a table drops it, and its
            children with it if the keys are on.

    Raises:
        Conflict: if somebody else recorded the same thing first.
        StoreError: if the database is locked, full, read-only, damaged or unreachable.
    """
    try:
        with (
            engine.connect().execution_options(**{_READING: reading}) as conn,
            _keys(conn, on=foreign_keys),
            conn.begin(),
        ):
            yield conn
    except IntegrityError as error:
        raise _integrity(error) from error
    except DBAPIError as error:
        raise _failure(error, engine) from error


@contextmanager
def _keys(conn: Connection, *, on: bool) -> Iterator[None]:
    raw = conn.connection.driver_connection
    if on or conn.dialect.name != "sqlite" or raw is None:
        yield
        return
    # Past SQLAlchemy, since the switch has no effect once a transaction is open.
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _integrity(error: IntegrityError) -> Conflict | StoreError:
    words = str(error.orig)
    if "ledger" in words and "continue" in words:
        return StoreError("the ledger refused an event that does not continue its chain")
    return Conflict(
        "somebody else changed the same record in the meantime; nothing was written",
        hint="look at it again (`tracker show ID`) and repeat",
    )


_FAILURES = (
    ("locked", "the database is locked by another process", "try again when it has finished"),
    ("readonly", "the database is read-only", "check who owns the file and its folder"),
    ("read-only", "the database is read-only", "check the rights of the database user"),
    ("disk is full", "the disk is full; nothing was written", "make room and repeat"),
    ("no space left", "the disk is full; nothing was written", "make room and repeat"),
    ("disk i/o", "the disk refused a write; nothing was written", "check the disk and repeat"),
    ("not a database", "the file is not an SQLite database", "check the path"),
    ("malformed", "the database file is damaged", "restore a backup"),
    ("unable to open", "the database file cannot be opened", "check the path and who owns it"),
    ("no such table", "the file is not a tracker database", "`tracker init` makes one"),
    ("permission denied", "the database user may not do that", "see docs/how-to.md, PostgreSQL"),
    ("password", "the database refused the login", "check user and password"),
)


def _failure(error: DBAPIError, engine: Engine) -> StoreError:
    words = str(error.orig).lower()
    place = engine.url.render_as_string(hide_password=True)
    for sign, message, hint in _FAILURES:
        if sign in words:
            return StoreError(f"{message} ({place})", hint=hint)
    if error.connection_invalidated or "connection" in words:
        return StoreError(f"the database cannot be reached ({place})", hint="does it run?")
    first = (str(error.orig).strip() or "no reason given").splitlines()[0]
    return StoreError(f"the database refused: {first} ({place})", hint="ask `tracker doctor`")
