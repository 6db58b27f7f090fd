"""The one Store: opens transactions on the database and speaks the domain."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, delete, insert, select, text

from tracker.errors import StoreError
from tracker.store import migrate
from tracker.store.engine import (
    begin_brisk,
    brisk_connection,
    open_engine,
    sqlite_module,
    told,
    transaction,
)
from tracker.store.progress import Progress, silent
from tracker.store.recorded import Recorded
from tracker.store.tables import meta

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.store.glance import Glance
    from tracker.store.ledger import Ledger
    from tracker.store.outbox import Outbox
    from tracker.store.schedule import Schedule
    from tracker.store.snapshots import Snapshots
    from tracker.store.tallies import Tallies
    from tracker.store.verify import Verified, Witnessed

# Older branches that carry the repair of the WAL-reset bug, and from which release.
_MENDED = {(3, 50): 7, (3, 44): 6}


class Tx:
    """One transaction; everything done through it happens together or not at all.

    Attributes:
        recorded: articles, questions, forecasts, resolutions.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.recorded = Recorded(conn)

    @cached_property
    def ledger(self) -> "Ledger":
        """The chain of events."""
        from tracker.store.ledger import Ledger  # each part is loaded by those who use it

        return Ledger(self._conn)

    @cached_property
    def schedule(self) -> "Schedule":
        """The reminders."""
        from tracker.store.schedule import Schedule  # as the ledger

        return Schedule(self._conn)

    @cached_property
    def outbox(self) -> "Outbox":
        """The messages."""
        from tracker.store.outbox import Outbox  # as the ledger

        return Outbox(self._conn)

    @cached_property
    def snapshots(self) -> "Snapshots":
        """What was kept of the articles that were read."""
        from tracker.store.snapshots import Snapshots  # as the ledger

        return Snapshots(self._conn)

    @cached_property
    def tallies(self) -> "Tallies":
        """Counts and lists of forecasts, for scorecards."""
        from tracker.store.tallies import Tallies  # as the ledger

        return Tallies(self._conn)

    def get(self, key: str) -> str | None:
        """Return a remembered value."""
        query = select(meta.c.value).where(meta.c.key == key)
        value: str | None = self._conn.execute(query).scalar()
        return value

    def put(self, key: str, value: str) -> None:
        """Remember a value."""
        self._conn.execute(delete(meta).where(meta.c.key == key))
        self._conn.execute(insert(meta).values(key=key, value=value))

    def verify(
        self,
        *,
        witnessed: "Sequence[Witnessed]" = (),
        progress: Progress = silent,
        chain_only: bool = False,
    ) -> "Verified":
        """Verify everything that is recorded; see `tracker.store.verify`."""
        from tracker.store.verify import verify  # as the ledger

        return verify(self._conn, witnessed=witnessed, progress=progress, chain_only=chain_only)

    def glance(self, now: "datetime", *keys: str) -> "Glance":
        """Look whether there is anything to say or to send, and what is remembered."""
        from tracker.store.glance import glance  # as the ledger

        return glance(self._conn, now, keys)

    def alive(self, token: str) -> bool:
        """Whether the worker with this token still lives."""
        from tracker.store import liveness  # as the ledger

        return liveness.alive(self._conn, token)


class Store:
    """A database of records.

    Args:
        url: a database URL; nothing is opened before the first use.
    """

    def __init__(self, url: str) -> None:
        self._engine: Engine = open_engine(url)

    @property
    def place(self) -> str:
        """The database's URL without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The database's file, or None where it is a server's."""
        if self._engine.dialect.name != "sqlite":
            return None
        return Path(self._engine.url.database or "")

    def create(self) -> tuple[str | None, str]:
        """Make the database or bring it up to date; return its revision before and after."""
        file = self.file
        if file is not None:
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"the folder {file.parent} cannot be made: {error.strerror}",
                    hint="set TRACKER_DATABASE_URL to a place you may write to",
                ) from None
        before, after = migrate.upgrade(self._engine)
        with self.begin() as tx:
            if tx.get("instance_key") is None:
                import secrets  # only when a database is made

                tx.put("instance_key", secrets.token_hex(32))
        return before, after

    def check_ready(self) -> None:
        """Make sure the database is there and of this program's revision.

        An embedded database upgrades itself; a shared one waits for `tracker db upgrade`.

        Raises:
            StoreError: if it is missing, older (shared) or newer.
        """
        self._check_file()
        if self.file is None:
            self.look()
        elif self.revision() != migrate.HEAD:
            self.create()

    def _check_file(self) -> None:
        if self.file is not None and not self.file.exists():
            raise StoreError(
                f"there is no database at {self.file}", hint="`tracker init` makes one"
            )

    def look(self) -> None:
        """Look whether the database is ready, and change nothing.

        Raises:
            StoreError: if it is missing, unreadable, older or newer.
        """
        self._check_file()
        found = self.revision()
        if found != migrate.HEAD:
            raise StoreError(
                "the database is empty" if found is None else f"the database is at {found}",
                hint="`tracker db upgrade` brings it up to date",
            )

    def version(self) -> tuple[str, bool]:
        """Return the database program's version, and whether it is free of known corruption.

        SQLite before 3.51.3 (and 3.50.7, 3.44.6) can corrupt a WAL when it is reset
        (sqlite.org/wal.html, "The WAL-reset bug").
        """
        if self._engine.dialect.name == "sqlite":
            info: tuple[int, ...] = sqlite_module().sqlite_version_info
            mended = info >= (3, 51, 3) or info[2] >= _MENDED.get((info[0], info[1]), info[2] + 1)
            return f"SQLite {'.'.join(map(str, info))}", mended
        with transaction(self._engine, reading=True) as conn:
            return f"PostgreSQL {conn.execute(text('SHOW server_version')).scalar()}", True

    def copy_to(self, file: Path, check: Callable[[Path], None]) -> None:
        """Write a checked copy of an SQLite database; see `tracker.store.backup.write`."""
        from tracker.store.backup import write  # only backups

        write(self._engine, file, check)

    def revision(self) -> str | None:
        """Return the database's revision, or None where the tracker never was."""
        with transaction(self._engine, reading=True) as conn:
            return migrate.revision(conn)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Open a transaction that writes; committed at the end, rolled back on any error."""
        with transaction(self._engine) as conn:
            yield Tx(conn)

    @contextmanager
    def brisk(self) -> Iterator[Callable[[], AbstractContextManager[Tx]]]:
        """Open transactions on the outbox alone, of which the last may go with the power.

        On PostgreSQL every statement is one of its own.

        Yields:
            What opens the next one; all of them share a connection.
        """
        with brisk_connection(self._engine) as conn:
            tx = Tx(conn)

            @contextmanager
            def begin() -> Iterator[Tx]:
                with told(self._engine), begin_brisk(conn):
                    yield tx

            yield begin

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """Open a transaction that only reads: one moment's view, waiting for nobody."""
        with transaction(self._engine, reading=True) as conn:
            yield Tx(conn)

    def worker(self) -> AbstractContextManager[str]:
        """Hold a worker's liveness lock; yields its token."""
        from tracker.store import liveness  # only sweeps have workers

        return liveness.worker(self._engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
