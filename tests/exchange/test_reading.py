"""Reading predictions.yaml: what is taken, and the sentence for everything that is not."""

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.deadlines import By
from tracker.errors import Invalid, NotFound
from tracker.exchange import tree
from tracker.exchange.predictions import Book, read, write
from tracker.exchange.tree import LARGEST, MOST
from tracker.records import Article, Question, Resolution

GOOD = """\
version: 1
articles:
  - id: gazette-2025-07
    authors: [Ada Fabricated]
    outlet: The Invented Gazette
    published_on: 2025-07
    vague_claims:
      - quote: relations could thaw
        missing: [threshold, deadline]
questions:
  - id: harbour-opens
    text: Will the invented harbour open?
    criteria: Settled by the harbour's own log.
    deadline: {by: 2026-01-01}
    status_quo: no
    checkpoints: [{name: halfway, on: 2025-10-01}]
    reminders: {lead_days: [7, 1], at: 08:30}
    base_rate: 7%
    forecasts:
      - author: Ada Fabricated
        article: gazette-2025-07
        quote: unlikely to open
        phrase: unlikely
        negated: true
    resolution:
      outcome: no
      evidence: The log has no entry.
"""


def problems(text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(Invalid) as caught:
        read(text, name="f.yaml")
    return caught.value.problems


def test_every_kind_of_record_is_read() -> None:
    book = read(GOOD, name="f.yaml")
    kinds = ["Article", "VagueClaim", "Question", "Forecast", "Resolution"]
    assert [type(record).__name__ for record in book.records()] == kinds
    assert book.questions[0].base_rate == Decimal("0.07")
    assert book.forecasts[0].reading.negated


def test_no_stays_a_word() -> None:
    # YAML 1.1 reads `outcome: no` as false.
    book = read(GOOD, name="f.yaml")
    assert (book.resolutions[0].outcome, book.questions[0].status_quo) == ("no", "no")


def test_a_month_stays_a_month_and_a_year_stays_a_name() -> None:
    # YAML 1.1 makes a number of an outlet called 1843 and a date of 2025-07-14.
    book = read(GOOD.replace("The Invented Gazette", "1843"), name="f.yaml")
    assert (book.articles[0].outlet, str(book.articles[0].published_on)) == ("1843", "2025-07")


def test_a_field_left_empty_counts_as_not_given() -> None:
    book = read(GOOD.replace("status_quo: no", "status_quo:\n    zone: ~"), name="f.yaml")
    assert (book.questions[0].status_quo, book.questions[0].zone) == (None, "UTC")


def test_a_record_knows_where_it_stands() -> None:
    book = read(GOOD, name="f.yaml")
    places = [book.place(record) for record in book.records()]
    assert places == ["f.yaml:3", "f.yaml:8", "f.yaml:11", "f.yaml:20", "f.yaml:26"]


def test_a_record_from_elsewhere_has_no_place() -> None:
    record = Resolution(question="other", outcome="yes", evidence="x")
    with pytest.raises(NotFound, match="Resolution other"):
        read(GOOD, name="f.yaml").place(record)


def test_bytes_with_a_mark_and_windows_line_ends_are_the_same_file() -> None:
    raw = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read(raw, name="f.yaml") == read(GOOD, name="f.yaml")


WRONG = [
    ("version: 1\n", "version: 2\n", "1: version 2 is not known"),
    ("version: 1\n", "", "1: the version is missing"),
    ("articles:", "articels:", "2: the file: 'articels' is not a field here; did you mean 'artic"),
    ("outlet: The", "outlet: : The", "5: this is not YAML: mapping values are not allowed"),
    ("outlet: The", "outlet: [The", "6: this is not YAML"),
    ("    outlet: The Invented Gazette\n", "", "3: article gazette-2025-07: outlet is missing"),
    (
        ": 2025-07\n",
        ": 2025-13\n",
        "6: article gazette-2025-07: published_on: '2025-13' is not a date",
    ),
    ("[threshold,", "[treshold,", "9: article gazette-2025-07, vague claim 1: missing item 1 mus"),
    ("[threshold,", "[treshold,", "did you mean 'threshold'?"),
    ("    text: Will", "    id: x\n    text: Will", "12: id is given twice, first in line 11"),
    ("id: harbour-opens", "id: Harbour", "11: question Harbour: id: 'Harbour' is not an id"),
    ("harbour open?", "harbour open", "11: question harbour-opens: the text must ask"),
    ("{by:", "{bye:", "14: question harbour-opens, deadline: 'bye' is not a field here; did you"),
    ("{by: 2026-01-01}", "{by: 2026}", "14: question harbour-opens: deadline.by: '2026' must be"),
    (
        "published_on: 2025-07",
        "published_on: 2026-02",
        "20: question harbour-opens, forecast 1: the deadline of harbour",
    ),
    ("{by: 2026-01-01}", "soon", "14: question harbour-opens: deadline: a deadline is {by: DATE}"),
    ("base_rate: 7%", "base_rate: 100", "18: question harbour-opens: base_rate: 100 is not betw"),
    ("base_rate: 7%", "base_rate: 100", "if 100 % is meant, write 1"),
    ("on: 2025-10-01", "at: 2025-10-01", "16: question harbour-opens, checkpoints: 'at' is not"),
    ("lead_days:", "leed_days:", "17: question harbour-opens, reminders: 'leed_days' is not a f"),
    ("08:30", "8 am", "17: question harbour-opens: reminders.at: '8 am' is not a time of day"),
    ("phrase: unlikely", "phrase: unlickely", "23: question harbour-opens, forecast 1: no lexico"),
    ("phrase: unlikely", "phrase: unlickely", "nearest: 'unlikely'"),
    ("phrase: unlikely", "phrase: unlikely\n        range: [0, 1]", "exactly one of phrase, prob"),
    ("phrase: unlikely", "probability: 1.2", "23: question harbour-opens, forecast 1: probabili"),
    ("phrase: unlikely", "probability: 1e9999999%", "1e9999999% is not between 0 and 1"),
    (
        "negated: true",
        "negated: perhaps",
        "24: question harbour-opens, forecast 1: negated must be",
    ),
    ("article: gazette-2025-07", "article: gazette-2025", "there is no article 'gazette-2025' h"),
    ("outcome: no", "outcome: nope", "26: question harbour-opens, resolution: outcome: unknown o"),
    ("outcome: no", "question: x\n      outcome: no", "'question' is not a field here"),
    ("- quote: relations could thaw", "- &a\n        quote: x", "remove the anchor &a"),
    ("missing: [threshold, deadline]", "missing: *a", "9: write the text out instead of *a"),
    ("evidence: The", "evidence: !!python/object:os.system The", "27: remove the tag"),
    ("forecasts:\n", "forecasts:\n      - likely\n", "item 1 of forecasts must be a group"),
    ("resolution:\n      outcome: no\n      evidence: The", "resolution: The", "must be null or a"),
    ("negated: true", "note: true", "24: question harbour-opens, forecast 1: 'note' is not a fie"),
    ("negated: true", "<<: {a: b}", "'<<' is not a field here"),
    ("negated: true", "? [a, b]\n        : c", "24: a field's name must be a word"),
    ("    resolution:", "---\nresolution:", "25: a second document begins here"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), WRONG)
def test_a_mistake_is_named_with_its_line(right: str, wrong: str, sentence: str) -> None:
    assert right in GOOD
    [*found] = problems(GOOD.replace(right, wrong, 1))
    said = [problem for problem in found if sentence in problem]
    assert said, found
    assert all(problem.startswith("f.yaml:") for problem in found)


@pytest.mark.parametrize("text", ["", "# nothing\n", "just words", "- a\n- list", "null"])
def test_a_file_without_fields_is_told_how_to_begin(text: str) -> None:
    assert "it begins with `version: 1`" in problems(text)[0]


def test_every_problem_is_told_once_and_in_the_order_of_the_file() -> None:
    text = GOOD
    for right, wrong in [("outlet:", "outlett:"), ("{by:", "{bye:"), ("outcome: no", "outcome: x")]:
        text = text.replace(right, wrong)
    found = problems(text)
    lines = [int(problem.split(":")[1]) for problem in found]
    assert lines == sorted(lines)
    assert {3, 5, 14, 26} <= set(lines)
    assert len(set(found)) == len(found)


def test_the_message_is_one_line_that_counts_the_rest() -> None:
    with pytest.raises(Invalid) as caught:
        read(GOOD.replace("id: ", "idd: "), name="f.yaml")
    assert str(caught.value).startswith("f.yaml:3: ")
    assert str(caught.value).endswith(f" (and {len(caught.value.problems) - 1} more problems)")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("begins", "ends", "hint"),
    [
        ("  - id: gazette", "questions:", ""),
        ("      - quote: relations", "questions:", ""),
        ("  - id: harbour", "", ""),
        ("      - author:", "    resolution:", "; give one a label"),
    ],
)
def test_what_stands_twice_is_refused(begins: str, ends: str, hint: str) -> None:
    start = GOOD.index(begins)
    block = GOOD[start : GOOD.index(ends, start) if ends else None]
    found = problems(GOOD.replace(block, block * 2))
    line = GOOD[:start].count("\n") + 1
    assert any(f"the same stands in line {line} already{hint}" in problem for problem in found)


def test_a_label_sets_two_forecasts_apart() -> None:
    start = GOOD.index("      - author:")
    block = GOOD[start : GOOD.index("    resolution:")]
    labelled = block + block.replace("quote:", "label: second\n        quote:")
    assert len(read(GOOD.replace(block, labelled), name="f.yaml").forecasts) == 2


BOMBS = {
    "aliases that grow tenfold nine times": "version: 1\n"
    + "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)),
    "a hundred thousand brackets": "[" * 100_000,
    "a hundred thousand braces": "{" * 100_000,
    "five thousand dashes": "- " * 5_000,
    "a file larger than any": b"#" * (LARGEST + 1),
    "sixteen bits": "version: 1".encode("utf-16"),
    "half a character": b"version: 1\nname: \xc3",
    "a lone surrogate": "version: 1\nname: \ud800",
    "a null byte": "version: 1\n\0",
    "an endless key": "? " + "k" * 100_000 + "\n: 1",
    "an endless number": f"version: {'1' * 100_000}",
    "an endless list": f"version: 1\ntopics: [{'a,' * 10_000}]",
    "another YAML": "%YAML 3.0\n---\nversion: 1",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_hostile_file_ends_in_a_short_sentence(text: str | bytes) -> None:
    # PyYAML's C loader ends the whole process on a hundred thousand brackets.
    for problem in problems(text):
        assert problem.startswith("f.yaml:")
        assert len(problem) < 500


def test_a_file_of_too_many_empty_groups_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The true limit takes half a minute to reach; what counts is that there is one.
    monkeypatch.setattr(tree, "EVENTS", 10_000)
    [problem] = problems(f"questions: [{'{},' * 10_000}]")
    assert problem.endswith("the file holds too many values; split it")


def test_what_is_nested_in_a_wrong_record_is_looked_at_too() -> None:
    # Two questions without a usable id must not seem to hold the same forecast.
    block = GOOD[GOOD.index("  - id: harbour") :]
    text = GOOD.replace("harbour-opens", "Bad Id") + block.replace("harbour-opens", "Worse Id")
    found = problems(text.replace("id: gazette-2025-07", "id: Gazette", 1))
    assert [problem for problem in found if "already" in problem] == []
    assert sum("there is no article 'gazette-2025-07' here" in problem for problem in found) == 2
    assert len(found) == 5


def test_reading_stops_after_a_thousand_problems() -> None:
    found = problems("version: 1\n" + "".join(f"x{n}: 1\n" for n in range(5 * MOST)))
    assert len(found) == MOST + 1
    assert any("reading stopped after 1,000 problems" in problem for problem in found)


def test_no_problem_carries_a_control_character_to_a_terminal() -> None:
    found = problems(GOOD.replace("outcome: no", 'outcome: "\\e[2J\\a"').replace("topics", "x"))
    found += problems('version: 1\n"\\e]0;x\\a": 1')
    assert all(char.isprintable() for problem in found for char in problem)


def book_or_problems(raw: bytes | str) -> Book | tuple[str, ...]:
    try:
        return read(raw, name="f.yaml")
    except Invalid as error:
        return error.problems


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200))
@example(b"\xff\xfe\x00")
def test_any_bytes_are_a_book_or_a_sentence(raw: bytes | str) -> None:
    assert book_or_problems(raw)


PIECES = [*GOOD.splitlines(keepends=True), "- ", "? ", ": ", "&a ", "*a ", "!!int ", "|\n", ">-\n"]
PIECES += ["null", "true", "[", "]", "{", "}", "'", '"', "\t", "1e400", "%", "---\n", "\x85", "#"]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_a_shuffled_file_is_a_book_or_a_sentence(seed: int) -> None:
    # Random bytes seldom get past the parser; pieces of a correct file reach every rule.
    shuffle = random.Random(seed)  # noqa: S311 - no secret
    lines = GOOD.splitlines(keepends=True)
    for _ in range(shuffle.randint(1, 6)):
        place = shuffle.randrange(len(lines))
        line = lines[place]
        cut = shuffle.randint(0, len(line))
        lines[place] = line[:cut] + shuffle.choice(PIECES) + line[cut + shuffle.randint(0, 9) :]
    assert book_or_problems("".join(lines))


def test_a_book_refuses_what_it_could_not_write() -> None:
    question = Question(id="q", text="So?", criteria="x", deadline=By(by=date(2026, 1, 1)))
    resolution = Resolution(question="elsewhere", outcome="yes", evidence="x")
    with pytest.raises(Invalid, match="Resolution elsewhere refers to the question elsewhere"):
        Book(questions=(question,), resolutions=(resolution,))
    with pytest.raises(Invalid, match="Question q stands twice"):
        Book(questions=(question, question))


def test_articles_and_questions_are_written_by_id() -> None:
    articles = tuple(
        Article.parse({"id": name, "authors": ["A"], "outlet": "O", "published_on": "2025"})
        for name in ("b", "a")
    )
    assert write(Book(articles=articles)).index("id: a") < write(Book(articles=articles)).index(
        "id: b"
    )
