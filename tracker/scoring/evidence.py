"""What a scorecard is made from: counts of what was said, sums by article, and the ledger line.

A scorecard over a million forecasts sees only these few hundred rows; one over a handful of claims
is made from the claims themselves (`claims.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Literal

from tracker.errors import Invalid
from tracker.lexicon import Lexicon, normalise
from tracker.scoring.inference import Ways
from tracker.scoring.rules import Heard, Level, Paired, Ranged
from tracker.scoring.timed import OverTime

Chosen = Literal["all", "sample", "tip"]
SubjectKind = Literal["author", "outlet", "topic", "phrase", "all"]
_BASELINE_OF = {
    "base rate": attrgetter("base_rate"),
    "status quo": attrgetter("status_quo"),
    "crowd": attrgetter("crowd"),
}
BASELINES = tuple(_BASELINE_OF)
"""Baselines that are recorded with a question; a coin needs no record."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a scorecard is about.

    Attributes:
        kind: what it is.
        name: the author, outlet, topic or phrase; empty for all.
    """

    kind: SubjectKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A reading as it was recorded: a phrase, or numbers.

    Attributes:
        phrase: the words of probability, or None where numbers were given.
        negated: whether they are about the event NOT happening.
        low: the range's lower end, or the probability; None with a phrase.
        high: the range's upper end, or the probability; None with a phrase.
    """

    phrase: str | None = None
    negated: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was said about the event, as probabilities, under one lexicon.

    Attributes:
        low: the lower end.
        best: the single value.
        high: the upper end.
        mean: over readers.
        sd: between readers; 0 for numbers.
    """

    low: float
    best: float
    high: float
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Tally:
    """One thing said, how often, and how often the event happened.

    Attributes:
        said: the reading as recorded.
        count: forecasts.
        hits: those whose event happened; 0 and unread where nothing is settled.
    """

    said: Said
    count: int
    hits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One scored forecast, in full.

    Attributes:
        forecast_id: its id.
        question_id: its question's id.
        article_id: where it stands; with the question, the unit of independence.
        author: who said it.
        text: the question.
        quote: the words as printed.
        said: its reading as recorded.
        happened: 1 or 0: did the event happen?
        made_on: when it was published, as recorded ("2025-07").
        due_on: the last day of the question's deadline.
        url: where to read it, or None.
        chosen: how the article came to be read.
        retrospective: whether it was recorded after its deadline.
        base_rate: the base rate frozen at publication, or None.
        status_quo: the status quo's probability of the event (0 where no change means no), or None.
        crowd: a crowd's probability at publication, or None.
    """

    forecast_id: str
    question_id: str
    article_id: str
    author: str
    text: str
    said: Said
    happened: int
    made_on: str
    due_on: date
    quote: str = ""
    url: str | None = None
    chosen: Chosen = "all"
    retrospective: bool = False
    base_rate: float | None = None
    status_quo: float | None = None
    crowd: float | None = None

    def baseline(self, name: str) -> float | None:
        """Return a baseline's probability by its name in `BASELINES`."""
        found: float | None = _BASELINE_OF[name](self)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """What became of everything recorded; the parts add up or it cannot be made.

    Attributes:
        recorded: forecasts and vague claims together.
        scored: settled yes or no, deadline passed.
        pending: deadline not passed.
        overdue: deadline passed, nobody has said what happened.
        ambiguous: the criteria did not decide.
        annulled: the question was wrong.
        condition_not_met: nothing was forecast after all.
        vague: predictive sentences that cannot be scored.
        unread: settled, but the lexicon does not know the phrase.
        retrospective: how many of the scored were recorded after their deadline.

    Raises:
        Invalid: if the parts do not add up.
    """

    recorded: int
    scored: int
    pending: int = 0
    overdue: int = 0
    ambiguous: int = 0
    annulled: int = 0
    condition_not_met: int = 0
    vague: int = 0
    unread: int = 0
    retrospective: int = 0

    def __post_init__(self) -> None:
        parts = (
            self.scored,
            self.pending,
            self.overdue,
            self.ambiguous,
            self.annulled,
            self.condition_not_met,
            self.vague,
            self.unread,
        )
        if min(parts) < 0 or sum(parts) != self.recorded:
            raise Invalid(
                f"the ledger line does not add up: {sum(parts)} accounted for, "
                f"{self.recorded} recorded"
            )
        if not 0 <= self.retrospective <= self.scored:
            raise Invalid("more retrospective forecasts than scored ones; count the scored alone")


@dataclass(frozen=True, slots=True)
class Columns:
    """Claims in columns of one length n, so that every lexicon adds them up without reading them.

    Attributes:
        said: (n,), which of the tallies it says.
        happened: (n,), 1 or 0.
        article: (n,), the number of its article.
        question: (n,), the number of its question.
        baselines: by name (n,), the baseline's own squared error, None where none is recorded;
            without those that no claim has.
    """

    said: tuple[int, ...]
    happened: tuple[int, ...]
    article: tuple[int, ...]
    question: tuple[int, ...]
    baselines: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that one scorecard is computed from.

    Attributes:
        subject: whom or what it is about.
        ledger: what became of everything recorded.
        tallies: what was said in the scored forecasts.
        articles: distinct articles among the scored.
        questions: distinct questions among the scored.
        clusters: per measure, sums by article and question under the scorecard's lexicon: "brier",
            "excess", "spread" (see `MEASURES`) and, for each baseline recorded, the differences of
            Brier scores under its name in `BASELINES`.
        firsts: for the e-value, the forecast of each article that fell due first, of which at most
            one on a question.
        overdue: what was said in the overdue ones.
        missing: which part the vague claims lack, and how many lack it.
        chosen: scored forecasts by how their article came to be read.
        claims: the scored claims; complete up to a few thousand, else empty.
        columns: the same in columns, pointing to `tallies`; None without claims.
        over_time: the scores of the forecasts that were revised; None where none was.
        head: the ledger's head hash.
    """

    subject: Subject
    ledger: LedgerLine
    tallies: tuple[Tally, ...]
    articles: int
    questions: int
    clusters: Mapping[str, Ways] = field(default_factory=dict)
    firsts: tuple[Tally, ...] = ()
    overdue: tuple[Tally, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)
    chosen: Mapping[str, int] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    columns: Columns | None = None
    over_time: OverTime | None = None
    head: str = ""


# One card reads the same few words again and again.
@lru_cache(maxsize=4096)
def read(said: Said, lexicon: Lexicon) -> Reading | None:
    """Return what was said as probabilities of the event; None where the lexicon is silent.

    Raises:
        Invalid: if it is neither a phrase nor numbers from 0 to 1.
    """
    if said.phrase is not None:
        entry = lexicon.read(said.phrase, negated=said.negated)
        if entry is None:
            return None
        return Reading(entry.low, entry.best, entry.high, entry.mean, entry.sd)
    if said.low is None or said.high is None or not 0 <= said.low <= said.high <= 1:
        raise Invalid("a forecast says a phrase, a probability from 0 to 1, or a range of them")
    low, high = (1 - said.high, 1 - said.low) if said.negated else (said.low, said.high)
    low, high = round(low, 12), round(high, 12)
    best = round((low + high) / 2, 12)
    return Reading(low, best, high, best, 0.0)


def rebooked(ledger: LedgerLine, unread: int, retrospective: int) -> LedgerLine:
    """Move scored forecasts that the lexicon cannot read to `unread`."""
    scored = ledger.scored - unread
    return replace(
        ledger, scored=scored, unread=ledger.unread + unread, retrospective=retrospective
    )


def brier_of(probability: float, happened: int) -> float:
    """Return one forecast's Brier score, (p − y)²."""
    return (probability - happened) ** 2


def excess_of(probability: float, happened: int) -> float:
    """Return right side (1 or 0) less what the words implied, max(p, 1 − p); 0 at ½."""
    if probability == 1 / 2:
        return 0.0
    return float((probability > 1 / 2) == bool(happened)) - max(probability, 1 - probability)


def spread_of(probability: float, happened: int) -> float:
    """Return the numerator of Spiegelhalter's z, (y − p)(1 − 2p)."""
    return (happened - probability) * (1 - 2 * probability)


MEASURES: Mapping[str, Callable[[float, int], float]] = {
    "brier": brier_of,
    "excess": excess_of,
    "spread": spread_of,
}
"""What is added up by article: a function of (best value, happened)."""
JUDGED = ("brier", "excess")
"""What verdicts are given on; the spread is for Spiegelhalter's z alone."""


@lru_cache(maxsize=4096)
def folded(said: Said) -> Said:
    """Fold a phrase's case and spaces, so that one phrase is counted once."""
    return said if said.phrase is None else replace(said, phrase=normalise(said.phrase))


def levels(tallies: Iterable[Tally], lexicon: Lexicon) -> tuple[Level, ...]:
    """Return what was said at its best value; what the lexicon cannot read is left out."""
    return tuple(
        Level(reading.best, tally.count, tally.hits)
        for tally in tallies
        if (reading := read(tally.said, lexicon)) is not None
    )


def ranges(tallies: Iterable[Tally], lexicon: Lexicon) -> tuple[Ranged, ...]:
    """Return what was said as ranges; what the lexicon cannot read is left out."""
    return tuple(
        Ranged(reading.low, reading.high, tally.count, tally.hits)
        for tally in tallies
        if (reading := read(tally.said, lexicon)) is not None
    )


def heard(tallies: Iterable[Tally], lexicon: Lexicon) -> tuple[Heard, ...]:
    """Return what was said as readers hear it; what the lexicon cannot read is left out."""
    return tuple(
        Heard(reading.mean, reading.sd, tally.count, tally.hits)
        for tally in tallies
        if (reading := read(tally.said, lexicon)) is not None
    )


def heard_levels(tallies: Iterable[Tally], lexicon: Lexicon) -> tuple[Level, ...]:
    """Return what was said at its readers' mean; what the lexicon cannot read is left out."""
    return tuple(Level(row.mean, row.count, row.hits) for row in heard(tallies, lexicon))


def against_coin(rows: Iterable[Level]) -> tuple[Paired, ...]:
    """Set every forecast beside a coin."""
    return tuple(Paired(row.probability, 1 / 2, row.count, row.hits) for row in rows)
