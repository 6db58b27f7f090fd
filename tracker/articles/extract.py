"""A page to an op-ed: its text without the furniture, and who, where and when with reasons."""

import logging
import re
from typing import Any, NamedTuple

from tracker.articles.decoding import decode, encoding_of
from tracker.articles.furniture import Element, drop_boxes, is_line, open_layout_tables
from tracker.articles.metadata import Field, Guess, Value, guesses, own_address
from tracker.articles.names import tidy
from tracker.dates import ApproxDate
from tracker.errors import FetchError

# It reports every odd page as a warning, which Python prints where no logging is set up.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

_TAG = re.compile(
    r"<(?:!doctype\s+html|\?xml|html|head|body|article|main|div|p|meta|title|h1|table|br)\b[^>]*>",
    re.IGNORECASE,
)
# Chrome and Firefox write it into the pages they save.
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(https?://[^\s>]+) -->")
_HEAD = 4096

GIVEN = "given by hand"
"""The source of what a person said."""
_NO_TEXT = "No article was found on this page."
_SAVE_TEXT = "Copy the text of the op-ed into a .txt file and read that."
# How much longer than its names a line may be and still be the byline.
_BYLINE_EXTRA = 40
# The title stands among the first lines if it stands in the text at all.
_TOP = 4


class Extracted(NamedTuple):
    """An op-ed as read from its page.

    Attributes:
        text: the body, paragraphs parted by an empty line; plain text stands as it was.
        title: or "".
        authors: their names, maybe none.
        outlet: or "".
        published: the date somebody stated, or None.
        url: where it stands, or None.
        guesses: everything found, best first within its field, with its source.
    """

    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    outlet: str = ""
    published: ApproxDate | None = None
    url: str | None = None
    guesses: tuple[Guess, ...] = ()

    def source(self, field: Field) -> str | None:
        """Say where a field's value came from, or None where it is empty."""
        return next((guess.source for guess in self.guesses if guess.field == field), None)

    def others(self, field: Field) -> tuple[Guess, ...]:
        """Return the guesses that say otherwise than the value chosen."""
        every = [guess for guess in self.guesses if guess.field == field]
        return tuple(guess for guess in every[1:] if not _agree(guess.value, every[0].value))

    def corrected(
        self,
        *,
        title: str | None = None,
        authors: tuple[str, ...] | None = None,
        outlet: str | None = None,
        published: ApproxDate | None = None,
    ) -> "Extracted":
        """Return the same with values a person gave; these come before every guess."""
        given: dict[Field, Value | None] = {
            "title": title, "authors": authors, "outlet": outlet, "published": published,
        }  # fmt: skip
        own = [Guess(field, value, GIVEN) for field, value in given.items() if value]
        changes: dict[str, Any] = {guess.field: guess.value for guess in own}
        return self._replace(guesses=(*own, *self.guesses), **changes)


def extract(document: str | bytes, *, url: str | None = None) -> Extracted:
    """Read an op-ed from a page or from plain text; nothing is fetched.

    Args:
        document: HTML or plain text; bytes are decoded as a browser would.
        url: where it was fetched, if it was.

    Raises:
        FetchError: if there is no text in it.
    """
    text = decode(document, encoding_of(document)) if isinstance(document, bytes) else document
    if not _TAG.search(text[:_HEAD]):
        if not text.strip():
            raise FetchError("There is no text in it.")
        return Extracted(text=text, url=url)
    return _from_html(text, url)


def _from_html(text: str, url: str | None) -> Extracted:
    from trafilatura import load_html

    tree = load_html(text)
    if tree is None:
        raise FetchError(_NO_TEXT, hint=_SAVE_TEXT)
    saved = _SAVED_FROM.search(text[:_HEAD])
    address = url or own_address(tree) or (saved[1] if saved else None)
    found = tuple(guesses(tree, address))
    best = {guess.field: guess.value for guess in reversed(found)}
    values: dict[str, Any] = {str(field): value for field, value in best.items()}
    return Extracted(text=_body(tree, found), url=address, guesses=found, **values)


def _body(tree: Element, found: tuple[Guess, ...]) -> str:
    from trafilatura import extract as extract_text

    drop_boxes(tree)
    open_layout_tables(tree)
    text = extract_text(tree, include_comments=False) or ""
    lines = [line.strip() for line in text.splitlines()]
    kept = _without_masthead([line for line in lines if line and not is_line(line)], found)
    if not kept:
        raise FetchError(_NO_TEXT, hint=_SAVE_TEXT)
    return "\n\n".join(kept)


def _without_masthead(lines: list[str], found: tuple[Guess, ...]) -> list[str]:
    """Drop what stands above the text: it is kept as title and authors, and forecasts nothing."""
    titles = {str(guess.value).casefold() for guess in found if guess.field == "title"}
    names = next((guess.value for guess in found if isinstance(guess.value, tuple)), ())
    top = [place for place, line in enumerate(lines[:_TOP]) if tidy(line).casefold() in titles]
    start = max(top, default=-1) + 1
    while start < len(lines) and _is_byline(tidy(lines[start]).casefold(), names):
        start += 1
    return lines[start:]


def _is_byline(plain: str, names: tuple[str, ...]) -> bool:
    longest = sum(map(len, names)) + _BYLINE_EXTRA
    return bool(names) and names[0].casefold() in plain and len(plain) < longest


def _agree(one: Value, other: Value) -> bool:
    if isinstance(one, ApproxDate) and isinstance(other, ApproxDate):
        return str(one).startswith(str(other)) or str(other).startswith(str(one))
    return one == other
