"""Words that look like a deadline and are none: "the worst in ten years", "opened in March"."""

import re
from typing import NamedTuple

from tracker.articles import periods
from tracker.articles.grammar import Found, Grammar
from tracker.articles.patterns import Lazy

NAMED = frozenset(("closing", "before", "bare", "day"))
"""The kinds that name a stretch of the calendar."""

CLAUSES = frozenset(("clause", "nameclause"))
"""The kinds that are clauses."""

_CAPITAL = Lazy(rf"\b(?:{periods.MONTH}|{periods.WEEKDAY})(?!\w)")
# "It will be years before it recovers": that tells how long, not by when.
_SO_LONG = Lazy(
    r"\b(?:be|take|takes) (?:\w+ ){0,3}"
    r"(?:20\d\d|long|hours|days|weeks|months|years|decades|while|time|hell"
    r"|an? (?:day|week|month|year|decade|generation)(?:,? at least)?) $"
    r"|\b(?:years?|decades?|months?|weeks?|days|centur(?:y|ies)|generations?|time)"
    r" will (?:pass|go by) $"
)
# "If the treaty were ratified in this decade": that is no past. "It should recover what it lost in
# August" is.
_HYPOTHETICAL = Lazy(
    r"\b(?:if|were to|should (?=(?:he|she|it|they|we|you|i|the|an?|any|this|that|its|his|her)\b))"
)
# "In a year like this".
_LIKE = (" like this", " like that", " like these", " like those", " such as")
# "It will be smaller in five years than it is today".
_AHEAD = Lazy(r"\b(?:will|won't|going to|could|may|might|would)\b|'ll\b")
_NOT_SOON = Lazy(r"\b(?:not|never|isn't|wasn't|is|was|be|come|'s) $")
_ERA = Lazy(r"\bin (?:an?|our|my) (?:generation|lifetime|century)$")


class Doubts(NamedTuple):
    """What speaks against a find of the grammar.

    Attributes:
        text: the article.
        low: the same in lower case with plain apostrophes.
        grammar: what found it.
    """

    text: str
    low: str
    grammar: Grammar

    def is_deadline(self, found: Found, start: int) -> bool:
        """Whether a find of the grammar is a deadline.

        Args:
            found: what the grammar found.
            start: offset from which the sentence counts.
        """
        low, kind = self.low, found.kind
        before = low[max(start, found.start - 60) : found.start]
        if kind == "never":
            return self._is_ever(found, before)
        if kind in CLAUSES:
            if _SO_LONG.search(before):
                return False
            return kind == "clause" or self.text[low.index(" ", found.start) + 1].isupper()
        return not (
            before.endswith(("than ", "if not "))
            or low.startswith(_LIKE, found.end)
            or (found.words == "soon enough" and _NOT_SOON.search(before) is not None)
            # "Tomorrow's vote will ...": what it speaks of, not when it happens.
            or (kind in ("bare", "day", "span") and low.startswith("'s ", found.end))
            or self._is_record(found, before)
            or self._is_past(found, before)
            or self._only_names(found, before)
        ) and is_capital(self.text, low, found.start, found.end)

    def _is_ever(self, found: Found, before: str) -> bool:
        """Whether it is not "hardly ever", "ever since"."""
        never_mind = self.grammar.never_mind
        return (
            not never_mind["before_ever"].search(before)
            and not (
                found.words.startswith("ever")
                and (
                    never_mind["after_ever"].match(self.low, found.end)
                    or never_mind["superlative"].search(before)
                )
            )
            and not self.low.startswith(" mind ", found.end)
        )

    def _is_record(self, found: Found, before: str) -> bool:
        """Whether it is "the worst in ten years", or a share: "in 2030 percent"."""
        after = self.low[found.end : found.end + 16]
        if found.kind in ("within", "some", "orspan") or _ERA.search(found.words):
            record = self.grammar.never_mind["record"].search(before)
            if record or (after.startswith(" than") and not _AHEAD.search(before)):
                return True
        share = self.grammar.never_mind["share"].match(after)
        return share is not None and found.kind in ("closing", "within", "bare")

    def _is_past(self, found: Found, before: str) -> bool:
        """Whether a verb of the past stands before it: "opened in March"."""
        if found.kind != "day" and not found.words.startswith(("in ", "on ", "at ", "this ")):
            return False
        if _HYPOTHETICAL.search(before) or " next " in found.words:
            return False
        verb = self.grammar.never_mind["past_verb"].search(before)
        return (
            verb is not None
            and self.grammar.never_mind["not_past"].search(before[: verb.start()]) is None
        )

    def _only_names(self, found: Found, before: str) -> bool:
        """Whether the words say how long it has lasted, or which data are meant."""
        never_mind, words, kind = self.grammar.never_mind, found.words, found.kind
        if never_mind["by_the"].match(words) or (
            never_mind["of_no_season"].search(words)
            and never_mind["something"].match(self.low, found.end)
        ):
            # "Rents rise by the month", "in the fall of Kabul".
            return True
        if words.startswith("for ") and never_mind["perfect"].search(before):
            return True
        if words.startswith(("for ", "this ")) and never_mind["did"].match(self.low, found.end):
            return True
        if kind == "day":
            return never_mind["a_day"].search(before) is not None
        return (
            kind in NAMED
            and never_mind["the_month"].search(words) is not None
            and not re.match(
                rf" (?:\w+ )?{self.grammar.more['named'].pattern}", self.low[found.end :]
            )
        )


def is_capital(text: str, low: str, start: int, end: int) -> bool:
    """Whether "may", "march" and the like are months: only with their capital."""
    return all(text[found.start()].isupper() for found in _CAPITAL.finditer(low, start, end))
