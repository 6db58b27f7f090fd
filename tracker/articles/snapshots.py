"""Snapshots of texts under their SHA-256, and the place of a quote within them."""

import hashlib
import re
import unicodedata
import zlib

from tracker.errors import Invalid, StoreError

_LEVEL = 9
# Every sign that stands for a quotation mark or an apostrophe, and every dash.
_QUOTES = frozenset("\"'`´‘’‚‛“”„‟‹›«»′″ʼ＂＇")
_DASHES = frozenset("-‐‑‒–—―−﹘﹣－")
# Signs that nobody sees: soft hyphen, zero-width ones, byte-order mark.
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LONGEST_SHOWN = 80


def snapshot(content: str | bytes) -> tuple[str, bytes]:
    """Pack a text for keeping.

    Returns:
        The SHA-256 (hex) of its bytes (UTF-8), which names it, and the compressed bytes. The same
        content gives the same bytes with the same zlib; the name does not depend on zlib.
    """
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest(), zlib.compress(data, _LEVEL)


def restore(sha256: str, packed: bytes) -> bytes:
    """Unpack a snapshot; decode it as UTF-8 where it was a text.

    Raises:
        StoreError: if it is damaged or not what its name says.
    """
    try:
        data = zlib.decompress(packed)
    except zlib.error:
        data = None
    if data is None or hashlib.sha256(data).hexdigest() != sha256:
        raise StoreError(
            f"The snapshot {sha256[:12]}… is damaged.", hint="Restore the database from a backup."
        )
    return data


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Find a quote that stands in a text letter for letter; its first place, or None."""
    start = text.find(quote) if quote else -1
    return None if start < 0 else (start, start + len(quote))


def locate_nearly(quote: str, text: str) -> tuple[int, int] | None:
    """Find the first passage that differs from a quote in typography or white space alone."""
    wanted, _ = _folded(quote)
    signs, spans = _folded(text)
    start = signs.find(wanted) if wanted else -1
    return None if start < 0 else (spans[start][0], spans[start + len(wanted) - 1][1])


def require(quote: str, text: str) -> tuple[int, int]:
    """Return the place of a quote that must stand in its snapshot.

    Raises:
        Invalid: if it does not; where only typography or white space differs, it says how the
            passage really reads.
    """
    if place := locate(quote, text):
        return place
    if near := locate_nearly(quote, text):
        raise Invalid(
            f"The quote “{_short(quote)}” differs from the article in typography or white space.",
            hint=f"Quote it as it stands: “{text[slice(*near)]}”.",
        )
    raise Invalid(
        f"The quote “{_short(quote)}” does not stand in the article.",
        hint="Copy it from the article's text, letter for letter.",
    )


def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text without typography and white space, and the span each of its signs had."""
    signs: list[str] = []
    spans: list[tuple[int, int]] = []
    for place, sign in enumerate(text):
        for plain in _plain(sign):
            # "--" is a dash, "''" a quotation mark.
            if plain in "-'" and signs and signs[-1] == plain and spans[-1][1] == place:
                spans[-1] = (spans[-1][0], place + 1)
            else:
                signs.append(plain)
                spans.append((place, place + 1))
    return "".join(signs), spans


def _plain(sign: str) -> str:
    if sign in _QUOTES:
        return "'"
    if sign in _DASHES:
        return "-"
    if sign.isspace() or sign in _UNSEEN:
        return ""
    return sign if sign.isascii() else re.sub(r"\s", "", unicodedata.normalize("NFKD", sign))


def _short(quote: str) -> str:
    return quote if len(quote) <= _LONGEST_SHOWN else f"{quote[:_LONGEST_SHOWN]}…"
