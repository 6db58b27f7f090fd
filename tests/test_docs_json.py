"""docs/json.md names every field that programs are given, and every command keeps its one name."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from desk import Terminal

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "json.md").read_text("utf-8")
FILE = """
version: 1
articles:
  - id: gazette-2026-02
    authors: [Ada Fabricated]
    outlet: The Invented Gazette
    published_on: 2026-02-10
    vague_claims:
      - {quote: things could thaw, missing: [threshold]}
questions:
  - id: by-a-date
    text: Will it happen by then?
    criteria: It is in the log.
    deadline: {by: 2026-06-01}
    checkpoints: [{name: half-time, on: 2026-05-01}]
    reminders: {lead_days: [3]}
    forecasts:
      - {author: Ada Fabricated, article: gazette-2026-02, quote: likely by then, phrase: likely}
    resolution: {outcome: yes, evidence: the log}
  - id: so-long-after
    text: Will it happen within 50 days?
    criteria: It is in the log.
    deadline: {within: 50 days, of: ultimatum, starting: 2026-02-01}
  - id: in-a-window
    text: Will it happen in that month?
    criteria: It is in the log.
    deadline: {from: 2026-06-01, to: 2026-06-30}
  - id: ever
    text: Will it ever happen?
    criteria: It is in the log.
    deadline: {ever: true, horizon: 2090-01-20}
"""


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """A desk with something in every field, and a message that could not be delivered."""
    file = terminal.folder / "all.yaml"
    file.write_text(FILE, "utf-8")
    terminal.clock.set("2026-11-23T12:00")
    terminal("import", str(file))
    terminal.environ["TRACKER_SMTP_URL"] = "smtp+plain://127.0.0.1:1"
    return terminal


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("list", "questions"),
        ("due", "questions"),
        ("show by-a-date", "question"),
        ("import all.yaml", "records"),
        ("import all.yaml --dry-run", "records"),
        ("remind --dry-run", "reminders"),
        ("remind", "swept"),
        ("status", "status"),
    ],
)
def test_every_field_a_program_is_given_stands_on_the_page(
    desk: Terminal, command: str, name: str
) -> None:
    """A field that nobody described is a promise that nobody made, and will be broken."""
    if command == "status":
        desk("remind")
    words = [
        str(desk.folder / each) if each.endswith(".yaml") else each for each in command.split()
    ]
    answer = json.loads(desk(*words, "--format", "json").stdout)
    assert set(answer) == {"schema", name}
    assert answer["schema"] == 1
    assert fields(answer[name]) - named() == set()


def fields(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*(fields(each) for each in value))
    if isinstance(value, dict):
        return set(value).union(*(fields(each) for each in value.values()))
    return set()


def named() -> set[str]:
    """Every word that the page sets as code, outside of its examples."""
    text = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    return set(re.findall(r"`([a-z_ ]+)`", text))


def test_the_page_promises_no_field_that_a_question_lacks(desk: Terminal) -> None:
    """Each first column of the tables about questions is a field that is really there."""
    part = PAGE.split("## A question")[1].split("## What an import")[0]
    promised = set(re.findall(r"^\| `([a-z_]+)` \|", part, flags=re.MULTILINE))
    given = fields(json.loads(desk("list", "--format", "json").stdout))
    assert len(promised) > 30
    assert promised - given == set()
