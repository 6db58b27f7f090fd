"""docs/predictions-yaml.md: every example is executed, every list of fields is complete."""

import re
from pathlib import Path

import pytest

from tracker.errors import Invalid
from tracker.exchange.predictions import merge, read, write
from tracker.exchange.reading import FIELDS
from tracker.exchange.tree import LARGEST, MOST
from tracker.outcomes import OUTCOMES

PAGE = (Path(__file__).parents[2] / "docs" / "predictions-yaml.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(1, len(EXAMPLES) + 1))
def test_an_example_is_read_and_survives_both_ways_of_writing(example: str) -> None:
    book = read(example, name="example.yaml")
    assert book.records()
    assert read(write(book), name="written.yaml") == book
    assert merge(example, book) == example


def test_the_page_shows_every_kind_of_record_and_deadline() -> None:
    records = [record for text in EXAMPLES for record in read(text, name="e").records()]
    kinds = {type(record).__name__ for record in records}
    assert kinds == {"Article", "VagueClaim", "Question", "Forecast", "Resolution"}
    books = [read(text, name="e") for text in EXAMPLES]
    deadlines = {type(item.deadline).__name__ for book in books for item in book.questions}
    assert deadlines == {"By", "Within", "Window", "Ever"}


@pytest.mark.parametrize("noun", FIELDS)
def test_the_page_names_every_field(noun: str) -> None:
    assert [name for name in FIELDS[noun] if not re.search(rf"\b{name}\b", PAGE)] == []


def test_the_page_names_every_outcome_and_the_limits() -> None:
    assert [name for name in OUTCOMES if f"`{name}`" not in PAGE] == []
    assert f"{LARGEST // 1_000_000} MB" in PAGE
    assert MOST == 1000


def test_the_page_shows_problems_as_they_are_told() -> None:
    [shown] = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    text = """\
version: 1
articles:
  - id: gazette-2025-07
    authors: [Ada Fabricated]
    outlet: The Invented Gazette
    published_on: 2025-07
    vague_claims:
      - quote: relations could thaw
        missing: [treshold]
questions:
  - id: harbour-opens
    deadline: {bye: 2025-09-30}
"""
    with pytest.raises(Invalid) as caught:
        read(text, name="predictions.yaml")
    assert set(shown.splitlines()) <= set(caught.value.problems)
