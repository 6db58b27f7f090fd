"""Whole pages of invented outlets: the same op-ed comes out of each, and who, where and when."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.extract import extract
from tracker.dates import ApproxDate
from tracker.errors import FetchError

PAGES = Path(__file__).with_name("pages")
BODY = (PAGES / "body.txt").read_text(encoding="utf-8")
TITLE = "The bridge that will not be"
DAY = ApproxDate(2025, 7, 14)
ADA, BO, CY = "Ada Fabricated", "Bo Invented", "Cy Made-Up"

# Page, title, authors, outlet, date.
EXPECTED: list[tuple[str, str, tuple[str, ...], str, ApproxDate | None]] = [
    ("wordpress", TITLE, (ADA,), "The Invented Gazette", DAY),
    ("newsletter", TITLE, (ADA,), "The Harbour Letter", DAY),
    ("newspaper", TITLE, (ADA, BO, CY), "Daily Figment", DAY),
    ("amp", "The bridge that won’t be", (ADA, BO), "Daily Figment", DAY),
    ("live", TITLE, (ADA,), "The Invented Gazette", DAY),
    ("old-windows-1252", TITLE, (ADA,), "", None),
    ("saved-utf-16", TITLE, (ADA,), "The Invented Gazette", ApproxDate(2025, 7)),
]


def saved(name: str) -> bytes:
    return (PAGES / f"{name}.html").read_bytes()


@pytest.mark.parametrize("case", EXPECTED, ids=[case[0] for case in EXPECTED])
def test_title_authors_outlet_and_date_are_found(
    case: tuple[str, str, tuple[str, ...], str, ApproxDate | None],
) -> None:
    found = extract(saved(case[0]))
    assert (found.title, found.authors, found.outlet, found.published) == case[1:]


@pytest.mark.parametrize("name", [case[0] for case in EXPECTED if not case[0].startswith("old")])
def test_the_body_is_the_op_ed_and_nothing_else(name: str) -> None:
    # Sign-up boxes, share bars, comments with forecasts of their own, related headlines, live
    # blog marks and copyright lines all stand between or around the paragraphs of these pages.
    assert extract(saved(name)).text == BODY


def test_a_page_laid_out_in_a_table_keeps_its_paragraphs_apart() -> None:
    # Left as a table, the whole page comes out as one line with bars.
    paragraphs = extract(saved("old-windows-1252")).text.split("\n\n")
    assert set(BODY.split("\n\n")) - set(paragraphs) <= {"What comes next"}
    assert set(paragraphs) <= set(BODY.split("\n\n"))


def test_every_guess_says_where_it_came_from() -> None:
    found = extract(saved("wordpress"))
    assert found.source("title") == "JSON-LD Article headline"
    assert found.source("authors") == "JSON-LD Article author"
    assert found.source("outlet") == "JSON-LD Article publisher"
    assert found.source("published") == "JSON-LD Article datePublished"
    assert extract(saved("old-windows-1252")).source("published") is None
    assert extract(saved("old-windows-1252")).source("authors") == "the visible byline"
    assert extract(saved("live")).source("published") == "meta article:published_time"
    assert extract(saved("saved-utf-16")).source("published") == "the address"


def test_a_guess_can_be_corrected_and_the_first_guesses_stay_to_be_seen() -> None:
    found = extract(saved("wordpress"))
    mended = found.corrected(published=ApproxDate(2025, 7, 12), authors=(BO,))
    assert (mended.published, mended.authors) == (ApproxDate(2025, 7, 12), (BO,))
    assert (mended.title, mended.text) == (found.title, found.text)
    assert mended.source("published") == "given by hand"
    assert [guess.value for guess in mended.others("published")] == [DAY]
    assert found.published == DAY


def test_the_address_is_the_one_given_else_the_one_the_page_gives_itself() -> None:
    given_url = "https://mirror.example/x"
    assert extract(saved("wordpress"), url=given_url).url == given_url
    assert extract(saved("newsletter")).url == "https://harbourletter.example/p/the-bridge"
    saved_from = "https://gazette.example/opinion/2025/07/bridge.htm"
    assert extract(saved("saved-utf-16")).url == saved_from


def test_text_and_bytes_of_a_page_give_the_same() -> None:
    content = saved("newspaper")
    assert extract(content) == extract(content.decode())


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "One line",
        "  indented\r\n\r\nwith old line ends\n",
        "If a < b and b > c, then “x” may well be y.",
        "Write to <ada@gazette.example> or see <https://gazette.example/p>.",
        "Sign up for our newsletter.\n\nSubscribe now",
    ],
)
def test_plain_text_is_taken_as_it_is(text: str) -> None:
    found = extract(text)
    assert (found.text, found.title, found.authors, found.published) == (text, "", (), None)
    assert extract(text.encode()).text == text
    assert extract(text.encode("utf-16")).text == text


def test_a_fragment_of_a_page_is_read_as_a_page() -> None:
    paragraphs = "".join(f"<p>{part}</p>" for part in BODY.split("\n\n"))
    assert extract(f"<div>{paragraphs}</div>").text.startswith("The harbour commissioners")


@pytest.mark.parametrize("page", ["", "  \n", "<html><body></body></html>", "<p></p>", b"\xff\xfe"])
def test_a_page_without_a_text_is_an_error_that_says_what_to_do(page: str | bytes) -> None:
    with pytest.raises(FetchError, match=r"no text in it|No article was found"):
        extract(page)


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='newsletter'>", "</div>", "<table><tr><td>", "<time datetime='",
     "2025-13-45", "'>", "<script type='application/ld+json'>", '{"@type":"Article"', ',"author":',
     "[[[[", "{}", "null", '"@id":"x"', "}", "</script>", "<meta name='date' content='", "0000",
     "<h1>", "By ", "Ada Fabricated", "&#0;", "\x00", "<!--", "]]>", "<title>", " | ", "\ud800",
     "<link rel=canonical href='http://[::1'>", "word " * 60]
)  # fmt: skip


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_page_however_broken_ends_in_anything_but_a_clear_error(page: str) -> None:
    with suppress(FetchError):
        assert extract("<html>" + page).text
