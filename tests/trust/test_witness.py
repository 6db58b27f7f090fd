"""Heads that were printed earlier hold the chain to what it was then."""

# ruff: noqa: ISC004 - a sentence longer than a line

from collections.abc import Callable
from pathlib import Path

import examples
import pytest
from desk import Clock, Terminal
from examples import ALL, question, resolution
from sqlalchemy import text

from tracker.actions import trust
from tracker.actions.arm import Act
from tracker.actions.record import record
from tracker.errors import Conflict, Invalid, NotFound, Tampered
from tracker.store.engine import open_engine, transaction
from tracker.store.ledger import Head
from tracker.store.store import Store
from tracker.store.verify import Witnessed


def _verify(store: Store, *heads: str) -> list[str]:
    witnessed = [Witnessed.parse(head) for head in heads]
    return [str(each) for each in trust.verify(store, heads=witnessed).findings.kept]


@pytest.fixture
def heads(store: Store, act: Callable[..., Act]) -> list[Head]:
    """The heads as they stood after each of three commands."""
    seen = []
    for records in (ALL, [question(id="second")], [question(id="third")]):
        record(store, records, act())
        with store.reading() as tx:
            seen.append(tx.ledger.head())
    return seen


def test_every_form_in_which_a_head_is_printed_is_read(store: Store, heads: list[Head]) -> None:
    forms = [form for head in heads for form in (str(head), head.hash, f"{head.seq}:{head.hash}")]
    assert _verify(store, *forms, heads[0].hash[:8], f"0:{'0' * 16}") == []


@pytest.mark.parametrize(
    "head", ["4:ffffffffffffffff", "f" * 64, "99:0000000000000000", "5:00000000", "0:1234567890ab"]
)
def test_a_head_of_another_chain_is_named(store: Store, heads: list[Head], head: str) -> None:
    (said,) = _verify(store, str(heads[0]), head)
    assert f"{head}: does not lie on this chain" in said


@pytest.mark.parametrize(
    "words",
    ["", "12", "12:", "abc", "x:0123456789abcdef", "1" * 65, "1:2:3", "9" * 5000 + ":0123456789"],
)
def test_what_is_no_head_is_refused_in_words(words: str) -> None:
    with pytest.raises(Invalid, match="not a head"):
        Witnessed.parse(words)


def _cut(url: str, seq: int) -> None:
    """Take the end of the chain away, and the records with it: what is left is sound."""
    engine = open_engine(url)
    with transaction(engine) as conn:
        if engine.dialect.name == "sqlite":
            words = conn.execute(
                text("SELECT sql FROM sqlite_master WHERE name = 'ledger_no_delete'")
            ).scalar_one()
            conn.execute(text("DROP TRIGGER ledger_no_delete"))
        else:
            conn.execute(text("SET LOCAL session_replication_role = replica"))
        for table in ("reminders", "questions"):
            column = "question" if table == "reminders" else "id"
            conn.execute(text(f"DELETE FROM {table} WHERE {column} IN ('second', 'third')"))  # noqa: S608 - our own names
        conn.execute(text("DELETE FROM ledger WHERE seq > :seq"), {"seq": seq})
        if engine.dialect.name == "sqlite":
            conn.execute(text(words))
    engine.dispose()


def test_a_cut_chain_is_found_by_its_witness_only(
    store: Store, database_url: str, heads: list[Head], act: Callable[..., Act]
) -> None:
    """The one thing that a chain cannot show by itself; so heads go into every message."""
    _cut(database_url, heads[0].seq)
    assert _verify(store) == []
    assert len(_verify(store, str(heads[0]), str(heads[1]), heads[2].hash)) == 2
    record(store, [question(id="forged"), question(id="more")], act())
    assert _verify(store) == []
    assert len(_verify(store, str(heads[0]), str(heads[1]), heads[2].hash)) == 2


def test_a_witness_file_grows_by_a_line_and_is_read_again(
    store: Store, act: Callable[..., Act], tmp_path: Path, clock: Clock
) -> None:
    file = tmp_path / "witnesses.txt"
    assert trust.witness(store, file, clock()).seq == 0
    record(store, ALL, act())
    head = trust.witness(store, file, clock.forward(days=1))
    lines = file.read_text().splitlines()
    assert lines[0].startswith("# Heads of a prediction tracker's ledger")
    assert lines[2:] == [f"2026-03-03T12:00:00.000000Z 4 {head.hash}"]
    assert _verify(store, *[str(each) for each in trust.read_witnesses(file)]) == []


def test_a_rewritten_chain_is_not_witnessed_as_if_it_went_on(
    store: Store, database_url: str, heads: list[Head], tmp_path: Path, clock: Clock
) -> None:
    file = tmp_path / "witnesses.txt"
    trust.witness(store, file, clock())
    before = file.read_text()
    _cut(database_url, heads[0].seq)
    with pytest.raises(Tampered, match="does not lie on this chain"):
        trust.witness(store, file, clock())
    assert file.read_text() == before


def test_a_broken_chain_is_not_witnessed(
    store: Store, database_url: str, heads: list[Head], tmp_path: Path, clock: Clock
) -> None:
    del heads
    engine = open_engine(database_url)
    with transaction(engine) as conn:
        if engine.dialect.name == "sqlite":
            conn.execute(text("DROP TRIGGER ledger_no_update"))
        else:
            conn.execute(text("SET LOCAL session_replication_role = replica"))
        conn.execute(text("UPDATE ledger SET actor = 'Eve' WHERE seq = 2"))
    engine.dispose()
    with pytest.raises(Tampered, match="not what was recorded"):
        trust.witness(store, tmp_path / "witnesses.txt", clock())
    assert not (tmp_path / "witnesses.txt").exists()


@pytest.mark.parametrize("content", ["hello", "2026-01-01 4", "a b c d", "when 4 xyz", "\x00\xff"])
def test_a_file_of_something_else_is_left_alone(
    sqlite_store: Store, tmp_path: Path, clock: Clock, content: str
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(content)
    with pytest.raises(Invalid, match="no witness"):
        trust.witness(sqlite_store, file, clock())
    assert file.read_text() == content


def test_a_file_that_cannot_be_written_is_told(
    sqlite_store: Store, tmp_path: Path, clock: Clock
) -> None:
    with pytest.raises(NotFound, match="no file or folder"):
        trust.witness(sqlite_store, tmp_path / "nowhere" / "w.txt", clock())
    with pytest.raises(Conflict, match="cannot be used"):
        trust.witness(sqlite_store, tmp_path, clock())


def test_the_command_line_verifies_and_witnesses(terminal: Terminal, tmp_path: Path) -> None:
    terminal("init")
    with terminal.open().store.begin() as tx:
        tx.put("note", "1")
    file = str(tmp_path / "witnesses.txt")
    assert "stands in" in terminal("witness", file).stdout
    record(terminal.open().store, ALL, terminal.open().act())
    head = terminal("witness", file).stdout.split()[0]
    said = terminal("verify", "--head", head, "--witness", file).stdout
    assert "4 events, and every record is as they tell it." in said
    assert "3 witnessed heads lie on it." in said
    assert "does not lie on this chain" in terminal.refused(
        "verify", "--head", "9:0123456789", code=14
    )
    assert "not a head" in terminal.refused("verify", "--head", "nonsense", code=5)
    assert '"sound": true' in terminal("verify", "--format", "json").stdout


def test_each_difference_has_a_line_of_its_own(terminal: Terminal) -> None:
    terminal("init")
    app = terminal.open()
    record(app.store, [*examples.ALL, resolution()], app.act())
    engine = open_engine(f"sqlite:///{app.store.file}")
    with transaction(engine) as conn:
        conn.execute(text("UPDATE questions SET text = 'Will it not?'"))
        conn.execute(text("UPDATE resolutions SET outcome = 'no'"))
    engine.dispose()
    said = terminal("verify", code=14).stderr.splitlines()
    assert said[:2] == [
        "questions bridge-by-june, text: was edited: recorded "
        "'Will the Imaginary Bridge open by 1 June 2026?', found 'Will it not?'",
        "resolutions bridge-by-june 5, outcome: was edited: recorded 'yes', found 'no'",
    ]
    assert "2 differences were found" in said[2]
