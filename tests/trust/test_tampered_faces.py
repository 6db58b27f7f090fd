"""On a database that was changed from outside every command works or says so: no traceback."""

# ruff: noqa: S608 - statements of table and column names, both our own

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import EDITOR, Clock, Terminal
from sqlalchemy import Engine, Table

from tracker.cli.main import cli
from tracker.store.engine import sqlite_module
from tracker.store.guards import SQLITE
from tracker.store.replay import REPLAYED
from tracker.store.tables import contents, ledger, outbox, reminders

_READING = ("show full", "log", "score", "export -", "remind --dry-run")
_ODD = ("'x'", "x'ff00'", "-1", "'{}'")


@pytest.fixture(scope="module")
def whole(filled: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a database in which no column is empty."""
    file = tmp_path_factory.mktemp("whole") / "tracker.db"
    with closing(sqlite_module().connect(filled.url.database)) as conn:
        conn.execute("VACUUM INTO ?", (str(file),))
    return file


def _change(file: Path, table: Table, column: str, value: str) -> None:
    conn = sqlite_module().connect(file)
    for guard in SQLITE:
        conn.execute(f"DROP TRIGGER {guard}")
    conn.execute(f'UPDATE OR IGNORE {table.name} SET "{column}" = {value}')
    conn.commit()
    conn.close()


@pytest.mark.slow
@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", [*REPLAYED, ledger, contents, outbox, reminders], ids=str)
def test_a_changed_value_of_any_column_is_met_in_words(
    whole: Path, table: Table, tmp_path: Path
) -> None:
    """Nine of ten commands ended in a traceback where somebody had edited a date or a list."""
    environ = {"TRACKER_DATA_DIR": str(tmp_path), "TRACKER_CONFIG": "", "TRACKER_ACTOR": "Ada"}
    desk = Terminal(tmp_path, Clock(), {**environ, "TRACKER_RECIPIENTS": EDITOR.address})
    broken = []
    for number, column in enumerate(table.columns):
        shutil.copy(whole, tmp_path / "tracker.db")
        numbered = column.primary_key and column.type.python_type is int
        odd = "-1" if numbered else _ODD[number % len(_ODD)]
        _change(tmp_path / "tracker.db", table, column.name, odd)
        for words in _READING:
            result = CliRunner().invoke(cli, words.split(), obj=desk.open)
            if not isinstance(result.exception, SystemExit | None):
                broken.append((column.name, words, repr(result.exception)))
    assert broken == []
