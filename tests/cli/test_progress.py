"""How far long work has come: said to a person at a terminal, and to nobody else."""

import pytest
from desk import Terminal
from examples import ALL
from typist import Typist

from tracker.actions.record import record
from tracker.cli.common import progress_line


def test_a_person_at_a_terminal_is_told_how_far_it_is(terminal: Terminal) -> None:
    terminal("init")
    app = terminal.open()
    record(app.store, ALL, app.act())
    app.store.close()
    with Typist(["verify"], terminal.environ) as typist:
        typist.ends()
    assert "chain                     4 of 4 events" in typist.plain


def test_nobody_else_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A log full of half lines helps nobody."""
    progress_line()("forecasts read", 1000, 2000)
    assert capsys.readouterr() == ("", "")
