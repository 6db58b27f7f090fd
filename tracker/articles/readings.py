"""From deadline words to the day on which they close, seen from a day of publication."""

import re
from datetime import date as Day  # noqa: N812 - `date` is what a Timex calls its own
from datetime import timedelta
from typing import NamedTuple

from tracker.articles import explicit, periods
from tracker.articles.calendars import Calendars
from tracker.articles.closings import OVER, Closing
from tracker.articles.grammar import NUMBER, NUMBERS, Grammar, grammar
from tracker.articles.occasions import nth_weekday
from tracker.articles.parts import Period, months
from tracker.articles.patterns import Lazy
from tracker.dates import Span, add_months

Reading = Closing | None

# A century on is as far as a span is believed.
_FARTHEST = {"day": 36525, "week": 5218, "month": 1200, "year": 100}
_SIZES = {
    "fortnight": (14, "day"), "quarter": (3, "month"),
    "quarter-century": (25, "year"), "quarter century": (25, "year"),
    "half-century": (50, "year"), "half century": (50, "year"),
    "half-decade": (5, "year"), "half decade": (5, "year"),
    "half-year": (6, "month"), "half year": (6, "month"),
    "decade": (10, "year"), "century": (100, "year"),
}  # fmt: skip
# Half of a unit, to the day or month.
_HALVES = {
    "year": (6, "month"), "decade": (5, "year"), "century": (50, "year"),
    "month": (15, "day"), "week": (4, "day"), "day": (1, "day"), "hour": (1, "day"),
}  # fmt: skip
_IS_OVER = Lazy(r"(?: (?:is|are)|'s) (?:out|over|up|done|through|finished)$| (?:ends|closes)$")
# "Before the end of 2026" leaves that last day in.
_END_OF = Lazy(r"(?:the )?(?:very )?(?:end|close|turn) of |.*(?:'s |-)end$")
# Of a month or a year the middle is a day, and "before" leaves it in; mid-century is a year.
_MIDDLE = Lazy(r"(?:the )?mid(?:dle|point)?\b(?!.*century)|mid[a-z]+(?<!century)$")
_LATE = Lazy(r"(?:the )?late[ -]")
_INSIDE = frozenset(("in", "on", "during", "over", "within", "throughout", ""))
# "By next year" is the calendar's; "in the next year" are twelve months.
_COMING = Lazy(r"^(?:the )?(?:(?:this|next|upcoming|(?:this )?coming|approaching|forthcoming) )?")
# "At the start of next year" is as open as "early next year".
_OPENING = Lazy(r"(?:(?:very )?(?:start|beginning|dawn) of )")
_CALENDAR = Lazy(r"(?:(?:by|in|during|through|throughout|for|over) )?(?:next|coming) ")
_LEAD = Lazy(r"^(?:(?:at )?(?:some|any) (?:point|time|stage)|some ?time|any ?time) ")
_BEGINS = Lazy(r" (?:comes|arrives|begins|starts|sets in|dawns|rolls around|is (?:here|upon us))$")
_ANCHOR = Lazy(r" (of|from|on|after|before) (?:the )?(?:next )?")
_YEAR_BEHIND = Lazy(rf"(.+?)(?:,? (?:in|of))? ({periods.YEAR})")
_YEAR_BEFORE = Lazy(rf"({periods.YEAR}) (.+)")
_NUMBERED_NAME = Lazy(
    r"(?:the )?(?P<end>end of )?(?:the )?(?P<number>\d+)(?:st|nd|rd|th) (?P<name>[a-z]+)"
)
_NUMBERED = Lazy(r"\b(first|second) term")
_NUMBERS_OF = ("first", "second", "third", "fourth")
_WEEKDAY_OF = Lazy(rf"\b({'|'.join(_NUMBERS_OF)}|last) ({periods.WEEKDAY}) (?:in|of) (.+)")
# "On the Saturday": of which week, the story says.
_THAT_DAY = Lazy(rf"the {periods.WEEKDAY}(?: \w+)?")
# An event that lasts is up to its first day: "by the Olympics".
_UP_TO = frozenset(("by", "until", "till", "no later than", "not later than", "in time for"))
_DAY = Lazy(periods.WHOLE_EXPLICIT)
_SEASON = Lazy(rf"\b(?:mid)?{periods.SEASON}\b")
_NUMBERS = Lazy(rf"\b{NUMBER}\b")
_HALF = Lazy(r"\bhalf an? (\w+?)s?\b")


class Reader(NamedTuple):
    """One find, read from a day of publication.

    Attributes:
        low: the words in lower case with plain apostrophes.
        kind: the kind of `timex.toml` that found them.
        text: the article.
        at: offset of the words in it.
        known: the calendars.
    """

    low: str
    kind: str
    text: str
    at: int
    known: Calendars

    @property
    def grammar(self) -> Grammar:
        """The grammar that found the words."""
        return grammar(self.known.names)

    def deadline(self, base: Day | None) -> Reading:
        """Return the deadline, None where it stays open, or `OVER` where it lies in the past."""
        reader = {
            "span": self._counted, "within": self._counted, "fromnow": self._counted,
            "closing": self._named, "before": self._named, "bare": self._named,
            "day": self._named, "ordinal": self._ordinal, "range": self._range,
            "thistime": self._this_time, "anchored": self._anchored, "orspan": self._or_span,
            "over": self._over, "weekday": self._weekday, "office": self._office,
            "monthly": self._monthly, "dated": self._dated, "sworn": self._sworn,
        }.get(self.kind)  # fmt: skip
        return reader(base) if reader else None

    def _counted(self, base: Day | None) -> Reading:
        half = _HALF.search(self.low)
        if half is not None:
            size, unit = _HALVES.get(half[1], (0, "day"))
            return self._within(base, Span(size, unit)) if size else None
        span = self._span()
        if span is not None:
            return self._within(base, span)
        if _CALENDAR.match(_LEAD.ready.sub("", self.low)) and "half" not in self.low:
            return self._named(base)
        unit_at = self.grammar.words["unit"].search(self.low)
        if unit_at is None:
            return None
        if unit_at["many"]:
            return None
        return self._within(base, _length(1, unit_at["unit"], half=bool(unit_at["later_half"])))

    def _span(self) -> Span | None:
        # "In six months to a year": the upper end.
        found = list(self.grammar.words["counted"].finditer(self.low))
        if not found:
            return None
        parts = found[-1]
        count = NUMBERS.get(parts["count"])
        return _length(
            int(parts["count"]) if count is None else count,
            parts["unit"],
            half=bool(parts["half"] or parts["later_half"]),
        )

    def _within(self, base: Day | None, span: Span) -> Reading:
        if base is None or span.count == 0 or _is_endless(span):
            return None
        return Closing.after(span, base)

    def _or_span(self, base: Day | None) -> Reading:
        unit = self.grammar.words["unit"].search(self.low)
        numbers = _NUMBERS.ready.findall(self.low)
        if unit is None or not numbers:
            return None
        number = int(numbers[-1]) if numbers[-1].isdigit() else NUMBERS[numbers[-1]]
        return self._within(base, _length(number, unit["unit"]))

    def _office(self, base: Day | None) -> Reading:
        if base is None:
            return None
        numbered = _NUMBERED.search(self.low)
        number = {"first": 1, "second": 2}[numbered[1]] if numbered else 0
        words = (self.at, self.at + len(self.low))
        ends = self.known.offices.end_of_term(base, self.text, words, number)
        if ends is None:
            return None
        return Closing(ends - timedelta(days=self.low.startswith("before")))

    def _over(self, base: Day | None) -> Reading:
        """Read "when this year is over" as its last day."""
        what = self.grammar.words["over"].match(self.low)
        period = self._period("", what["what"], base) if what else None
        return Closing(period[1]) if period and not (base and period[1] < base) else None

    def _dated(self, base: Day | None) -> Reading:
        """Read "before the municipal elections of 31 March" by the day beside it."""
        day = list(_DAY.ready.finditer(self.low))[-1]
        period = periods.resolve(day.group(), base)
        if period is None:
            return None
        before = self.grammar.words["before"].match(self.low) is not None
        closes = period[1] - timedelta(days=before)
        return OVER if base and closes < base else Closing(closes)

    def _sworn(self, base: Day | None) -> Reading:
        """Read "when the next president takes office", "before the new Congress convenes"."""
        name = "next congress" if "congress" in self.low else "inauguration"
        period = self._taking_place(name, None, base, later=False)
        return (
            Closing(period[0] - timedelta(days=self.low.startswith("before"))) if period else None
        )

    def _monthly(self, base: Day | None) -> Reading:
        """Read "at the Fed's September meeting" as over with September."""
        month = re.findall(rf"\b(?:{periods.MONTH}|{periods.SEASON})\b", self.low)[-1]
        period = periods.resolve(month, base)
        return Closing(period[1]) if period and not self.low.startswith("before") else None

    def _this_time(self, base: Day | None) -> Reading:
        if base is None:
            return None
        year = re.search(periods.YEAR, self.low)
        if year is not None:
            return Closing(add_months(base, 12 * (int(year.group()) - base.year)))
        if self.low.endswith("tomorrow"):
            return Closing(base + timedelta(days=1))
        if "next" not in self.low:
            span = self._span()
            return self._within(base, span) if span else None
        return self._within(base, Span(1, self.low.rsplit(" ", 1)[1]))

    def _anchored(self, base: Day | None) -> Reading:
        """Read "within two years of the election", "a week from Friday"."""
        at = _ANCHOR.search(self.low)
        # "The day after the election" counts one.
        unit = self.grammar.words["unit"].search(self.low)
        span = self._span() or (_length(1, unit["unit"]) if unit else None)
        if at is None or span is None or base is None or _is_endless(span):
            return None
        period = self._period("", self.low[at.end() :], base)
        if period is None:
            return None
        if at[1] != "before":
            return Closing(span.after(period[1]))
        size = span.count * {"day": 1, "week": 7}.get(span.unit, 0)
        if size:
            return Closing(period[0] - timedelta(days=size))
        count = span.count * (12 if span.unit == "year" else 1)
        return Closing(add_months(period[0], -count))

    def _range(self, base: Day | None) -> Reading:
        """Read "between 2027 and 2030" as over with the later one."""
        found = re.split(r" (?:and|to|through|until|then (?:in|by|during)) (?:the )?", self.low)
        last = found[-1]
        if last.endswith("next"):
            # "If not this year, then next".
            unit = self.grammar.words["unit"].search(self.low)
            last = f"next {unit['unit']}" if unit else last
        period = self._period("", last, base)
        if period is None:
            return None
        return OVER if base and period[1] < base else Closing(period[1])

    def _ordinal(self, base: Day | None) -> Reading:
        number = explicit.number_of(self.low)
        if base is None or number is None:
            return None
        first = add_months(base.replace(day=1), 1 if "next month" in self.low else 0)
        if number <= base.day and first.month == base.month:
            first = add_months(first, 1)
        if number > months(first.year, first.month)[1].day:
            return None
        day = first.replace(day=number)
        return Closing(day - timedelta(days=self.low.startswith("before the")))

    def _weekday(self, base: Day | None) -> Reading:
        """Read "on the first Tuesday in November"."""
        found = _WEEKDAY_OF.search(self.low)
        period = self._period("", found[3], base) if found else None
        if found is None or period is None or period[0].month != period[1].month:
            return None
        number = _NUMBERS_OF.index(found[1]) + 1 if found[1] != "last" else -1
        day = nth_weekday(number, found[2], period[0].year, period[0].month)
        if base and day < base:
            return None
        return Closing(day - timedelta(days=self.low.startswith("before")))

    def _named(self, base: Day | None) -> Reading:
        relation, name = self._split()
        opening = relation in ("in", "at", "") and _OPENING.match(name.removeprefix("the "))
        over = _IS_OVER.search(name)
        name = _BEGINS.ready.sub("", name[: over.start()] if over else name)
        period = self._period(relation, self.grammar.words["most"].sub("", name), base)
        if period is None or opening:
            return None
        first, last = period
        if relation in _UP_TO and self._event(name) is not None:
            last = first
        if self.grammar.words["before"].fullmatch(relation):
            if _LATE.match(name):
                return None
            last = (
                last
                if over or _END_OF.match(name) or _MIDDLE.match(name)
                else first - timedelta(days=1)
            )
            return OVER if base and last < base else Closing(last)
        if base is not None and last < base:
            return OVER
        if relation in _INSIDE and (base is None or first > base) and first < last:
            return Closing(last, first)
        return Closing(last)

    def _period(self, relation: str, name: str, base: Day | None) -> Period | None:
        if relation != "on" and _COMING.ready.sub("", name) == "new year":
            return self._new_year(relation, base)
        if _THAT_DAY.fullmatch(name):
            # Of what week, nobody said.
            return None
        numbered = _NUMBERED_NAME.fullmatch(name)
        if numbered is not None:
            period = self.known.numbered(numbered["name"], int(numbered["number"]))
            return (period[1], period[1]) if period and numbered["end"] else period
        event = self._event(name)
        if event is not None:
            return self._taking_place(*event, base, later=name.startswith("next "))
        southern = self.known.is_southern(self.text) if _SEASON.search(name) else False
        if southern is None:
            return None
        return periods.resolve(periods.opposite(name) if southern else name, base)

    def _new_year(self, relation: str, base: Day | None) -> Period | None:
        """By the time it begins: the last day of the old one."""
        if base is None or relation in ("in", "come", "early in", "late in"):
            return None
        begins = bool(self.grammar.words["before"].fullmatch(relation))
        day = Day(base.year, 12, 31) + timedelta(days=begins)
        return day, day

    def _event(self, name: str) -> tuple[str, int | None] | None:
        """Return the event that words name, and its year where they say it: "Labor Day 2027"."""
        full = name.removeprefix("the ").replace("_", ".")
        bare = _COMING.ready.sub("", full)
        for words, year in ((full, None), (bare, None), *_with_year(bare)):
            if self.known.is_name(words, year=year is not None):
                return words, year
        return None

    def _taking_place(
        self, name: str, year: int | None, base: Day | None, *, later: bool
    ) -> Period | None:
        if base is None:
            return None
        if year is not None and year < base.year:
            # Whosever election it was, it is over.
            return Day(year, 1, 1), Day(year, 12, 31)
        on = base
        if later and year is None and name in self.known.feasts:
            on = Day(base.year + 1, 1, 1)
        return self.known.period(name, on, self.text, year=year, at=self.at)

    def _split(self) -> tuple[str, str]:
        low = _LEAD.ready.sub("", self.low)
        match = self.grammar.words["relation"].match(low)
        if match is None:
            return "", low
        return match.group().strip().removesuffix(" at least"), low[match.end() :]


def _is_endless(span: Span) -> bool:
    return span.count > _FARTHEST[span.unit]


def _with_year(name: str) -> list[tuple[str, int]]:
    """Return the name, and the year that stands behind or before it."""
    behind, before = _YEAR_BEHIND.fullmatch(name), _YEAR_BEFORE.fullmatch(name)
    found = [(behind[1], int(behind[2]))] if behind else []
    return found + ([(before[2], int(before[1]))] if before else [])


def _length(count: int, unit: str, *, half: bool = False) -> Span:
    """Return so many units, and perhaps half of one, as a span that can be counted."""
    if unit == "hour":
        return Span(-(-count // 24), "day")
    unit = unit.replace("of a ", "").replace("centuries", "century")
    size, name = _SIZES.get(unit, (1, unit))
    if not half or unit not in _HALVES:
        return Span(count * size, name)
    more, smaller = _HALVES[unit]
    whole = {"year": 12, "month": 30, "week": 7}.get(unit, size)
    return Span(count * whole + more, smaller)
