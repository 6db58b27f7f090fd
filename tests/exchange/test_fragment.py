"""A fragment is refused until every gap is filled, and each gap is named by its line."""

from typing import Any

import pytest

from tracker.errors import Invalid
from tracker.exchange.fragment import Item, article_lines, form, fragment
from tracker.exchange.predictions import read

GAP = "[FILL IN: which source]"
ARTICLE: dict[str, Any] = {
    "id": "gazette-1",
    "authors": ["Ada Fabricated"],
    "outlet": "The Invented Gazette",
    "published_on": "2026-03-01",
}
QUESTION: dict[str, Any] = {
    "id": "bridge",
    "text": "Will the bridge open?",
    "criteria": "The port register says: open.",
    "deadline": {"by": "2027-05-31", "verbatim": "before June 2027"},
}
FORECAST: dict[str, Any] = {
    "author": "Ada Fabricated",
    "article": "gazette-1",
    "quote": "It is “unlikely” to open: # not ever",
    "phrase": "unlikely",
    "negated": True,
}
ITEM = Item(QUESTION, FORECAST, ("A note: with a colon, and " + "long " * 40,))


def test_a_fragment_without_gaps_reads_back_as_what_it_says() -> None:
    book = read(fragment(ARTICLE, [ITEM]), name="p.yaml")
    assert book.questions[0].criteria == QUESTION["criteria"]
    assert book.forecasts[0].quote == FORECAST["quote"]
    assert book.forecasts[0].reading.negated


def test_an_op_ed_without_a_forecast_is_a_file_with_its_article() -> None:
    assert read(fragment(ARTICLE, []), name="p.yaml").articles[0].id == "gazette-1"


GAPS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "authors": (dict(ARTICLE, authors=None), QUESTION, FORECAST, "authors is missing"),
    "outlet": (dict(ARTICLE, outlet=None), QUESTION, FORECAST, "outlet is missing"),
    "date": (dict(ARTICLE, published_on=None), QUESTION, FORECAST, "published_on is missing"),
    "text": (ARTICLE, dict(QUESTION, text=f"Will {GAP}?"), FORECAST, "text: it still has a gap"),
    "criteria": (ARTICLE, dict(QUESTION, criteria=GAP), FORECAST, "still has a gap: [FILL IN: wh"),
    "deadline": (ARTICLE, dict(QUESTION, deadline={"by": "FILL-IN"}), FORECAST, "'FILL-IN'"),
    "horizon": (
        ARTICLE,
        dict(QUESTION, deadline={"ever": True, "horizon": "FILL-IN"}),
        FORECAST,
        "'FILL-IN'",
    ),
    "author": (ARTICLE, QUESTION, dict(FORECAST, author=None), "author is missing"),
    "probability": (
        ARTICLE,
        QUESTION,
        {**{n: v for n, v in FORECAST.items() if n != "phrase"}, "probability": "FILL-IN"},
        "'FILL-IN' is not a probability",
    ),
}


@pytest.mark.parametrize("name", GAPS)
def test_every_gap_is_marked_and_refused(name: str) -> None:
    article, question, forecast, words = GAPS[name]
    text = fragment(article, [Item(question, forecast)])
    assert "FILL" in text.partition("articles:")[2]
    with pytest.raises(Invalid) as caught:
        read(text, name="p.yaml")
    assert words in str(caught.value)
    assert str(caught.value).startswith("p.yaml:")


def test_the_lines_of_a_form_are_those_that_a_problem_names() -> None:
    """The article is added below, so that what the person sees keeps its line numbers."""
    page = form(Item(dict(QUESTION, criteria=GAP), FORECAST))
    with pytest.raises(Invalid) as caught:
        read(page + "\n".join(article_lines(ARTICLE)), name="draft")
    line = int(str(caught.value).split(":")[1])
    assert "criteria" in page.splitlines()[line - 1]


def test_no_note_is_wider_than_the_page() -> None:
    assert max(map(len, fragment(ARTICLE, [ITEM]).splitlines())) <= 100
