"""predictions.yaml: what a careful coder took from the op-ed.

The op-ed's text is not ours to publish. Where it lies beside the repository (or where
TRACKER_TEST_ARTICLE points), every quote is held against it letter for letter. Without it, the
quotes can still be held to what the text is known to use: typographic quotes and dashes. All else
is checked in any case.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tracker.exchange.predictions import Book, merge, read, write
from tracker.records import Forecast

FILE = Path(__file__).parents[1] / "predictions.yaml"
ARTICLE = Path(
    os.environ.get("TRACKER_TEST_ARTICLE")
    or FILE.parents[1] / "shared" / "article-ashford-compact.txt"
)


@pytest.fixture(scope="module")
def book() -> Book:
    return read(FILE.read_bytes(), name="predictions.yaml")


def quotes(book: Book) -> list[str]:
    said = [forecast.quote for forecast in book.forecasts if forecast.quote is not None]
    return said + [claim.quote for claim in book.vague_claims]


def stands_in_the_text() -> Callable[[str], bool]:
    """Return the strictest check that can be made here."""
    if ARTICLE.exists():
        text = ARTICLE.read_text("utf-8")
        return lambda quote: quote in text
    return lambda quote: not set(quote) & set("'\"\n") and "--" not in quote


def test_every_quote_stands_in_the_op_ed_letter_for_letter(book: Book) -> None:
    stands = stands_in_the_text()
    assert [quote for quote in quotes(book) if not stands(quote)] == []
    assert len(quotes(book)) == 10


def test_the_check_of_quotes_sees_a_straightened_apostrophe() -> None:
    stands = stands_in_the_text()
    assert stands("we’re running out of some weapons")
    assert not stands("we're running out of some weapons")


def test_the_op_ed_is_known_to_the_month(book: Book) -> None:
    [article] = book.articles
    assert article.authors == ("Emma Ashford",)
    assert (article.outlet, str(article.published_on)) == ("Compact", "2025-07")


@pytest.mark.parametrize(
    ("name", "last_day", "kind", "phrase"),
    [
        ("sanctions-by-ultimatum-day-50", date(2025, 9, 2), "Within", "unlikely"),
        ("sanctions-ever", date(2029, 1, 20), "Ever", "unlikely"),
        ("another-ukraine-supplemental", date(2027, 1, 3), "Ever", "highly unlikely"),
    ],
)
def test_each_question_has_its_deadline_and_the_writers_words(
    book: Book, name: str, last_day: date, kind: str, phrase: str
) -> None:
    [question] = [question for question in book.questions if question.id == name]
    assert question.deadline.closes_on == last_day
    assert type(question.deadline).__name__ == kind
    [forecast] = [forecast for forecast in book.forecasts if forecast.question == name]
    assert forecast.reading.phrase == phrase
    assert not forecast.reading.negated


def test_day_50_ends_at_midnight_in_new_york(book: Book) -> None:
    [question] = [item for item in book.questions if item.id == "sanctions-by-ultimatum-day-50"]
    assert question.closes_at == datetime(2025, 9, 3, 4, 0, tzinfo=UTC)
    assert question.deadline.words == "ultimatum day 50, 2 September 2025"


def test_the_open_ended_sanctions_question_is_looked_at_on_day_50_and_every_90_days(
    book: Book,
) -> None:
    [question] = [question for question in book.questions if question.id == "sanctions-ever"]
    [point] = question.checkpoints
    assert (point.name, point.on) == ("ultimatum day 50", date(2025, 9, 2))
    assert question.deadline.model_dump(mode="json")["review_every"] == "90 days"


def test_every_question_is_left_open_for_a_person(book: Book) -> None:
    assert book.resolutions == ()


def test_only_the_writer_forecasts(book: Book) -> None:
    # The president's threat and the secretary's words are reported in the op-ed, not hers.
    said: set[tuple[str, str]] = {(item.author, item.source) for item in book.forecasts}
    assert said == {("Emma Ashford", "writer")}


def test_every_criterion_names_its_public_source_and_what_does_not_count(book: Book) -> None:
    for question in book.questions:
        assert "Does not count:" in question.criteria
        assert "Decided by" in question.criteria
        assert "congress.gov" in question.criteria


def test_the_two_sanctions_questions_differ_in_their_period_only(book: Book) -> None:
    def measures(name: str) -> str:
        [question] = [question for question in book.questions if question.id == name]
        return question.criteria.partition("all of these:")[2]

    assert measures("sanctions-ever") == measures("sanctions-by-ultimatum-day-50") != ""


def test_the_vague_claims_say_what_is_missing(book: Book) -> None:
    missing = {claim.quote: claim.missing for claim in book.vague_claims}
    [thaw] = [quote for quote in missing if "could thaw" in quote]
    assert missing[thaw] == ("threshold", "deadline")
    assert any("terminal decline" in quote for quote in missing)


def test_the_file_survives_an_export_onto_itself(book: Book) -> None:
    text = FILE.read_text("utf-8")
    assert merge(text, book) == text
    assert read(write(book), name="exported.yaml") == book


def test_a_forecast_added_later_leaves_every_comment_in_place(book: Book) -> None:
    text = FILE.read_text("utf-8")
    mine = Forecast.parse(
        {
            "question": "sanctions-ever",
            "author": "me",
            "source": "reader",
            "made_on": "2025-08-01",
            "reading": {"range": ["0.1", "0.2"]},
        }
    )
    merged = merge(text, replace(book, forecasts=(*book.forecasts, mine)))
    assert [line for line in text.splitlines() if line not in merged.splitlines()] == []
    assert len(merged.splitlines()) == len(text.splitlines()) + 4
