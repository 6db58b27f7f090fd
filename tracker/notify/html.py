"""The HTML layout: one column, inline styles, nothing fetched from anywhere."""

from collections.abc import Sequence
from html import escape

from tracker.notify.letter import Letterhead
from tracker.notify.words import Item


def html(found: Sequence[Item], letter: Letterhead, opening: str) -> str:
    """Lay the message out as HTML."""
    body = "".join(f"<h2>{escape(item.text)}</h2><p>{escape(item.criteria)}</p>" for item in found)
    foot = escape(letter.head.hash)
    return f"<!doctype html><p>{escape(opening)}</p>{body}<p>{foot}</p>\n"
