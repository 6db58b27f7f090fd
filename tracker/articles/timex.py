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

from tracker.articles import calendars, periods
from tracker.articles.calendars import Calendars
from tracker.dates import ApproxDate
from tracker.deadlines import By, Ever, Span, Window, Within

NEVER_ENDING = "never-ending"

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
_SOME = r"(?:(?:a |the )?(?:very )?(?:few|couple of|couple|several|handful of|number of|many|some))"
_UNIT = r"(?:hour|day|week|fortnight|month|quarter|year|decade|century)"
_UNITS = r"(?:hours|days|weeks|months|years|decades|generations|centuries)"
_COUNT = (
    rf"(?:(?:at least |as (?:little|few) as |up to |less than |under )?{_NUMBER}(?:(?:"
    rf" to | or |-|–){_NUMBER})?)"
)
_IN = r"(?:in|within|inside|over|during|for|through|throughout|across|by)"
_NEXT = r"(?:next|coming)"
_CLOSING = (
    r"(?:(?:in|over|during) the course of|(?:for|over|in|during) the (?:rest|remainder|balance) of"
    r"|between now and|from now (?:until|to)|(?:by )?as (?:early|soon|late) as|no later than|up to"
    r"|by|in|on|until|till|through|throughout|during|over|within|(?<![a-z] )come|at|around|for)"
)
_BEFORE = r"(?:before|ahead of|prior to|this side of|in advance of)"
_OPENING = (
    r"(?:after|from|since|starting(?: in)?|beginning(?: in)?|not until|not before|as of|following)"
)
_PERIOD = periods.PERIOD
_BARE = (
    r"(?:this (?:year|month|week|summer|spring|autumn|fall|winter) or next|"
    rf"(?:later |early |late |sometime )?(?:this|next|this coming)"
    rf" (?:year|month|week|weekend|decade|century|quarter|{periods.SEASON}|{periods.MONTH}"
    rf"|{periods.WEEKDAY})|tomorrow|tonight|the year after next|this year's end)"
)
_OFFICE = (
    r"(?:(?:(?:he|she|\w+|the president|the prime minister) (?:leaves|quits|vacates) office)"
    r"|(?:the )?end of (?:his|her|this|the president's|\w+'s) (?:(?:first |second |current )?term"
    r"|presidency|administration|time in office)"
    r"|(?:his|her|the president's|\w+'s) (?:second |current )?term (?:ends|expires|is (?:up|over)))"
)
_VAGUE = (
    r"(?:(?:very |fairly |all too )?soon(?: enough)?|sooner (?:or later|rather than"
    r" later)|eventually"
    r"|one day|some ?day|before (?:too )?long|in due (?:course|time)|in time|over time|with time"
    r"|in the (?:near|foreseeable|not[- ](?:too|so)[- ]distant|distant|immediate) future"
    r"|for the foreseeable future|in (?:the )?future|in the years? ahead|shortly"
    r"|(?:in|over) the (?:long|longer|short|medium|near)(?:er)?[ -](?:run|term)"
    r"|any (?:day|week|moment|minute|time)(?: now| soon)?|anytime(?: soon)?|at (?:any"
    r"|some) (?:moment|point|time)"
    r"|for (?:a long time|some time|a while|now)|for (?:the )?(?:ages|a (?:generation|lifetime))"
    r"|(?:with)?in (?:a|our|my|his|her|their|one) (?:generation|lifetimes?)|within a generation"
    r"|in a generation|imminently|down the (?:line|road)|in the (?:days|weeks|months|years|decades)"
    r" (?:ahead|to come)|over the (?:days|weeks|months|years|decades) (?:ahead|to come)"
    r"|(?:at|before|by|until|into|in) the next (?:general |federal |parliamentary )?election"
    r"|(?:on|by|before) polling day|(?:in|during|within) (?:the|this|the current|the"
    r" present) (?:lame-duck |coming )?(?:session|parliament)|under this (?:congress"
    r"|government|parliament|administration)"
    rf"|{_UNITS} from now|overnight|in no time|in short order)"
)
_NEVER = (
    r"(?:never again|ever again|never|ever|forever|for ever|in perpetuity|for all time|for good)"
)
_CLAUSE = (
    r"(?:(?:before|until|till|by the time) (?:the|his|her|its|their|our|he|she|it|they|we|there"
    r"|[A-Z]\w+)(?: [\w'’-]+){1,6}?(?=[.,;:!?—–)”\"]|$| and | but | or ))"
)
_MASTER = (
    # The first words: they spare most places the long way through the alternatives.
    r"(?<![\w-])(?=\d|(?:in|on|by|at|as|the|an?|this|next|coming|within|inside|over"
    r"|during|for|through"
    r"|throughout|across|about|roughly|up|less|under|between|from|no|not|until|till"
    r"|come|around|before"
    r"|ahead|prior|after|since|starting|beginning|following|later|early|late|sometime"
    r"|tomorrow|tonight"
    r"|very|fairly|all|soon|sooner|eventually|one|some|someday|with|shortly|any|anytime|imminently"
    r"|down|days|weeks|months|years|decades|overnight|never|ever|forever|when|another"
    r"|half|FIRST)\b)"
    r"(?:"
    rf"(?P<span>(?:{_IN} )?(?:the |about the |roughly the )?{_NEXT} (?:{_COUNT}[ -])?{_UNIT}s?\b)"
    rf"|(?P<somespan>(?:{_IN} )?(?:the )?{_NEXT} (?:{_SOME} )?{_UNITS}\b)"
    rf"|(?P<other>(?:(?:in|within|inside) {_COUNT} {_UNIT}s? (?:of|from|into)|(?:(?:in"
    rf"|within|inside) )?{_COUNT} {_UNIT}s? (?:after|before)) (?!now\b|today\b"
    r"|publication)(?:the |his |her |its |their |taking |a |an |this |that |such"
    r" )?[\w'-]+(?: (?:of the|of) \w+)?)"
    rf"|(?P<within>(?:in|within|inside|for|in under|over) {_COUNT}(?:[ -]|-)(?:more "
    rf"|full )?{_UNIT}s?\b(?:'|’s|'s)?(?: time)?(?: from now)?(?! or (?:so|two|three"
    r"|more)\b))"
    rf"|(?P<orspan>(?:in|within|for) an? {_UNIT} or (?:two|three|so)\b)"
    rf"|(?P<fromnow>{_COUNT} {_UNIT}s? (?:from (?:now|today)|hence|down the (?:line|road))\b)"
    r"|(?P<some>(?:in|within|for|over|inside) (?:(?:just |only )?(?:about|around"
    rf"|roughly|perhaps|maybe|some) {_COUNT} {_UNIT}s?|(?:a matter of |{_SOME}"
    rf" )?{_UNITS})\b(?: to come| from now|, (?:if )?not \w+|'? time)?)"
    r"|(?P<office>(?:by the time|by|until|till|before|when|through|at|for the (?:rest"
    rf"|remainder) of) {_OFFICE}\b)"
    rf"|(?P<opening>{_OPENING} (?:the )?(?:EVENTS|{_PERIOD})\b)"
    rf"|(?P<before>{_BEFORE} (?:the )?(?:EVENTS|{_PERIOD})\b(?: (?:is (?:out|over|up"
    r"|done)|ends)\b)?)"
    rf"|(?P<closing>{_CLOSING} (?:the )?(?:next )?(?:EVENTS|{_PERIOD})\b)"
    rf"|(?P<bare>{_BARE}\b)"
    rf"|(?P<vague>{_VAGUE}\b)"
    rf"|(?P<never>{_NEVER}\b)"
    rf"|(?P<clause>{_CLAUSE})"
    r")"
)
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
    r"(?<!\bbe )(?<!\bbeen )(?<!\bbeing )\b(?:\w+ed|won|lost|fell|rose|began|came|went"
    r"|made|took|gave|held|sent|put|said|told|was|were|had|did|back|ago|last"
    r"|earlier)\s+(?:\w+\s+)?$"
)
_CAPITAL = re.compile(rf"\b(?:{periods.MONTH}|{periods.WEEKDAY})")
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
    for match in _master(known.names).finditer(low, start, end):
        kind = str(match.lastgroup)
        if kind == "opening" or not _is_deadline(text, low, match, start, kind):
            continue
        timex = _timex(text, low, match, kind, published, known)
        if timex is not None:
            yield timex


@lru_cache(maxsize=8)
def _master(names: tuple[str, ...]) -> re.Pattern[str]:
    events = "|".join(map(re.escape, names))
    numbers = "|".join(sorted({number.split()[0].split("-")[0] for number in _NUMBERS}))
    pattern = _MASTER.replace("EVENTS", events or r"(?!)").replace("FIRST", numbers)
    return re.compile(pattern)


def _is_deadline(text: str, low: str, match: re.Match[str], start: int, kind: str) -> bool:
    before = low[max(start, match.start() - 60) : match.start()]
    after = low[match.end() : match.end() + 16]
    if kind == "never":
        return not _NOT_EVER.search(before) and not (
            match.group().startswith("ever") and _NOT_AFTER_EVER.match(after)
        )
    if kind in ("span", "within", "some", "somespan") and _RECORD.search(before):
        return False
    if match.group().startswith(("in ", "on ", "at ", "this ")) and _PAST_VERB.search(before):
        return False
    if _SHARE.match(after) and kind in ("closing", "within", "bare"):
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


_OVER = By(by=Day(1900, 1, 1))
_SPAN_PARTS = re.compile(
    rf"(?:(?P<low>{_NUMBER})(?: to | or |-|–))?(?P<count>{_NUMBER})[ -](?:more |full"
    rf" )?(?P<unit>{_UNIT})s?\b"
)
_ONE_UNIT = re.compile(rf"\b(?P<unit>{_UNIT})\b")


@dataclass(frozen=True, slots=True)
class _Reader:
    """One find, read from a day of publication."""

    low: str
    words: str
    kind: str
    text: str
    at: int
    known: Calendars

    def deadline(self, base: Day | None) -> By | Within | Window | None:
        """Return the deadline, None where it stays open, or `_OVER` where it lies in the past."""
        if self.kind in ("span", "within", "fromnow"):
            return self._counted(base)
        if self.kind in ("closing", "before", "bare"):
            return self._named(base)
        if self.kind == "orspan":
            unit = _ONE_UNIT.search(self.low)
            number = _NUMBERS.get(self.low.rsplit(" ", 1)[1])
            return self._after(base, number, unit["unit"]) if unit and number else None
        if self.kind == "office" and base is not None:
            ends = self.known.end_of_term(base, self.text[: self.at + len(self.low)])
            return self._by(ends) if ends else None
        return None

    def _counted(self, base: Day | None) -> By | Within | Window | None:
        parts = _SPAN_PARTS.search(self.low)
        if parts is not None:
            count = _NUMBERS.get(parts["count"]) or int(parts["count"])
            return self._after(base, count, parts["unit"])
        if self.low.startswith(("next ", "coming ")):
            return self._named(base)
        unit = _ONE_UNIT.search(self.low)
        return self._after(base, 1, unit["unit"]) if unit else None

    def _after(self, base: Day | None, count: int, unit: str) -> Within | None:
        if base is None or count == 0:
            return None
        if unit == "hour":
            count, unit = -(-count // 24), "day"
        size, unit = {
            "fortnight": (14, "day"), "quarter": (3, "month"),
            "decade": (10, "year"), "century": (100, "year"),
        }.get(unit, (1, unit))  # fmt: skip
        span = Span(count * size, unit)
        if span.after(base).year > periods_limit(base):
            return None
        return Within(within=span, starting=base, verbatim=self.words[:200])

    def _named(self, base: Day | None) -> By | Within | Window | None:
        relation, name = _split(self.low)
        over = _IS_OVER.search(name)
        name = name[: over.start()] if over else name
        period = self._period(name, base)
        if period is None:
            return None
        first, last = period
        if _BEFORE_RE.fullmatch(relation):
            if _LATE.match(name):
                return None
            last = last if over or _END_OF.match(name) else first - timedelta(days=1)
            return _OVER if base and last < base else self._by(last)
        if base is not None and last < base:
            return _OVER
        if relation in _INSIDE and (base is None or first > base) and first < last:
            return Window(from_=first, to=last, verbatim=self.words[:200])
        return self._by(last)

    def _period(self, name: str, base: Day | None) -> periods.Period | None:
        bare = name.removeprefix("the ").removeprefix("next ")
        if base is not None and (bare in self.known.events or bare in self.known.feasts):
            return self.known.period(bare, base, self.text)
        return periods.resolve(name, base)

    def _by(self, day: Day) -> By:
        return By(by=day, verbatim=self.words[:200])


_BEFORE_RE = re.compile(_BEFORE)
_RELATION = re.compile(rf"(?:{_BEFORE}|{_CLOSING}) ")
_IS_OVER = re.compile(r" (?:is \w+|ends)$")
# "Before the end of 2026" leaves that last day in.
_END_OF = re.compile(r"(?:the )?(?:very )?(?:end|close|turn) of |.*(?:'s |-)end$")
_LATE = re.compile(r"(?:the )?(?:late|mid)[ -]")
_INSIDE = frozenset(("in", "on", "during", "over", "within", "throughout", ""))


def _split(low: str) -> tuple[str, str]:
    match = _RELATION.match(low)
    return (match.group().strip(), low[match.end() :]) if match else ("", low)


def periods_limit(base: Day) -> int:
    """Return the last year that a span from `base` may reach: a century on."""
    return base.year + 100
