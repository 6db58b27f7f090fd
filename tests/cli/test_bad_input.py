"""Bad input: one clear line on stderr, the right exit code, and nothing written."""

import sqlite3
from pathlib import Path

import pytest
from desk import Terminal

GOOD = """\
version: 1
articles:
  - id: gazette-2026-03
    authors: [Ada Fabricated]
    outlet: The Invented Gazette
    published_on: 2026-03-01
questions:
  - id: bridge-by-june
    text: Will the bridge open by 1 June 2026?
    criteria: The city's register lists it as open to traffic.
    deadline: {by: 2026-06-01}
    forecasts:
      - author: Ada Fabricated
        article: gazette-2026-03
        quote: the bridge is unlikely to open
        phrase: unlikely
    resolution: null
  - id: tunnel-ever
    text: Will the tunnel ever be dug?
    criteria: The city's register lists it as open to traffic.
    deadline: {ever: true, horizon: 2030-01-01}
    resolution: null
"""


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """A desk on which the good file is recorded."""
    terminal("import", _file(terminal, GOOD))
    return terminal


def _file(terminal: Terminal, text: str) -> str:
    path = terminal.folder / "predictions.yaml"
    path.write_text(text, "utf-8")
    return str(path)


def _events(terminal: Terminal) -> int:
    with terminal.open().store.reading() as tx:
        return tx.ledger.head().seq


FILES = {
    "a deadline before the article": (
        GOOD.replace("by: 2026-06-01", "by: 2026-02-01"),
        "the deadline of bridge-by-june (2026-02-01) lies before it was said (2026-03-01)",
    ),
    "a probability of 1.2": (
        GOOD.replace("phrase: unlikely", "probability: 1.2"),
        "1.2 is not between 0 and 1",
    ),
    "a probability of 100": (
        GOOD.replace("phrase: unlikely", "probability: 100"),
        "100 is not between 0 and 1; if 100 % is meant, write 1",
    ),
    "a phrase that no lexicon knows": (
        GOOD.replace("phrase: unlikely", "phrase: unlikly"),
        "no lexicon knows the phrase 'unlikly'",
    ),
    "YAML that is not YAML": (GOOD + "  - [", "predictions.yaml:"),
    "a duplicate id": (GOOD.replace("tunnel-ever", "bridge-by-june"), "bridge-by-june"),
    "an unknown key": (
        GOOD.replace("published_on:", "tittle: A bridge too far\n    published_on:"),
        "'tittle' is not a field here; did you mean 'title'?",
    ),
    "a reference to nowhere": (
        GOOD.replace("article: gazette-2026-03", "article: gazette-2026-04"),
        "gazette-2026-04",
    ),
    "an unknown outcome": (
        GOOD.replace("resolution: null", "resolution: {outcome: nope, evidence: x}", 1),
        "unknown outcome 'nope'",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_whole(terminal: Terminal, name: str) -> None:
    """The good half of a bad file must not be recorded."""
    text, words = FILES[name]
    terminal("init")
    line = terminal.refused("import", _file(terminal, text), code=5)
    assert words in line
    assert "predictions.yaml:" in line
    assert _events(terminal) == 0


@pytest.mark.parametrize("probability", ["0", "1"])
def test_certainty_is_a_probability(terminal: Terminal, probability: str) -> None:
    """0 was once rejected as "missing" elsewhere."""
    text = GOOD.replace("phrase: unlikely", f"probability: {probability}")
    terminal("import", _file(terminal, text))
    shown = terminal("show", "bridge-by-june", "--format", "json").stdout
    assert f'"probability": "{probability}"' in shown


def test_the_nearest_phrases_are_suggested(desk: Terminal) -> None:
    add = ("add", "--question", "bridge-by-june", "--author", "me", "--source", "reader")
    said = ("--made-on", "2026-03-02", "--phrase", "very unlikly")
    line = desk(*add, *said, code=5).stderr
    assert "'very unlikely'" in line


REFUSED = {
    "an id that exists with other content": (
        ("import", "OTHER"),
        4,
        "question bridge-by-june is already recorded and differs in criteria",
    ),
    "a question that is not there": (("show", "brigde-by-june"), 3, "did you mean bridge-by-june?"),
    "an unknown outcome": (
        ("resolve", "bridge-by-june", "yess", "--evidence", "x"),
        5,
        "unknown outcome 'yess'; did you mean 'yes'?",
    ),
    "no before the deadline": (
        ("resolve", "bridge-by-june", "no", "--evidence", "x"),
        5,
        "before its deadline, 2026-06-01, has passed",
    ),
    "no to an open-ended question before its horizon": (
        ("resolve", "tunnel-ever", "no", "--evidence", "x"),
        5,
        "before its horizon, 2030-01-01, has passed",
    ),
    "evidence that says nothing": (
        ("resolve", "bridge-by-june", "yes", "--evidence", "…"),
        5,
        "evidence '…' says nothing",
    ),
    "no evidence": (("resolve", "bridge-by-june", "yes"), 5, "add --evidence LINK"),
    "an event in the future": (
        ("resolve", "bridge-by-june", "yes", "--evidence", "x", "--on", "2026-05-01"),
        5,
        "that day has not come",
    ),
    "reopening what is open": (
        ("reopen", "bridge-by-june", "--reason", "x"),
        4,
        "there is nothing to reopen",
    ),
    "a snooze until the past": (
        ("snooze", "bridge-by-june", "--until", "2026-03-01", "--reason", "x"),
        5,
        "2026-03-01 is not in the future",
    ),
    "an amendment of nothing": (
        ("amend", "bridge-by-june", "--reason", "x"),
        5,
        "nothing would change",
    ),
    "an amendment on a stale revision": (
        ("amend", "bridge-by-june", "--reason", "x", "--revision", "7", "--by", "2026-07-01"),
        4,
        "was amended in the meantime (revision 1)",
    ),
    "a file that is not there": (("import", "nowhere.yaml"), 5, "nowhere.yaml cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_one_line_and_writes_nothing(desk: Terminal, name: str) -> None:
    args, code, words = REFUSED[name]
    other = _file(desk, GOOD.replace("criteria: The city's", "criteria: The town's", 1))
    before = _events(desk)
    line = desk.refused(*(other if arg == "OTHER" else arg for arg in args), code=code)
    assert line.startswith("tracker: ")
    assert words in line
    assert _events(desk) == before


def test_a_resolved_question_is_not_resolved_again(desk: Terminal) -> None:
    desk("resolve", "bridge-by-june", "yes", "--evidence", "https://city.example")
    line = desk.refused("resolve", "bridge-by-june", "no", "--evidence", "x", code=4)
    assert "already resolved 'yes' on 2026-03-02 by Ada" in line
    assert "tracker reopen bridge-by-june" in line


def test_an_amendment_after_the_deadline_is_refused(desk: Terminal) -> None:
    """Moving a deadline once it has passed would be rewriting the forecast."""
    desk.clock.set("2026-06-02T00:00")
    line = desk.refused("amend", "bridge-by-june", "--by", "2026-12-01", "--reason", "x", code=4)
    assert "its deadline has passed" in line


def test_a_database_from_a_newer_version_is_refused_in_words(desk: Terminal) -> None:
    with sqlite3.connect(desk.folder / "data" / "tracker.db") as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.close()
    line = desk.refused("list", code=10)
    assert "made by a newer version of the tracker (revision 9999)" in line


DATABASES = {
    "a folder that is not there": ("sqlite:////nowhere/at/all/tracker.db", 10, "no database at"),
    "a server that does not answer": (
        "postgresql://nobody@127.0.0.1:1/none",
        10,
        "cannot be reached",
    ),
    "another database program": ("mysql://x@127.0.0.1/none", 13, "does not speak 'mysql'"),
    "no URL at all": ("tracker.db", 13, "the database URL cannot be read"),
}


@pytest.mark.parametrize("name", DATABASES)
def test_an_unreachable_database_is_said_in_words(terminal: Terminal, name: str) -> None:
    url, code, words = DATABASES[name]
    terminal.environ["TRACKER_DATABASE_URL"] = url
    assert words in terminal.refused("list", code=code)


def test_a_password_is_not_shown_when_the_database_fails(terminal: Terminal) -> None:
    terminal.environ["TRACKER_DATABASE_URL"] = "postgresql://u:geheim@127.0.0.1:1/none"
    assert "geheim" not in terminal.refused("list", code=10)


CONFIGURATIONS = {
    "a typo in a key": ('smtp_ulr = "x"', "'smtp_ulr' means nothing — did you mean 'smtp_url'?"),
    "a value that means nothing": ('zone = "Nowhere/City"', "'Nowhere/City' is not a time zone"),
    "no TOML": ("zone = [", "is not TOML"),
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_with_a_typo_is_refused(terminal: Terminal, name: str) -> None:
    """A misspelt mail server that is ignored in silence loses every reminder."""
    text, words = CONFIGURATIONS[name]
    file = terminal.folder / "tracker.toml"
    file.write_text(text)
    terminal.environ["TRACKER_CONFIG"] = str(file)
    del terminal.environ["TRACKER_ZONE"]
    assert words in terminal.refused("list", code=13)


def test_a_typo_in_the_environment_is_refused(terminal: Terminal) -> None:
    terminal.environ["TRACKER_SMTP_URI"] = "smtps://mail.example"
    assert "did you mean 'smtp_url'?" in terminal.refused("list", code=13)


def test_a_file_with_a_password_must_be_private(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "tracker.toml"
    file.write_text('smtp_url = "smtps://desk:geheim@mail.example"')
    file.chmod(0o644)
    terminal.environ["TRACKER_CONFIG"] = str(file)
    line = terminal.refused("list", code=13)
    assert f"chmod 600 {file}" in line
    assert "geheim" not in line
