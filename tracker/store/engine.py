"""The engine: how each database is opened, and what its failures mean in words."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError

from tracker.errors import ConfigError, Conflict, StoreError
from tracker.store import straight

_BUSY_SECONDS = 30
_ASK_AGAIN = (0.001, 0.006)
_READING = "tracker_reading"
# Any constant will do, as long as every writer asks for the same: "tracker" in ASCII.
_TURN = 0x747261636B6572
_TAKE_TURN = text("SELECT set_config('lock_timeout', :wait, true), pg_advisory_xact_lock(:key)")
_DO_NOT_WAIT = text(
    "SELECT set_config('lock_timeout', :wait, false),"
    " set_config('synchronous_commit', 'off', false),"
    # The same two statements over and over: to plan them takes as long as to run them.
    " set_config('plan_cache_mode', 'force_generic_plan', false)"
)


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
    if url.database in (None, "", ":memory:"):
        raise ConfigError(
            "the database URL names no file", hint="write sqlite:////full/path/tracker.db"
        )
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
        if conn.get_execution_options().get(_READING, False):
            straight.execute(conn, "BEGIN")
        else:
            take_turn(conn.connection.driver_connection)

    return engine


def take_turn(raw: Any) -> None:  # noqa: ANN401 - a DBAPI connection
    """Begin to write on SQLite, as soon as it is our turn.

    SQLite's own waiting asks every tenth of a second in the end. Beside somebody who writes without
    a pause the lock is free for a millisecond in ten, and a command was seen to wait for twelve
    seconds. Asked for every few milliseconds, the turn comes in a fraction of one.

    Raises:
        sqlite3.OperationalError: if it has not come in time, or cannot come at all.
    """
    end = time.monotonic() + _BUSY_SECONDS
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while not _begun(raw, last=time.monotonic() >= end):
            time.sleep(random.uniform(*_ASK_AGAIN))  # noqa: S311 - so that waiters do not keep step
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(_BUSY_SECONDS * 1000)}")


def _begun(raw: Any, *, last: bool) -> bool:  # noqa: ANN401 - as above
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite_module().OperationalError as error:
        if last or "locked" not in str(error):
            raise
        return False
    return True


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

    Writers take turns on both databases: each sees everything that the ones before it wrote, so
    none can overwrite what it has not seen, and the ledger has one next link. A reader sees one
    moment and waits for nobody.

    Args:
        engine: from `open_engine`.
        reading: whether it only reads.
        foreign_keys: False for a migration on SQLite, where rebuilding a table drops it, and its
            children with it if the keys are on.

    Raises:
        Conflict: if somebody else recorded the same thing first.
        StoreError: if the database is locked, full, read-only, damaged or unreachable.
    """
    switched = () if foreign_keys else ("foreign_keys=OFF", "foreign_keys=ON")
    with (
        told(engine),
        _connected(engine, reading=reading) as conn,
        _pragma(conn, *switched),
        conn.begin(),
    ):
        if not reading and engine.dialect.name == "postgresql":
            conn.execute(_TAKE_TURN, {"wait": f"{_BUSY_SECONDS}s", "key": _TURN})
        yield conn


@contextmanager
def brisk_connection(engine: Engine) -> Iterator[Connection]:
    """Open a connection for transactions whose loss with the power does no harm.

    They take no turn, and their commits do not wait for the disk: what another process sees of
    them stands, and survives every death of ours. After the machine itself has died, the last of
    them may not have happened.

    Raises:
        StoreError: as `transaction`.
    """
    with (
        told(engine),
        _connected(engine, reading=False) as conn,
        _pragma(conn, "synchronous=NORMAL", "synchronous=FULL"),
    ):
        if engine.dialect.name == "postgresql":
            # Each statement by itself: a BEGIN and a COMMIT would be two more ways to the server.
            conn.execution_options(isolation_level="AUTOCOMMIT")
            with conn.begin():
                conn.execute(_DO_NOT_WAIT, {"wait": f"{_BUSY_SECONDS}s"})
        try:
            yield conn
        finally:
            if engine.dialect.name == "postgresql":
                conn.invalidate()  # with the session go its settings


@contextmanager
def begin_brisk(conn: Connection) -> Iterator[None]:
    """Open the next transaction on a brisk connection; on PostgreSQL, none: nothing to commit."""
    if conn.dialect.name == "sqlite":
        with conn.begin():
            yield
        return
    try:
        yield
    finally:
        # SQLAlchemy begins one in its own books when it executes something itself.
        if conn.in_transaction():
            conn.rollback()


def _connected(engine: Engine, *, reading: bool) -> Connection:
    conn = engine.connect().execution_options(**{_READING: reading})
    if reading and engine.dialect.name == "postgresql":
        # Several queries of one transaction must see the same moment, as they do on SQLite.
        conn = conn.execution_options(isolation_level="REPEATABLE READ")
    return conn


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """Turn the database's failures into sentences.

    Raises:
        Conflict: if somebody else recorded the same thing first.
        StoreError: for every other failure.
    """
    try:
        yield
    except IntegrityError as error:
        raise _integrity(error) from error
    except DBAPIError as error:
        raise _failure(error, engine) from error
    except sqlite_module().Error as error:
        # From the driver itself, where SQLAlchemy was passed by.
        raise _failure(DBAPIError(None, None, error), engine) from error


@contextmanager
def _pragma(conn: Connection, before: str = "", after: str = "") -> Iterator[None]:
    """Switch something of SQLite's for one transaction."""
    raw = conn.connection.driver_connection
    if not before or conn.dialect.name != "sqlite" or raw is None:
        yield
        return
    # Past SQLAlchemy, since the switches have no effect once a transaction is open.
    raw.execute(f"PRAGMA {before}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA {after}")


def _integrity(error: IntegrityError) -> Conflict | StoreError:
    if "append-only" in str(error.orig):
        return StoreError(_APPEND_ONLY)
    return Conflict(
        "somebody else changed the same record in the meantime; nothing was written",
        hint="look at it again (`tracker show ID`) and repeat",
    )


_APPEND_ONLY = "the ledger is append-only and refused a change; nothing was written"
_UNREACHABLE = "the database cannot be reached"
_FULL = "the disk is full; nothing was written"
_LOCKED = "the database is locked by another process; nothing was written"
# What the databases say, in lower case, and what it means; the first that fits is told.
_FAILURES = (
    ("append-only", _APPEND_ONLY, "what is recorded is corrected by `tracker amend` or `reopen`"),
    ("lock timeout", _LOCKED, "try again when it has finished"),
    ("is locked", _LOCKED, "try again when it has finished"),
    ("deadlock", "another process changed the same records; nothing was written", "repeat"),
    ("readonly", "the database is read-only", "check who owns the file and its folder"),
    ("read-only", "the database is read-only", "check the rights of the database user"),
    ("disk is full", _FULL, "make room and repeat"),
    ("no space left", _FULL, "make room and repeat"),
    ("disk i/o", "the disk refused a write; nothing was written", "check the disk and repeat"),
    ("not a database", "the file is not an SQLite database", "check the path"),
    ("malformed", "the database file is damaged", "restore a backup: `tracker restore FILE`"),
    ("unable to open", "the database file cannot be opened", "check the path and who owns it"),
    ("no such table", "the file is not a tracker database", "`tracker init` makes one"),
    ("must be owner", "the database user may not do that", "see docs/security.md, PostgreSQL"),
    ("permission denied", "the database user may not do that", "see docs/security.md, PostgreSQL"),
    ("password", "the database refused the login", "check user and password"),
    ("resolve host", _UNREACHABLE, "check the host name in TRACKER_DATABASE_URL"),
    ("starting up", _UNREACHABLE, "it is starting up: try again in a moment"),
    ("shutting down", _UNREACHABLE, "it is shutting down: try again when it runs"),
    ("does not exist", "the server has no such database, table or user", "check the URL"),
)


def _failure(error: DBAPIError, engine: Engine) -> StoreError:
    words = str(error.orig).lower()
    place = engine.url.render_as_string(hide_password=True)
    for sign, message, hint in _FAILURES:
        if sign in words:
            return StoreError(f"{message} ({place})", hint=hint)
    if error.connection_invalidated or "connection" in words:
        return StoreError(f"{_UNREACHABLE} ({place})", hint="does it run?")
    first = (str(error.orig).strip() or "no reason given").splitlines()[0]
    return StoreError(f"the database refused: {first} ({place})", hint="ask `tracker doctor`")
