"""Stretches of the calendar by name: "next spring", "late 2026", "the end of the decade".

A stretch is a pair of days, first and last. `base` is the day of publication; where it is None only
what needs no such day is known. What the words leave open gives None, never a guess.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from tracker.articles import explicit
from tracker.articles.patterns import Lazy
from tracker.dates import add_months

Period = tuple[date, date]

# Meteorological seasons: winter ends with February.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "opening": 1}
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "ten": 10}
_LAST = 4
_CLOSING = ("final", "last", "closing", "dying", "waning", "remaining")

MONTHS, MONTH, YEAR, EXPLICIT = explicit.MONTHS, explicit.MONTH, explicit.YEAR, explicit.EXPLICIT
SEASON = r"(?:spring|summer|autumn|fall|winter)"
WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_UNIT = r"(?:day|week|month|quarter|year|decade|century|weekend)"
_OF_WHICH = r"(?:this|next|the following)"
_NIGHT = r"(?: (?:morning|afternoon|evening|night))?"
YEARS = rf"{YEAR}(?:[^\w\s]|/ )(?:20|21)?\d\d(?!\d)"
# Each part stands here as few times as may be: the grammar holds it many times over.
CORE = (
    rf"(?:{MONTH}(?: {explicit.DAY}(?!\d)(?:,? {YEAR})?|(?: of)?,? {YEAR}| of {_OF_WHICH} year)?"
    rf"|{explicit.DAYS}"
    rf"|(?:the )?{YEAR}s(?!\w)|{YEARS}"
    rf"|(?:the )?{SEASON}(?: of {_OF_WHICH} year|(?: of)? (?:{YEARS}|{YEAR}))?|(?:the )?year {YEAR}"
    rf"|year[ -]end {YEAR}"
    rf"|{YEAR}|(?:the )?(?:first|second|third|fourth|opening|closing|final|last) quarter|q[1-4]"
    rf"|this (?:year|month|week|summer|spring|autumn|fall|winter) or next"
    rf"|(?:this|next|the coming|this coming|the following)"
    rf" (?:{_UNIT}(?! (?:or two|century|cycle))|{SEASON}|{MONTH}"
    rf"|{WEEKDAY}{_NIGHT})|the (?:{_UNIT}|{SEASON}) after next|the day after tomorrow"
    rf"|the (?:(?:calendar )?year|month|week|weekend|quarter|decade|century)"
    rf"|mid-century|midcentury|mid-decade|midyear|mid-year|midsummer|midwinter|today|tonight"
    rf"|tomorrow{_NIGHT}|{WEEKDAY}{_NIGHT})"
)
_ORDINAL = r"(?:first|second|third|fourth|final|last|opening|closing|dying|waning|remaining)"
PART = (
    r"(?:(?:very )?end|close|start|beginning|middle|midpoint|turn|dawn"
    rf"|(?:first|second|front|back|latter) half|{_ORDINAL} quarter"
    rf"|{_ORDINAL} (?:week|month|day)"
    rf"|{_ORDINAL}(?: few| couple of| two| three| four| five| six| nine| ten| \d\d?)?"
    r" (?:hours|days|weeks|months|years))"
)


def resolve(words: str, base: date | None) -> Period | None:
    """Return the stretch that the words name, or None where they leave it open.

    Args:
        words: in lower case, as the part `period` of `timex.toml` matches them.
        base: the day of publication.
    """
    words = _OF_THE_DAY.sub("", _LEADING.sub("", words))
    for pattern, rule in _RULES:
        if match := pattern.ready.fullmatch(words):
            return rule(match, base)
    return None


_LEADING = re.compile(
    r"^(?:the )?(?:(?:some|any) ?time |(?:at )?(?:some|any) (?:point|time) )?"
    r"(?:in |during )?(?:the )?"
)
_OF_THE_DAY = re.compile(r"(?:(?<=day)|(?<=tomorrow)) (?:morning|afternoon|evening|night)$")


_OPPOSITE = {
    "spring": "autumn", "summer": "winter", "autumn": "spring", "fall": "spring",
    "winter": "summer",
}  # fmt: skip


def opposite(words: str) -> str:
    """Return the words with the season that it is then in the other half of the world."""
    return re.sub(SEASON, lambda found: _OPPOSITE[found.group()], words)


def _rule(pattern: str) -> Lazy:
    return Lazy(pattern)


def _explicit(match: re.Match[str], base: date | None) -> Period | None:
    day = explicit.parsed(match.group(), base)
    return (day, day) if day else None


def _decade(match: re.Match[str], _: date | None) -> Period:
    year = int(match[1])
    return date(year, 1, 1), date(year + 9, 12, 31)


def _year(match: re.Match[str], _: date | None) -> Period:
    return date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)


def _quarter(match: re.Match[str], base: date | None) -> Period | None:
    year = resolve(match[2], base)
    return months(year[0].year, 3 * int(match[1]) - 2, 3) if year else None


def months(year: int, month: int, count: int = 1) -> Period:
    """Return a stretch of whole months."""
    first = date(year, month, 1)
    return first, add_months(first, count) - timedelta(days=1)


def season(year: int, month: int) -> Period:
    """Return the season that begins in a month of a year: three whole months."""
    return months(year, month, 3)


def _month_of_year(match: re.Match[str], _: date | None) -> Period:
    return months(int(match[2]), MONTHS[match[1]])


def _years(match: re.Match[str], _: date | None) -> Period:
    """Read "2027-28": it is over with the second year."""
    first, last = int(match[1]), match[2]
    return date(first, 1, 1), date(
        int(last) if len(last) > _SHORT else first // 100 * 100 + int(last), 12, 31
    )


def _of_relative_year(match: re.Match[str], base: date | None) -> Period | None:
    """Read "March of next year"."""
    if base is None:
        return None
    year = base.year + (match[2] != "this")
    return months(year, MONTHS[match[1]]) if match[1] in MONTHS else season(year, SEASONS[match[1]])


def _season_of_year(match: re.Match[str], _: date | None) -> Period | None:
    if match[1] == "winter":
        # "The winter of 2027" may be the one that it begins or the one that it ends.
        return None
    return season(int(match[2]), SEASONS[match[1]])


def _winter(match: re.Match[str], _: date | None) -> Period | None:
    """Read "the winter of 2026-27"."""
    year = int(match[1])
    return season(year, SEASONS["winter"]) if (year + 1) % 100 == int(match[2]) else None


def _month(match: re.Match[str], base: date | None) -> Period | None:
    return _month_numbered(MONTHS[match[1]], base) if base else None


def _month_numbered(month: int, base: date) -> Period:
    """Return the month that runs or is the next to come of that name."""
    return months(base.year + (month < base.month), month)


def _season(match: re.Match[str], base: date | None) -> Period | None:
    """A season by its bare name: the one that runs, else the next to begin."""
    if base is None:
        return None
    start = SEASONS[match[1]]
    options = (season(base.year + step, start) for step in (-1, 0, 1))
    return next(period for period in options if period[1] >= base)


def _next_season(match: re.Match[str], base: date | None) -> Period | None:
    """Read "next spring" as next year's, "next winter" as the coming one until autumn begins."""
    if base is None:
        return None
    start = SEASONS[match[1]]
    year = base.year + (start != 12 or base.month >= 9)  # noqa: PLR2004 - from September on
    return season(year, start)


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
    number = int(match[1]) if match[1].isdigit() else _ORDINALS.get(match[1], _LAST)
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
    return _month_numbered(6, base) if base else None


def _tomorrow(_: re.Match[str], base: date | None) -> Period | None:
    return unit("day", base, 1) if base else None


def _today(_: re.Match[str], base: date | None) -> Period | None:
    return (base, base) if base else None


def _day_after_tomorrow(_: re.Match[str], base: date | None) -> Period | None:
    return unit("day", base, 2) if base else None


def _new_year(_: re.Match[str], base: date | None) -> Period | None:
    return unit("year", base, 1) if base else None


def _midsummer(match: re.Match[str], base: date | None) -> Period | None:
    return resolve(f"mid-{match[1]}", base)


def _after_next(match: re.Match[str], base: date | None) -> Period | None:
    if base is None or match[1] not in SEASONS:
        return unit(match[1], base, 2) if base else None
    following = resolve(f"next {match[1]}", base)
    return resolve(f"next {match[1]}", following[1]) if following else None


def _part_of(match: re.Match[str], base: date | None) -> Period | None:
    inner = resolve(match[2], base)
    return _part(match[1].removeprefix("very "), inner) if inner else None


def _part(part: str, period: Period) -> Period | None:
    first, last = period
    if part in ("end", "close", "turn"):
        return last, last
    if part in ("start", "beginning", "dawn"):
        return first, first
    if part in ("middle", "midpoint"):
        day = mid_of(period)
        return day, day
    if part.endswith("half"):
        half = middle(period)
        return (
            (first, half)
            if part.startswith(("first", "front"))
            else (half + timedelta(days=1), last)
        )
    return _counted_part(part, period)


def _counted_part(part: str, period: Period) -> Period | None:
    """Read "the first week", "the last few days", "the first 100 days" of a stretch."""
    first, last = period
    words = part.split()
    ordinal, name = words[0], words[-1]
    if name == "quarter":
        if first.year != last.year:
            return period
        return months(first.year, 3 * _ORDINALS.get(ordinal, _LAST) - 2, 3)
    if ordinal in _CLOSING:
        return last, last
    if name.endswith("s"):
        count = _COUNTS.get(words[1], 0) or (int(words[1]) if words[1].isdigit() else 0)
        # "The first few weeks": nobody said how many.
        return (first, _steps(first, count, name[:-1])) if count else None
    number = _ORDINALS[ordinal]
    end = _steps(first, number, name)
    return (_steps(first, number - 1, name) + timedelta(days=1), end) if end <= last else None


def _steps(first: date, count: int, name: str) -> date:
    """Return the last of so many days, weeks, months or years from a first day."""
    if name in ("day", "week", "hour"):
        return first + timedelta(days=count * (7 if name == "week" else 1) - 1)
    return add_months(first, count * (12 if name == "year" else 1)) - timedelta(days=1)


def middle(period: Period) -> date:
    """Return the last day of a stretch's first half: 30 June of a year, the 15th of a month."""
    first, last = period
    if (last - first).days < _DAYS_OF_A_MONTH:
        # "By the middle of next week": Wednesday.
        return first + timedelta(days=(last - first).days // 3)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count == 1:
        return first.replace(day=15)
    if count % 2 == 0:
        return add_months(first, count // 2) - timedelta(days=1)
    return add_months(first, count // 2).replace(day=15)


_DAYS_OF_A_MONTH = 27
_DECADE = 10
_SHORT = 2


def mid_of(period: Period) -> date:
    """Return the day by which the middle is over: 2035 is the middle of the 2030s."""
    if period[1].year - period[0].year == _DECADE - 1:
        return date(period[0].year + _DECADE // 2, 12, 31)
    return middle(period)


def _mid(match: re.Match[str], base: date | None) -> Period | None:
    inner = resolve(match[1], base)
    if inner is None:
        return None
    if base and mid_of(inner) < base and match[1] in SEASONS:
        return _mid(match, inner[1] + timedelta(days=1))
    return inner[0], mid_of(inner)


def _late(match: re.Match[str], base: date | None) -> Period | None:
    return resolve(match[1], base)


def _open(_: re.Match[str], __: date | None) -> None:
    """Leave "early next year" open: nobody said on which day it is over."""
    return


_RULES: tuple[tuple[Lazy, Callable[[re.Match[str], date | None], Period | None]], ...] = (
    (_rule(EXPLICIT), _explicit),
    (_rule(r"((?:20|19|21)\d0)s"), _decade),
    (_rule(rf"({YEAR})"), _year),
    (_rule(r"(\d{4})[^\w\s] ?(\d{2,4})"), _years),
    (_rule(rf"q([1-4])(?: of)? ({YEAR}|this year|next year)"), _quarter),
    (_rule(rf"({MONTH}|{SEASON}) of (?:the )?(this|next|following) year"), _of_relative_year),
    (_rule(rf"year ({YEAR})"), _year),
    (_rule(rf"year[ -]end ({YEAR})"), _year),
    (_rule(r"new year"), _new_year),
    (_rule(r"mid(summer|winter)"), _midsummer),
    (_rule(r"day after tomorrow"), _day_after_tomorrow),
    (_rule(rf"({MONTH})(?: of)?,? ({YEAR})"), _month_of_year),
    (_rule(rf"({SEASON})(?: of)? ({YEAR})"), _season_of_year),
    (_rule(rf"winter(?: of)? ({YEAR})[^\w\s](?:20|21)?(\d\d)"), _winter),
    (_rule(rf"(?:this |this coming |coming )?({MONTH})"), _month),
    (_rule(rf"(?:this |this coming |coming )?({SEASON})"), _season),
    (_rule(rf"(?:next|following) ({SEASON})"), _next_season),
    (_rule(rf"(?:next|following) ({MONTH})"), _next_month_named),
    (_rule(rf"(?:this |this coming |coming )?({WEEKDAY})"), _weekday),
    (_rule(rf"(?:next|following) ({WEEKDAY})"), _next_weekday),
    (_rule(rf"(?:next|following|coming|this coming) ({_UNIT})"), _next),
    (_rule(rf"(?:this |calendar )?({_UNIT})"), _this),
    (_rule(r"(?:this )?(year|month|week|decade|century)(?:'s |-| )end"), _end_of_unit),
    (_rule(r"mid-?century|(?:the )?middle of the century"), _mid_century),
    (_rule(r"mid-?(decade)"), _mid),
    (_rule(r"mid-?year"), _mid_year),
    (_rule(r"(first|second|third|fourth|opening|closing|final|last) quarter"), _bare_quarter),
    (_rule(r"q([1-4])"), _bare_quarter),
    (_rule(r"this (\w+) or next"), _this_or_next),
    (_rule(rf"({SEASON})'s end"), _season),
    (_rule(r"end-(.+)"), _late),
    (_rule(rf"{YEAR} or ({YEAR})"), _year),
    (_rule(r"tomorrow"), _tomorrow),
    (_rule(r"today|tonight"), _today),
    (_rule(rf"({_UNIT}|{SEASON}) after next"), _after_next),
    (_rule(rf"({PART}) of (?:the )?(.+)"), _part_of),
    (_rule(r"mid[ -](?:in )?(?:the )?(.+)"), _mid),
    (_rule(r"late[ -](?:in )?(?:the )?(.+)"), _late),
    (_rule(r"later[ -](?:on )?(?:in )?(?:the )?(.+)"), _late),
    (_rule(r"early[ -](?:on )?(?:in )?(?:the )?(.+)"), _open),
)
