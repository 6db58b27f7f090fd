"""The other sessions of a PostgreSQL database, ended as its administrator or a crash would."""

from sqlalchemy import text

from tracker.store.engine import open_engine


def end_other_sessions(url: str) -> None:
    """End every connection to the database but our own, and wait until they are gone."""
    engine = open_engine(url)
    with engine.connect() as conn:
        conn.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
