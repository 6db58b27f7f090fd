"""Deadline words in a text, and the day on which they close.

Conventions, where usage leaves room (DESIGN: deadlines; each is held by a test):

- "By X", "in X", "during X", "until X" close on the last day of X ("by 2030" on 31 December 2030,
  "by June" on 30 June, "by mid-century" on 31 December 2050); "before X" and "this side of X" on
  the day before X begins ("before the midterms" on the eve of election day). "As early as April"
  leaves all of April. An event that lasts is up to its first day with "by" and "until", to its last
  with "during"; "before the end of his term" is the eve of the day on which he leaves.
- A decade ends with its 9 ("this decade" is 31 December 2029), a century with its 00 (31 December
  2100, as climate and population writing has it). Seasons are meteorological: winter ends with
  February; in an article that is plainly about the southern half, and about nothing else, it ends
  with August. "Mid-November" is over on the 15th, "mid-2026" on 30 June, "late
  2026" and "the last weeks of 2026" with the year; the middle of a decade with its sixth year.
- A month or season by its bare name is the one that runs or the next to come; "next spring" is next
  year's. A weekday is the first after publication.
- "In the next 50 days", "within a year", "in two to three years" count from publication, to the
  upper end. "Over the next year" is twelve months; "next year" is the calendar year. "In 2027 or
  2028", "between now and 2028", "this year or next" close with the later; "this month or ever" does
  not close, while "by May, or never" closes with May.
- "Within two years of the midterms", "a week after Labor Day" count from a day the calendars know.
  "If they strike, prices will double within a month" counts from the strike and stays open; see
  attach.py.
- A time that something does not outlive is a deadline too: "will not survive the decade".
- A time that names an event bounds it: "at next year's election" is over with the year, "at the
  September meeting" and "by the end of its term in June" with the month, "by the June 30 deadline"
  with that day; before which day of a month, nobody said, so "before the February recess", "by the
  June meeting" and "by the spring thaw" stay vague, while "before the hearing on June 3" is the
  eve of that day.
- "The election" is the next to the whole Congress in an article that is about America and names no
  other country, city or state; elsewhere it stays vague.
- "By the new year" and "before the new year" close with the old one.
- "Before 2026 is over", "when this year is over" close with it. "For the rest of the year", "in
  what is left of the decade", "for much of next year" are as long as what they are part of.
- "Neither within a year nor in a decade" closes with the decade.
- "Ever", "never", "forever" are never-ending.
- "Soon", "within weeks", "in a few years", "early next year", "about two years", "a year or so",
  "by then" are vague: the words are kept, no date is given. So is "before the rains" and every
  event that no calendar knows.
- No date is invented. Without a publication date only dates that need none are given; of an
  article known to the month or year only, the words are read from its first and from its last day,
  and the date is given where both agree.
- What opens rather than closes ("after June", "from 2027", "since March") is no deadline, nor is
  what was over before publication.
"""

import re
from collections.abc import Iterator
from datetime import date as Day  # noqa: N812 - `date` is what a Timex calls its own
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from tracker.articles import calendars, explicit, periods
from tracker.articles.calendars import Calendars
from tracker.articles.closings import OVER, Closing
from tracker.articles.grammar import Found, Grammar, grammar
from tracker.articles.impostors import CLAUSES, NAMED, Doubts, is_capital
from tracker.articles.patterns import Lazy
from tracker.articles.pieces import NO, undotted
from tracker.articles.readings import Reader, Reading
from tracker.dates import ApproxDate, add_months

if TYPE_CHECKING:
    from tracker.deadlines import By, Ever, Window, Within

NEVER_ENDING = "never-ending"

_CALENDAR = NAMED | {"span"}
_UNDATED = CLAUSES | {"event", "named", "vague", "closing", "before"}
_BLURRED = _CALENDAR | {"within", "fromnow", "orspan", "anchored"}
# Behind these an event is over with the time that names it; by when in it, nobody said.
_TAKES_PLACE = (
    "in ", "at ", "on ", "during ", "over ", "through", "for ", "this ", "next ", "come ",
)  # fmt: skip
_OF_A_TIME = Lazy(
    rf"\b(?:the|this|next|its|his|her|their|our)(?: next)? (?:{periods.SEASON}|{periods.MONTH}"
    rf"|{periods.YEAR}|christmas|easter|thanksgiving|new year)$"
)
_PRECISE = Lazy(rf"(?:{periods.WHOLE_EXPLICIT}|{periods.WEEKDAY}|week|weekend|tomorrow)$")
_DAY = Lazy(rf"\b{explicit.EXPLICIT}\Z")
_ENDS = Lazy(r"\b(?:ends?|closes?|expires?|rises?|adjourns?|leaves?|lapses?|runs? out|is over)\b")
_BEFORE = Lazy(r"(?:\w+ )?(?:before|ahead|in advance|prior|this side)\b(?! the (?:end|close))")


class Timex(NamedTuple):
    """Deadline words, and what they come to.

    Attributes:
        start: offset of the first character.
        end: offset after the last one.
        words: verbatim.
        kind: which rule found them; `never` for never-ending ones.
        closing: the day on which they close, or None where they are vague or never-ending.
    """

    start: int
    end: int
    words: str
    kind: str
    closing: Closing | None

    @property
    def deadline(self) -> "By | Within | Window | None":
        """The deadline as it is recorded, or None where it is vague or never-ending."""
        return self.closing.deadline(self.words) if self.closing else None

    @property
    def date(self) -> Day | None:
        """The last day that counts, or None."""
        return self.closing.closes_on if self.closing else None

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

    def ever(self, horizon: Day) -> "Ever | None":
        """Return the open-ended deadline of never-ending words, for a horizon that was chosen."""
        if not self.never_ending:
            return None
        from tracker.deadlines import Ever

        return Ever(ever=True, horizon=horizon, verbatim=" ".join(self.words.split()))


def find(
    text: str,
    published: ApproxDate | None,
    *,
    known: Calendars | None = None,
    within: tuple[int, int] | None = None,
    low: str | None = None,
) -> tuple[Timex, ...]:
    """Find the deadline words of a text, in order; what lies in the past is left out.

    Args:
        text: the article; countries and office holders are looked for in all of it.
        published: when it was published, as far as known.
        known: the calendars; those of the tracker by default.
        within: offsets of the part to search; all of it by default.
        low: the text as `lowered` returns it, where that is known.
    """
    known = known or calendars.default()
    start, end = within or (0, len(text))
    low = lowered(text) if low is None else low
    if low.find(".", start, end - 1) >= 0:
        low = low[:start] + undotted(low[start:end]) + low[end:]
    return tuple(_find(text, low, start, end, published, known))


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
    """Find words of time, and join those that make one deadline together."""
    search = _Search(text, low, published, known, grammar(known.names))
    held: Timex | None = None
    for timex in search.finds(start, end):
        joined = search.joined(held, timex) if held else None
        if held and not joined and held.kind != "named":
            yield held
        held = joined or timex
    if held and held.kind != "named":
        yield held


class _Search(NamedTuple):
    """One article being searched."""

    text: str
    low: str
    published: ApproxDate | None
    known: Calendars
    grammar: Grammar

    @property
    def doubts(self) -> Doubts:
        """What speaks against a find."""
        return Doubts(self.text, self.low, self.grammar)

    def finds(self, start: int, end: int) -> Iterator[Timex]:
        """Yield what the grammar finds between two offsets, one by one."""
        done = start
        for found in self.grammar.matches(self.low, start, end):
            if found.start < done:
                continue
            done = found.end
            if found.kind == "opening" or not self.doubts.is_deadline(found, start):
                continue
            timex = self._event(found, end)
            if timex is None and not self.low.startswith("'s ", found.end):
                timex = self._timex(found)
            if timex is not None:
                timex = self._extended(timex, end)
                done = timex.end
                yield timex

    def joined(self, one: Timex, two: Timex) -> Timex | None:
        """Return two finds as one: "in 2027, or in 2028", "at the party conference in May"."""
        between = self.low[one.end : two.start]
        if two.never_ending or one.never_ending:
            # "This month or ever".
            ever = two.never_ending and two.words.startswith("ever")
            forever = ever and self.grammar.more["joint"].fullmatch(between)
            return self._span(one.start, two.end, two.kind, None) if forever else None
        if self.grammar.more["joint"].fullmatch(between):
            if "nor" in between and self.low.endswith("neither ", 0, one.start):
                # The second is the wider.
                return two
            later = max((one, two), key=lambda timex: timex.date or Day.min)
            both = one.closing and two.closing
            return self._span(one.start, two.end, later.kind, later.closing if both else None)
        if self._says_when(one, two, between) or self._says_which(one, two, between):
            return self._span(one.start, two.end, one.kind, self._then(one, two))
        if not one.date and one.kind in _UNDATED and two.date:
            due = self.grammar.more["due"].fullmatch(between)
            if due and (one.kind == "named" or self._closes_with(one, two)):
                closing = two.closing
                if _BEFORE.match(self.low, one.start):
                    day = _DAY.search(self.low, two.start, two.end)
                    closing = _eve(closing) if day else None
                return self._span(one.start, two.end, "event", closing)
        return None

    def _says_when(self, one: Timex, two: Timex, between: str) -> bool:
        """Whether the second names the time of a known day: "before the elections" "in June"."""
        if one.date is None or two.closing is None or between != " ":
            return False
        day = one.date + timedelta(days=one.kind == "before")
        opens = two.closing.opens_on or two.closing.closes_on.replace(day=1)
        return (
            one.kind in ("before", "closing")
            and self.low.startswith(("in ", "on ", "of ", "next ", "this "), two.start)
            and opens <= day <= two.closing.closes_on
        )

    def _says_which(self, one: Timex, two: Timex, between: str) -> bool:
        """Whether the second puts a known event into another year: "election day in May 2028"."""
        return (
            one.date is not None
            and one.kind in ("before", "closing")
            and two.date is not None
            and f"{between}{two.words}".startswith(" in ")
            and two.words.endswith(str(two.date.year))
            and one.date.year != two.date.year
            and one.words.lower().endswith(tuple(f" {name}" for name in self.known.events))
        )

    def _then(self, one: Timex, two: Timex) -> Closing | None:
        if not self._says_which(one, two, " "):
            return one.closing
        day = self._known_day(one.words.lower(), two.closing, before=one.kind == "before")
        return Closing(day) if day else None

    def _closes_with(self, one: Timex, two: Timex) -> bool:
        """Whether the second says when the first is: "by the end of its term" "in June"."""
        words = self.low[one.start : one.end]
        return (one.kind != "vague" or " the " in words) and self.low.startswith(
            ("in ", "on ", "by ", "this ", "next "), two.start
        )

    def _span(self, start: int, end: int, kind: str, closing: Reading) -> Timex:
        words = self.text[start:end].strip()
        return Timex(start, start + len(words), words, kind, closing)

    def _timex(self, found: Found) -> Timex | None:
        closing = self._read(found.start, found.end, found.kind)
        if closing is OVER:
            return None
        if found.kind in CLAUSES and closing is None:
            closing = self._inside(found.start, found.end)
        return self._span(found.start, found.end, found.kind, closing)

    def _read(self, start: int, end: int, kind: str) -> Reading:
        reader = Reader(self.low[start:end], kind, self.text, start, self.known)
        published = self.published
        first = reader.deadline(published.first if published else None)
        last = first
        if published is not None and published.first != published.last:
            last = reader.deadline(published.last)
        if first is OVER or last is OVER:
            return OVER
        if first is None or last is None or first.closes_on != last.closes_on:
            # The words leave the day open, or it depends on a day of publication nobody stated.
            return None
        return OVER if published is not None and first.closes_on < published.first else first

    def _inside(self, start: int, end: int) -> Reading:
        """The day within a clause: "by the time Parliament returns in September".

        Before something ends in June is before July; before it begins in June, nobody said when;
        before it is held on 3 June is before that day.
        """
        before = _BEFORE.match(self.low, start)
        if before and (day := _DAY.search(self.low, start, end)):
            return _eve(self._read(day.start(), end, "day"))
        if before and not _ENDS.search(self.low, start, end):
            return None
        at = self.low.index(" ", start) + 1
        inner = [
            one
            for one in self.finds(at, end)
            # "By the time it rises for the summer" does not say when.
            if one.kind in ("closing", "bare", "day") and not one.words.lower().startswith("for ")
        ]
        return inner[-1].closing if inner and inner[-1].end == end else None

    def _event(self, found: Found, end: int) -> Timex | None:
        """Read "at next year's election", "by the May meeting": the time only names an event.

        It is over by the end of that time; before what day of it, nobody said.
        """
        kind = found.kind
        if kind not in NAMED and not (kind == "span" and found.words.startswith("next ")):
            return None
        more = self.grammar.more
        possessed = more["possessed"].match(self.low, found.end, end)
        event = possessed or more["beside"].match(self.low, found.end, end)
        if event is None:
            return None
        read = self._read(found.start, found.end, kind)
        deadline = read if read is not OVER and _is_over_with(found.words, kind) else None
        day = self._known_day(event.group(), read, before=kind == "before")
        known = Closing(day) if day else None
        return self._span(found.start, event.end(), "event", known or deadline)

    def _known_day(self, event: str, read: Reading, *, before: bool) -> Day | None:
        """Read "next year's midterms": an event of the calendars in that time."""
        named = [name for name in self.known.events if event.endswith(f" {name}")]
        if not named or read is None or read is OVER:
            return None
        first = read.opens_on or read.closes_on
        first += timedelta(days=before)
        on = first.replace(month=1, day=1)
        days = self.known.period(max(named, key=len), on, self.text)
        if days is None or days[0].year != first.year:
            return None
        day = days[0] - timedelta(days=1) if before else days[1]
        return None if self.published and day < self.published.first else day

    def _extended(self, timex: Timex, end: int) -> Timex:
        """Add what belongs to it behind: "... or next", "... or so"."""
        more = self.grammar.more
        blur = more["blur"].match(self.low, timex.end, end)
        blur = blur or more["any_other"].match(self.low, timex.end, end)
        if blur and timex.kind in _BLURRED:
            return self._span(timex.start, blur.end(), timex.kind, None)
        if timex.kind not in _CALENDAR:
            return timex
        noun = self._noun(timex, end)
        if noun is not None:
            return noun
        other = self.grammar.more["other_one"].match(self.low, timex.end, end)
        if other is None:
            return self._again(timex, end)
        return self._span(timex.start, other.end(), timex.kind, self._other(timex, other))

    def _noun(self, timex: Timex, end: int) -> Timex | None:
        """Read "by the spring thaw": of some day in spring, and nobody said which."""
        if not _OF_A_TIME.ready.search(self.low, timex.start, timex.end):
            return None
        noun = self.grammar.more["noun"].match(self.low, timex.end, end)
        if noun is None:
            return None
        stays = self.grammar.more["its_time"].match(self.low, timex.end, end)
        return self._span(timex.start, noun.end(), timex.kind, timex.closing if stays else None)

    def _again(self, timex: Timex, end: int) -> Timex:
        """Add a second time: "in 2027, or 2028", "in May or June"."""
        again = self.grammar.more["again"].match(self.low, timex.end, end)
        stop = self.grammar.parts["second"](self.low, again.end(), end) if again else NO
        if again is None or stop == NO or not is_capital(self.text, self.low, again.end(), stop):
            return timex
        start = again.start("again")
        second = self._read(start, stop, "closing")
        if (
            second is not None
            and self.low[start:stop] in periods.MONTHS
            and timex.date
            and second.closes_on < timex.date
        ):
            # "In May, June and July", written in July: those of one year.
            second = Closing(add_months(second.closes_on, 12))
        later = max(
            (one for one in (timex.closing, second) if one),
            key=lambda one: one.closes_on,
            default=None,
        )
        both = timex.closing and second
        most = self.grammar.words["most"].match(self.low, stop, end)
        stop = most.end() if most else stop
        return self._span(timex.start, stop, timex.kind, later if both else None)

    def _other(self, timex: Timex, other: re.Match[str]) -> Closing | None:
        """The end of "next", "the year after", seen from the time before it."""
        if timex.date is None or (other["rough"] or "").startswith("early"):
            return None
        units = self.grammar.words["units"].search(self.low, timex.start, timex.end)
        named = other["unit"] or (units and units.group())
        if named is None:
            return None
        following = (
            periods.resolve(f"this {named}", timex.date + timedelta(days=1))
            if named in periods.SEASONS
            else periods.unit(named, timex.date, 1)
        )
        return Closing(following[1]) if following else None


def _eve(reading: Reading) -> Reading:
    """Return the day before; what is over is no deadline."""
    if reading is None or reading is OVER:
        return None
    return Closing(reading.closes_on - timedelta(days=1))


def _is_over_with(words: str, kind: str) -> bool:
    """Whether an event is over with the time that names it, or is of one known week."""
    if kind == "before" or words.startswith("in time"):
        return False
    return words.startswith(_TAKES_PLACE) or _PRECISE.ready.search(words) is not None
