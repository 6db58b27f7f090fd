"""The figures a scorecard can show: frozen, unformatted, and absent where too few claims stand.

Probabilities and shares are 0 to 1, scores are on the 0–1 Brier scale. Every field that is a
figure has its paragraph in `explain.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.scoring.calibration import Band, Decomposition, Null, Pooled
    from tracker.scoring.evidence import Claim, LedgerLine, Reading, Said, Subject
    from tracker.scoring.inference import Interval, Spiegelhalter
    from tracker.scoring.sides import RightSide
    from tracker.scoring.timed import OverTime

Shape = Literal["list", "counts", "intervals", "curve"]
"""What is shown: below 5 scored claims a list; below 20 claims, 10 articles or 10 questions counts;
then intervals; from 100 claims the curve and its band."""

LeadVerdict = Literal["better", "worse", "no conclusion"]
ConfidenceVerdict = Literal["overconfident", "underconfident", "no conclusion"]
MiscalibrationVerdict = Literal["miscalibrated", "no conclusion"]
PairVerdict = Literal["better", "worse", "no conclusion", "too few to say"]


@dataclass(frozen=True, slots=True)
class Gate:
    """What is still missing for a card to show more.

    Attributes:
        claims: scored claims.
        articles: that these stand in.
        questions: that these are about.
    """

    claims: int
    articles: int
    questions: int


@dataclass(frozen=True, slots=True)
class ListedClaim:
    """One claim of a short list.

    Attributes:
        claim: it.
        reading: what its words mean under the lexicon.
        penalty: its Brier score at the best value.
        penalty_bounds: over the reading's range.
    """

    claim: Claim
    reading: Reading
    penalty: float
    penalty_bounds: Interval


@dataclass(frozen=True, slots=True)
class BrierFigure:
    """The mean Brier score, and how far it can be trusted.

    Attributes:
        score: at the best value of every reading.
        interval: 95 %, clustered by article and question; None below the gate.
        reading_bounds: over every value within the readings' ranges.
        over_readers: what readers would give on average.
    """

    score: float
    interval: Interval | None
    reading_bounds: Interval
    over_readers: float


@dataclass(frozen=True, slots=True)
class LogFigure:
    """The mean logarithmic score in nats.

    Attributes:
        log_score: over the forecasts that were not certain and wrong.
        certain_and_wrong: those that were; each would cost infinitely much.
    """

    log_score: float
    certain_and_wrong: int


@dataclass(frozen=True, slots=True)
class BaselineFigure:
    """A paired difference of Brier scores against one baseline; below 0 is better.

    Attributes:
        baseline: coin, base rate, status quo or crowd.
        difference: own score less the baseline's, on the questions that have both.
        interval: 95 %, clustered by article and question.
        questions: forecasts with this baseline.
        verdict: better or worse where the interval leaves 0 out.
    """

    baseline: str
    difference: float
    interval: Interval
    questions: int
    verdict: LeadVerdict


@dataclass(frozen=True, slots=True)
class ConfidenceFigure:
    """Whether the words promised more than they kept.

    Attributes:
        verdict: overconfident or underconfident where both tests agree at 5 %.
        p: of the Poisson-binomial count, two-sided, as if forecasts were independent.
        clustered_p: of right side less implied, clustered by article and question.
        depends_on: phrases without which, or at whose mean, the verdict changes.
    """

    verdict: ConfidenceVerdict
    p: float
    clustered_p: float
    depends_on: tuple[DependsOn, ...]


@dataclass(frozen=True, slots=True)
class DependsOn:
    """A phrase on which the verdict on confidence hangs.

    Attributes:
        said: the phrase.
        p_best: with the phrase at its best value.
        p_mean: with the phrase at its readers' mean.
        p_without: with its forecasts left out.
    """

    said: Said
    p_best: float
    p_mean: float
    p_without: float


@dataclass(frozen=True, slots=True)
class MiscalibrationFigure:
    """CORP for the Brier and the logarithmic score.

    Attributes:
        brier: the Brier score in three parts.
        log: the logarithmic score in three parts; infinite after a certain and wrong forecast.
        null: what a calibrated forecaster's miscalibration looks like on these forecasts.
        verdict: miscalibrated where p is below 5 %.
    """

    brier: Decomposition
    log: Decomposition
    null: Null
    verdict: MiscalibrationVerdict


@dataclass(frozen=True, slots=True)
class PhraseFigure:
    """What a phrase promised and what happened; nothing imputed.

    Attributes:
        said: the phrase, or the number, as recorded.
        reading: what readers hear under the lexicon.
        count: forecasts that said it.
        happened: those whose event happened.
        interval: Clopper–Pearson, 95 %, of the share that happened.
        outside: whether the interval and the whole reading have nothing in common.
    """

    said: Said
    reading: Reading
    count: int
    happened: int
    interval: Interval
    outside: bool


@dataclass(frozen=True, slots=True)
class LevelFigure:
    """One level of the calibration curve.

    Attributes:
        probability: what was said.
        count: forecasts that said it.
        share: of those, the share that happened.
        recalibrated: the isotonic regression there.
        band: 95 % for the whole curve at once.
        outside: whether `probability` is outside the band.
    """

    probability: float
    count: int
    share: float
    recalibrated: float
    band: Interval
    outside: bool


@dataclass(frozen=True, slots=True)
class LexiconFigure:
    """The same claims read with another lexicon.

    Attributes:
        lexicon: its name.
        score: the Brier score; None where it can read nothing.
        silent: scored forecasts whose phrase it does not know.
        verdicts: question to answer, from the forecasts it can read; empty below the gate.
        own_verdicts: the card's own lexicon's answers on the same forecasts.
    """

    lexicon: str
    score: float | None
    silent: int
    verdicts: Mapping[str, str]
    own_verdicts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OverdueFigure:
    """What the questions nobody has settled could do to the score.

    Attributes:
        overdue_share: overdue among scored and overdue.
        overdue_bounds: the score with every one going either way; None up to 5 %.
    """

    overdue_share: float
    overdue_bounds: Interval | None


@dataclass(frozen=True, slots=True)
class VagueFigure:
    """How much of what was said cannot be scored.

    Attributes:
        vagueness_rate: vague claims among all recorded.
        missing: which part they lack, and how many lack it.
    """

    vagueness_rate: float
    missing: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Curve:
    """What the reliability diagram is drawn from.

    Attributes:
        data: the distinct probabilities with counts.
        band: the confidence band.
    """

    data: Pooled
    band: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """Everything one card can show; None or empty where the gate is not reached.

    Attributes:
        subject: whom or what it is about.
        shape: which of the shapes its numbers allow.
        lexicon: the lexicon its words were read with.
        ledger: what became of everything recorded.
        scored: scored forecasts that this card reads.
        articles: how many articles they stand in.
        questions: how many questions they are about.
        next_gate: what is still missing for the next shape; nothing at the last.
        listed: the claims one by one, where they are few.
        right_side: how often the words leaned the right way; None with no claim off one half.
        phrases: what each phrase promised and what happened.
        brier: from 5 claims.
        log: from 5 claims.
        baselines: from the second gate.
        confidence: from the second gate.
        miscalibration: from the second gate.
        spiegelhalter: from the second gate.
        e_calibration: evidence against the words' meaning, valid however often one looks.
        e_skill: evidence for being better than a coin, likewise.
        revised: forecasts that were revised later, each on one question by one forecaster.
        over_time: their time-weighted scores; from 5 of them.
        levels: the calibration curve with its band; from 100 claims.
        lexicons: the same under every lexicon.
        flips: verdicts that some lexicon contradicts on the forecasts it can read.
        vague: vagueness rate and missing parts.
        overdue: share and bounds.
        retrospective_share: recorded after the deadline, among the scored.
        chosen: scored forecasts by how their article came to be read.
        curve: for the diagram; from 100 claims.
        head: the ledger's head hash.
    """

    subject: Subject
    shape: Shape
    lexicon: str
    ledger: LedgerLine
    scored: int
    articles: int
    questions: int
    next_gate: Gate
    listed: tuple[ListedClaim, ...] = ()
    right_side: RightSide | None = None
    phrases: tuple[PhraseFigure, ...] = ()
    brier: BrierFigure | None = None
    log: LogFigure | None = None
    baselines: tuple[BaselineFigure, ...] = ()
    confidence: ConfidenceFigure | None = None
    miscalibration: MiscalibrationFigure | None = None
    spiegelhalter: Spiegelhalter | None = None
    e_calibration: float | None = None
    e_skill: float | None = None
    revised: int = 0
    over_time: OverTime | None = None
    levels: tuple[LevelFigure, ...] = ()
    lexicons: tuple[LexiconFigure, ...] = ()
    flips: tuple[str, ...] = ()
    vague: VagueFigure
    overdue: OverdueFigure
    retrospective_share: float
    chosen: Mapping[str, int]
    curve: Curve | None = None
    head: str = ""
