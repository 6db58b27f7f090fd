"""Text to proposals: the sentences that forecast, with phrase, direction, deadline and condition.

Rules over a lexicon, no language model. Cues (`cues.toml`) make a candidate of a sentence;
reasons against (`vetoes.toml`) take from its strength: advice, promises, the reported past, ...
What keeps at least `THRESHOLD` is proposed, one proposal a sentence, with all its reasons. To mend
a rule, look at the reasons of a wrong proposal and change the section of the data they came from.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tracker.articles import pages, polarity, speakers, timex, ultimatums
from tracker.articles.attach import of_a_sibling
from tracker.articles.calendars import Calendars
from tracker.articles.calendars import default as default_calendars
from tracker.articles.clauses import Part
from tracker.articles.cues import EXPECTATION, MODAL, Hit, lexicon
from tracker.articles.pages import Page
from tracker.articles.patterns import Lazy
from tracker.articles.sentences import Sentence
from tracker.articles.timex import Timex
from tracker.articles.weighing import Candidate, weighed
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
_NEGATION_FIRST = Lazy(
    r"^(?:\w+n['’]t|(?:do|does) not|not|hardly|by no means|far from) ", re.IGNORECASE
)
_HEADING_ENDS = Lazy(r"[.!?…:;,]['\"”’)\]]*$")
_QUOTED, _CONDITIONAL = 0.15, 0.05


class Proposal(NamedTuple):
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
        return _NEGATION_FIRST.ready.sub("", self.phrase) if self.phrase else None

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


def propose(
    text: str, published: ApproxDate | None, calendars: Calendars | None = None
) -> tuple[Proposal, ...]:
    """Propose the sentences of an article that forecast, in the order of the text.

    Args:
        text: the article, plain.
        published: when it was published, as far as known.
        calendars: political calendars; those of the tracker by default.
    """
    page = pages.read(text, published, calendars or default_calendars())
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
    page = pages.read(text, published, default_calendars())
    for sentence, hits in _by_sentence(page):
        times = _times(page, sentence)
        for candidate in weighed(page, sentence, hits, times):
            words = text[candidate.hit.start : candidate.hit.end]
            reasons = "; ".join((*candidate.reasons, *candidate.against))
            yield sentence, f"{words!r}: {candidate.strength:.2f} ({reasons})"


def _by_sentence(page: Page) -> Iterator[tuple[Sentence, tuple[Hit, ...]]]:
    for sentence in page.sentences:
        hits = lexicon().hits(page.text, page.low, sentence.start, sentence.end)
        if hits and not _is_heading(sentence.text):
            yield sentence, hits


def _is_heading(text: str) -> bool:
    return not _HEADING_ENDS.search(text) and len(text.split()) < _HEADING_WORDS


def _times(page: Page, sentence: Sentence) -> tuple[Timex, ...]:
    where = (sentence.start, sentence.end)
    return timex.find(page.text, page.published, known=page.known, within=where, low=page.low)


def _proposal(page: Page, sentence: Sentence, hits: tuple[Hit, ...]) -> Proposal | None:
    times = _times(page, sentence)
    candidates = weighed(page, sentence, hits, times)
    best = max(
        (one for one in candidates if one.strength >= THRESHOLD - 1e-9),
        key=lambda one: (round(one.rank, 3), -one.hit.start),
        default=None,
    )
    if best is None:
        return None
    if best.deadline is None:
        sibling = of_a_sibling(page.low, best.hit, best.condition, times)
        best = best._replace(deadline=sibling)
    proposal = _worked_out(page, sentence, best)
    return None if _is_restated(page, proposal) else proposal


def _is_restated(page: Page, proposal: Proposal) -> bool:
    """Whether it is an ultimatum that somebody else gave: a threat, not a forecast."""
    return proposal.attributed_to is not None and any(
        threat.part.start == proposal.start for threat in page.threats
    )


_PASSIVE = Lazy(r"(?:is|are|'s|'re|be\b|can|seems?|looks?)(?!.{1,20}ing)")


def _worked_out(page: Page, sentence: Sentence, best: Candidate) -> Proposal:
    where = (sentence.start, sentence.end)
    hit, span, condition = best.hit, best.span, best.condition
    speaker = speakers.speaker(
        page.text,
        page.low,
        where,
        (hit.start, hit.end),
        page.quotes,
        verb_inside=hit.cue.kind != MODAL and not _PASSIVE.match(page.low, hit.start),
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
_NEGATION = Lazy(
    r"\b(?:(?:is|are|do|does|did|would)n't|(?:do|does|did|would) not|not|hardly|scarcely"
    r"|by no means|far from)"
    r"(?: (?:\w+ly|all that|so|very|really|yet|at all|even|now))? $"
)

# "They may be in for a shock": how likely it is, the modal says.
_MAY_BE = Lazy(r"\b(?P<modal>(?:may|might|could)(?: well)?)(?: \w+ly| yet| soon)? $")


def _phrase(page: Page, best: Candidate) -> tuple[str | None, tuple[int, int] | None]:
    hit = best.adverb or best.hit
    if hit.phrase is None:
        return None, None
    phrase = hit.phrase
    modal = _MAY_BE.search(page.low, best.span[0], hit.start) if hit.cue.kind == "hedge" else None
    if modal is not None:
        phrase = modal.span("modal")
    elif hit.cue.kind in _NEGATED_WHOLE:
        negation = _NEGATION.search(page.low, max(0, phrase[0] - _NEGATION_REACH), phrase[0])
        phrase = (negation.start() if negation else phrase[0], phrase[1])
    words = page.text[slice(*phrase)].strip()
    if hit.cue.kind == MODAL:
        words = _PLAIN_MODAL.get(words.lower().replace("’", "'"), words)
        words = "will" if words.lower() == "will" else words
    return words, phrase


def _linked(page: Page, proposals: list[Proposal]) -> Iterator[Proposal]:
    for proposal in proposals:
        judged = ultimatums.judged_by(page.low, page.threats, proposal.start, proposal.span)
        yield proposal._replace(refers_to=judged) if judged else proposal
