"""Stretches of the calendar by name: "next spring", "late 2026", "the end of the decade".

A stretch is a pair of days, first and last. `base` is the day of publication; where it is None only
what needs no such day is known. What the words leave open gives None, never a guess.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from tracker.articles import explicit
from tracker.articles.parts import LAST, ORDINALS, Period, mid_of, months, part_of
from tracker.articles.patterns import Lazy
from tracker.dates import add_months

# Meteorological seasons: winter ends with February.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}

MONTHS, MONTH, YEAR = explicit.MONTHS, explicit.MONTH, explicit.YEAR
# The same words as in the grammar, so that they are compiled once.
WHOLE_EXPLICIT = rf"{explicit.EXPLICIT}(?!\w)"
SEASON = r"(?:spring|summer|autumn|fall|winter)"
WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_UNIT = r"(?:day|week|month|quarter|year|decade|century|weekend)"
_OF_WHICH = r"(?:this|next|the following)"
_HOUR = r"(?:morning|afternoon|evening|night|lunchtime|lunch|noon|midnight|teatime|dinnertime)"
_NIGHT = rf"(?: {_HOUR})?"
YEARS = rf"{YEAR}(?:[^\w\s]|/ )(?:20|21)?\d\d(?!\d)"
# Each part stands here as few times as may be: the grammar holds it many times over.
CORE = (
    rf"(?:{MONTH}(?: {explicit.DAY}(?!\d)(?:,? {YEAR})?|(?: of)?,? {YEAR}| of {_OF_WHICH} year)?"
    rf"|{explicit.DAYS}"
    rf"|(?:the )?{YEAR}s(?!\w)|{YEARS}|the first of (?:the|next) (?:month|year)"
    rf"|(?:the )?{SEASON}(?: of {_OF_WHICH} year|(?: of)? (?:{YEARS}|{YEAR}))?|(?:the )?year {YEAR}"
    rf"|year[ -]end {YEAR}"
    rf"|{YEAR}|(?:the )?(?:first|second|third|fourth|opening|closing|final|last) quarter|q[1-4]"
    rf"|this (?:year|month|week|summer|spring|autumn|fall|winter) or next"
    rf"|(?:this|next|the coming|this coming|the following)"
    rf" (?:{_UNIT}(?! (?:or two|century|cycle))|{SEASON}|{MONTH}"
    rf"|{WEEKDAY}{_NIGHT})|the (?:{_UNIT}|{SEASON}) after next|the day after tomorrow"
    rf"|the (?:(?:calendar )?year|month|week|weekend|quarter|decade|century)"
    rf"|mid-century|midcentury|mid-decade|mid-?month|midyear|mid-year|midsummer|midwinter|today|tonight"
    rf"|tomorrow{_NIGHT}|{WEEKDAY}{_NIGHT})"
)
_ORDINAL = r"(?:first|second|third|fourth|final|last|opening|closing|dying|waning|remaining)"
PART = (
    r"(?:(?:very |back |tail |far )?end|close|start|beginning|middle|midpoint|turn|dawn"
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
    words = _OF_THE_DAY.ready.sub("", _LEADING.ready.sub("", words))
    for telling, pattern, rule in _RULES:
        if telling in words and (match := pattern.ready.fullmatch(words)):
            return rule(match, base)
    return None


_LEADING = Lazy(
    r"^(?:the )?(?:(?:some|any) ?time |(?:at )?(?:some|any) (?:point|time) )?"
    r"(?:in |during )?(?:the )?"
)
_OF_THE_DAY = Lazy(rf"(?:(?<=day)|(?<=tomorrow)) {_HOUR}$")


_OPPOSITE = {
    "spring": "autumn", "summer": "winter", "autumn": "spring", "fall": "spring",
    "winter": "summer",
}  # fmt: skip


def opposite(words: str) -> str:
    """Return the words with the season that it is then in the other half of the world."""
    return re.sub(SEASON, lambda found: _OPPOSITE[found.group()], words)


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


def season(year: int, month: int) -> Period:
    """Return the season that begins in a month of a year: three whole months."""
    return months(year, month, 3)


def _month_of_year(match: re.Match[str], _: date | None) -> Period:
    return months(int(match[2]), MONTHS[match[1]])


_SHORT = 2


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
    number = int(match[1]) if match[1].isdigit() else ORDINALS.get(match[1], LAST)
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


def _mid_month(_: re.Match[str], base: date | None) -> Period | None:
    if base is None:
        return None
    day = base.replace(day=15)
    return (day, day) if day >= base else (add_months(day, 1), add_months(day, 1))


def _first_of(match: re.Match[str], base: date | None) -> Period | None:
    """Read "the first of the month" as the next to come."""
    if base is None:
        return None
    day = unit(match[2], base, 1)[0]
    return day, day


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


_WHICH_END = Lazy(r"^(?:very|back|tail|far) (?=end)")


def _part_of(match: re.Match[str], base: date | None) -> Period | None:
    inner = resolve(match[2], base)
    return part_of(_WHICH_END.ready.sub("", match[1]), inner) if inner else None


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


# What must stand in the words (nothing where that spares little), the pattern, what it means.
_RULES: tuple[tuple[str, Lazy, Callable[[re.Match[str], date | None], Period | None]], ...] = (
    ("", Lazy(WHOLE_EXPLICIT), _explicit),
    ("s", Lazy(r"((?:20|19|21)\d0)s"), _decade),
    ("", Lazy(rf"({YEAR})"), _year),
    ("", Lazy(r"(\d{4})[^\w\s] ?(\d{2,4})"), _years),
    ("q", Lazy(rf"q([1-4])(?: of)? ({YEAR}|this year|next year)"), _quarter),
    (
        " of ",
        Lazy(rf"({MONTH}|{SEASON}) of (?:the )?(this|next|following) year"),
        _of_relative_year,
    ),
    ("year ", Lazy(rf"year ({YEAR})"), _year),
    ("end ", Lazy(rf"year[ -]end ({YEAR})"), _year),
    ("new", Lazy(r"new year"), _new_year),
    ("mid", Lazy(r"mid(summer|winter)"), _midsummer),
    ("after", Lazy(r"day after tomorrow"), _day_after_tomorrow),
    (" ", Lazy(rf"({MONTH})(?: of)?,? ({YEAR})"), _month_of_year),
    (" ", Lazy(rf"({SEASON})(?: of)? ({YEAR})"), _season_of_year),
    ("winter", Lazy(rf"winter(?: of)? ({YEAR})[^\w\s](?:20|21)?(\d\d)"), _winter),
    ("", Lazy(rf"(?:this |this coming |coming )?({MONTH})"), _month),
    ("", Lazy(rf"(?:this |this coming |coming )?({SEASON})"), _season),
    (" ", Lazy(rf"(?:next|following) ({SEASON})"), _next_season),
    (" ", Lazy(rf"(?:next|following) ({MONTH})"), _next_month_named),
    ("day", Lazy(rf"(?:this |this coming |coming )?({WEEKDAY})"), _weekday),
    (" ", Lazy(rf"(?:next|following) ({WEEKDAY})"), _next_weekday),
    (" ", Lazy(rf"(?:next|following|coming|this coming) ({_UNIT})"), _next),
    ("", Lazy(rf"(?:this |calendar )?({_UNIT})"), _this),
    ("end", Lazy(r"(?:this )?(year|month|week|decade|century)(?:'s |-| )end"), _end_of_unit),
    ("century", Lazy(r"mid-?century|(?:the )?middle of the century"), _mid_century),
    ("mid", Lazy(r"mid-?(decade)"), _mid),
    ("mid", Lazy(r"mid-?year"), _mid_year),
    ("mid", Lazy(r"mid-?month"), _mid_month),
    ("first", Lazy(r"first of (the|next) (month|year)"), _first_of),
    (
        "quarter",
        Lazy(r"(first|second|third|fourth|opening|closing|final|last) quarter"),
        _bare_quarter,
    ),
    ("q", Lazy(r"q([1-4])"), _bare_quarter),
    (" or ", Lazy(r"this (\w+) or next"), _this_or_next),
    ("end", Lazy(rf"({SEASON})'s end"), _season),
    ("end-", Lazy(r"end-(.+)"), _late),
    (" or ", Lazy(rf"{YEAR} or ({YEAR})"), _year),
    ("tomorrow", Lazy(r"tomorrow"), _tomorrow),
    ("to", Lazy(r"today|tonight"), _today),
    ("after", Lazy(rf"({_UNIT}|{SEASON}) after next"), _after_next),
    (" of ", Lazy(rf"({PART}) of (?:the )?(.+)"), _part_of),
    ("mid", Lazy(r"mid[ -](?:in )?(?:the )?(.+)"), _mid),
    ("late", Lazy(r"late[ -](?:in )?(?:the )?(.+)"), _late),
    ("later", Lazy(r"later[ -](?:on )?(?:in )?(?:the )?(.+)"), _late),
    ("early", Lazy(r"early[ -](?:on )?(?:in )?(?:the )?(.+)"), _open),
)
