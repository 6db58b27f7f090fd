"""Text to proposals: the sentences that forecast, with phrase, direction, deadline and condition.

Rules over a lexicon, no language model. Cues (`cues.toml`) make a candidate of a sentence;
reasons against (`vetoes.toml`) take from its strength: advice, promises, the reported past, ...
What keeps at least `THRESHOLD` is proposed, one proposal a sentence, with all its reasons. To mend
a rule, look at the reasons of a wrong proposal and change the section of the data they came from.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tracker.articles import attach, clauses, narrative, polarity, timex, ultimatums
from tracker.articles.attach import of_a_sibling
from tracker.articles.calendars import Calendars
from tracker.articles.calendars import default as default_calendars
from tracker.articles.clauses import Part
from tracker.articles.cues import ADVERB, EXPECTATION, MODAL, Hit, lexicon
from tracker.articles.sentences import Sentence, split
from tracker.articles.timex import Timex
from tracker.dates import ApproxDate

THRESHOLD = 0.5
"""The least strength of a proposal."""

WILL_HAPPEN = "will happen"
WILL_NOT_HAPPEN = "will not happen"

_PLAIN_MODAL = {
    "won't": "will", "'ll": "will", "wouldn't": "would", "gonna": "going to", "shan't": "shall",
    "couldn't": "could", "mightn't": "might",
}  # fmt: skip
_HEADING_WORDS = 16
_NEGATION_FIRST = re.compile(
    r"^(?:\w+n['’]t|(?:do|does) not|not|hardly|by no means|far from) ", re.IGNORECASE
)
_HEADING_ENDS = re.compile(r"[.!?…:;,]['\"”’)\]]*$")
_DATED, _VAGUE_DATE, _HEDGED, _RANK_DATED = 0.15, 0.05, 0.2, 0.1
_QUOTED, _CONDITIONAL = 0.15, 0.05
_TOLD = 0.7
# No hedge brings a candidate back from below that; further reasons against it tell nothing.
_LOST = 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence that looks like a forecast.

    Attributes:
        sentence: verbatim.
        start: offset of the sentence's first character.
        end: offset after its last one.
        span: offsets of the clause that forecasts.
        phrase: words of likelihood, verbatim; "will", "would" or "going to"; or None.
        phrase_at: offsets of the phrase as it stands, or None.
        polarity: "will happen" or "will not happen".
        deadline: the deadline words with what they come to, or None.
        conditional: the condition, verbatim, or None.
        attributed_to: whose forecast it is, verbatim ("quoted" where a quotation names nobody);
            None for the writer's.
        score: 0 to 1; the precise and the writer's own rank first.
        reasons: why it is proposed, the cue first.
        refers_to: the ultimatum that it judges, verbatim, or None.
    """

    sentence: str
    start: int
    end: int
    span: tuple[int, int]
    phrase: str | None
    phrase_at: tuple[int, int] | None
    polarity: str
    deadline: Timex | None
    conditional: str | None
    attributed_to: str | None
    score: float
    reasons: tuple[str, ...]
    refers_to: Part | None = None

    @property
    def likelihood(self) -> str | None:
        """The phrase without a negation before it, as lexicons list it: "likely"."""
        return _NEGATION_FIRST.sub("", self.phrase) if self.phrase else None

    @property
    def deadline_words(self) -> str | None:
        """The deadline as written."""
        return self.deadline.words if self.deadline else None

    @property
    def deadline_date(self) -> str | None:
        """The deadline as a day, "2025-09-02", "never-ending" or None."""
        return self.deadline.label if self.deadline else None

    def as_json(self) -> dict[str, str | float | None]:
        """Return the proposal as `tracker read --propose --format json` prints it."""
        return {
            "sentence": self.sentence,
            "phrase": self.phrase,
            "polarity": self.polarity,
            "deadline": self.deadline_words,
            "deadline_date": self.deadline_date,
            "conditional": self.conditional,
            "attributed_to": self.attributed_to,
            "score": self.score,
        }


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    strength: float
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    span: tuple[int, int]
    condition: Part | None
    deadline: Timex | None
    adverb: Hit | None = None

    @property
    def rank(self) -> float:
        """Its strength among the candidates of a sentence: one with a deadline comes first."""
        return self.strength + (_RANK_DATED if self.deadline and self.deadline.date else 0)


@dataclass(frozen=True, slots=True)
class _Page:
    """The article as every rule sees it."""

    text: str
    low: str
    published: ApproxDate | None
    known: Calendars
    sentences: tuple[Sentence, ...]
    quotes: tuple[Part, ...]
    threats: tuple[ultimatums.Ultimatum, ...]


def _page(text: str, published: ApproxDate | None, known: Calendars) -> _Page:
    sentences = split(text)
    low = _by_line(timex.lowered(text), sentences)
    return _Page(
        text=text,
        low=low,
        published=published,
        known=known,
        sentences=sentences,
        quotes=clauses.quotations(text),
        threats=ultimatums.find(sentences, low),
    )


def _by_line(low: str, sentences: tuple[Sentence, ...]) -> str:
    """Put each sentence on a line of its own, so that patterns can say where it begins and ends."""
    at, lines = 0, []
    for sentence in sentences:
        if sentence.start > at:
            lines += [low[at : sentence.start - 1], "\n"]
        lines.append(low[sentence.start : sentence.end])
        at = sentence.end
    return "".join([*lines, low[at:]])


def propose(
    text: str, published: ApproxDate | None, calendars: Calendars | None = None
) -> tuple[Proposal, ...]:
    """Propose the sentences of an article that forecast, in the order of the text.

    Args:
        text: the article, plain.
        published: when it was published, as far as known.
        calendars: political calendars; those of the tracker by default.
    """
    page = _page(text, published, calendars or default_calendars())
    found = [
        proposal
        for sentence, hits in _by_sentence(page)
        if (proposal := _proposal(page, sentence, hits)) is not None
    ]
    return tuple(_linked(page, found))


def ranked(proposals: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    """Return proposals with the most precise, in the writer's own voice, first."""
    return tuple(sorted(proposals, key=lambda proposal: -proposal.score))


def explain(text: str, published: ApproxDate | None) -> Iterator[tuple[Sentence, str]]:
    """Yield every sentence that holds a cue, with the reasons for and against each cue."""
    page = _page(text, published, default_calendars())
    for sentence, hits in _by_sentence(page):
        times = _times(page, sentence)
        for candidate in _candidates(page, sentence, hits, times):
            words = text[candidate.hit.start : candidate.hit.end]
            reasons = "; ".join((*candidate.reasons, *candidate.against))
            yield sentence, f"{words!r}: {candidate.strength:.2f} ({reasons})"


def _by_sentence(page: _Page) -> Iterator[tuple[Sentence, tuple[Hit, ...]]]:
    spans = [(sentence.start, sentence.end) for sentence in page.sentences]
    found = lexicon().hits(page.text, page.low, spans)
    for sentence, hits in zip(page.sentences, found, strict=True):
        if hits and not _is_heading(sentence.text):
            yield sentence, hits


def _is_heading(text: str) -> bool:
    return not _HEADING_ENDS.search(text) and len(text.split()) < _HEADING_WORDS


def _times(page: _Page, sentence: Sentence) -> tuple[Timex, ...]:
    where = (sentence.start, sentence.end)
    return timex.find(page.text, page.published, known=page.known, within=where, low=page.low)


def _proposal(page: _Page, sentence: Sentence, hits: tuple[Hit, ...]) -> Proposal | None:
    times = _times(page, sentence)
    candidates = _candidates(page, sentence, hits, times)
    best = max(
        (one for one in candidates if one.strength >= THRESHOLD - 1e-9),
        key=lambda one: (round(one.rank, 3), -one.hit.start),
        default=None,
    )
    if best is None:
        return None
    if best.deadline is None:
        sibling = of_a_sibling(page.low, best.hit, best.condition, times)
        best = replace(best, deadline=sibling)
    proposal = _worked_out(page, sentence, best)
    return None if _is_restated(page, proposal) else proposal


def _is_restated(page: _Page, proposal: Proposal) -> bool:
    """Whether it is an ultimatum that somebody else gave: a threat, not a forecast."""
    return proposal.attributed_to is not None and any(
        threat.part.start == proposal.start for threat in page.threats
    )


def _candidates(
    page: _Page, sentence: Sentence, hits: tuple[Hit, ...], times: tuple[Timex, ...]
) -> list[_Candidate]:
    judged = [_judged(page, sentence, hit, times) for hit in hits if hit.cue.kind != ADVERB]
    for adverb in (hit for hit in hits if hit.cue.kind == ADVERB):
        if any(one.start <= adverb.start < one.end for one in times):
            # "In five years, maybe ten".
            continue
        at = _modified(page.low, adverb, judged)
        if at is not None:
            judged[at] = _hedged(page, sentence, judged[at], adverb)
    return judged


def _judged(page: _Page, sentence: Sentence, hit: Hit, times: tuple[Timex, ...]) -> _Candidate:
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
        strength += _DATED if deadline.date else _VAGUE_DATE
        reasons.append("has a deadline" if deadline.date else "has vague words of time")
    against = []
    ahead = deadline is not None and _is_ahead(page, span, hit, deadline)
    for veto in lexicon().vetoes[hit.cue.name]:
        if veto.holds(page.low, where, hit) and not (veto.reason in _OF_THE_PRESENT and ahead):
            strength -= veto.cost
            against.append(f"against: {veto.reason}")
            if strength < _LOST:
                break
    if condition is None and not (deadline and deadline.date) and _is_told(page, sentence, hit):
        strength -= _TOLD
        against.append("against: a story of the past")
    return _Candidate(hit, strength, tuple(reasons), tuple(against), span, condition, deadline)


def _is_told(page: _Page, sentence: Sentence, hit: Hit) -> bool:
    """Whether a modal belongs to a story of the past."""
    if hit.cue.name not in narrative.MODALS:
        return False
    before = next((one for one in reversed(page.sentences) if one.end <= sentence.start), None)
    if before is not None and "\n" in page.text[before.end : sentence.start]:
        before = None
    where = (sentence.start, sentence.end)
    return narrative.tells(
        page.low, where, hit.start, (before.start, before.end) if before else None
    )


# With a deadline of its own a clause does not speak of the present.
_OF_THE_PRESENT = frozenset(("an estimate of the present", "an estimate of the past", "the past"))


def _is_ahead(page: _Page, span: tuple[int, int], hit: Hit, deadline: Timex) -> bool:
    """Whether words of time in the cue's own clause point past the day of publication."""
    inside = span[0] <= deadline.start < span[1]
    if inside and deadline.kind in ("vague", "clause"):
        return True
    if deadline.date is None or not inside:
        return hit.cue.name == "will"
    return page.published is None or deadline.date > page.published.last


_RIGHT_BEHIND = re.compile(
    r"(?:n't)?,?(?: (?:not|also|still|then|now|soon|thus|therefore|be))*,? ?"
)
# "The bill will pass, in all likelihood." In "..., probably by June" it is of the time alone.
_AFTERTHOUGHT = re.compile(r"[^,;:—–.()]{1,80},(?: and)? ")
_OF_THE_WHOLE = re.compile(r"[.!;—]")
_HEADS_CLAUSE = re.compile(r"(?:^|[,;:—–.!?(\"“]|\b(?:and|but|so|yet|or|that)) ?$")
_ABOVE = re.compile(r"\b(?:there|i|we|i'm|we're|reason|doubt|question)\b")


def _modified(low: str, adverb: Hit, judged: list[_Candidate]) -> int | None:
    """Which modal an adverb belongs to: one beside it, or the one its clause leads to."""
    for at, candidate in enumerate(judged):
        hit = candidate.hit
        if hit.cue.name not in ("will", "would", "going to", "could", "may", "might"):
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
        if len(between.split()) <= 1 or heads or _ABOVE.search(low[adverb.start : adverb.end]):
            return at
    return None


def _hedged(page: _Page, sentence: Sentence, one: _Candidate, adverb: Hit) -> _Candidate:
    beside = adverb.start < one.hit.end or _RIGHT_BEHIND.fullmatch(
        page.low, one.hit.end, adverb.start
    )
    strength = one.strength + (_HEDGED if beside else 0)
    reasons = [*one.reasons, f"hedged: “{page.text[adverb.start : adverb.end]}”"]
    against = list(one.against)
    for veto in lexicon().vetoes[ADVERB]:
        if veto.reason not in "".join(against) and veto.holds(
            page.low, (sentence.start, sentence.end), adverb
        ):
            strength -= veto.cost
            against.append(f"against: {veto.reason}")
    return replace(
        one, strength=strength, reasons=tuple(reasons), against=tuple(against), adverb=adverb
    )


_PASSIVE = re.compile(r"(?:is|are|'s|'re|be\b|can|seems?|looks?)(?!.{1,20}ing)")


def _worked_out(page: _Page, sentence: Sentence, best: _Candidate) -> Proposal:
    where = (sentence.start, sentence.end)
    hit, span, condition = best.hit, best.span, best.condition
    speaker = clauses.speaker(
        page.text,
        page.low,
        where,
        (hit.start, hit.end),
        page.quotes,
        verb_inside=hit.cue.kind == EXPECTATION and not _PASSIVE.match(page.low, hit.start),
    )
    phrase, phrase_at = _phrase(page, best)
    sign = polarity.direction(page.low, where, span, hit)
    score = min(1.0, best.strength)
    reasons = [*best.reasons, *best.against]
    if speaker is not None:
        score -= _QUOTED
        reasons.append(f"said by {speaker}")
    if condition is not None:
        score -= _CONDITIONAL
        reasons.append("on a condition")
    return Proposal(
        sentence=sentence.text,
        start=sentence.start,
        end=sentence.end,
        span=span,
        phrase=phrase,
        phrase_at=phrase_at,
        polarity=WILL_HAPPEN if sign > 0 else WILL_NOT_HAPPEN,
        deadline=best.deadline,
        conditional=condition.text if condition else None,
        attributed_to=speaker,
        score=round(max(0.0, score), 2),
        reasons=tuple(reasons),
    )


# "Not likely" is a phrase of its own: readers do not take it for what "likely" leaves.
_NEGATED_WHOLE = frozenset(("hedge", EXPECTATION))
_NEGATION_REACH = 30
_NEGATION = re.compile(
    r"\b(?:(?:is|are|do|does|did)n't|(?:do|does|did) not|not|hardly|scarcely|by no means|far from)"
    r"(?: (?:\w+ly|all that|so|very|really|yet|at all|even|now))? $"
)


def _phrase(page: _Page, best: _Candidate) -> tuple[str | None, tuple[int, int] | None]:
    hit = best.adverb or best.hit
    if hit.phrase is None:
        return None, None
    phrase = hit.phrase
    if hit.cue.kind in _NEGATED_WHOLE:
        negation = _NEGATION.search(page.low, max(0, phrase[0] - _NEGATION_REACH), phrase[0])
        phrase = (negation.start() if negation else phrase[0], phrase[1])
    words = page.text[slice(*phrase)].strip()
    if hit.cue.kind == MODAL:
        words = _PLAIN_MODAL.get(words.lower().replace("’", "'"), words)
        words = "will" if words.lower() == "will" else words
    return words, phrase


def _linked(page: _Page, proposals: list[Proposal]) -> Iterator[Proposal]:
    for proposal in proposals:
        judged = ultimatums.judged_by(page.low, page.threats, proposal.start, proposal.span)
        yield replace(proposal, refers_to=judged) if judged else proposal
