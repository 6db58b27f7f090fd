"""What pages put around and between the paragraphs of an op-ed, and how to tell it from them."""

from collections.abc import Iterator
from typing import Protocol, Self

from tracker.articles.patterns import Lazy


class Element(Protocol):
    """What we use of an lxml element; lxml carries no types."""

    tag: str

    def get(self, name: str, default: str, /) -> str:
        """Return an attribute."""

    def iter(self, *tags: str) -> Iterator[Self]:
        """Give the element and all below it."""

    def iterancestors(self, *tags: str) -> Iterator[Self]:
        """Give what stands around it, nearest first."""

    def text_content(self) -> str:
        """Return all its text."""

    def drop_tree(self) -> None:
        """Take it out; the text that follows it stays."""


_BOXES = ("div", "section", "aside", "form", "figure", "ul", "footer", "dialog", "amp-list")
_BOX_WORDS = Lazy(
    r"newsletter|subscri|sign-?_?up|opt-?_?in\b|mailing|mailchimp|email-capture|donat|promo|"
    r"related|recirc|read-?_?more|most-?_?read|share|social|cookie|consent|gdpr|advert|sponsor|"
    r"paywall|regwall|key-?_?events|live-?_?(?:feed|ticker|badge)"
)
_CONTROLS = ("form", "input", "button", "a", "iframe", "amp-iframe")
# A larger box holds the op-ed itself: whole posts stand in class="newsletter-post".
_LARGEST_BOX = 600
# A cell of a table of figures holds no paragraphs.
_PAGE_PARAGRAPHS = 3

# Each must be recognisable as a whole line: an op-ed may well speak of signing up.
_LINES = (
    r"advertisement|sponsored|comments?(?: \(\d+\))?|\d+ (?:comments?|likes?)|leave a comment",
    r"(?:sign (?:up|in)|log in|subscribe(?: now)?|copy link|share)",
    r"share this(?: (?:post|article|story|page))?",
    r"follow (?:us|me) on .{1,60}",
    r"key events?|show key events only|live feed|filters beta",
    r"\d{1,2}[.:]\d{2}(?: ?[ap]m)?(?: [a-z]{2,4})?",
    r"(?:first |last )?(?:published|updated|posted)(?: (?:on|at))?:? .{0,40}\d.{0,30}",
    r"(?:read|see|related|more) (?:more|also|next|on this)(?::.{0,120})?",
    r"recommended (?:stories|reading).{0,60}|you may also like.{0,60}",
    r"skip (?:past newsletter promotion|to content|advertisement)|after newsletter promotion",
    r"listen to this (?:article|story).{0,60}|\d+ min(?:ute)?s? (?:read|listen)",
    r"please turn on javascript.{0,60}|this (?:site|form) is protected by recaptcha.*",
    r"(?:©|copyright (?:©|\(c\)|\d{4})).{0,80}|all rights reserved\.?",
    (
        r"(?:sign up|subscribe|join|get|enter your e-?mail|want|thanks for reading|receive)"
        r"\b.{0,150}?\b(?:newsletters?|inbox|subscribe|free trial)\b.{0,100}"
    ),
    r"(?:this|our) (?:free |weekly |daily )*newsletter\b.{0,150}",
)
_LINE = Lazy("|".join(f"(?:{line})" for line in _LINES))


def drop_boxes(tree: Element) -> None:
    """Take sign-up boxes, share bars and the like out of a page."""
    for box in [box for box in tree.iter(*_BOXES) if _is_box(box)]:
        box.drop_tree()


def open_layout_tables(tree: Element) -> None:
    """Make tables that only lay a page out into plain boxes: old pages stand in one cell."""
    for table in list(tree.iter("table")):
        if any(_is_page_cell(cell) for cell in table.iter("td")):
            for part in table.iter("table", "tbody", "tr", "td"):
                part.tag = "div"


def _is_page_cell(cell: Element) -> bool:
    paragraphs = sum(1 for _ in cell.iter("p", "br"))
    return paragraphs >= _PAGE_PARAGRAPHS and len(cell.text_content()) > _LARGEST_BOX


def is_line(line: str) -> bool:
    """Tell whether a line of text is furniture and no part of the op-ed."""
    return _LINE.fullmatch(line.lower()) is not None


def _is_box(box: Element) -> bool:
    marks = f"{box.get('class', '')} {box.get('id', '')}"
    if marks == " " or not _BOX_WORDS.search(marks.lower()):
        return False
    if len(" ".join(box.text_content().split())) > _LARGEST_BOX:
        return False
    return next(box.iter(*_CONTROLS), None) is not None or "newsletter" in box.get("class", "")
