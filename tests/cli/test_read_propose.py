"""`tracker read --propose`: for scripts and the curious; it needs nothing and leaves nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tracker.cli.main import cli
from tracker.errors import ConfigError

PAGES = Path(__file__).parent.parent / "articles" / "pages"
OP_ED = """\
The harbour bridge was promised for the spring. It is highly unlikely to open in the next 50 days.

If the province withholds its grant, the project will be cancelled by the end of 2026.
“Within a year the queue will be gone,” said Mayor Imaginary. The council should sell the pier.
"""
KEYS = {
    "sentence",
    "phrase",
    "polarity",
    "deadline",
    "deadline_date",
    "conditional",
    "attributed_to",
    "score",
}


def read(*args: str, stdin: str | bytes | None = None, code: int = 0) -> Result:
    """Type `tracker read …` where opening the app would fail."""

    def opener() -> None:
        raise AssertionError("the app was opened")

    result = CliRunner().invoke(cli, ["read", *args], input=stdin, obj=opener)
    assert result.exit_code == code, (result.output, result.stderr, result.exception)
    return result


def proposed(*args: str, stdin: str | None = OP_ED) -> dict[str, Any]:
    given = ("-", "--propose", "--format", "json", *args)
    printed: dict[str, Any] = json.loads(read(*given, stdin=stdin).stdout)
    return printed


def test_the_json_has_the_keys_that_scripts_rely_on_and_no_others() -> None:
    printed = proposed("--published", "2025-07-14")
    assert list(printed) == ["schema", "article", "proposals"]
    assert printed["schema"] == 1
    assert [set(each) for each in printed["proposals"]] == [KEYS] * 3
    bridge = next(each for each in printed["proposals"] if each["phrase"] == "highly unlikely")
    assert bridge == {
        "sentence": "It is highly unlikely to open in the next 50 days.",
        "phrase": "highly unlikely",
        "polarity": "will not happen",
        "deadline": "in the next 50 days",
        "deadline_date": "2025-09-02",
        "conditional": None,
        "attributed_to": None,
        "score": bridge["score"],
    }


def test_proposals_come_with_the_most_precise_first() -> None:
    scores = [each["score"] for each in proposed("--published", "2025-07-14")["proposals"]]
    assert scores == sorted(scores, reverse=True)


def test_a_date_that_nobody_stated_is_not_invented() -> None:
    printed = proposed()
    assert printed["article"]["published_on"] is None
    assert [each["deadline_date"] for each in printed["proposals"] if each["deadline"]] == [
        None,
        "2026-12-31",
        None,
    ]


def test_reasons_and_places_come_only_when_asked_for() -> None:
    for each in proposed("--published", "2025-07", "--explain")["proposals"]:
        assert set(each) == {*KEYS, "start", "end", "span", "reasons", "refers_to"}
        assert OP_ED[each["start"] : each["end"]] == each["sentence"]
        assert each["reasons"]


def test_a_desk_s_own_calendar_says_when_its_elections_are(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[event]]\nnames = "harbour vote"\ndays = "2026-05-12"\n', "utf-8")
    op_ed = "The pier will be sold before the harbour vote."
    given = ("-", "--propose", "--format", "json", "--published", "2026-03-01")
    without = json.loads(read(*given, stdin=op_ed).stdout)["proposals"][0]
    known = json.loads(read(*given, "--calendar", str(own), stdin=op_ed).stdout)["proposals"][0]
    assert (without["deadline_date"], known["deadline_date"]) == (None, "2026-05-11")
    own.write_text("[[event]]\nnames = 'harbour vote'\n", "utf-8")
    refused = read(*given, "--calendar", str(own), stdin=op_ed, code=ConfigError.exit_code)
    assert "an entry of a calendar is not of the form: 'days' is missing" in refused.stderr


def test_the_limit_keeps_the_best() -> None:
    every = proposed("--published", "2025-07-14")["proposals"]
    assert proposed("--published", "2025-07-14", "--limit", "1")["proposals"] == every[:1]


def test_a_text_file_is_taken_as_it_is(tmp_path: Path) -> None:
    """What looks like a page may be a writer's text about one: a .txt is never extracted."""
    file = tmp_path / "op-ed.txt"
    file.write_text("<p>Tags</p> will vanish by 2030.", "utf-8")
    printed = json.loads(_json_of(file))
    assert printed["proposals"][0]["sentence"] == "<p>Tags</p> will vanish by 2030."


def _json_of(file: Path, *args: str) -> str:
    return read(str(file), "--format", "json", *args).stdout


def test_a_saved_page_gives_its_article_without_a_network() -> None:
    printed = json.loads(_json_of(PAGES / "newspaper.html"))
    assert printed["article"]["authors"]
    assert printed["article"]["outlet"]
    assert printed["article"]["published_on"]
    assert printed["proposals"]


def test_what_a_person_says_of_the_article_comes_before_every_guess() -> None:
    given = ("--author", "Bo Invented", "--outlet", "Figment", "--published", "2024-02")
    article = json.loads(_json_of(PAGES / "newspaper.html", *given, "--title", "Piers"))["article"]
    assert {name: article[name] for name in ("authors", "outlet", "published_on", "title")} == {
        "authors": ["Bo Invented"],
        "outlet": "Figment",
        "published_on": "2024-02",
        "title": "Piers",
    }


def test_nothing_on_the_screen_is_wider_than_80_columns() -> None:
    for page in sorted(PAGES.glob("*.html")):
        shown = read(str(page), "--propose", "--explain").stdout
        long = [line for line in shown.splitlines() if len(line) > 80 and " " in line.strip()]
        assert long == []


def test_the_list_says_what_was_worked_out_and_why() -> None:
    shown = read("-", "--propose", "--published", "2025-07-14", "--explain", stdin=OP_ED).stdout
    assert "“highly unlikely” · will not happen · in the next 50 days = 2025-09-02" in shown
    assert "published 2025-07-14 (given by hand)" in shown
    assert "- has a deadline" in shown


REFUSED = {
    "a file that is not there": (["nowhere.txt"], None, 5, "nowhere.txt cannot be read"),
    "an empty file": (["-"], "  \n", 11, "standard input: There is no text in it."),
    "a date that is none": (["-", "--published", "May"], OP_ED, 5, "'May' is not a date"),
    "a forbidden address": (["http://127.0.0.1:1/"], None, 11, "127.0.0.1"),
    "a model without a server": (["-", "--model", "x"], OP_ED, 5, "--llm and --model go together"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_said_in_one_line(name: str) -> None:
    args, stdin, code, words = REFUSED[name]
    result = read(*args, "--propose", stdin=stdin, code=code)
    assert result.stdout == ""
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


WITHOUT_EXTRA = """
import sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"trafilatura", "dateparser", "lxml_html_clean", "lxml"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Gone())
from tracker.cli.main import main
main()
"""


def without_extra(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_EXTRA, "read", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_page_names_the_extra_that_is_not_installed() -> None:
    result = without_extra(str(PAGES / "newspaper.html"), "--propose")
    assert result.returncode == 13
    assert 'pip install "prediction-tracker[read]"' in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_plain_text_reads_without_the_extra(tmp_path: Path) -> None:
    file = tmp_path / "op-ed.txt"
    file.write_text(OP_ED, "utf-8")
    result = without_extra(str(file), "--published", "2025-07-14", "--format", "json")
    assert result.returncode == 0, result.stderr
    assert len(json.loads(result.stdout)["proposals"]) == 3


# Python itself tells what it does: a write, a connection, another program is said on stderr.
WATCHED = """
import os, sys
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
ALWAYS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate",
          "os.chmod", "os.utime", "socket.connect", "socket.getaddrinfo", "sqlite3.connect",
          "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"}
def told(event, arguments):
    writes = event == "open" and (arguments[2] or 0) & WRITES and arguments[0] != os.devnull
    if writes or event in ALWAYS:
        os.write(2, f"{event} {arguments}\\n".encode())
sys.addaudithook(told)
if sys.argv[1] == "--touch":
    open(sys.argv[2], "w")
from tracker.cli.main import main
main()
"""


def watched(folder: Path, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in an empty, read-only home, and tell all that it did beyond reading."""
    home = folder / "home"
    home.mkdir(mode=0o555, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, *args],
        capture_output=True, text=True, check=False, input=stdin, cwd=home,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert list(home.iterdir()) == []
    return done


SILENT = {
    "a text, as JSON": ("op-ed.txt", "--format", "json"),
    "standard input, as a list": ("-", "--propose", "--explain"),
    "a page, as JSON with reasons": (
        str(PAGES / "newspaper.html"),
        *("--propose", "--format", "json", "--explain"),
    ),
    "a text, as a file to finish": ("op-ed.txt", "--yaml"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SILENT)
def test_proposing_writes_nothing_connects_nowhere_and_asks_nothing(
    tmp_path: Path, name: str
) -> None:
    """It may be run by anybody, anywhere: no database, no cache, no setting is made or needed."""
    source, *args = SILENT[name]
    file = tmp_path / "op-ed.txt"
    file.write_text(OP_ED + "It will close on 30 June 2027.", "utf-8")
    path = str(file) if source == file.name else source
    done = watched(
        tmp_path, "read", path, "--published", "2026-03-01", *args, stdin=OP_ED * (source == "-")
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "highly unlikely" in done.stdout or "almost certainly" in done.stdout


def test_the_watch_would_have_told(tmp_path: Path) -> None:
    """Shows that the silence above can be broken."""
    done = watched(tmp_path, "--touch", str(tmp_path / "touched"))
    assert "open (" in done.stderr
    assert "touched" in done.stderr


def test_a_text_on_standard_input_gives_what_the_same_file_gives(tmp_path: Path) -> None:
    file = tmp_path / "op-ed.txt"
    file.write_text(OP_ED, "utf-8")
    given = ("--published", "2025-07-14", "--format", "json")
    assert read(str(file), *given).stdout == read("-", *given, stdin=OP_ED).stdout


def test_a_plain_text_with_any_other_name_is_taken_as_it_is(tmp_path: Path) -> None:
    """What is scored from outside may be called anything: a dot in its name makes it no page."""
    for name in ("op-ed", "op-ed.md", "op-ed.text"):
        file = tmp_path / name
        file.write_text(OP_ED, "utf-8")
        printed = json.loads(_json_of(file, "--published", "2025-07-14"))
        assert printed["proposals"] == proposed("--published", "2025-07-14")["proposals"]
