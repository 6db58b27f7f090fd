"""Deadline words in a text, and the day on which they close.

Conventions, where usage leaves room (DESIGN: deadlines; each is held by a test):

- "by X", "in X", "during X", "until X" close on the last day of X ("by 2030" on 31 December 2030,
  "by June" on 30 June, "by mid-century" on 31 December 2050); "before X" and "this side of X" on
  the day before X begins ("before the midterms" on the eve of election day).
- A decade ends with its 9 ("this decade" is 31 December 2029), a century with its 00 (31 December
  2100, as climate and population writing has it). Seasons are meteorological: winter ends with
  February. "Mid-November" is over on the 15th, "mid-2026" on 30 June, "late 2026" with the year.
- A month or season by its bare name is the one that runs or the next to come; "next spring" is next
  year's. A weekday is the first after publication.
- "In the next 50 days", "within a year", "in two to three years" count from publication, to the
  upper end. "Over the next year" is twelve months; "next year" is the calendar year.
- "Ever", "never", "forever" are never-ending.
- "Soon", "within weeks", "in a few years", "early next yea
    r", "about two years" are vague: the words
  are kept, no date is given. So is "before the rains" and every event that no calendar knows.
- No date is invented. Without a publication date only dates that need none are given; of an
  article known to the month or year only, the words are read from its first and from its last day,
  and the date is given where both agree.
- What opens rather than closes ("after June", "from 2027", "since March") is no deadline, nor is
  what was over before publication.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - `date` is what a Timex calls its own
from datetime import timedelta
from functools import lru_cache

from tracker.articles import calendars, patterns, periods
from tracker.articles.calendars import Calendars
from tracker.dates import ApproxDate
from tracker.deadlines import By, Ever, Span, Window, Within

NEVER_ENDING = "never-ending"
# A century on is as far as a span is believed.
_FARTHEST = 100

_NUMBERS = {
    word: number
    for number, word in enumerate(
    (  # noqa: SIM905 - twenty quoted words and more read worse
        "zero one two three four five six seven eight nine ten eleven twelve thirteen"
        " fourteen fifteen sixteen seventeen eighteen nineteen twenty"
    ).split()
)
} | {
    "a": 1, "an": 1, "another": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "a hundred": 100, "one hundred": 100,
    "a dozen": 12, "half a dozen": 6, "twenty-four": 24, "twenty-five": 25, "thirty-six": 36,
    "another two": 2, "another three": 3, "another four": 4, "another five": 5, "another ten": 10,
}  # fmt: skip
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True))})"
# Words that look like a deadline and are none.
_NOT_EVER = re.compile(
    r"(?:\b(?:hardly|if|than|as|rarely|first|for|scarcely|\w+est|only|every|worst|best)[ -]$)"
)
_NOT_AFTER_EVER = re.compile(
    r"[ -](?:since|more|so|closer|larger|greater|growing|present|increasing|wider"
    r"|higher|deeper|mind|quite|been|had|was|were)\b"
)
_RECORD = re.compile(
    r"\b(?:first|worst|best|most|least|only|record|(?!(?:west|east|interest|request"
    r"|test|rest|protest)\b)\w+est|time|once|every)\b[^.;:—]{0,40}$"
)
_PAST_VERB = re.compile(
    r"(?<!\bbe )(?<!\bbeen )(?<!\bbeing )\b(?:(?!expected|scheduled|projected|planned"
    r"|anticipated|predicted|slated)\w+ed|left|died|quit|met|got|saw|grew|became|found"
    r"|spent|built|bought|brought|chose|fought|kept|led|paid|ran|sold|spoke|stood"
    r"|struck|wrote|broke|won|lost|fell|rose|began|came|went"
    r"|made|took|gave|held|sent|put|said|told|was|were|had|did|back|ago|last"
    r"|earlier)\s+(?:\w+\s+)?$"
)
_CAPITAL = re.compile(rf"\b(?:{periods.MONTH}|{periods.WEEKDAY})")
# "Before the February recess", "in next year's Budget": the time only names an event.
_EVENT = re.compile(
    r"(?:'s(?: [\w-]+){1,2}|(?: [\w-]+)? (?:recess|break|budget|conference|elections?"
    r"|session|holidays?"
    r"|primary|primaries|vote|summit|meeting|season|semester|polls?|ballot|harvest|debates?|review"
    r"|statement|referendum|runoff|contest|hearings?|talks|convention|campaign|results"
    r"|report|figures))\b"
)
_SHARE = re.compile(
    r"\s*(?:percent|per cent|%|points?\b|billion|million|people|degrees|votes|seats|dollars)"
)


@dataclass(frozen=True, slots=True)
class Timex:
    """Deadline words, and what they come to.

    Attributes:
        start: offset of the first character.
        end: offset after the last one.
        words: verbatim.
        kind: which rule found them; `never` for never-ending ones.
        deadline: the deadline, or None where it is vague or never-ending.
    """

    start: int
    end: int
    words: str
    kind: str
    deadline: By | Within | Window | None

    @property
    def date(self) -> Day | None:
        """The last day that counts, or None."""
        return self.deadline.closes_on if self.deadline else None

    @property
    def never_ending(self) -> bool:
        """Whether the words are "ever", "never" or the like."""
        return self.kind == "never"

    @property
    def label(self) -> str | None:
        """The date as written in JSON: "2025-09-02", "never-ending" or None."""
        if self.never_ending:
            return NEVER_ENDING
        return str(self.date) if self.date else None

    def ever(self, horizon: Day) -> Ever | None:
        """Return the open-ended deadline of never-ending words, for a horizon that was chosen."""
        return Ever(ever=True, horizon=horizon, verbatim=self.words) if self.never_ending else None


def find(
    text: str,
    published: ApproxDate | None,
    *,
    known: Calendars | None = None,
    within: tuple[int, int] | None = None,
) -> tuple[Timex, ...]:
    """Find the deadline words of a text, in order; what lies in the past is left out.

    Args:
        text: the article; countries and office holders are looked for in all of it.
        published: when it was published, as far as known.
        known: the calendars; those of the tracker by default.
        within: offsets of the part to search; all of it by default.
    """
    known = known or calendars.default()
    start, end = within or (0, len(text))
    return tuple(_find(text, lowered(text), start, end, published, known))


def resolve(
    words: str, published: ApproxDate | None, *, known: Calendars | None = None, article: str = ""
) -> Timex | None:
    """Read deadline words alone; None where they are no deadline or over by publication."""
    text = f"{article}\n{words}" if article else words
    at = len(text) - len(words)
    return next(iter(find(text, published, known=known, within=(at, len(text)))), None)


def lowered(text: str) -> str:
    """Return the text in lower case with plain apostrophes, every offset kept."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := char.lower()) == 1 else char for char in text)
    return low.replace("’", "'").replace("\n", " ").replace("\u00a0", " ")


def _find(
    text: str, low: str, start: int, end: int, published: ApproxDate | None, known: Calendars
) -> Iterator[Timex]:
    grammar = _grammar(known.names)
    for match in grammar.pattern.finditer(low, start, end):
        kind = grammar.kinds[int(str(match.lastgroup)[1:])]
        if kind == "opening" or not _is_deadline(text, low, match, start, kind):
            continue
        timex = _timex(text, low, match, kind, published, known)
        if timex is not None:
            yield timex


@dataclass(frozen=True, slots=True)
class _Grammar:
    """`timex.toml`, compiled for one set of calendars."""

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    before: re.Pattern[str]
    relation: re.Pattern[str]
    counted: re.Pattern[str]
    unit: re.Pattern[str]


@lru_cache(maxsize=8)
def _grammar(names: tuple[str, ...]) -> _Grammar:
    table = patterns.read("timex.toml")
    ready = {
        "number": _NUMBER,
        "period": periods.PERIOD,
        "core": periods.CORE,
        "month": periods.MONTH,
        "season": periods.SEASON,
        "weekday": periods.WEEKDAY,
        "events": "|".join(map(re.escape, names)) or r"(?!)",
    }
    macros = patterns.expanded({**ready, **table["macros"]})
    groups = "|".join(
        f"(?P<k{at}>(?:{'|'.join(patterns.fill(one, macros) for one in kind['patterns'])})(?!\\w))"
        for at, kind in enumerate(table["kind"])
    )
    return _Grammar(
        pattern=re.compile(rf"(?<![\w-])(?=\d|(?:{table['first']}|{_NUMBER})\b)(?:{groups})"),
        kinds=tuple(kind["name"] for kind in table["kind"]),
        before=re.compile(macros["before"]),
        relation=re.compile(rf"(?:{macros['before']}|{macros['closing']}) "),
        counted=re.compile(
            rf"(?:(?P<low>{_NUMBER})(?: to | or |-|–))?(?P<count>{_NUMBER})"
            rf"[ -](?:more |full )?(?P<unit>{macros['unit']})s?\b"
        ),
        unit=re.compile(rf"\b(?P<unit>{macros['unit']})\b"),
    )


def _only_names(words: str, before: str, kind: str) -> bool:
    """Whether the words say how long it has lasted, or which data are meant."""
    if words.startswith("for ") and _PERFECT.search(before):
        return True
    return kind in _NAMED and _THE_MONTH.search(words) is not None


def _is_deadline(text: str, low: str, match: re.Match[str], start: int, kind: str) -> bool:
    before = low[max(start, match.start() - 60) : match.start()]
    after = low[match.end() : match.end() + 16]
    if kind == "never":
        return not _NOT_EVER.search(before) and not (
            match.group().startswith("ever") and _NOT_AFTER_EVER.match(after)
        )
    if kind in ("within", "some") and (_RECORD.search(before) or after.startswith(" than")):
        return False
    if match.group().startswith(("in ", "on ", "at ", "this ")) and _PAST_VERB.search(before):
        return False
    if _SHARE.match(after) and kind in ("closing", "within", "bare"):
        return False
    if _only_names(match.group(), before, kind):
        return False
    # "may", "march" and the like are months only with their capital.
    return all(text[found.start()].isupper() for found in _CAPITAL.finditer(low, *match.span()))


def _timex(
    text: str,
    low: str,
    match: re.Match[str],
    kind: str,
    published: ApproxDate | None,
    known: Calendars,
) -> Timex | None:
    start, end = match.span()
    event = _EVENT.match(low, end) if kind in _NAMED else None
    if event is not None:
        return Timex(start, event.end(), text[start : event.end()], "event", None)
    words = text[start:end].strip()
    reader = _Reader(low[start:end], words, kind, text, start, known)
    first = reader.deadline(published.first if published else None)
    last = reader.deadline(published.last if published else None)
    if first is _OVER or last is _OVER:
        return None
    if first is None or last is None or first.closes_on != last.closes_on:
        # The words leave the day open, or it depends on a day of publication that nobody stated.
        return Timex(start, start + len(words), words, kind, None)
    return Timex(start, start + len(words), words, kind, first)


# "I have been saying that for a decade": up to now, not from now.
_PERFECT = re.compile(r"(?:\b(?:have|has|had)|'ve)\b(?! to\b)[^,;.]{0,40}$")
# "In the February data": the month only names it.
_THE_MONTH = re.compile(rf"(?<!of )\bthe {periods.MONTH}$")
_NAMED = frozenset(("closing", "before", "bare"))
_OVER = By(by=Day(1900, 1, 1))


@dataclass(frozen=True, slots=True)
class _Reader:
    """One find, read from a day of publication."""

    low: str
    words: str
    kind: str
    text: str
    at: int
    known: Calendars

    @property
    def grammar(self) -> _Grammar:
        """The grammar that found the words."""
        return _grammar(self.known.names)

    def deadline(self, base: Day | None) -> By | Within | Window | None:
        """Return the deadline, None where it stays open, or `_OVER` where it lies in the past."""
        if self.kind in ("span", "within", "fromnow"):
            return self._counted(base)
        if self.kind in ("closing", "before", "bare"):
            return self._named(base)
        if self.kind == "orspan":
            unit = self.grammar.unit.search(self.low)
            number = _NUMBERS.get(self.low.rsplit(" ", 1)[1])
            return self._after(base, number, unit["unit"]) if unit and number else None
        if self.kind == "office" and base is not None:
            ends = self.known.end_of_term(base, self.text[: self.at + len(self.low)])
            return self._by(ends) if ends else None
        return None

    def _counted(self, base: Day | None) -> By | Within | Window | None:
        if "this time next year" in self.low:
            return self._after(base, 1, "year")
        parts = self.grammar.counted.search(self.low)
        if parts is not None:
            count = _NUMBERS.get(parts["count"]) or int(parts["count"])
            return self._after(base, count, parts["unit"])
        if self.low.startswith(("next ", "coming ")):
            return self._named(base)
        unit = self.grammar.unit.search(self.low)
        return self._after(base, 1, unit["unit"]) if unit else None

    def _after(self, base: Day | None, count: int, unit: str) -> Within | None:
        if base is None or count == 0:
            return None
        if unit == "hour":
            count, unit = -(-count // 24), "day"
        size, unit = {
            "fortnight": (14, "day"), "quarter": (3, "month"),
            "quarter-century": (25, "year"), "quarter century": (25, "year"),
            "half-century": (50, "year"), "half century": (50, "year"),
            "decade": (10, "year"), "century": (100, "year"),
        }.get(unit, (1, unit))  # fmt: skip
        span = Span(count * size, unit)
        if span.after(base).year > base.year + _FARTHEST:
            return None
        return Within(within=span, starting=base, verbatim=self.words[:200])

    def _named(self, base: Day | None) -> By | Within | Window | None:
        relation, name = self._split()
        over = _IS_OVER.search(name)
        name = name[: over.start()] if over else name
        period = self._period(relation, name, base)
        if period is None:
            return None
        first, last = period
        if self.grammar.before.fullmatch(relation):
            if _LATE.match(name):
                return None
            last = (
                last
                if over or _END_OF.match(name) or name.startswith("mid")
                else first - timedelta(days=1)
            )
            return _OVER if base and last < base else self._by(last)
        if base is not None and last < base:
            return _OVER
        if relation in _INSIDE and (base is None or first > base) and first < last:
            return Window(from_=first, to=last, verbatim=self.words[:200])
        return self._by(last)

    def _period(self, relation: str, name: str, base: Day | None) -> periods.Period | None:
        bare = name.removeprefix("the ").removeprefix("next ")
        if relation == "in" and bare == "new year":
            return None
        if base is not None and (bare in self.known.events or bare in self.known.feasts):
            later = name.startswith("next ") and bare in self.known.feasts
            on = Day(base.year + 1, 1, 1) if later else base
            return self.known.period(bare, on, self.text)
        return periods.resolve(name, base)

    def _split(self) -> tuple[str, str]:
        match = self.grammar.relation.match(self.low)
        if match is None:
            return "", self.low
        return match.group().strip().removesuffix(" at least"), self.low[match.end() :]

    def _by(self, day: Day) -> By:
        return By(by=day, verbatim=self.words[:200])


_IS_OVER = re.compile(r" (?:is \w+|ends)$")
# "Before the end of 2026" leaves that last day in.
_END_OF = re.compile(r"(?:the )?(?:very )?(?:end|close|turn) of |.*(?:'s |-)end$")
_LATE = re.compile(r"(?:the )?late[ -]")
_INSIDE = frozenset(("in", "on", "during", "over", "within", "throughout", ""))
