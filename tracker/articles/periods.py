"""Stretches of the calendar by name: "next spring", "late 2026", "the end of the decade".

A stretch is a pair of days, first and last. `base` is the day of publication; where it is None only
what needs no such day is known. What the words leave open gives None, never a guess.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from tracker.dates import add_months

Period = tuple[date, date]

MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (
        calendar.month_name[number].lower(),
        calendar.month_abbr[number].lower(),
        calendar.month_abbr[number].lower() + ".",
    )
} | {"sept": 9, "sept.": 9}
# Meteorological seasons: winter ends with February.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4}

MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|aug|sept?|oct|nov|dec)\b\.?)"
)
SEASON = r"(?:spring|summer|autumn|fall|winter)"
WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
YEAR = r"(?:19|20|21)\d\d"
DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
EXPLICIT = (
    rf"(?:{MONTH} {DAY}(?!\d)(?:,? {YEAR})?|(?:the )?{DAY} (?:of )?{MONTH}(?:,? {YEAR})?"
    rf"|{YEAR}-\d\d-\d\d)"
)
_UNIT = r"(?:day|week|month|quarter|year|decade|century|weekend)"
CORE = (
    rf"(?:{EXPLICIT}|(?:the )?{YEAR}s(?!\w)|{MONTH}(?: of)?,? {YEAR}|(?:the"
    rf" )?{SEASON}(?: of)? {YEAR}"
    rf"|{YEAR}|(?:the )?(?:first|second|third|fourth|final|last) quarter"
    rf"|this (?:year|month|week|summer|spring|autumn|fall|winter) or next"
    rf"|(?:this|next|the coming|this coming|the following)"
    rf" (?:{_UNIT}(?! (?:or two|century|cycle))|{SEASON}|{MONTH}"
    rf"|{WEEKDAY})|the year after next|the (?:year|month|week|weekend|decade|century|{SEASON})"
    rf"|mid-century|midcentury|midyear|mid-year|today|tonight|tomorrow|{MONTH}|{WEEKDAY}|{SEASON})"
)
_PART = (
    r"(?:(?:very )?end|close|start|beginning|middle|midpoint|turn|dawn"
    r"|(?:first|second|front|back|latter) half|(?:first|second|third|fourth|final|last) quarter)"
)
PERIOD = (
    rf"(?:(?:the )?{_PART} of {CORE}|(?:early|mid|late|later)[ -](?:in )?{CORE}"
    r"|(?:the |this )?(?:year|month|week|decade|century|spring|summer|autumn|winter)(?:'s |-| )end"
    rf"|end-{CORE}|{YEAR} or {YEAR}"
    rf"|q[1-4](?: of)? {YEAR}|sometime (?:in )?{CORE}|{CORE})"
)


def resolve(words: str, base: date | None) -> Period | None:
    """Return the stretch that the words name, or None where they leave it open.

    Args:
        words: in lower case, as `PERIOD` matches them.
        base: the day of publication.
    """
    words = _LEADING.sub("", words)
    for pattern, rule in _RULES:
        match = pattern.fullmatch(words)
        if match is not None:
            return rule(match, base)
    return None


_LEADING = re.compile(r"^(?:the )?(?:some ?time |at some point )?(?:in |during )?(?:the )?")


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _explicit(match: re.Match[str], base: date | None) -> Period | None:
    day = _parsed(match.group(), base)
    return (day, day) if day else None


@lru_cache(maxsize=512)
def _parsed(words: str, base: date | None) -> date | None:
    """Read a date written out; without a year it is the next one from the day of publication."""
    has_year = re.search(YEAR, words) is not None
    if not has_year and base is None:
        return None
    # Only articles with a date written out pay for the import (a tenth of a second).
    import dateparser

    year = "" if has_year or base is None else f" {base.year}"
    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    found = dateparser.parse(
        words.removeprefix("the ").replace(" of ", " ") + year, languages=["en"], settings=settings
    )
    if found is None:
        return None
    day: date = found.date()
    return add_months(day, 12) if not has_year and base is not None and day < base else day


def _decade(match: re.Match[str], _: date | None) -> Period:
    year = int(match[1])
    return date(year, 1, 1), date(year + 9, 12, 31)


def _year(match: re.Match[str], _: date | None) -> Period:
    return date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)


def _quarter(match: re.Match[str], _: date | None) -> Period:
    return months(int(match[2]), 3 * int(match[1]) - 2, 3)


def months(year: int, month: int, count: int = 1) -> Period:
    """Return a stretch of whole months."""
    first = date(year, month, 1)
    return first, add_months(first, count) - timedelta(days=1)


def _month_of_year(match: re.Match[str], _: date | None) -> Period:
    return months(int(match[2]), MONTHS[match[1]])


def _season_of_year(match: re.Match[str], _: date | None) -> Period:
    return months(int(match[2]), SEASONS[match[1]], 3)


def _month(match: re.Match[str], base: date | None) -> Period | None:
    if base is None:
        return None
    month = MONTHS[match[1]]
    return months(base.year + (month < base.month), month)


def _season(match: re.Match[str], base: date | None) -> Period | None:
    """A season by its bare name: the one that runs, else the next to begin."""
    if base is None:
        return None
    start = SEASONS[match[1]]
    options = (months(base.year + step, start, 3) for step in (-1, 0, 1))
    return next(period for period in options if period[1] >= base)


def _next_season(match: re.Match[str], base: date | None) -> Period | None:
    """Read "next spring" as next year's, "next winter" as the first that has not begun."""
    if base is None:
        return None
    start = SEASONS[match[1]]
    year = base.year + (start != 12 or base.month == 12)  # noqa: PLR2004 - December
    return months(year, start, 3)


def _next_month_named(match: re.Match[str], base: date | None) -> Period | None:
    return months(base.year + 1, MONTHS[match[1]]) if base else None


def _weekday(match: re.Match[str], base: date | None) -> Period | None:
    """The first such day after publication."""
    if base is None:
        return None
    day = base + timedelta(days=(WEEKDAYS[match[1]] - base.weekday() - 1) % 7 + 1)
    return day, day


def _next_weekday(match: re.Match[str], base: date | None) -> Period | None:
    """The day of the week that follows."""
    if base is None:
        return None
    day = base + timedelta(days=7 - base.weekday() + WEEKDAYS[match[1]])
    return day, day


def _this(match: re.Match[str], base: date | None) -> Period | None:
    return unit(match[1], base, 0) if base else None


def _next(match: re.Match[str], base: date | None) -> Period | None:
    return unit(match[1], base, 1) if base else None


def unit(name: str, base: date, step: int) -> Period:
    """Return the calendar day, week, ... in which `base` lies, or the one `step` later."""
    if name in ("day", "week", "weekend"):
        return _days(name, base, step)
    if name in ("month", "quarter"):
        size = 3 if name == "quarter" else 1
        start = date(base.year, (base.month - 1) // size * size + 1, 1)
        first = add_months(start, step * size)
        return months(first.year, first.month, size)
    size = {"year": 1, "decade": 10, "century": 100}[name]
    # "By the end of the century" is 2100 in climate and population writing (IPCC AR6).
    offset = 1 if name == "century" else 0
    year = (base.year - offset) // size * size + offset + step * size
    return date(year, 1, 1), date(year + size - 1, 12, 31)


def _days(name: str, base: date, step: int) -> Period:
    if name == "day":
        day = base + timedelta(days=step)
        return day, day
    monday = base - timedelta(days=base.weekday()) + timedelta(weeks=step)
    return monday + timedelta(days=5 if name == "weekend" else 0), monday + timedelta(days=6)


def _end_of_unit(match: re.Match[str], base: date | None) -> Period | None:
    period = unit(match[1], base, 0) if base else None
    return (period[1], period[1]) if period else None


def _bare_quarter(match: re.Match[str], base: date | None) -> Period | None:
    if base is None:
        return None
    number = _ORDINALS[match[1]]
    period = months(base.year, 3 * number - 2, 3)
    return period if period[1] >= base else months(base.year + 1, 3 * number - 2, 3)


def _this_or_next(match: re.Match[str], base: date | None) -> Period | None:
    return resolve(f"next {match[1]}", base)


def _mid_century(_: re.Match[str], base: date | None) -> Period | None:
    if base is None:
        return None
    year = (base.year - 1) // 100 * 100 + 50
    return date(year, 1, 1), date(year, 12, 31)


def _mid_year(_: re.Match[str], base: date | None) -> Period | None:
    return months(base.year, 6) if base else None


def _tomorrow(_: re.Match[str], base: date | None) -> Period | None:
    return unit("day", base, 1) if base else None


def _today(_: re.Match[str], base: date | None) -> Period | None:
    return (base, base) if base else None


def _after_next(_: re.Match[str], base: date | None) -> Period | None:
    return unit("year", base, 2) if base else None


def _part_of(match: re.Match[str], base: date | None) -> Period | None:
    inner = resolve(match[2], base)
    return _part(match[1].removeprefix("very "), inner) if inner else None


def _part(part: str, period: Period) -> Period:
    first, last = period
    if part in ("end", "close", "turn"):
        return last, last
    if part in ("start", "beginning", "dawn"):
        return first, first
    if part in ("middle", "midpoint"):
        day = middle(period)
        return day, day
    if part.endswith("half"):
        half = middle(period)
        return (
            (first, half)
            if part.startswith(("first", "front"))
            else (half + timedelta(days=1), last)
        )
    number = _ORDINALS[part.split(maxsplit=1)[0]]
    return months(first.year, 3 * number - 2, 3) if first.year == last.year else period


def middle(period: Period) -> date:
    """Return the last day of a stretch's first half: 30 June of a year, the 15th of a month."""
    first, last = period
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count == 1:
        return first.replace(day=15)
    if count % 2 == 0:
        return add_months(first, count // 2) - timedelta(days=1)
    return first + (last - first) // 2


_DECADE = 10


def _mid(match: re.Match[str], base: date | None) -> Period | None:
    inner = resolve(match[1], base)
    if inner is None:
        return None
    if inner[1].year - inner[0].year == _DECADE - 1:
        return inner[0], date(inner[0].year + _DECADE // 2, 12, 31)
    return inner[0], middle(inner)


def _late(match: re.Match[str], base: date | None) -> Period | None:
    return resolve(match[1], base)


def _open(_: re.Match[str], __: date | None) -> None:
    """Leave "early next year" open: nobody said on which day it is over."""
    return


_RULES: tuple[
    tuple[re.Pattern[str], Callable[[re.Match[str], date | None], Period | None]], ...
] = (
    (_rule(EXPLICIT), _explicit),
    (_rule(r"((?:20|19|21)\d0)s"), _decade),
    (_rule(rf"({YEAR})"), _year),
    (_rule(rf"q([1-4])(?: of)? ({YEAR})"), _quarter),
    (_rule(rf"({MONTH})(?: of)?,? ({YEAR})"), _month_of_year),
    (_rule(rf"({SEASON})(?: of)? ({YEAR})"), _season_of_year),
    (_rule(rf"(?:this |this coming |coming )?({MONTH})"), _month),
    (_rule(rf"(?:this |this coming |coming )?({SEASON})"), _season),
    (_rule(rf"(?:next|following) ({SEASON})"), _next_season),
    (_rule(rf"(?:next|following) ({MONTH})"), _next_month_named),
    (_rule(rf"(?:this |this coming |coming )?({WEEKDAY})"), _weekday),
    (_rule(rf"(?:next|following) ({WEEKDAY})"), _next_weekday),
    (_rule(rf"(?:next|following|coming|this coming) ({_UNIT})"), _next),
    (_rule(rf"(?:this )?({_UNIT})"), _this),
    (_rule(r"(?:this )?(year|month|week|decade|century)(?:'s |-| )end"), _end_of_unit),
    (_rule(r"mid-?century|(?:the )?middle of the century"), _mid_century),
    (_rule(r"mid-?year"), _mid_year),
    (_rule(r"(first|second|third|fourth|final|last) quarter"), _bare_quarter),
    (_rule(r"this (\w+) or next"), _this_or_next),
    (_rule(rf"({SEASON})'s end"), _season),
    (_rule(r"end-(.+)"), _late),
    (_rule(rf"{YEAR} or ({YEAR})"), _year),
    (_rule(r"tomorrow"), _tomorrow),
    (_rule(r"today|tonight"), _today),
    (_rule(r"year after next"), _after_next),
    (_rule(rf"({_PART}) of (.+)"), _part_of),
    (_rule(r"mid[ -](?:in )?(.+)"), _mid),
    (_rule(r"late[ -](?:in )?(.+)"), _late),
    (_rule(r"later[ -](?:in )?(.+)"), _late),
    (_rule(r"early[ -](?:in )?(.+)"), _open),
)
