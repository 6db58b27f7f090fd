"""Dates that are written out: "March 31", "1 March 2026", "the thirtieth of May"."""

import calendar
import re
from datetime import date
from functools import lru_cache

from tracker.dates import add_months

MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (
        calendar.month_name[number].lower(),
        calendar.month_abbr[number].lower(),
        calendar.month_abbr[number].lower() + ".",
    )
} | {"sept": 9, "sept.": 9}
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|aug|sept?|oct|nov|dec)\b\.?)"
)
YEAR = r"(?:19|20|21)\d\d"
DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"

_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = ("ten", "eleven", "twelf", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
          "eighteen", "nineteen", "twentie")  # fmt: skip
ORDINALS = (
    {word: number for number, word in enumerate(_ONES, 1)}
    | {f"{word}th": number for number, word in enumerate(_TEENS, 10)}
    | {f"twenty-{word}": number for number, word in enumerate(_ONES, 21)}
    | {"thirtieth": 30, "thirty-first": 31}
)
"""Days of a month in words."""

_WORDED = rf"(?:(?:twenty-|thirty-)?(?:{'|'.join(_ONES)})|(?:{'|'.join(_TEENS)}|thirtie)th)"
DAYS = (
    rf"(?:the )?(?:{DAY} (?:of )?{MONTH}|{_WORDED} (?:day )?of {MONTH})(?:,? {YEAR})?"
    rf"|{YEAR}-\d\d-\d\d"
)
"""Dates that begin with the day, or with the year."""

EXPLICIT = rf"(?:{MONTH} {DAY}(?!\d)(?:,? {YEAR})?|{DAYS})"

_ORDINAL = re.compile(rf"\b{_WORDED} (?:day )?of ")


@lru_cache(maxsize=512)
def parsed(words: str, base: date | None) -> date | None:
    """Read a date written out; without a year it is the next one from the day of publication.

    Args:
        words: in lower case, as `EXPLICIT` matches them.
        base: the day of publication.
    """
    has_year = re.search(YEAR, words) is not None
    if not has_year and base is None:
        return None
    # Only articles with a date written out pay for the import (a tenth of a second).
    import dateparser

    words = _ORDINAL.sub(lambda found: f"{number_of(found.group().split()[0])} ", words)
    year = "" if has_year or base is None else f" {base.year}"
    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    found = dateparser.parse(
        words.removeprefix("the ").replace(" of ", " ") + year, languages=["en"], settings=settings
    )
    if found is None:
        return None
    day: date = found.date()
    return add_months(day, 12) if not has_year and base is not None and day < base else day


def number_of(words: str) -> int | None:
    """Return the day of a month that words hold, "21st" or "twenty-first", if they hold one."""
    figures = re.search(r"\d+", words)
    if figures is not None:
        return int(figures.group())
    return next((ORDINALS[word] for word in words.split() if word in ORDINALS), None)
