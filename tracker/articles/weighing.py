"""What speaks for each cue of a sentence and what against it, in figures."""

import re
from typing import NamedTuple

from tracker.articles import attach, clauses, narrative, support
from tracker.articles.clauses import Part
from tracker.articles.cues import ADVERB, OUTLOOK, Hit, lexicon
from tracker.articles.pages import Page
from tracker.articles.patterns import Lazy
from tracker.articles.sentences import Sentence
from tracker.articles.timex import Timex

_DATED, _VAGUE_DATE, _HEDGED, _RANK_DATED = 0.15, 0.05, 0.2, 0.1
_RANK_ASIDE = 0.25
# "May very well" is hedged by its own words, as "will surely" is by the adverb.
_HEDGING, _BARE = frozenset(("may", "might")), len("might")
_TOLD = 0.7
_UNSUPPORTED, _GENERAL = 0.2, 0.35
# No hedge brings a candidate back from below that; further reasons against it tell nothing.
_LOST = 0.0


class Candidate(NamedTuple):
    """A cue of a sentence, weighed.

    Attributes:
        hit: the cue.
        strength: what it comes to.
        reasons: what speaks for it, the cue first.
        against: what speaks against it.
        span: offsets of its clause.
        condition: on what it depends, or None.
        deadline: by when, or None.
        aside: whether it stands beside the main claim of the sentence.
        adverb: the adverb that hedges it, or None.
    """

    hit: Hit
    strength: float
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    span: tuple[int, int]
    condition: Part | None
    deadline: Timex | None
    aside: bool = False
    adverb: Hit | None = None

    @property
    def rank(self) -> float:
        """Its strength among the cues of a sentence: the main claim, and dated, comes first."""
        dated = self.deadline is not None and self.deadline.date is not None
        hedged = self.hit.cue.name in _HEDGING and self.hit.end - self.hit.start > _BARE
        return self.strength + _RANK_DATED * dated + _HEDGED * hedged - _RANK_ASIDE * self.aside


def weighed(
    page: Page, sentence: Sentence, hits: tuple[Hit, ...], times: tuple[Timex, ...]
) -> list[Candidate]:
    """Weigh the cues of a sentence.

    Args:
        page: the article.
        sentence: the sentence.
        hits: its cues.
        times: its words of time.
    """
    judged = [_judged(page, sentence, hit, times) for hit in hits if hit.cue.kind != ADVERB]
    for adverb in (hit for hit in hits if hit.cue.kind == ADVERB):
        if any(one.start <= adverb.start < one.end for one in times):
            # "In five years, maybe ten".
            continue
        at = _modified(page.low, adverb, judged)
        if at is not None:
            judged[at] = _hedged(page, sentence, judged[at], adverb)
    return judged


def _judged(page: Page, sentence: Sentence, hit: Hit, times: tuple[Timex, ...]) -> Candidate:
    where = (sentence.start, sentence.end)
    span = clauses.clause(page.low, where, hit.start)
    condition = clauses.condition(page.text, page.low, where, (hit.start, hit.end))
    if condition and any(one.start <= condition.start < one.end for one in times):
        # "For as long as he is in office": that is a time.
        condition = None
    deadline = attach.deadline(page.low, span, hit, condition, times)
    strength = hit.cue.strength
    reasons = [f"{hit.cue.name}: “{page.text[hit.start : hit.end].strip()}”"]
    if deadline is not None:
        strength += _time_adds(hit, deadline)
        reasons.append("has a deadline" if deadline.date else "has vague words of time")
    against = []
    ahead = deadline is not None and _is_ahead(page, span, hit, deadline)
    for veto in lexicon().against(page.low, where, hit):
        if not (ahead and (veto.reason in _OF_THE_PRESENT or _is_past_by_then(hit, veto.reason))):
            strength -= veto.cost
            against.append(f"against: {veto.reason}")
            if strength < _LOST:
                break
    if condition is None and _is_told(page, sentence, hit, deadline):
        strength -= _TOLD
        against.append("against: a story of the past")
    if condition is None and deadline is None and _is_unsupported(page, sentence, hit):
        strength -= _UNSUPPORTED
        against.append("against: nothing is supposed")
    if condition is None and deadline is None and _is_general(page, where, hit):
        strength -= _GENERAL
        against.append("against: no one in particular")
    aside = _is_aside(page.low, span, hit)
    return Candidate(
        hit, strength, tuple(reasons), tuple(against), span, condition, deadline, aside
    )


# "The bill, which could pass this month, will bring ...", "Don't hold your breath: it won't pass".
_SIDE_CLAUSE = Lazy(r"\b(?:which|who|whom|whose|because|since|for)\b")
_CONNECTIVE = 8
_OPENS_UP = Lazy(r" ?[:;.]")


def _is_aside(low: str, span: tuple[int, int], hit: Hit) -> bool:
    """Whether the clause says something beside the main claim, or only announces it."""
    if hit.cue.kind == "idiom":
        return _OPENS_UP.match(low, hit.end) is not None
    if "," in low[span[0] : hit.start]:
        return False
    begin = max(0, span[0] - _CONNECTIVE)
    return _SIDE_CLAUSE.search(low, begin, min(hit.start, span[0] + _CONNECTIVE)) is not None


def _is_told(page: Page, sentence: Sentence, hit: Hit, deadline: Timex | None) -> bool:
    """Whether a modal belongs to a story of the past."""
    if hit.cue.name not in narrative.MODALS:
        return False
    before, where = page.before(sentence), (sentence.start, sentence.end)
    if deadline is None or deadline.date is None:
        return narrative.tells(page.low, where, hit.start, before)
    # "He resigned in May. He would be dead within the week."
    return (
        before is not None
        and narrative.is_told(page.low, before)
        and _is_unsupported(page, sentence, hit)
    )


def _is_unsupported(page: Page, sentence: Sentence, hit: Hit) -> bool:
    """Whether a modal that needs it has nothing to make it a forecast."""
    if hit.cue.name not in support.MODALS:
        return False
    before = page.before(sentence)
    told = page.low[slice(*before)] if before else ""
    return support.lacks(page.low, (sentence.start, sentence.end), (hit.start, hit.end), told)


def _is_general(page: Page, where: tuple[int, int], hit: Hit) -> bool:
    """Whether "will" tells what anybody does."""
    return hit.cue.name == "will" and support.is_general(
        page.text, page.low, where, (hit.start, hit.end)
    )


# With a deadline of its own a clause does not speak of the present.
_OF_THE_PRESENT = frozenset(("an estimate of the present", "an estimate of the past", "the past"))


def _is_past_by_then(hit: Hit, reason: str) -> bool:
    """Whether "bound to have been sold" tells what will be over by the deadline."""
    return hit.cue.kind == "hedge" and reason == "a counterfactual"


_BY = (
    "by ", "before ", "within ", "until ", "in the next ", "in the coming ", "next ", "this ",
    "in 2", "at the end of ", "come ",
)  # fmt: skip
# "For the moment" is now.
_NOW = ("for the moment", "for now", "for the time being", "for the present")

_PRESENT = "present"
_LIMITS = ("by ", "before ", "within ", "inside ", "in ", "come ")


def _time_adds(hit: Hit, deadline: Timex) -> float:
    """What words of time add: to the present tense only "by May" and its like, not "on Monday"."""
    if hit.cue.name != _PRESENT:
        return _DATED if deadline.date else _VAGUE_DATE
    words = deadline.words.lower()
    limits = words.startswith(_LIMITS) if deadline.date else words.startswith("before the ")
    return _DATED if limits else 0


def _is_ahead(page: Page, span: tuple[int, int], hit: Hit, deadline: Timex) -> bool:
    """Whether words of time in the cue's own clause point past the day of publication."""
    if hit.cue.name in ("might", "could") and not deadline.words.lower().startswith(_BY):
        return False
    if deadline.words.lower() in _NOW or _is_this_year(page, hit, deadline):
        return False
    inside = span[0] <= deadline.start < span[1]
    if inside and deadline.kind in ("vague", "clause"):
        return True
    if deadline.date is None or not inside:
        return hit.cue.name == "will"
    return page.published is None or deadline.date > page.published.last


def _is_this_year(page: Page, hit: Hit, deadline: Timex) -> bool:
    """Whether "in 2019" is said in 2019, of what might be so already."""
    year = str(page.published.last.year) if page.published else ""
    return hit.cue.name in ("might", "could") and deadline.words.lower() == f"in {year}"


_RIGHT_BEHIND = Lazy(r"(?:n't)?,?(?: (?:not|also|still|then|now|soon|thus|therefore|be))*,? ?")
# "The bill will pass, in all likelihood", "..., probably by June".
_AFTERTHOUGHT = Lazy(r"[^,;:—–.()]{0,80},(?: and)? ")
_OF_THE_WHOLE = Lazy(
    r"(?: of (?:it|that))?[.!;—]|(?<!perhaps)(?<!maybe),? (?:by(?! \w+ing)|between|before|in|within"
    r"|this|next|on|for (?:years"
    r"|months|good|an? (?:decade|generation))|just in time|as (?:early|soon) as"
    r"|some ?time|at|until|during|later|after|over)\b"
)
_HEADS_CLAUSE = Lazy(r"(?:^|[,;:—–.!?(\"“]|\b(?:and|but|so|yet|or|that)) ?$")
_ABOVE = Lazy(r"\b(?:there|i|we|i'm|we're|reason|doubt|question|confident|convinced)\b")


_MAYBE = Lazy(r"perhaps|maybe|possibly|probably|presumably|likely")
_HEDGEABLE = frozenset(("will", "would", "going to", "could", "may", "might", "may yet"))


def _modified(low: str, adverb: Hit, judged: list[Candidate]) -> int | None:
    """Which modal an adverb belongs to: one beside it, or the one its clause leads to."""
    for at, candidate in enumerate(judged):
        hit = candidate.hit
        outlook = hit.cue.kind == OUTLOOK and adverb.start >= hit.end
        if hit.cue.name not in _HEDGEABLE and not outlook:
            continue
        if adverb.start >= hit.end:
            if _RIGHT_BEHIND.fullmatch(low, hit.end, adverb.start) or (
                _AFTERTHOUGHT.fullmatch(low, hit.end, adverb.start)
                and _OF_THE_WHOLE.match(low, adverb.end)
            ):
                return at
            continue
        between = low[adverb.end : hit.start]
        if re.search(r"[;.—]", between):
            continue
        heads = _HEADS_CLAUSE.search(low[max(0, adverb.start - 6) : adverb.start])
        if (
            between.startswith(",")
            and not heads
            and _MAYBE.fullmatch(low, adverb.start, adverb.end)
        ):
            # "Spain perhaps, will ...": that doubts who.
            continue
        if len(between.split()) <= 1 or heads or _ABOVE.search(low[adverb.start : adverb.end]):
            return at
    return None


def _hedged(page: Page, sentence: Sentence, one: Candidate, adverb: Hit) -> Candidate:
    beside = adverb.start < one.hit.end or _RIGHT_BEHIND.fullmatch(
        page.low, one.hit.end, adverb.start
    )
    strength = one.strength + (_HEDGED if beside else 0)
    reasons = [*one.reasons, f"hedged: “{page.text[adverb.start : adverb.end]}”"]
    against = list(one.against)
    for veto in lexicon().against(page.low, (sentence.start, sentence.end), adverb):
        if veto.reason not in "".join(against):
            strength -= veto.cost
            against.append(f"against: {veto.reason}")
    return one._replace(
        strength=strength, reasons=tuple(reasons), against=tuple(against), adverb=adverb
    )
