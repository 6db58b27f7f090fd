"""What can be wrong with a database: one clear sentence each, and never a traceback."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import hands
import pytest
from sessions import end_other_sessions
from sqlalchemy import text

from tracker.errors import ConfigError, StoreError
from tracker.store.engine import open_engine, sqlite_module, transaction
from tracker.store.store import Store

# The same library as the tracker's: file locks do not hold between two of them in one process.
sqlite3 = sqlite_module()


@contextmanager
def _opened(path: Path | str) -> Iterator[Store]:
    store = Store(str(path) if "://" in str(path) else f"sqlite:///{path}")
    yield store
    store.close()


def _said(path: Path | str, do: Callable[[Store], object] = Store.check_ready) -> str:
    """What is said when it fails: one line."""
    with _opened(path) as store, pytest.raises(StoreError) as caught:
        do(store)
    assert caught.value.exit_code == 10
    message = f"{caught.value} — {caught.value.hint}"
    assert "\n" not in message
    return message


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of the tracker."""
    path = tmp_path / "tracker.db"
    with _opened(path) as store:
        store.create()
    return path


def test_no_file(tmp_path: Path) -> None:
    assert "`tracker init` makes one" in _said(tmp_path / "tracker.db")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_made_by_init_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "tracker.db"
    assert "there is no database" in _said(path)
    assert not path.parent.exists()
    with _opened(path) as store:
        store.create()
        store.look()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be made" in _said(tmp_path / "file" / "tracker.db", Store.create)


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    assert "cannot be opened" in _said(tmp_path)


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 500)
    assert "not an SQLite database" in _said(path)
    assert path.read_text() == "Dear diary, " * 500


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """`tracker init` on a mistyped path once added eleven tables to a browser's history."""
    path = tmp_path / "history.sqlite"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE visits (url)")
    conn.close()
    assert "another program's database" in _said(path, Store.create)
    with sqlite3.connect(path) as conn:
        assert conn.execute("SELECT name FROM sqlite_master").fetchall() == [("visits",)]
    conn.close()


def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    path.touch()
    assert "is empty" in _said(path, Store.look)
    with _opened(path) as store:
        store.check_ready()
        store.look()


def test_half_a_file(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    assert "damaged" in _said(file)
    assert "tracker restore" in _said(file)


def test_a_newer_version_made_it(store: Store, database_url: str) -> None:
    """An old program must not write into tables whose meaning it does not know."""
    engine = open_engine(database_url)
    with transaction(engine) as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for do in (Store.look, Store.check_ready, Store.create):
        with pytest.raises(StoreError, match=r"newer version of the tracker \(revision 9999\)"):
            do(store)


def test_a_database_in_memory_is_refused() -> None:
    """It would forget everything at the end of the command, and say nothing."""
    for url in ("sqlite://", "sqlite:///", "sqlite:///:memory:"):
        with pytest.raises(ConfigError, match="names no file"):
            Store(url)


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "tracker.db", "://", "", "postgres://localhost/x"]
)
def test_a_url_of_another_kind_is_refused_in_words(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Store(url)
    assert caught.value.hint


def test_another_process_holds_the_lock_for_longer_than_the_timeout(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Patched because thirty seconds is too long for a test; the waiting itself is SQLite's own.
    monkeypatch.setattr("tracker.store.engine._BUSY_SECONDS", 0.05)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert "locked by another process" in _said(file, _write)
    with _opened(file) as store:
        store.look()
    holder.execute("ROLLBACK")
    holder.close()
    with _opened(file) as store:
        _write(store)


def test_another_session_holds_postgresqls_lock_for_longer_than_the_timeout(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Patched as above.
    monkeypatch.setattr("tracker.store.engine._BUSY_SECONDS", 0.05)
    with _opened(postgres_url) as store:
        store.create()
        with store.begin():
            assert "locked by another process" in _said(postgres_url, _write)
        _write(store)


def _write(store: Store) -> None:
    with store.begin() as tx:
        tx.put("note", "1")


def test_a_full_database_refuses_the_write_and_goes_on_when_there_is_room(file: Path) -> None:
    """A limit on pages stands for the disk; bench/full_disk.py fills a real one."""
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as conn:
        raw = conn.connection.driver_connection
        assert raw is not None
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match="disk is full"), transaction(engine) as conn:
        conn.execute(text("INSERT INTO meta VALUES ('big', :big)"), {"big": "x" * 100_000})
    with transaction(engine) as conn:
        conn.execute(text("INSERT INTO meta VALUES ('small', 'x')"))
        assert conn.execute(text("SELECT count(*) FROM meta WHERE key = 'big'")).scalar() == 0
    engine.dispose()


def _as_nobody(work: Callable[[str], object], path: Path) -> str:
    """What a process that owns nothing is told."""
    hand = hands.Hand(hands.as_nobody, work, f"sqlite:///{path}")
    hand.go()
    error = hand.done()
    return f"{type(error).__name__}: {error}"


@pytest.fixture
def sealed() -> Iterator[Path]:
    """A database in a folder in which nothing may be written."""
    # Not pytest's own folder, which nobody else may enter at all.
    folder = Path(tempfile.mkdtemp(prefix="sealed-"))
    file = folder / "tracker.db"
    with _opened(file) as store:
        store.create()
    file.chmod(0o444)
    folder.chmod(0o555)
    yield file
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_file(sealed: Path) -> None:
    assert "StoreError: the database is read-only" in _as_nobody(hands.write, sealed)


def test_a_read_only_folder_of_workers_locks(sealed: Path) -> None:
    """The sweep takes its lock before it touches the database."""
    assert "StoreError: the folder of workers' locks" in _as_nobody(hands.work, sealed)


def test_no_server() -> None:
    assert "cannot be reached" in _said("postgresql://nobody@127.0.0.1:1/tracker")


def test_no_such_host() -> None:
    assert "cannot be reached" in _said("postgresql://nobody@no-such-host.invalid/tracker")


def test_no_such_database(postgres_server: str) -> None:
    url = postgres_server.replace("/postgres?", "/nowhere?")
    assert "no such database" in _said(url)


def test_no_such_user(postgres_server: str) -> None:
    assert "no such database, table or user" in _said(
        postgres_server.replace("postgres:", "eve:", 1)
    )


def test_an_empty_server_database_waits_for_db_upgrade(postgres_url: str) -> None:
    """A shared database never upgrades itself under the others' feet."""
    assert "`tracker db upgrade`" in _said(postgres_url)


def test_a_password_stands_in_no_message() -> None:
    said = _said("postgresql://ada:s3cret-word@127.0.0.1:1/tracker")
    assert "s3cret-word" not in said


def test_a_session_that_the_server_ends_is_told_and_the_next_one_works(postgres_url: str) -> None:
    with _opened(postgres_url) as store:
        store.create()
        with pytest.raises(StoreError), store.begin():
            end_other_sessions(postgres_url)
        _write(store)
        with store.reading() as tx:
            assert tx.get("note") == "1"


def test_a_workers_lock_whose_session_the_server_ends_is_free_and_no_failure(
    postgres_url: str,
) -> None:
    """What was done under the lock is done; the next worker may have it."""
    with _opened(postgres_url) as store:
        store.create()
        with store.worker() as token:
            end_other_sessions(postgres_url)
        with store.begin() as tx:
            assert not tx.alive(token)
