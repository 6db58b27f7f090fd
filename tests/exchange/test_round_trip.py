"""Laws of writing: whatever the records hold comes back, in our reader and in others'."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tracker import lexicon
from tracker.exchange.predictions import Book, merge, read, write
from tracker.records import Article, Forecast, Question, Resolution, VagueClaim

HOSTILE = st.sampled_from(
    [
        "# no comment",
        "a: b",
        "- dash",
        "'",
        '"',
        "| >",
        "%",
        "&a *b !c",
        "null",
        "no",
        "2025-07",
        "0.07",
        "1e5",
        "0o17",
        "12:30",
        "<<",
        "=",
        "~",
        "y",
        "---",
        "...",
        "{a: 1}",
        "[1, 2]",
        "`@",
        "«ici»",
        "“unlikely”—so",
        "עברית \u200f",
        "العربية",
        "😀 👩\u200d🔬",
        "\ufeffmark",
        "a\xa0b",
        "\ufffe",
        "\\n",
        "ends with colon:",
        "two  spaces",
        "? what",
        "x #y",
        "x: ",
        "a\u3000b",
        "long " * 60,
        "w" * 200,
    ]
)
T = TypeVar("T")
# Shrinking a whole book takes minutes; what is found is short enough to be read.
QUICK = (Phase.explicit, Phase.generate)
FEW = settings(max_examples=25, deadline=None, phases=QUICK)
MANY = settings(max_examples=60, deadline=None, phases=QUICK)
TEXT = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
LINE = st.lists(HOSTILE | st.text(TEXT, min_size=1, max_size=12), min_size=1, max_size=3).map(
    lambda parts: " ".join(parts).strip()[:200].strip() or "x"
)
GAP = st.sampled_from(["\n", "\n\n", " ", "\n  ", "\t", " \n", "\n- ", "\n# "])
PROSE = st.lists(st.tuples(LINE, GAP), min_size=1, max_size=5).map(
    lambda pairs: "".join(text + gap for text, gap in pairs).strip()
)
SLUG = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
DAY = st.dates(date(2026, 1, 1), date(2090, 12, 31))
PROBABILITY = st.decimals(0, 1, places=6)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def given_fields(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields).map(
        lambda data: {name: value for name, value in data.items() if value is not None}
    )


SPAN = st.builds("{} {}".format, st.integers(2, 40), st.sampled_from(["days", "weeks", "months"]))
WORDS = maybe(LINE.map(lambda text: text[:90].strip() or "x"))
DEADLINE = (
    given_fields(by=DAY, verbatim=WORDS)
    | given_fields(within=SPAN, of=WORDS, starting=DAY, verbatim=WORDS)
    | given_fields(**{"from": st.just(date(2026, 1, 1)), "to": DAY, "verbatim": WORDS})
    | given_fields(ever=st.just(value=True), horizon=DAY, review_every=maybe(SPAN), verbatim=WORDS)
)
READING = st.one_of(
    st.sampled_from(lexicon.known_phrases()).map(lambda phrase: {"phrase": phrase}),
    PROBABILITY.map(lambda number: {"probability": number}),
    st.tuples(PROBABILITY, PROBABILITY).map(lambda pair: {"range": sorted(pair)}),
).flatmap(lambda reading: st.booleans().map(lambda negated: {**reading, "negated": negated}))
REMINDERS = given_fields(
    lead_days=maybe(st.lists(st.integers(1, 366), max_size=3)),
    escalate_to=maybe(LINE),
    at=maybe(st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None, fold=0))),
)


@st.composite
def questions(draw: st.DrawFn, name: str) -> Question:
    fields = given_fields(
        text=PROSE.map(lambda text: f"{text[:3000]} so?"),
        criteria=PROSE,
        deadline=DEADLINE,
        zone=st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu"]),
        topics=st.lists(SLUG, max_size=3, unique=True),
        condition=maybe(PROSE),
        reminders=maybe(REMINDERS),
        base_rate=maybe(PROBABILITY),
        status_quo=maybe(st.sampled_from(["yes", "no"])),
        checkpoints=st.lists(WORDS.map(lambda text: text or "mid"), max_size=2, unique=True).map(
            lambda names: [{"name": name, "on": "2026-01-01"} for name in names]
        ),
    )
    return Question.parse({"id": name, **draw(fields)})


@st.composite
def books(draw: st.DrawFn) -> Book:
    articles = [
        Article(
            id=name,
            authors=tuple(draw(st.lists(LINE, min_size=1, max_size=2, unique=True))),
            outlet=draw(LINE),
            published_on=draw(st.sampled_from(["2025", "2025-07", "2025-07-14"])),
            title=draw(maybe(LINE)),
            chosen=draw(st.sampled_from(["all", "sample", "tip"])),
        )
        for name in draw(st.lists(SLUG, max_size=2, unique=True))
    ]
    asked = [draw(questions(name)) for name in draw(st.lists(SLUG, max_size=3, unique=True))]
    return Book(
        articles=tuple(articles),
        vague_claims=tuple(draw(claims(article)) for article in chosen(draw, articles)),
        questions=tuple(asked),
        forecasts=tuple(item for question in asked for item in draw(forecasts(question, articles))),
        resolutions=tuple(draw(resolutions(item)) for item in chosen(draw, asked)),
    )


def chosen(draw: st.DrawFn, items: list[T]) -> list[T]:
    return [item for item in items if draw(st.booleans())]


@st.composite
def claims(draw: st.DrawFn, article: Article) -> VagueClaim:
    missing = st.lists(
        st.sampled_from(["event", "threshold", "deadline", "likelihood"]),
        min_size=1,
        max_size=4,
        unique=True,
    )
    return VagueClaim.parse({"article": article.id, "quote": draw(PROSE), "missing": draw(missing)})


@st.composite
def forecasts(draw: st.DrawFn, question: Question, articles: list[Article]) -> list[Forecast]:
    found = {}
    for _ in range(draw(st.integers(0, 2))):
        data = {"question": question.id, "author": draw(LINE), "reading": draw(READING)}
        cited: bool = draw(st.booleans())
        if articles and cited:
            data |= {"article": draw(st.sampled_from(articles)).id, "quote": draw(PROSE)}
        else:
            data |= {"made_on": "2025-07", "source": draw(st.sampled_from(["reader", "crowd"]))}
        forecast = Forecast.parse({**data, "label": draw(maybe(SLUG))})
        found[forecast.id] = forecast
    return list(found.values())


@st.composite
def resolutions(draw: st.DrawFn, question: Question) -> Resolution:
    fields = given_fields(
        question=st.just(question.id),
        outcome=st.sampled_from(["yes", "no", "ambiguous", "annulled", "condition-not-met"]),
        evidence=PROSE,
        happened_on=maybe(DAY),
        note=maybe(PROSE),
        by=maybe(LINE),
    )
    return Resolution.parse(draw(fields))


@pytest.mark.slow
@MANY
@given(books())
def test_what_is_written_reads_back_to_the_same_book(book: Book) -> None:
    assert read(write(book), name="predictions.yaml") == book


@pytest.mark.slow
@FEW
@given(books())
def test_what_is_written_survives_as_bytes_and_is_the_same_every_time(book: Book) -> None:
    text = write(book)
    assert write(read(text.encode(), name="predictions.yaml")) == text


@pytest.mark.slow
@FEW
@given(books())
def test_other_yaml_programs_read_the_same_texts(book: Book) -> None:
    # A file that only our own reader understands would be no plain text for anybody else.
    text = write(book)
    for data in (YAML(typ="safe", pure=True).load(text), yaml.safe_load(text)):
        assert data["version"] == 1
        for written, question in zip(data.get("questions", []), book.questions, strict=True):
            assert written["text"] == question.text
            assert written["criteria"] == question.criteria
            assert written["deadline"].get("verbatim") == question.deadline.verbatim
            assert str(written["id"]) == question.id
        quotes = [claim["quote"] for item in data.get("articles", []) for claim in _claims(item)]
        assert quotes == [claim.quote for claim in book.vague_claims]


def _claims(article: dict[str, Any]) -> list[dict[str, Any]]:
    return list(article.get("vague_claims", []))


@pytest.mark.slow
@FEW
@given(books())
def test_a_book_that_did_not_change_leaves_its_file_alone(book: Book) -> None:
    text = f"# ours\n{write(book)}# the end\n"
    assert merge(text, read(text, name="predictions.yaml")) == text


@pytest.mark.slow
@MANY
@given(books(), books())
def test_a_merged_file_reads_back_to_the_book_and_keeps_every_comment(old: Book, new: Book) -> None:
    both = _together(old, new)
    lines = [
        f"{line}   # note {number};" if FLOW.fullmatch(line) else line
        for number, line in enumerate(write(old).splitlines())
    ]
    merged = merge("\n".join(["# ours", *lines, "# the end", ""]), both)
    assert read(merged, name="predictions.yaml") == both
    assert merged.startswith("# ours\n")
    assert merged.endswith("# the end\n")
    for number, line in enumerate(lines):
        assert f"# note {number};" not in line or f"# note {number};\n" in merged


FLOW = re.compile(r" *(?:authors|topics|deadline|missing): [\[{].*[\]}]")


def _together(old: Book, new: Book) -> Book:
    def joined(name: str, by: str) -> tuple[Any, ...]:
        records = (*getattr(old, name), *getattr(new, name))
        return tuple({getattr(record, by): record for record in records}.values())

    return Book(
        joined("articles", "id"),
        joined("vague_claims", "id"),
        joined("questions", "id"),
        joined("forecasts", "id"),
        joined("resolutions", "question"),
    )


def test_a_probability_keeps_its_decimal_digits() -> None:
    # 0.07 as a binary fraction is 0.070000000000000006661338147750939…
    text = """\
version: 1
questions:
  - id: q
    text: So?
    criteria: Yes if so.
    deadline: {by: 2026-01-01}
    forecasts:
      - {author: me, source: reader, made_on: 2025-07-14, probability: 0.07}
"""
    assert read(text, name="f").forecasts[0].reading.probability == Decimal("0.07")
