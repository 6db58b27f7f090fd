"""Parts of a stretch of the calendar: its end, its first half, its last few days."""

from datetime import date, timedelta

from tracker.dates import add_months

Period = tuple[date, date]
"""The first and the last day of a stretch."""

ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "opening": 1}
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "ten": 10}
LAST = 4
_CLOSING = ("final", "last", "closing", "dying", "waning", "remaining")
_DAYS_OF_A_MONTH = 27
_DECADE = 10


def months(year: int, month: int, count: int = 1) -> Period:
    """Return a stretch of whole months."""
    first = date(year, month, 1)
    return first, add_months(first, count) - timedelta(days=1)


def part_of(part: str, period: Period) -> Period | None:
    """Return the part of a stretch that words name, or None where they leave it open."""
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
    return _counted(part, period)


def _counted(part: str, period: Period) -> Period | None:
    """Read "the first week", "the last few days", "the first 100 days" of a stretch."""
    first, last = period
    words = part.split()
    ordinal, name = words[0], words[-1]
    if name == "quarter":
        if first.year != last.year:
            return period
        return months(first.year, 3 * ORDINALS.get(ordinal, LAST) - 2, 3)
    if ordinal in _CLOSING:
        return last, last
    if name.endswith("s"):
        count = _COUNTS.get(words[1], 0) or (int(words[1]) if words[1].isdigit() else 0)
        # "The first few weeks": nobody said how many.
        return (first, _steps(first, count, name[:-1])) if count else None
    number = ORDINALS[ordinal]
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


def mid_of(period: Period) -> date:
    """Return the day by which the middle is over: 2035 is the middle of the 2030s."""
    if period[1].year - period[0].year == _DECADE - 1:
        return date(period[0].year + _DECADE // 2, 12, 31)
    return middle(period)
