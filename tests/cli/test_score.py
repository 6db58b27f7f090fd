"""`tracker score` and `tracker explain`: what is printed at each size, and what must never be."""

import csv
import io
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import examples
import pytest
from desk import Terminal
from invented import RECORDED, SETTLED, Author

from tracker.actions.record import record
from tracker.records import Article, Forecast
from tracker.scoring.explain import EXPLANATIONS

GOLDEN = Path(__file__).parent / "golden"
DOCS = Path(__file__).parents[2] / "docs" / "json-scorecard.md"
ADA = ("--author", "ada fabricated")


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """A desk that has recorded the examples."""
    terminal("init")
    app = terminal.open()
    record(app.store, examples.ALL, app.act())
    app.store.close()
    return terminal


def _fill(terminal: Terminal, *authors: Author) -> None:
    terminal("init")
    app = terminal.open()
    terminal.clock.set(RECORDED)
    record(app.store, [each for author in authors for each in author.records()], app.act())
    terminal.clock.set(SETTLED)
    record(app.store, [each for author in authors for each in author.outcomes()], app.act())
    app.store.close()


def _come_back(terminal: Terminal, author: Author) -> None:
    """The author says something else a month later, on six of the questions."""
    said = [each for each in author.records() if isinstance(each, Forecast)][:6]
    article = next(each for each in author.records() if isinstance(each, Article))
    later = Article.parse({**article.data(), "id": "later", "published_on": "2026-02-01"})
    again = [
        Forecast.parse({**each.data(), "article": "later", "reading": {"probability": "0.5"}})
        for each in said
    ]
    app = terminal.open()
    terminal.clock.set(RECORDED)
    record(app.store, [later, *again], app.act())
    terminal.clock.set(SETTLED)
    app.store.close()


@pytest.mark.parametrize(
    ("size", "author"),
    [
        ("2", Author("Ada Fabricated", 2, pending=5, overdue=1, vague=9)),
        ("20", Author("Ada Fabricated", 20, pending=7, overdue=2, vague=31, per_article=2)),
        pytest.param(
            "500",
            Author("Ada Fabricated", 500, pending=61, overdue=42, vague=240),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_what_is_shown_grows_with_what_is_known(
    terminal: Terminal, size: str, author: Author
) -> None:
    """Write the files again with TRACKER_GOLDEN=write, and read the difference."""
    _fill(terminal, author)
    printed = terminal("score", *ADA).stdout
    printed = re.sub(r"Ledger \d+:[0-9a-f]{16}", "Ledger HEAD", printed)
    golden = GOLDEN / f"score-{size}.txt"
    if os.environ.get("TRACKER_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(printed, "utf-8")
    assert printed == golden.read_text("utf-8")
    assert max(map(len, printed.splitlines())) <= 80


def test_revised_forecasts_are_scored_over_time_as_the_platforms_do(terminal: Terminal) -> None:
    author = Author("Ada Fabricated", 20)
    _fill(terminal, author)
    _come_back(terminal, author)
    printed = " ".join(terminal("score", *ADA).stdout.split())
    assert "Day by day 6 forecasts revised on a later day: the Brier score of what stood" in printed
    assert "As Metaculus scores" in printed
    found = json.loads(terminal("score", *ADA, "--format", "json").stdout)["scorecard"]
    assert found["revised"] == found["over_time"]["revised"] == 6
    assert found["over_time"]["coverage"] == 1


def test_a_card_asks_what_happened_and_never_who_was_right(terminal: Terminal) -> None:
    """A forecast of 70 % is not wrong when the event fails to happen."""
    _fill(terminal, Author("Ada Fabricated", 30))
    printed = terminal("score", *ADA).stdout
    assert "happened" in printed
    for verdict in ("was right", "was wrong", "correct", "accuracy"):
        assert verdict not in printed


def test_a_few_forecasts_get_no_score(desk: Terminal) -> None:
    desk.clock.set("2026-06-02T09:00")
    desk("resolve", "bridge-by-june", "yes", "--evidence", "https://city.example/register")
    printed = desk("score", *ADA).stdout
    assert "2 recorded = 1 scored + 0 pending + 0 overdue" in printed
    assert "penalty 0.64 (0.56–0.81)" in printed
    assert "Brier" not in printed


def test_an_empty_database_has_a_card(terminal: Terminal) -> None:
    terminal("init")
    assert "0 recorded = 0 scored" in terminal("score").stdout


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


@pytest.mark.slow
def test_json_is_documented_key_by_key_and_holds_numbers_that_json_has(terminal: Terminal) -> None:
    """A NaN or Infinity makes a file that no strict reader opens."""
    _fill(terminal, Author("Ada Fabricated", 130), Author("Ben Invented", 8, seed=3))

    def refuse(name: str) -> None:
        pytest.fail(f"{name} is not JSON")

    printed = terminal("score", *ADA, "--beside", "Ben Invented", "--format", "json").stdout
    card = json.loads(printed, parse_constant=refuse)["scorecard"]
    table = json.loads(terminal("score", "--by", "author", "--format", "json").stdout)
    assert card["shape"] == "curve"
    # Names of lexicons, parts and questions are data.
    for data in ("verdicts", "own_verdicts"):
        for row in card["lexicons"]:
            row.pop(data)
    card["chosen"] = card["vague"]["missing"] = None
    documented = DOCS.read_text("utf-8")
    undocumented = {key for key in _keys(card) | _keys(table) if f"`{key}`" not in documented}
    assert undocumented == set()


def test_a_card_without_a_scored_forecast_does_not_announce_a_list(terminal: Terminal) -> None:
    """It said "here they are", and there was none."""
    _fill(terminal, Author("Ada Fabricated", 0, pending=2, overdue=1))
    printed = terminal("score", "--author", "Ada Fabricated").stdout
    assert "Nothing has come due and been settled yet." in printed
    assert "here they are" not in printed


def test_csv_has_a_row_for_every_forecast(terminal: Terminal) -> None:
    _fill(terminal, Author("Ada Fabricated", 6, pending=2, overdue=1))
    rows = list(csv.DictReader(io.StringIO(terminal("score", "--format", "csv").stdout)))
    assert [row["state"] for row in rows].count("scored") == 6
    assert len(rows) == 9
    assert all(bool(row["penalty"]) == (row["state"] == "scored") for row in rows)


class _Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if tag == "a" and name == "href":
                self.links.append(value or "")
            elif (
                name.startswith("on")
                or name in ("src", "srcset")
                or (name in ("href", "xlink:href") and not (value or "").startswith("#"))
            ):
                self.outside.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE = "--><script>alert(1)</script> <img src=x onerror=alert(2)> \"' & </style> $x^2$"


@pytest.mark.slow
def test_a_hostile_name_stays_text_inside_the_picture(terminal: Terminal) -> None:
    """A drawing keeps what it draws in comments and titles, past our own escaping."""
    _fill(terminal, Author(HOSTILE, 8))
    page = _Page(terminal("score", "--author", HOSTILE, "--format", "html").stdout)
    assert "svg" in page.tags
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert page.outside == []


def test_a_page_runs_nothing_and_fetches_nothing_whatever_is_quoted(desk: Terminal) -> None:
    """The page is for sharing; a quote is somebody else's text."""
    app = desk.open()
    article = Article.parse(
        {**examples.ARTICLE.data(), "id": "hostile", "title": HOSTILE, "outlet": HOSTILE}
    )
    said = Forecast.parse(
        {**examples.FORECAST.data(), "article": "hostile", "author": HOSTILE, "quote": HOSTILE}
    )
    record(app.store, [article, said], app.act())
    app.store.close()
    page = _Page(desk("score", "--author", HOSTILE, "--format", "html").stdout)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert page.outside == []
    assert page.links == ["https://gazette.example/op-ed"]
    assert HOSTILE in page.text


@pytest.mark.slow
def test_a_page_holds_the_picture_every_forecast_and_the_ledgers_head(
    terminal: Terminal, tmp_path: Path
) -> None:
    _fill(terminal, Author("Ada Fabricated", 25, pending=2, per_article=2))
    file = tmp_path / "card.html"
    told = terminal("score", *ADA, "--format", "html", "--output", str(file))
    assert told.stdout == ""
    assert told.stderr == f"Written: {file}\n"
    page = _Page(file.read_text("utf-8"))
    assert page.tags.count("svg") == 1
    assert page.tags.count("blockquote") == 27
    assert page.outside == []
    app = terminal.open()
    with app.store.reading() as tx:
        assert str(tx.ledger.head()) in page.text
    app.store.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_a_picture_is_drawn_to_a_file(
    terminal: Terminal, tmp_path: Path, ending: str, start: bytes
) -> None:
    _fill(terminal, Author("Ada Fabricated", 8))
    file = tmp_path / f"card.{ending}"
    terminal("score", "--plot", str(file))
    assert file.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        (("--author", "Ada Fabricatd"), 3, "did you mean 'Ada Fabricated'?"),
        (("--topic", "bridge"), 3, "did you mean 'bridges'?"),
        (("--phrase", "unlikly"), 3, "did you mean 'unlikely'?"),
        (("--lexicon", "oracle"), 3, "there are: readers"),
        (("--plot", "card.gif"), 5, "must end in .svg, .png or .pdf"),
        (("--plot", "card.png"), 5, "too little to draw"),
        (("--output", "/nowhere/card.txt"), 5, "cannot be written"),
        (("--beside", "nobody"), 3, "no author 'nobody' is recorded"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    desk: Terminal, more: tuple[str, ...], code: int, told: str
) -> None:
    assert told in desk.refused("score", *more, code=code)


@pytest.mark.parametrize(
    "more",
    [
        ("--author", "a", "--topic", "b"),
        ("--by", "author", "--plot", "card.png"),
        ("--by", "author", "--beside", "me"),
        ("--beside", "me", "--format", "csv"),
    ],
)
def test_options_that_contradict_each_other_are_a_wrong_usage(
    desk: Terminal, more: tuple[str, ...]
) -> None:
    desk("score", *more, code=2)


def test_ones_own_forecast_stands_beside_the_writers(desk: Terminal) -> None:
    app = desk.open()
    mine = Forecast.parse(
        {
            "question": "bridge-by-june",
            "author": "me",
            "made_on": "2026-03-02",
            "source": "reader",
            "reading": {"probability": "0.6"},
        }
    )
    record(app.store, [mine], app.act())
    app.store.close()
    desk.clock.set("2026-06-02T09:00")
    desk("resolve", "bridge-by-june", "yes", "--evidence", "https://city.example/register")
    printed = desk("score", *ADA, "--beside", "me").stdout
    assert "Beside me: 1 question that both forecast has come due" in printed
    assert re.search(r"Ada Fabricated +“unlikely” \(20 %, 10–25\) +0\.64", printed)
    assert re.search(r"me +60 % +0\.16", printed)


@pytest.mark.parametrize("table", [(), ("--by", "author")])
def test_every_form_of_a_scorecard_carries_the_ledgers_head(
    terminal: Terminal, table: tuple[str, ...]
) -> None:
    """Whoever keeps a printed table is a witness of what it was made from."""
    _fill(terminal, Author("Ada Fabricated", 9))
    head = re.search(r"Head (\d+:[0-9a-f]{16})", terminal("verify").stdout)
    assert head is not None
    for form in ("table", "json", "csv"):
        assert head[1] in terminal("score", *table, "--format", form).stdout, form


def test_a_table_of_many_gives_no_rank_without_shared_ground(terminal: Terminal) -> None:
    _fill(terminal, Author("Ada Fabricated", 9), Author("Ben Invented", 9, seed=3))
    printed = terminal("score", "--by", "author").stdout
    assert printed.count("too few to say") == 2
    rows = list(
        csv.DictReader(io.StringIO(terminal("score", "--by", "outlet", "--format", "csv").stdout))
    )
    assert [row["name"] for row in rows] == ["The Invented Gazette"]


@pytest.mark.slow
def test_whatever_a_card_calls_a_figure_can_be_explained(terminal: Terminal) -> None:
    """Who reads "Too sure, or not?" on a card cannot guess that it is called "confidence"."""
    author = Author("Ada Fabricated", 120, overdue=12, vague=9)
    _fill(terminal, author)
    _come_back(terminal, author)
    card = terminal("score", *ADA, "--lexicon", "uk-phia").stdout
    labels = set(re.findall(r"(?m)^([A-Z][^\n]{0,20}?) {2,}\S", card))
    for expected in ("Too sure, or not?", "Day by day", "As Metaculus scores", "Outside the band"):
        assert expected in labels
    table = terminal("score", "--by", "author").stdout.splitlines()[0]
    for label in {*labels, *table.split()} - {"author"}:
        assert "Formula: " in terminal("explain", label).stdout, label


@pytest.mark.parametrize("name", ["brier", "Reading bounds", "over_readers"])
def test_a_figure_is_explained_with_formula_and_source(terminal: Terminal, name: str) -> None:
    printed = terminal("explain", name).stdout
    assert "Formula: " in printed
    assert "Source: " in printed


def test_explain_alone_lists_what_can_be_explained(terminal: Terminal) -> None:
    assert terminal("explain").stdout.split() == list(EXPLANATIONS)


def test_a_figure_that_is_none_is_told_the_nearest(terminal: Terminal) -> None:
    assert "did you mean brier" in terminal.refused("explain", "brir", code=3)
