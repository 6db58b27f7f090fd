"""Political calendars and feasts as data: what "the midterms" or "Labor Day" means on a day.

The data stand in `calendars.toml`; a desk adds its own files with `load(path, ...)`.
"""

import calendar
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from tracker.articles import patterns
from tracker.articles.patterns import Lazy
from tracker.errors import ConfigError

_EASTER = "easter"


class Event(NamedTuple):
    """Something with known days, such as an election, or with a rule for them, such as a feast.

    Attributes:
        days: first and last day of each time it takes place, in order.
        rule: the rule of a feast, or "".
        signs: finds signs of the country it needs, or None where it needs none.
        others: finds signs of what an article must not speak of, or None.
    """

    days: tuple[tuple[date, date], ...]
    rule: str
    signs: Lazy | None
    others: Lazy | None

    def is_meant(self, article: str) -> bool:
        """Whether an article that names it can mean it."""
        if self.others is not None and self.others.ready.search(article):
            return False
        return self.signs is None or _shows(self.signs, article)

    def next(self, on: date) -> tuple[date, date] | None:
        """Return the days of the first that is not over on a day."""
        if self.rule:
            return _next_feast(self.rule, on)
        return next((days for days in self.days if days[1] >= on), None)


class Term(NamedTuple):
    """A term of office.

    Attributes:
        holders: finds the holder's name.
        begins: first day.
        ends: last day.
        number: whether it is the holder's first or second, or 0 where nobody said.
        signs: as for `Event`.
    """

    holders: Lazy
    begins: date
    ends: date
    signs: Lazy | None
    number: int = 0


class Calendars(NamedTuple):
    """Everything by which a deadline can be named.

    Attributes:
        events: lower-case name to the events of that name, the particular before the general.
        feasts: names that come round every year.
        terms: the terms of office.
        south: finds signs of the southern half of the world.
        north: finds signs of the northern half.
        names: every name of an event or feast, the longest first.
    """

    events: Mapping[str, tuple[Event, ...]]
    feasts: frozenset[str]
    terms: tuple[Term, ...]
    south: Lazy
    north: Lazy
    names: tuple[str, ...]

    def period(self, name: str, on: date, article: str) -> tuple[date, date] | None:
        """Return first and last day of what a name means to an article of that day.

        Args:
            name: in lower case, without "the".
            on: the day of publication; what was over by then is not meant.
            article: the text, in which a country's signs are looked for.
        """
        for event in self.events.get(name, ()):
            if event.is_meant(article):
                return event.next(on)
        return None

    def is_southern(self, article: str) -> bool | None:
        """Whether an article is about the south; None where it may be about both halves."""
        if not _shows(self.south, article):
            return False
        plain = len({sign.group() for sign in self.south.ready.finditer(article)}) > 1
        return True if plain and not self.north.ready.search(article) else None

    def end_of_term(self, on: date, before: str, number: int = 0) -> date | None:
        """Return when the office holder who was named last leaves, or None where nobody was.

        Args:
            on: the day of publication; only terms that run then are meant.
            before: the article up to the words ("until he leaves office").
            number: which of the holder's terms, where the words say it ("his second term").
        """
        found: list[tuple[int, date]] = []
        for term in self.terms:
            if not term.begins <= on < term.ends or number not in (0, term.number):
                continue
            if term.signs is not None and not _shows(term.signs, before):
                continue
            found += [(match.end(), term.ends) for match in term.holders.ready.finditer(before)]
        return max(found)[1] if found else None


@lru_cache(maxsize=64)
def _shows(signs: Lazy, article: str) -> bool:
    """Whether an article is about a country: one mention in passing is not enough."""
    found = signs.ready.finditer(article)
    return next(found, None) is not None and next(found, None) is not None


def load(*extra: Path) -> Calendars:
    """Read the calendars that come with the tracker, and files of the same form before them.

    Raises:
        ConfigError: if a file cannot be read or an entry is not of the form.
    """
    return _compile([*(_read(path) for path in extra), patterns.read("calendars.toml")])


@cache
def default() -> Calendars:
    """Return the calendars that come with the tracker."""
    return load()


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"the calendar {path} cannot be read: {error}") from None


def _compile(tables: Iterable[Mapping[str, Any]]) -> Calendars:
    tables = list(tables)
    signs = {
        country: words_pattern(words)
        for table in reversed(tables)
        for country, words in table.get("country", {}).items()
    }
    events: dict[str, tuple[Event, ...]] = {}
    feasts: set[str] = set()
    terms: list[Term] = []
    try:
        for table in tables:
            for entry in table.get("event", ()):
                _enter(events, entry, _event(entry, signs, days=tuple(map(_days, entry["days"]))))
            for entry in table.get("feast", ()):
                _next_feast(entry["on"], date(2000, 1, 1))
                _enter(events, entry, _event(entry, signs, rule=entry["on"]))
                feasts.update(_spelled(entry["names"]))
            terms += [_term(entry, signs) for entry in table.get("term", ())]
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ConfigError(f"an entry of a calendar is not of the form: {error!r}") from None
    south, north = (
        words_pattern(name for table in tables for name in table.get(half, ()))
        for half in ("south", "north")
    )
    names = tuple(sorted(events, key=len, reverse=True))
    return Calendars(events, frozenset(feasts), tuple(terms), south, north, names)


def _event(
    entry: Mapping[str, Any],
    signs: Mapping[str, Lazy],
    *,
    days: tuple[tuple[date, date], ...] = (),
    rule: str = "",
) -> Event:
    others = signs[entry["unless"]] if "unless" in entry else None
    return Event(days, rule, _signs(entry, signs), others)


def _enter(events: dict[str, tuple[Event, ...]], entry: Mapping[str, Any], event: Event) -> None:
    for name in _spelled(entry["names"]):
        events[name] = (*events.get(name, ()), event)


def _spelled(names: Iterable[str]) -> Iterator[str]:
    """Yield names in lower case; a saint's day as "St.", "St" and "Saint"."""
    for name in names:
        low = name.lower()
        yield low
        if low.startswith("st. "):
            yield from (low.replace("st. ", saint, 1) for saint in ("st ", "saint "))


def _signs(entry: Mapping[str, Any], signs: Mapping[str, Lazy]) -> Lazy | None:
    return signs[entry["needs"]] if "needs" in entry else None


def _term(entry: Mapping[str, Any], signs: Mapping[str, Lazy]) -> Term:
    return Term(
        words_pattern(entry["holders"]),
        entry["from"],
        entry["until"],
        _signs(entry, signs),
        entry.get("number", 0),
    )


def words_pattern(words: Iterable[str]) -> Lazy:
    """Return a pattern that finds any of the words, whole and as written."""
    choice = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return Lazy(rf"(?<!\w)(?:{choice})(?!\w)")


def _days(words: str) -> tuple[date, date]:
    first, _, last = words.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def _next_feast(rule: str, on: date) -> tuple[date, date]:
    day = _feast(rule, on.year)
    if day < on:
        day = _feast(rule, on.year + 1)
    return day, day


def _feast(rule: str, year: int) -> date:
    if rule.startswith(_EASTER):
        # Only articles that speak of Easter pay for the import.
        from dateutil.easter import easter

        sunday: date = easter(year)
        return sunday + timedelta(days=int(rule.removeprefix(_EASTER) or 0))
    if "-" in rule[1:]:
        return date.fromisoformat(f"{year}-{rule}")
    count, weekday, month = rule.split()
    return nth_weekday(int(count), weekday, year, int(month))


def nth_weekday(count: int, weekday: str, year: int, month: int) -> date:
    """Return the first, second, ... or, of -1, the last such day of a month."""
    wanted = [name.lower() for name in calendar.day_name].index(weekday)
    if count < 0:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - wanted) % 7 - 7 * (count + 1))
    first = date(year, month, 1)
    return first + timedelta(days=(wanted - first.weekday()) % 7 + 7 * (count - 1))
