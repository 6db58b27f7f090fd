"""Changing a database as somebody does who owns it: guards and keys off."""

from sqlalchemy import Connection, Engine, text

from tracker.store.findings import Findings
from tracker.store.guards import SQLITE
from tracker.store.verify import verify


def found_after(engine: Engine, *statements: str) -> Findings:
    """What is found once somebody who owns the database has changed it; then it is undone."""
    with engine.connect() as conn:
        conn.begin()
        guards_off(conn)
        for statement in statements:
            conn.execute(text(statement))
        guards_on(conn)
        findings = verify(conn).findings
        conn.rollback()
    return findings


def guards_off(conn: Connection) -> None:
    """Switch off what protects the ledger, and the foreign keys."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        return
    conn.execute(text("PRAGMA defer_foreign_keys=ON"))
    for name in SQLITE:
        conn.execute(text(f"DROP TRIGGER {name}"))


def guards_on(conn: Connection) -> None:
    """Switch it on again."""
    if conn.dialect.name == "sqlite":
        for statement in SQLITE.values():
            conn.execute(text(statement))
