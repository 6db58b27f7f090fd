"""The dialogue on a real terminal, with a real editor, killed in the middle."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typist import Typist

pytestmark = pytest.mark.slow

OP_ED = """\
The harbour bridge was promised for the spring. The bridge is highly unlikely to open before June
2027. If the province withholds its grant, the project will be cancelled by the end of 2026.
"""
WHO = (
    *("--author", "Ada Fabricated", "--outlet", "The Invented Gazette"),
    *("--published", "2026-03-01", "--chosen", "all"),
)
EDITOR = """\
import re, sys, time
page = open(sys.argv[1], encoding="utf-8").read()
assert sys.stdin.isatty() and sys.stdout.isatty()
page = re.sub(r"\\[FILL IN:[^]]*\\]", "the port register says so", page)
open(sys.argv[1], "w", encoding="utf-8").write(page)
print("the editor was here")
time.sleep(float({pause!r}))
"""
BAR = "[k]eep  [e]dit  [v]ague  [s]kip  [a]dd  [b]ack  [q]uit  [?]"


class Home:
    """A person's machine: an op-ed in a file, an editor, a place for the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "op-ed.txt"
        self.file.write_text(OP_ED, "utf-8")
        self.editor(pause=0)
        self.environ = {
            "EDITOR": f"{sys.executable} {folder / 'editor.py'}",
            "VISUAL": "",
            "TRACKER_DATA_DIR": str(folder / "data"),
            "TRACKER_CONFIG": "",
            "TRACKER_ZONE": "UTC",
        }

    def editor(self, pause: float) -> None:
        (self.folder / "editor.py").write_text(EDITOR.format(pause=pause), "utf-8")

    def read(self, *args: str, stdin: Path | None = None) -> Typist:
        return Typist(["read", *(args or (str(self.file),)), *WHO], self.environ, stdin)

    def count(self, table: str) -> int:
        with sqlite3.connect(self.folder / "data" / "tracker.db") as conn:
            return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_from_an_op_ed_to_its_record_with_six_keys(home: Home) -> None:
    with home.read() as typist:
        typist.sees("Right?  [y]es  [e]dit")
        typist.press("y")
        shown = typist.sees(BAR)
        assert "\x1b[33m\x1b[1mhighly unlikely\x1b[0m" in shown
        typist.press("k")
        typist.sees("the editor was here")
        typist.sees(BAR)
        typist.press("v")
        typist.sees("What is missing?")
        typist.press("t")
        typist.sees("What is missing?")
        typist.press("y")
        typist.sees("Record it?")
        typist.press("y")
        assert typist.ends() == 0
    assert [home.count(each) for each in ("forecasts", "vague_claims", "snapshots")] == [1, 1, 1]
    assert not list((home.folder / "data" / "drafts").iterdir())


def test_nothing_runs_over_the_edge_of_an_80_column_terminal(home: Home) -> None:
    with home.read() as typist:
        typist.sees("Right?")
        typist.press("y")
        typist.sees(BAR)
        typist.press("?")
        typist.sees("this list")
        typist.press("s")
        typist.sees("2 of 2")
        typist.press("q")
        typist.ends()
        wide = [line for line in typist.plain.splitlines() if len(line) > 80]
        assert wide == []


def test_a_kill_while_the_editor_is_open_keeps_what_was_decided_before(home: Home) -> None:
    with home.read() as typist:
        typist.sees("Right?")
        typist.press("y")
        typist.sees(BAR)
        typist.press("k")
        typist.sees("2 of 2")
        home.editor(pause=60)
        typist.sees(BAR)
        typist.press("e")
        typist.sees("the editor was here")
        typist.kill()
    assert (home.count("forecasts"), home.count("ledger")) == (0, 0)
    home.editor(pause=0)
    with home.read() as typist:
        typist.sees("You have been here: 1 decided so far")
        assert "1 of 2" not in typist.sees(BAR)
        typist.press("s")
        typist.sees("Record it?")
        typist.press("y")
        assert typist.ends() == 0
    assert home.count("forecasts") == 1


def test_control_c_records_nothing_and_keeps_what_was_decided(home: Home) -> None:
    with home.read() as typist:
        typist.sees("Right?")
        typist.press("y")
        typist.sees(BAR)
        typist.press("s")
        typist.sees(BAR)
        typist.press("\x03")
        typist.sees("Nothing was recorded. 1 decided so far")
        assert typist.ends() == 0
    assert home.count("ledger") == 0


# What stands on the screen, and the keys that lead from there to the next.
PROMPTS = {
    "who wrote it": [("Authors", "")],
    "how it was chosen": [("Authors", "Ada\n"), ("Outlet", "Gazette\n"), ("Published", "2026\n"),
                          ("Chosen", "")],
    "what is missing": [("Right?", "y"), (BAR, "v"), ("What is missing?", "")],
    "words to add": [("Right?", "y"), (BAR, "a"), ("The words that forecast", "")],
    "the editor": [("Right?", "y"), (BAR, "k"), ("the editor was here", "")],
    "the end": [("Right?", "y"), (BAR, "s"), (BAR, "s"), ("Record it?", "")],
}  # fmt: skip


@pytest.mark.parametrize("name", PROMPTS)
def test_control_c_at_any_prompt_leaves_nothing_half_written(home: Home, name: str) -> None:
    home.editor(pause=60)
    who = () if PROMPTS[name][0][0] == "Authors" else WHO
    with Typist(["read", str(home.file), *who], home.environ) as typist:
        for words, keys in PROMPTS[name]:
            typist.sees(words)
            typist.types(keys)
        typist.interrupts("Nothing was recorded.")
        assert typist.ends() == 0
    assert home.count("ledger") == 0
    assert not list((home.folder / "data").rglob("*.new"))


def test_an_op_ed_through_a_pipe_still_asks_at_the_terminal(home: Home) -> None:
    """Standard input is the op-ed; the keys come from the terminal, and the editor's too."""
    with home.read("-", stdin=home.file) as typist:
        typist.sees("Right?")
        typist.press("y")
        typist.sees(BAR)
        typist.press("k")
        typist.sees("the editor was here")
        typist.sees(BAR)
        typist.press("s")
        typist.sees("Record it?")
        typist.press("y")
        assert typist.ends() == 0
    assert home.count("forecasts") == 1


def test_without_a_terminal_it_says_so(home: Home) -> None:
    """From cron, with --ask: this ended in a traceback."""
    command = [str(Path(sys.executable).parent / "tracker"), "read", str(home.file), "--ask", *WHO]
    done = subprocess.run(
        command,
        env={**os.environ, **home.environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 5
    assert done.stderr.splitlines()[-1].startswith("tracker: there is no terminal on which to ask")
    assert "Traceback" not in done.stderr
