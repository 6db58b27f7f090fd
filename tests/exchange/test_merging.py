"""Exporting onto a file that stands: what changed is edited, every other character stays."""

from dataclasses import replace
from typing import Any

import pytest

from tracker.errors import Conflict, Invalid
from tracker.exchange.predictions import Book, merge, read
from tracker.records import Article, Forecast, Question, Reading, Resolution, VagueClaim

FILE = """\
# Kept by the desk.
version: 1   # of the format
articles:
- id: gazette   # second
  authors:   # signed
  - Ada Fabricated   # alone
  outlet: 'The Invented Gazette'
  published_on: 2025-07
  # on claims
  vague_claims:
  - quote: could thaw   # mild
    missing: [threshold]

# Questions now.
questions:
    - text: Will it
         happen?   # on two lines
      id: it-happens
      criteria: >-   # header
          Long
          text   # no comment
      # deadline below
      deadline: {by: 2026-01-01}   # the end
      status_quo: no   # as ever
      forecasts:
          # first
          - phrase: unlikely   # low
            author: Ada Fabricated
            article: gazette
            quote: "it won't"
          # after
      # before resolution
      resolution:   # open
# end
"""


def book() -> Book:
    return read(FILE, name="f.yaml")


def asked(**changes: Any) -> Book:
    [question] = book().questions
    data = {**dict(question), **changes}
    return replace(book(), questions=(Question.model_validate(data),))


def merged(new: Book, text: str = FILE) -> str:
    result = merge(text, new, name="f.yaml")
    assert read(result, name="f.yaml") == new
    return result


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    gone = [line.strip() for line in old if line not in new]
    return gone, [line.strip() for line in new if line not in old]


CHANGES: list[tuple[str, Book, list[str], list[str]]] = [
    (
        "a value on one line keeps the comment behind it",
        asked(deadline={"by": "2026-02-01"}),
        ["deadline: {by: 2026-01-01}   # the end"],
        ["deadline: {by: 2026-02-01}   # the end"],
    ),
    (
        "a block that becomes one line puts its comment below",
        asked(criteria="Short."),
        ["criteria: >-   # header", "Long", "text   # no comment"],
        ["criteria: Short.", "# header"],
    ),
    (
        "a line that becomes a block puts its comment below",
        asked(text="Will it\nhappen?"),
        ["- text: Will it", "happen?   # on two lines"],
        ["- text: |-", "Will it", "happen?", "# on two lines"],
    ),
    (
        "a field that is gone leaves its comment",
        asked(status_quo=None),
        ["status_quo: no   # as ever"],
        ["# as ever"],
    ),
    (
        "a new field stands after those that come before it in canonical order",
        asked(topics=("trade",), zone="Europe/Berlin"),
        [],
        ["zone: Europe/Berlin", "topics: [trade]"],
    ),
    (
        "a list over several lines keeps the comments of its items",
        replace(
            book(),
            articles=(book().articles[0].model_copy(update={"authors": ("Ada Fabricated", "Bo")}),),
        ),
        ["authors:   # signed", "- Ada Fabricated   # alone"],
        ["authors: [Ada Fabricated, Bo]", "# signed", "# alone"],
    ),
    (
        "a first field that goes gives its place to the next",
        replace(
            book(),
            forecasts=(
                book()
                .forecasts[0]
                .model_copy(update={"reading": Reading.parse({"range": (0, 1)})}),
            ),
        ),
        ["- phrase: unlikely   # low"],
        ["- # low", "range: [0, 1]"],
    ),
    (
        "a resolution takes the place of the empty field",
        replace(
            book(),
            resolutions=(Resolution(question="it-happens", outcome="no", evidence="None."),),
        ),
        ["resolution:   # open"],
        ["resolution:", "outcome: no", "evidence: None.", "# open"],
    ),
    (
        "a forecast is appended to its question's",
        replace(
            book(),
            forecasts=(
                *book().forecasts,
                Forecast.parse(
                    {
                        "question": "it-happens",
                        "author": "me",
                        "source": "reader",
                        "made_on": "2025-08-01",
                        "reading": {"probability": "0.07"},
                    }
                ),
            ),
        ),
        [],
        ["- author: me", "probability: 0.07", "made_on: 2025-08-01", "source: reader"],
    ),
    (
        "a vague claim is appended to its article's",
        replace(
            book(),
            vague_claims=(
                *book().vague_claims,
                VagueClaim(article="gazette", quote="might pass", missing=("event",)),
            ),
        ),
        [],
        ["- quote: might pass", "missing: [event]"],
    ),
    (
        "an article is appended to the articles, not sorted into them",
        replace(
            book(),
            articles=(
                *book().articles,
                Article.parse(
                    {"id": "almanac", "authors": ["Bo"], "outlet": "Al", "published_on": "2024"}
                ),
            ),
        ),
        [],
        ["- id: almanac", "authors: [Bo]", "outlet: Al", "published_on: 2024"],
    ),
]


@pytest.mark.parametrize(
    ("new", "gone", "came"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_only_what_changed_is_edited(new: Book, gone: list[str], came: list[str]) -> None:
    assert changed(FILE, merged(new)) == (gone, came)


@pytest.mark.parametrize("new", [row[1] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_no_comment_is_ever_lost(new: Book) -> None:
    # All of them at once: what is not a comment is taken out before counting.
    comments = [line.split("# ", 1)[1] for line in FILE.splitlines() if "# " in line]
    comments.remove("no comment")
    text = merged(new)
    assert [comment for comment in comments if f"# {comment}\n" not in text] == []


def test_an_unchanged_file_is_returned_as_it_is() -> None:
    odd = "\ufeff" + FILE.replace("\n", "\r\n")
    assert merge(odd, book()) == odd


def test_a_file_with_windows_line_ends_keeps_them() -> None:
    text = merge(FILE.replace("\n", "\r\n"), asked(criteria="One.\nTwo."))
    assert text.count("\n") == text.count("\r\n") > 0


def test_a_file_without_a_last_line_end_can_grow() -> None:
    text = FILE.removesuffix("\n# end\n")
    assert "zone: Europe/Berlin" in merged(asked(zone="Europe/Berlin"), text)


@pytest.mark.parametrize("empty", ["questions: []\n", "questions:\n", ""])
def test_the_first_question_finds_its_list(empty: str) -> None:
    start = FILE[: FILE.index("vague_claims")].rstrip().removesuffix("# on claims").rstrip()
    new = replace(asked(), forecasts=(), vague_claims=())
    assert merged(new, f"{start}\n{empty}# end\n").endswith("resolution: null\n# end\n")


def test_a_record_in_braces_is_rewritten_in_lines() -> None:
    text = """\
version: 1
articles:
  - {id: a, authors: [Bo], outlet: O, published_on: 2025}   # short
"""
    [article] = read(text, name="f").articles
    new = Book(articles=(article.model_copy(update={"title": "T"}),))
    assert merged(new, text).splitlines()[2:] == [
        "  - id: a",
        "    authors: [Bo]",
        "    outlet: O",
        "    published_on: 2025",
        "    title: T",
        "    # short",
    ]


def test_a_file_all_in_braces_is_written_anew() -> None:
    text = "{version: 1, articles: [{id: a, authors: [Bo], outlet: O, published_on: 2025}]}\n"
    [article] = read(text, name="f").articles
    new = Book(articles=(article.model_copy(update={"title": "T"}),))
    assert merged(new, text).startswith("version: 1\narticles:\n  - id: a\n")


def test_a_record_that_was_never_imported_is_not_written_over() -> None:
    with pytest.raises(
        Conflict, match=r"f\.yaml:27: Forecast it-happens/ada-fabricated/gazette"
    ) as caught:
        merge(FILE, replace(book(), forecasts=()), name="f.yaml")
    assert caught.value.hint == "import the file first, or export into a new file"


def test_a_file_that_is_wrong_is_not_merged_into() -> None:
    with pytest.raises(Invalid, match=r"f\.yaml:1"):
        merge("version: 2\n", book(), name="f.yaml")
