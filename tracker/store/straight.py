"""The few statements that run once for every message, handed straight to the driver.

SQLAlchemy's own execution takes twice as long as the claim of a message that it executes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, TextClause
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from tracker.store.types import instant_text

_OWN_CURSOR = "tracker_cursor"


def execute(conn: Connection, statement: str, given: Any = ()) -> Any:  # noqa: ANN401 - a DBAPI's parameters and cursor
    """Execute a statement in the driver's own words.

    Raises:
        DBAPIError: as SQLAlchemy would; a connection that is gone is given up.
    """
    raw: Any = conn.connection.driver_connection
    try:
        return _cursor(conn, raw).execute(statement, given)
    except conn.dialect.loaded_dbapi.Error as error:
        gone = conn.dialect.is_disconnect(error, raw, None)
        if gone:
            conn.invalidate(error)
        raise DBAPIError(statement, None, error, connection_invalidated=gone) from error


def _cursor(conn: Connection, raw: Any) -> Any:  # noqa: ANN401 - as above
    """Return the connection's own cursor: psycopg needs longer to make one than to use it."""
    cursor = conn.info.get(_OWN_CURSOR)
    if cursor is None:
        # A message's octets would come as text of twice the length.
        how = {} if conn.dialect.name == "sqlite" else {"binary": True}
        cursor = conn.info[_OWN_CURSOR] = raw.cursor(**how)
    return cursor


class Prepared:
    """A statement that is compiled once for each kind of database.

    Args:
        statement: with a named parameter for whatever changes from run to run.
    """

    def __init__(self, statement: UpdateBase | Select[Any] | TextClause) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, conn: Connection, given: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Run it and return what it returns."""
        rows: list[tuple[Any, ...]] = self._run(conn, given).fetchall()
        return rows

    def count(self, conn: Connection, given: Mapping[str, object]) -> int:
        """Run it and return how many rows it changed."""
        return int(self._run(conn, given).rowcount)

    def _run(self, conn: Connection, given: Mapping[str, object]) -> Any:  # noqa: ANN401 - a DBAPI cursor
        compiled = self._compiled.get(conn.dialect.name)
        if compiled is None:
            compiled = self._compiled[conn.dialect.name] = _Compiled(self._statement, conn)
        return execute(conn, compiled.text, compiled.parameters(given))


class _Compiled:
    """A statement in one database's words."""

    def __init__(self, statement: UpdateBase | Select[Any] | TextClause, conn: Connection) -> None:
        compiled = statement.compile(dialect=conn.dialect)
        self.text = str(compiled)
        self._constants = compiled.params
        self._order: list[str] | None = getattr(compiled, "positiontup", None)

    def parameters(self, given: Mapping[str, object]) -> object:
        """Put the constants and what is given together, as the driver wants them."""
        named = {**self._constants, **given}
        if self._order is None:
            return named
        # SQLite has no instants: they stand as text.
        return [_as_text(named[name]) for name in self._order]


def _as_text(value: object) -> object:
    return instant_text(value) if isinstance(value, datetime) else value
