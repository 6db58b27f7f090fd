"""When something takes place that has a name: by a rule, by a list, or by a list beside a rule.

A rule is "12-25"; "11-02 tuesday", the first from that day on; "4 thursday 11", the fourth of
November; "-1 monday 5", the last of May; or "easter-2". A listed time is "2026-11-03" or
"first..last", with a label before it ("sydney: ...") and behind it "since DAY", when it was called,
and "until DAY", when it was called off.
"""

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from tracker.articles.parts import Period
from tracker.articles.patterns import Lazy
from tracker.dates import add_months

_EASTER = "easter"
_WEEKDAYS = [name.lower() for name in calendar.day_name]
_LISTED = Lazy(r"(?:([^:]+): *)?(\d{4}-\d\d-\d\d)(?:\.\.(\S+))?(?: since (\S+))?(?: until (\S+))?")
# Easter moves by five weeks, a final by two: what comes round is not always as far off.
_GIVE = timedelta(weeks=5)


class Occasion(NamedTuple):
    """One time at which it takes place.

    Attributes:
        first: its first day.
        last: its last day.
        since: from when it was known.
        until: up to when it was meant to take place.
        label: what tells it from the others, such as its host, or "".
    """

    first: date
    last: date
    since: date = date.min
    until: date = date.max
    label: str = ""

    @classmethod
    def parse(cls, words: str) -> "Occasion":
        """Read a listed one.

        Raises:
            ValueError: if it is not of the form.
        """
        found = _LISTED.fullmatch(words)
        if found is None:
            raise ValueError(words)
        label, first, last, since, until = found.groups()
        return cls(
            date.fromisoformat(first),
            date.fromisoformat(last or first),
            date.fromisoformat(since) if since else date.min,
            date.fromisoformat(until) if until else date.max,
            label or "",
        )


class Occasions:
    """All times at which something takes place; they are worked out when they are asked for.

    Args:
        entry: an entry of `calendars.toml`.
    """

    __slots__ = ("_entry", "_listed", "_rule", "every")

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._entry = entry
        self._rule: str = entry.get("on", "")
        self._listed: tuple[Occasion, ...] | None = None
        self.every: int = entry.get("every", 1)

    @property
    def listed(self) -> tuple[Occasion, ...]:
        """Those of the list, in order.

        Raises:
            ValueError: if one is not of the form.
        """
        if self._listed is None:
            found = map(Occasion.parse, items(self._entry.get("days", ())))
            self._listed = tuple(sorted(found))
        return self._listed

    def check(self) -> None:
        """Work out all that is written.

        Raises:
            KeyError, ValueError, TypeError: if something is not of the form.
        """
        if not self._rule and not self.listed:
            raise KeyError("days")
        if self._rule:
            ruled(self._rule, 2000)
        self.next(date(2000, 1, 1))

    def next(self, on: date) -> Period | None:
        """Return the days of the next that is not over on a day and was known on it.

        Nothing is returned that lies more than one round ahead: what comes before it is not known.
        """
        for one in self._around(on):
            if one.last >= on and self._is_known(one, on) and self._can_be_meant(one, on):
                return (one.first, one.last) if one.first <= self._farthest(one, on) else None
        return None

    def of_year(self, year: int, on: date, label: str = "") -> Period | None:
        """Return the days of the one of a year, over or not, if it was known on a day."""
        for one in self._around(date(year, 1, 1)):
            if one.first.year == year and self._is_known(one, on) and label in ("", one.label):
                return one.first, one.last
        return None

    def labelled(self, label: str, on: date) -> Period | None:
        """Return the days of the next with a label, over or not, if it was known on a day."""
        found = [one for one in self.listed if one.label == label and self._is_known(one, on)]
        ahead = [one for one in found if one.last >= on]
        return (ahead or found)[0][:2] if found else None

    def numbered(self, number: int) -> Period | None:
        """Return the days of the first, the second, ... by the rule."""
        year = self._entry["from"] + self.every * (number - 1)
        return self._by_rule(year)[:2] if year < date.max.year - self.every else None

    def _around(self, on: date) -> Iterator[Occasion]:
        """Yield those near a day, in order."""
        if not self._rule:
            yield from self.listed
            return
        back = 1 + self._entry.get("lasts", 0)
        for year in range(max(on.year - back, 1), min(on.year + 2 * self.every + 1, date.max.year)):
            listed = [one for one in self.listed if one.first.year == year]
            if listed:
                yield from listed
            elif year >= (start := self._entry.get("from", 1)) and (year - start) % self.every == 0:
                yield self._by_rule(year)

    def _by_rule(self, year: int) -> Occasion:
        first = ruled(self._rule, year)
        lasts = self._entry.get("lasts", 0)
        return Occasion(first, first.replace(year=year + lasts) if lasts else first)

    def _is_known(self, one: Occasion, on: date) -> bool:
        notice = self._entry.get("notice")
        early = notice is not None and (one.first - on).days > notice
        return one.since <= on <= one.until and not (early and one.since == date.min)

    def _can_be_meant(self, one: Occasion, on: date) -> bool:
        begun = self._entry.get("begun")
        if begun is not None and (on - one.first).days > begun:
            return False
        return not self._entry.get("same_year") or one.first.year == on.year

    def _farthest(self, one: Occasion, on: date) -> date:
        """Return the last day on which it can begin and be the next."""
        round_on = add_months(on, 12 * self.every) if on.year + self.every < date.max.year else on
        # Before the first of a list there was one that is not listed.
        first = not self._rule and one.first == self.listed[0].first
        return round_on - _GIVE if first else round_on + _GIVE


def items(words: str | list[str]) -> list[str]:
    """Return what a list holds, or one string with commas."""
    return [one.strip() for one in words.split(",")] if isinstance(words, str) else list(words)


def ruled(rule: str, year: int) -> date:
    """Return the day of a year that a rule gives.

    Raises:
        ValueError: if it is no rule.
    """
    if rule.startswith(_EASTER):
        # Only articles that speak of Easter pay for the import.
        from dateutil.easter import easter

        sunday: date = easter(year)
        return sunday + timedelta(days=int(rule.removeprefix(_EASTER) or 0))
    words = rule.split()
    if "-" in rule[1:]:
        day = date.fromisoformat(f"{year:04}-{words[0]}")
        wanted = _WEEKDAYS.index(words[1]) if len(words) > 1 else day.weekday()
        return day + timedelta(days=(wanted - day.weekday()) % 7)
    count, weekday, month = words
    return nth_weekday(int(count), weekday, year, int(month))


def nth_weekday(count: int, weekday: str, year: int, month: int) -> date:
    """Return the first, second, ... or, of -1, the last such day of a month."""
    wanted = _WEEKDAYS.index(weekday)
    if count < 0:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - wanted) % 7 - 7 * (count + 1))
    first = date(year, month, 1)
    return first + timedelta(days=(wanted - first.weekday()) % 7 + 7 * (count - 1))
