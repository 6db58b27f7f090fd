"""`tracker add`: everything as flags for scripts, questions for a person, nothing half-written."""

import json
import os
import pty
import sys
from pathlib import Path

import pytest
from desk import Terminal

TRACKER = Path(sys.executable).parent / "tracker"
FLAGS = (
    *("--author", "Ada Fabricated", "--outlet", "The Invented Gazette"),
    *("--published", "2026-03-01", "--quote", "the bridge is unlikely to open"),
    *("--phrase", "unlikely", "--question", "bridge-by-june", "--by", "2026-06-01"),
    *("--text", "Will the bridge open by 1 June 2026?"),
    *("--criteria", "The city's register lists it as open to traffic."),
)
ANSWERS = (
    "bridge-by-june",
    "Will the bridge open by 1 June 2026?",
    "The city's register lists it as open to traffic.",
    "by",
    "2026-06-01",
    "bridges",
    "Ada Fabricated",
    "The Invented Gazette",
    "2026-03-01",
    "all",
    "the bridge is unlikely to open",
    "unlikely",
)


def _recorded(terminal: Terminal) -> dict[str, object]:
    shown = json.loads(terminal("show", "bridge-by-june", "--format", "json").stdout)
    question: dict[str, object] = shown["question"]
    return question


def test_every_field_can_be_given_as_a_flag(terminal: Terminal) -> None:
    shown = terminal("add", *FLAGS).stdout
    assert "phrase: unlikely" in shown
    assert _recorded(terminal)["closes_on"] == "2026-06-01"


def test_what_is_missing_is_named_at_once(terminal: Terminal) -> None:
    terminal("init")
    line = terminal.refused("add", "--author", "Ada Fabricated", "--no-ask", code=5)
    assert "still missing: --question, --text, --criteria, --by" in line


def test_a_person_is_asked_for_everything(terminal: Terminal) -> None:
    terminal("add", "--ask", stdin="\n".join([*ANSWERS, "y", ""]))
    by_answers = _recorded(terminal)
    assert by_answers["topics"] == ["bridges"]
    assert by_answers["forecasts"][0]["reading"]["phrase"] == "unlikely"  # type: ignore[index]


# What a person types wrongly at first, the right answer behind it, and what they are told.
SECOND_THOUGHTS = {
    "Will the bridge open by 1 June 2026?": ("The bridge", "ends with a question mark"),
    "The city's register lists it as open to traffic.": ("…", "says nothing"),
    "2026-06-01": ("next June", "'next June' is not a date"),
    "2026-03-01": ("March", "'March' is not a date"),
    "all": ("some", "'some' is not one of"),
    "unlikely": ("hugely", "no lexicon knows"),
}


def test_a_wrong_answer_is_asked_again_and_costs_no_other(terminal: Terminal) -> None:
    typed = [word for answer in ANSWERS for word in (*SECOND_THOUGHTS.get(answer, ())[:1], answer)]
    said = terminal("add", "--ask", stdin="\n".join([*typed, "y", ""]))
    for _, words in SECOND_THOUGHTS.values():
        assert words in said.output
    assert _recorded(terminal)["closes_on"] == "2026-06-01"


def test_a_new_question_may_be_given_in_words_and_finds_its_id(terminal: Terminal) -> None:
    said = terminal("add", "--ask", stdin="\n".join([*ANSWERS[1:], "y", ""]))
    assert "Its id: the-bridge-open-by-1-june-2026" in said.stderr
    shown = terminal("show", "the-bridge-open-by-1-june-2026").stdout
    assert "Will the bridge open by 1 June 2026?" in shown


def test_saying_no_at_the_end_writes_nothing(terminal: Terminal) -> None:
    terminal("add", "--ask", stdin="\n".join([*ANSWERS, "n", ""]), code=1)
    assert terminal("list", "--format", "json").stdout.count('"id"') == 0


def test_a_second_columnist_shares_the_question(terminal: Terminal) -> None:
    terminal("add", *FLAGS)
    terminal(
        *("add", "--question", "bridge-by-june", "--author", "Ben Invented"),
        *("--outlet", "Another Gazette", "--published", "2026-03-02"),
        *("--quote", "it will almost certainly open", "--phrase", "almost certainly"),
    )
    authors = [each["author"] for each in _recorded(terminal)["forecasts"]]  # type: ignore[attr-defined]
    assert authors == ["Ada Fabricated", "Ben Invented"]


def test_a_readers_own_forecast_needs_no_article(terminal: Terminal) -> None:
    terminal("add", *FLAGS)
    own = ("--author", "me", "--source", "reader", "--probability", "30%")
    terminal("add", "--question", "bridge-by-june", *own, "--made-on", "2026-03-02")
    mine = _recorded(terminal)["forecasts"][1]  # type: ignore[index]
    assert (mine["article"], mine["reading"]["probability"]) == (None, "0.3")


def test_describing_a_recorded_question_otherwise_is_a_conflict(terminal: Terminal) -> None:
    terminal("add", *FLAGS)
    other = [*FLAGS, "--label", "second"]
    other[other.index("2026-06-01")] = "2026-07-01"
    line = terminal("add", *other, code=4).stderr
    assert "is already recorded and differs in deadline" in line


@pytest.mark.slow
def test_at_a_real_terminal_it_asks_by_itself(terminal: Terminal) -> None:
    """A pseudo-terminal, since only there does the command know that a person sits in front."""
    terminal("init")
    pid, screen = pty.fork()
    if pid == 0:
        os.environ.update(terminal.environ)
        os.execv(TRACKER, ["tracker", "add"])
    os.write(screen, "\n".join([*ANSWERS, "y", ""]).encode())
    seen = b""
    while True:
        try:
            part = os.read(screen, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, seen.decode()
    assert "Record this?" in seen.decode()
    assert _recorded(terminal)["state"] in ("open", "overdue")
