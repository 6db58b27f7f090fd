"""Political calendars and feasts as data: what "the midterms" or "Labor Day" means on a day.

The data stand in `calendars.toml`; a desk adds its own files with `load(path, ...)`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from tracker.articles import patterns
from tracker.articles.countries import Countries
from tracker.articles.occasions import Occasions, items
from tracker.articles.offices import Office, Offices
from tracker.articles.parts import Period
from tracker.articles.patterns import Lazy
from tracker.errors import ConfigError

_TAGGED = "# "
"""Before a name that counts only with its year beside it."""


class Event(NamedTuple):
    """Something with known days, such as an election or a feast, and who means it.

    Attributes:
        occasions: when it takes place.
        needs: the country that an article must be plainly about, or "".
        leads: the country that it must be about more than about any other, or "".
        shows: the country of which it must show a sign, or "".
        unless: the country, or the words, that it must not show, or "".
        label: which of the occasions has that name, or "".
    """

    occasions: Occasions
    needs: str = ""
    leads: str = ""
    shows: str = ""
    unless: str = ""
    label: str = ""

    def is_meant(self, countries: Countries, article: str, at: int | None) -> bool:
        """Whether an article that names it can mean it.

        Args:
            countries: what tells which country an article is about.
            article: the text.
            at: offset of the name, where it is known.
        """
        if self.unless and countries.rules_out(self.unless, article):
            return False
        if self.shows and not countries.shows(self.shows, article):
            return False
        if self.leads and not countries.is_about(self.leads, article, at, plainly=False):
            return False
        return not self.needs or countries.is_about(self.needs, article, at)

    def period(self, on: date, year: int | None) -> Period | None:
        """Return the days of the next that is not over on a day, or of the one of a year."""
        if year is not None:
            return self.occasions.of_year(year, on, self.label)
        if self.label:
            return self.occasions.labelled(self.label, on)
        return self.occasions.next(on)


class Calendars(NamedTuple):
    """Everything by which a deadline can be named.

    Attributes:
        events: lower-case name to the events of that name, the particular before the general.
        feasts: names that come round every year.
        offices: the terms of office.
        countries: what tells which country an article is about.
        south: finds signs of the southern half of the world.
        north: finds signs of the northern half.
        names: every name of an event or feast, the longest first.
    """

    events: Mapping[str, tuple[Event, ...]]
    feasts: frozenset[str]
    offices: Offices
    countries: Countries
    south: Lazy
    north: Lazy
    names: tuple[str, ...]

    def period(
        self, name: str, on: date, article: str, *, year: int | None = None, at: int | None = None
    ) -> Period | None:
        """Return first and last day of what a name means to an article of that day.

        Args:
            name: in lower case, without "the".
            on: the day of publication; what was over by then is not meant.
            article: the text, in which a country's signs are looked for.
            year: the year beside the name, if there is one; then it may be over.
            at: offset of the name in the article, where it is known.
        """
        tagged = self.events.get(_TAGGED + name, ()) if year is not None else ()
        for event in (*self.events.get(name, ()), *tagged):
            if event.is_meant(self.countries, article, at):
                period = event.period(on, year)
                if period or year is None:
                    return period
        return None

    def is_name(self, name: str, *, year: bool = False) -> bool:
        """Whether something has a name, perhaps only with its year beside it."""
        return name in self.events or (year and _TAGGED + name in self.events)

    def numbered(self, name: str, number: int) -> Period | None:
        """Return the days of "the 117th Congress": those that `calendars.toml` calls "1st"."""
        for event in self.events.get(f"1st {name}", ()):
            return event.occasions.numbered(number)
        return None

    def is_southern(self, article: str) -> bool | None:
        """Whether an article is about the south; None where it may be about both halves."""
        if not _shows(self.south, article):
            return False
        plain = len({sign.group() for sign in self.south.ready.finditer(article)}) > 1
        return True if plain and not self.north.ready.search(article) else None


@lru_cache(maxsize=64)
def _shows(signs: Lazy, article: str) -> bool:
    """Whether an article is about a part of the world: one mention in passing is not enough."""
    found = signs.ready.finditer(article)
    return next(found, None) is not None and next(found, None) is not None


def load(*extra: Path) -> Calendars:
    """Read the calendars that come with the tracker, and files of the same form before them.

    Raises:
        ConfigError: if a file cannot be read or an entry is not of the form.
    """
    own = [_read(path) for path in extra]
    try:
        for table in own:
            _check(table)
        return _compile([*own, patterns.ready("calendars")])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ConfigError(
            f"an entry of a calendar is not of the form: {what}",
            hint="docs/calendars.md shows the form",
        ) from None


@cache
def default() -> Calendars:
    """Return the calendars that come with the tracker."""
    return load()


def _read(path: Path) -> dict[str, Any]:
    import tomllib  # ours is read as JSON

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"the calendar {path} cannot be read: {error}") from None


def _check(table: Mapping[str, Any]) -> None:
    """Work out all that is written in a table: what others wrote may be wrong anywhere."""
    for entry in table.get("event", ()):
        Occasions(entry).check()
    for rule in table.get("feast", {}):
        Occasions({"on": rule}).check()
    for entry in table.get("office", ()):
        Office(entry).check()


def _compile(tables: list[Mapping[str, Any]]) -> Calendars:
    countries = Countries(*(_lists(tables, kind) for kind in ("country", "words")))
    events: dict[str, tuple[Event, ...]] = {}
    feasts: set[str] = set()
    for table in tables:
        for entry in table.get("event", ()):
            for name, event in _named(entry, countries):
                events[name] = (*events.get(name, ()), event)
                if _is_feast(entry):
                    feasts.add(name)
        for rule, written in table.get("feast", {}).items():
            event = Event(Occasions({"on": rule}))
            for name in _spelled(items(written)):
                events[name] = (*events.get(name, ()), event)
                feasts.add(name)
    offices = tuple(Office(entry) for table in tables for entry in table.get("office", ()))
    south, north = (
        words_pattern(name for table in tables for name in items(table.get(half, [])))
        for half in ("south", "north")
    )
    names = (name for name in events if not name.startswith(_TAGGED))
    return Calendars(
        events=events,
        feasts=frozenset(feasts),
        offices=Offices(offices, countries),
        countries=countries,
        south=south,
        north=north,
        names=tuple(sorted(names, key=len, reverse=True)),
    )


def _lists(tables: Iterable[Mapping[str, Any]], kind: str) -> dict[str, list[str]]:
    """Return the lists of a kind by name; a desk's own replace those of the tracker."""
    found: dict[str, list[str]] = {}
    for table in tables:
        for name, words in table.get(kind, {}).items():
            found.setdefault(name, items(words))
    return found


def _named(entry: Mapping[str, Any], countries: Countries) -> Iterator[tuple[str, Event]]:
    """Yield the names of an entry, with the event that each means."""
    signs = [entry.get(key, "") for key in ("needs", "leads", "shows", "unless")]
    for name in filter(None, signs):
        if name not in countries:
            raise KeyError(name)
    event = Event(Occasions(entry), *signs)
    for name in _spelled(items(entry["names"])):
        yield name, event
    for name in _spelled(items(entry.get("tagged", []))):
        yield _TAGGED + name, event
    if "called" in entry:
        labels = {label for day in items(entry["days"]) for label in day.split(": ")[:-1]}
        for label in sorted(labels):
            for called in items(entry["called"]):
                yield called.format(label), event._replace(label=label)


def _is_feast(entry: Mapping[str, Any]) -> bool:
    return "on" in entry and entry.keys().isdisjoint(("every", "days"))


def _spelled(names: Iterable[str]) -> Iterator[str]:
    """Yield names in lower case; a saint's day as "St.", "St" and "Saint"."""
    for name in names:
        low = name.lower()
        yield low
        if low.startswith("st. "):
            yield from (low.replace("st. ", saint, 1) for saint in ("st ", "saint "))


def words_pattern(words: Iterable[str]) -> Lazy:
    """Return a pattern that finds any of the words, whole and as written."""
    choice = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return Lazy(rf"(?<!\w)(?:{choice})(?!\w)")
