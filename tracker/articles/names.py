"""Names and dates as pages write them, cleaned; what is no name or no date is None."""

import calendar
import html
import re
from collections.abc import Iterable

from tracker.articles.patterns import Lazy
from tracker.dates import ApproxDate
from tracker.errors import Invalid

_SPACE = Lazy(r"\s+")
_BY = Lazy(r"^(?:opinion\s+|words\s+|written\s+|posted\s+|story\s+)?by:?\s+", re.IGNORECASE)
_JUNIOR = Lazy(r",\s*(Jr|Sr|II|III|IV)\b(\.?)")
_DEGREE = Lazy(r",?\s+(?:Ph\.?\s?D|M\.?D|J\.?D|M\.?P|MBA|MPH|OBE|CBE)\b\.?")
_BETWEEN = Lazy(r"\s*(?:,\s*and\b|[,;&|/]|\band\b)\s*", re.IGNORECASE)
# What ends the names in a visible byline: a separator, a number, a word about time or place.
_BYLINE_END = Lazy(
    r"\s+[|·•–—]\s*|\s+-\s+|\n|\d|\b(?:published|updated|posted|on|for|in|is|at|january|february|march|"
    r"april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
# What content systems and stylebooks write where a name should stand.
_JUNK = Lazy(
    r"admin(?:istrator)?|anonymous|authors?|by|columnist|contributor|editors?|n/a|none|null|opinion|"
    r"staff|undefined|unknown|webmaster|web desk|guest(?: author| contributor)?|"
    r"staff (?:writer|reporter)",
    re.IGNORECASE,
)
_PARTICLE = Lazy(r"al|and|bin|d[aeiu]|das|del|den|der|dos|el|ibn|la|le|of|the|ten|v[ao]n|y|zu")
_LONGEST_NAME = 60
_MOST_WORDS = 6

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr)}
# "Jul", "Jul.", "July" and "Sept.", but not "Marching".
_MONTH = (
    rf"(?P<month>{'|'.join([*calendar.month_name[1:], *calendar.month_abbr[1:], 'sept'])})\b\.?"
)
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)"
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b",
        rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)\b",
        rf"\b{_MONTH},?\s+{_YEAR}\b",
    )
)
_ISO = Lazy(r"\s*(\d{4})(?:[-/]?(\d{2})(?:[-/]?(\d{2}))?)?(?![\d/-])")
_IN_ADDRESS = Lazy(
    r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2]|[a-z]{3})(?:[/-](0?[1-9]|[12]\d|3[01]))?(?=[/._-]|$)"
)
# What content systems write for "no date": the zero of Unix, of .NET and of Excel.
_ZEROS = frozenset({ApproxDate(1970, 1, 1), ApproxDate(1, 1, 1), ApproxDate(1900, 1, 1)})
_OLDEST = 1800


def tidy(text: str) -> str:
    """Resolve HTML entities, some of them doubled, and make every run of white space one blank."""
    return _SPACE.ready.sub(" ", html.unescape(html.unescape(text))).strip()


def split_names(text: str, *, strict: bool = False) -> tuple[str, ...]:
    """Split "By Ada Fabricated and Bo Invented, Jr." into its names.

    Args:
        text: a byline, or what a page states as its author.
        strict: whether only what is written like a name counts; a stated author may be
            "bell hooks" or one word.
    """
    plain = _DEGREE.ready.sub("", _JUNIOR.ready.sub(r" \1\2", _BY.ready.sub("", tidy(text))))
    parts = [
        part.strip(" .:*") if "." not in part[-3:] else part for part in _BETWEEN.ready.split(plain)
    ]
    named = [part for part in parts if _looks_like_name(part)]
    if not named and not strict and _may_be_name(plain):
        named = [plain]
    return unique(named)


def byline_start(text: str) -> int | None:
    """Return where the names begin in a line such as "By Ada Fabricated", or None."""
    match = _BY.match(text)
    return match.end() if match else None


def byline_names(text: str) -> tuple[str, ...]:
    """Return the names after "By" in a visible line, or ()."""
    plain = tidy(text)
    start = byline_start(plain)
    if start is None:
        return ()
    rest = plain[start:]
    end = _BYLINE_END.search(rest)
    return split_names(rest[: end.start()] if end else rest, strict=True)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Drop repeated names, whatever their case; the first spelling stays."""
    return tuple({name.casefold(): name for name in reversed(list(names))}.values())[::-1]


def _may_be_name(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST_NAME
        and _JUNK.fullmatch(text) is None
        and not re.search(r"[@\d<>{}]|https?:|www\.|\.(?:com|org|net)\b", text)
    )


def _looks_like_name(text: str) -> bool:
    words = text.split()
    if not _may_be_name(text) or not 1 < len(words) <= _MOST_WORDS:
        return False
    return all(word[0].isupper() or _PARTICLE.fullmatch(word) for word in words)


def stated_date(text: str) -> ApproxDate | None:
    """Read a date as machines state it: "2025-07-14T23:30:00-04:00" is 14 July, where it was."""
    match = _ISO.match(text)
    if match is None:
        return written_date(text)
    return _date(match[1], match[2] or "0", match[3] or "0")


def written_date(text: str) -> ApproxDate | None:
    """Find the first date written for people: "July 14, 2025", "14 July 2025", "July 2025".

    All-number dates such as 7/8/2025 are left alone: they mean two days.
    """
    for pattern in _WRITTEN:
        if match := pattern.search(text):
            parts = match.groupdict()
            return _date(parts["year"], parts["month"], parts.get("day") or "0")
    return None


def address_date(url: str) -> ApproxDate | None:
    """Find a date in an address: /2025/07/14/, /2025/jul/14/, /2025/07/."""
    match = _IN_ADDRESS.search(url.lower().split("?")[0])
    return _date(match[1], match[2], match[3] or "0") if match else None


def _date(year: str, month: str, day: str) -> ApproxDate | None:
    number = _MONTHS.get(month[:3].lower(), 0) if month.isalpha() else int(month)
    if not number and month.isalpha():
        return None
    stated = (
        f"{int(year):04d}" + f"-{number:02d}" * bool(number) + f"-{int(day):02d}" * (day != "0")
    )
    try:
        found = ApproxDate.parse(stated)
    except Invalid:
        return None
    return None if found in _ZEROS or found.year < _OLDEST else found
