"""Backups: whole, verified, private, and never in the way of what came after them."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import hands
import pytest
from desk import Clock, Terminal
from examples import ALL, question
from sqlalchemy import text

from tracker.actions import backup as backups
from tracker.actions import trust
from tracker.actions.arm import Act
from tracker.actions.backup import examine, nightly, restore
from tracker.actions.record import record
from tracker.errors import ConfigError, Conflict, StoreError, Tampered
from tracker.store import backup as files
from tracker.store.engine import open_engine, sqlite_module, transaction
from tracker.store.store import Store


@pytest.fixture
def desk(sqlite_store: Store, act: Callable[..., Act]) -> Store:
    """A desk that has recorded something."""
    record(sqlite_store, ALL, act())
    return sqlite_store


@pytest.fixture
def copy(desk: Store, tmp_path: Path) -> Path:
    """A backup of it."""
    file = tmp_path / "backups" / "copy.db"
    file.parent.mkdir()
    backups.backup(desk, file)
    return file


def _events(store: Store) -> int:
    found = trust.verify(store)
    assert found.findings.kept == []
    return found.head.seq


def test_a_backup_holds_everything_and_is_its_owners_alone(copy: Path) -> None:
    assert examine(copy).head.seq == 4
    assert copy.stat().st_mode & 0o077 == 0
    assert [each.name for each in copy.parent.iterdir()] == ["copy.db"]


def test_a_backup_overwrites_nothing(desk: Store, copy: Path) -> None:
    before = copy.read_bytes()
    with pytest.raises(Conflict, match="exists already"):
        backups.backup(desk, copy)
    assert copy.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(desk: Store, tmp_path: Path) -> None:
    with pytest.raises((Conflict, StoreError)) as caught:
        backups.backup(desk, tmp_path / "nowhere" / "copy.db")
    assert "nowhere" in str(caught.value) or "cannot be opened" in str(caught.value)


def test_a_record_that_was_tampered_with_gives_no_backup(
    desk: Store, sqlite_url: str, tmp_path: Path
) -> None:
    """A backup of an edited record would carry the edit past every later restore."""
    engine = open_engine(sqlite_url)
    with transaction(engine) as conn:
        conn.execute(text("UPDATE questions SET text = 'Changed?'"))
    engine.dispose()
    with pytest.raises(Tampered):
        backups.backup(desk, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_postgresql_is_left_to_its_own_tool(
    postgres_url: str, tmp_path: Path, clock: Clock
) -> None:
    with closing(Store(postgres_url)) as store:
        store.create()
        with pytest.raises(ConfigError, match="PostgreSQL") as caught:
            backups.backup(store, tmp_path / "copy.db")
        assert "pg_dump" in str(caught.value.hint)
        assert nightly(store, tmp_path, clock(), 3) is None


def test_what_was_recorded_after_a_backup_is_not_overwritten(
    desk: Store, copy: Path, act: Callable[..., Act], clock: Clock
) -> None:
    record(desk, [question(id="later")], act())
    with pytest.raises(Conflict, match=r"holds events that .* does not \(its head is 5:"):
        restore(desk, copy, clock())
    assert _events(desk) == 5


def test_what_is_discarded_is_kept_beside_it(
    desk: Store, copy: Path, act: Callable[..., Act], clock: Clock
) -> None:
    record(desk, [question(id="later")], act())
    assert restore(desk, copy, clock(), discard=True).seq == 4
    assert _events(desk) == 4
    assert desk.file is not None
    (kept,) = desk.file.parent.glob("*.discarded-20260302T120000")
    assert examine(kept).head.seq == 5


def test_a_backup_is_brought_back_where_nothing_is(
    copy: Path, tmp_path: Path, clock: Clock, act: Callable[..., Act]
) -> None:
    with closing(Store(f"sqlite:///{tmp_path / 'new' / 'tracker.db'}")) as store:
        assert restore(store, copy, clock()).seq == 4
        assert _events(store) == 4
        record(store, [question(id="later")], act())
        assert _events(store) == 5
    assert examine(copy).head.seq == 4


def test_a_backup_is_brought_back_over_an_older_state(
    desk: Store, copy: Path, tmp_path: Path, clock: Clock, act: Callable[..., Act]
) -> None:
    """The database is part of the backup's chain: nothing is lost."""
    del copy
    older = Store(f"sqlite:///{tmp_path / 'older.db'}")
    older.create()
    record(desk, [question(id="later")], act())
    backups.backup(desk, tmp_path / "newer.db")
    assert restore(older, tmp_path / "newer.db", clock()).seq == 5
    assert _events(older) == 5
    older.close()


def test_a_database_of_another_desk_is_not_overwritten(
    copy: Path, tmp_path: Path, clock: Clock, act: Callable[..., Act]
) -> None:
    """It has as many events as the backup, but they are others."""
    with closing(Store(f"sqlite:///{tmp_path / 'other.db'}")) as other:
        other.create()
        record(other, ALL, act(actor="Ben"))
        with pytest.raises(Conflict, match="holds events"):
            restore(other, copy, clock())


def test_a_damaged_database_is_replaced_only_when_told(
    desk: Store, copy: Path, clock: Clock
) -> None:
    assert desk.file is not None
    desk.close()
    desk.file.write_bytes(b"SQLite format 3\x00" + b"\xff" * 8000)
    with pytest.raises(StoreError):
        restore(desk, copy, clock())
    assert restore(desk, copy, clock(), discard=True).seq == 4
    assert _events(desk) == 4


def test_a_database_in_use_is_not_overwritten(
    desk: Store, copy: Path, sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A daemon that has it open would go on writing into what is being replaced."""
    # Patched because two seconds are too long for a test; the waiting itself is SQLite's own.
    monkeypatch.setattr("tracker.store.backup._PATIENCE_SECONDS", 0.05)
    with sqlite_module().connect(sqlite_url.removeprefix("sqlite:///")) as daemon:
        daemon.execute("SELECT count(*) FROM ledger").fetchone()
        with pytest.raises(StoreError, match="locked by another process"):
            restore(desk, copy, clock())
    daemon.close()
    assert restore(desk, copy, clock()).seq == 4


@pytest.mark.parametrize(
    "content", [b"", b"no database at all" * 300, b"SQLite format 3\x00" + b"\xff" * 8000]
)
def test_what_is_no_backup_is_refused_and_the_database_stays(
    desk: Store, tmp_path: Path, clock: Clock, content: bytes
) -> None:
    (tmp_path / "bad.db").write_bytes(content)
    with pytest.raises(StoreError):
        restore(desk, tmp_path / "bad.db", clock(), discard=True)
    assert _events(desk) == 4


def test_a_backup_that_was_tampered_with_is_refused(desk: Store, copy: Path, clock: Clock) -> None:
    with sqlite_module().connect(copy) as conn:
        conn.execute("UPDATE forecasts SET phrase = 'certain'")
    conn.close()
    with pytest.raises(Tampered, match="phrase: was edited"):
        restore(desk, copy, clock(), discard=True)
    assert _events(desk) == 4


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 0.95])
def test_a_byte_flipped_in_the_file_is_found_or_does_not_matter(copy: Path, share: float) -> None:
    """A worn disk: either a check names it, or every record still reads as it was recorded."""
    content = bytearray(copy.read_bytes())
    for offset in range(int(len(content) * share), int(len(content) * share) + 4096, 512):
        content[offset] ^= 0x41
    copy.write_bytes(content)
    try:
        assert examine(copy).head.seq == 4
    except (StoreError, Tampered) as error:
        assert str(error)  # noqa: PT017 - either way is right


def test_nightly_writes_one_a_day_and_keeps_so_many(
    desk: Store, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "nightly"
    (tmp_path / "nightly").mkdir()
    (folder / "tracker-notes.db").write_text("not a backup of ours")
    for _ in range(5):
        assert nightly(desk, folder, clock(), 3) is not None
        assert nightly(desk, folder, clock.forward(hours=1), 3) is None
        clock.forward(days=1)
    names = sorted(each.name for each in folder.iterdir())
    assert names == [
        "tracker-2026-03-04.db",
        "tracker-2026-03-05.db",
        "tracker-2026-03-06.db",
        "tracker-notes.db",
    ]


def test_nightly_drops_no_old_backup_when_the_new_one_fails(
    desk: Store, sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    nightly(desk, tmp_path / "nightly", clock(), 1)
    engine = open_engine(sqlite_url)
    with transaction(engine) as conn:
        conn.execute(text("UPDATE questions SET text = 'Changed?'"))
    engine.dispose()
    with pytest.raises(Tampered):
        nightly(desk, tmp_path / "nightly", clock.forward(days=1), 1)
    assert (tmp_path / "nightly" / "tracker-2026-03-02.db").exists()


def test_none_are_kept_where_none_are_wanted(desk: Store, tmp_path: Path, clock: Clock) -> None:
    assert nightly(desk, tmp_path / "nightly", clock(), 0) is None
    assert not (tmp_path / "nightly").exists()


@pytest.mark.slow
def test_every_backup_taken_under_writers_verifies(
    desk: Store, sqlite_url: str, tmp_path: Path
) -> None:
    """bench/backup_under_writers.py takes a hundred."""
    writers = [hands.Hand(hands.record_until_told, sqlite_url, name) for name in ("a", "b")]
    for each in writers:
        each.go()
    heads = []
    for number in range(6):
        file = tmp_path / f"{number}.db"
        backups.backup(desk, file)
        heads.append(examine(file).head.seq)
    written = [each.stopped() for each in writers]
    assert all(count > 0 for count in written)
    assert heads == sorted(heads)
    assert _events(desk) == 4 + sum(written)


@pytest.fixture
def half_restored(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A restore that breaks off before it is done."""

    def broken(_copy: Path, _target: object) -> None:
        raise OSError(28, "No space left on device")

    # A full disk in the middle, which cannot be had otherwise without root.
    monkeypatch.setattr(files, "_copy", broken)
    target = tmp_path / "fresh" / "tracker.db"
    with pytest.raises(Conflict, match="No space left"):
        files.put_back(copy, target, discard=None)
    yield target
    monkeypatch.undo()


def test_a_restore_that_breaks_off_leaves_no_database(half_restored: Path) -> None:
    assert not half_restored.exists()


def test_the_command_line_backs_up_and_restores(terminal: Terminal, tmp_path: Path) -> None:
    terminal("init")
    app = terminal.open()
    record(app.store, ALL, app.act())
    app.store.close()
    file = str(tmp_path / "copy.db")
    assert "4 events, verified" in terminal("backup", file).stdout
    assert "exists already" in terminal.refused("backup", file, code=4)
    assert "4 events" in terminal("restore", file).stdout
    assert "4 events" in terminal("verify").stdout
    app = terminal.open()
    record(app.store, [question(id="later")], app.act())
    app.store.close()
    assert "--discard" in terminal.refused("restore", file, code=4)
    terminal("restore", file, "--discard")
    assert "there is no file" in terminal.refused("restore", str(tmp_path / "none.db"), code=10)
