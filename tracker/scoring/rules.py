"""Scoring rules, one function each: what a forecast costs once the outcome is known.

Everything here takes levels: how often a probability was said and how often the event then
happened. A million forecasts made with forty phrases are forty levels. Lower is better for the
Brier and logarithmic scores; the Metaculus scores say themselves that higher is better.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from tracker.errors import Invalid

METACULUS_CLIP = (0.001, 0.999)
"""The platform's own limits on a forecast (Metaculus, questions/serializers/common.py)."""


@dataclass(frozen=True, slots=True)
class Level:
    """One distinct probability: how often it was said, and how often the event happened.

    Attributes:
        probability: of the event happening, 0 to 1.
        count: forecasts that said it.
        hits: those of them whose event happened.
    """

    probability: float
    count: int
    hits: int


@dataclass(frozen=True, slots=True)
class Ranged:
    """One distinct reading with a range: the value lies somewhere in [low, high].

    Attributes:
        low: the lower end, 0 to 1.
        high: the upper end, 0 to 1.
        count: forecasts that said it.
        hits: those of them whose event happened.
    """

    low: float
    high: float
    count: int
    hits: int


@dataclass(frozen=True, slots=True)
class Heard:
    """One distinct reading as a distribution over readers.

    Attributes:
        mean: what readers hear on average, 0 to 1.
        sd: the standard deviation between readers.
        count: forecasts that said it.
        hits: those of them whose event happened.
    """

    mean: float
    sd: float
    count: int
    hits: int


@dataclass(frozen=True, slots=True)
class Paired:
    """A probability beside a baseline's on the same questions.

    Attributes:
        probability: the forecaster's, 0 to 1.
        baseline: the baseline's, 0 to 1.
        count: questions with this pair.
        hits: those of them whose event happened.
    """

    probability: float
    baseline: float
    count: int
    hits: int


class LogScore(NamedTuple):
    """The logarithmic score and what it cannot hold.

    Attributes:
        score: the mean over all; infinite as soon as one forecast was certain and wrong.
        finite: the mean over the others, NaN where there are none.
        certain_and_wrong: forecasts of 0 that happened and of 1 that did not.
    """

    score: float
    finite: float
    certain_and_wrong: int


class Revision(NamedTuple):
    """A probability that holds from one moment until the next revision.

    Attributes:
        at: when it was made, in any unit of time.
        probability: of the event happening, 0 to 1.
    """

    at: float
    probability: float


class Timed(NamedTuple):
    """A score over time.

    Attributes:
        score: the time average; time without a forecast counts 0.
        coverage: the share of the time with a forecast, 0 to 1.
    """

    score: float
    coverage: float


def pool(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Merge equal probabilities and sort; the order of the input never matters.

    Raises:
        Invalid: if a probability is outside 0 to 1, or hits and count do not fit.
    """
    merged: defaultdict[float, list[int]] = defaultdict(lambda: [0, 0])
    for level in levels:
        _check(level.probability, level.count, level.hits)
        cell = merged[level.probability + 0.0]
        cell[0] += level.count
        cell[1] += level.hits
    return tuple(Level(p, *merged[p]) for p in sorted(merged) if merged[p][0])


def levels_of(probabilities: Iterable[float], outcomes: Iterable[int]) -> tuple[Level, ...]:
    """Count pairs of a probability and an outcome (1 happened, 0 did not) into levels.

    Raises:
        Invalid: if a probability is outside 0 to 1 or an outcome is neither 0 nor 1.
    """
    return pool(Level(p, 1, y) for p, y in zip(probabilities, outcomes, strict=True))


def brier(levels: Iterable[Level]) -> float:
    """Return the mean Brier score on the 0–1 scale: 0 is perfect, 1 is worst, a coin scores ¼.

    BS = (1/n) Σ (p − y)². Brier (1950), Monthly Weather Review 78, in the one-class form; his own
    two-class form is twice this.
    """
    return _mean(
        (level.hits * (1 - level.probability) ** 2 + _misses(level) * level.probability**2, level)
        for level in levels
    )


def logarithmic(levels: Iterable[Level]) -> LogScore:
    """Return the mean logarithmic score in nats; nothing is clipped.

    LS = −(1/n) Σ [y ln p + (1 − y) ln(1 − p)]. Good (1952), Journal of the Royal Statistical
    Society B 14. A certain forecast that was wrong costs infinitely much: it is counted, and the
    mean of the others is given beside.
    """
    total, count, wrong = 0.0, 0, 0
    for level in levels:
        certain = _certain_and_wrong(level)
        total -= _xlogy(level.hits, level.probability) + _xlogy(
            _misses(level), 1 - level.probability
        )
        wrong += certain
        count += level.count - certain
    finite = total / count if count else math.nan
    return LogScore(math.inf if wrong else finite, finite, wrong)


def skill(rows: Iterable[Paired]) -> float:
    """Return the mean paired difference of Brier scores; below 0 the forecaster did better.

    Δ = (1/n) Σ [(p − y)² − (b − y)²]. A difference on the same questions, not a ratio: skill
    scores that divide by the baseline's score are improper (Murphy 1973, Journal of Applied
    Meteorology 12).
    """
    return _mean((_difference(row), row) for row in rows)


def reading_bounds(spans: Iterable[Ranged]) -> tuple[float, float]:
    """Return the least and the greatest Brier score over every reading within the ranges.

    Each distinct reading has one value v in [low, high] for all its forecasts, so no hindsight
    picks a high v where it happened and a low one where it did not:
    h(1 − v)² + (n − h)v² is least at h/n moved into [low, high] and greatest at an end, because
    it is convex in v (partial identification by interval arithmetic; Manski 2003, Partial
    Identification of Probability Distributions, ch. 1).
    """
    rows = tuple(spans)
    least = _mean(
        (_cost(min(max(row.hits / row.count, row.low), row.high), row), row) for row in rows
    )
    most = _mean((max(_cost(row.low, row), _cost(row.high, row)), row) for row in rows)
    return least, most


def reader_expectation(rows: Iterable[Heard]) -> float:
    """Return the Brier score that readers would give on average.

    E(P − y)² = (μ − y)² + Var P for a reader who hears P with mean μ: the bias–variance identity
    (any text; e.g. Murphy 1973, Journal of Applied Meteorology 12, for the Brier score).
    """
    return _mean((_cost(row.mean, row) + row.count * row.sd**2, row) for row in rows)


def metaculus_baseline(probability: float, happened: int) -> float:
    """Return the Metaculus baseline score of one forecast; higher is better, ½ scores 0.

    100 · (1 + log₂ of the probability given to what happened), after the platform's limits of
    0.001 and 0.999: from −896.578 to +99.8557. Metaculus, scoring/score_math.py.
    """
    return 100 * math.log2(2 * _given(probability, happened))


def metaculus_peer(probabilities: Sequence[float], happened: int) -> tuple[float, ...]:
    """Return each forecaster's Metaculus peer score; higher is better and they add up to 0.

    100 · N/(N − 1) · (ln pᵢ − ln g), g the geometric mean of all N probabilities given to what
    happened; the factor makes it the distance to the others alone. Alone one scores 0.
    Metaculus, scoring/score_math.py.
    """
    logs = [math.log(_given(p, happened)) for p in probabilities]
    if len(logs) < 2:  # noqa: PLR2004 - a peer score needs a peer
        return tuple(0.0 for _ in logs)
    middle = math.fsum(logs) / len(logs)
    return tuple(100 * len(logs) / (len(logs) - 1) * (log - middle) for log in logs)


def geometric_mean(probabilities: Sequence[float]) -> tuple[float, float]:
    """Return the geometric means of p and of 1 − p, which need not add up to 1.

    The peers' forecast behind the peer score: exp((1/N) Σ ln pᵢ). Metaculus, scoring/score_math.py.
    """
    n = len(probabilities)
    yes = math.exp(math.fsum(math.log(p) for p in probabilities) / n)
    return yes, math.exp(math.fsum(math.log1p(-p) for p in probabilities) / n)


def time_weighted(
    revisions: Sequence[Revision], opened: float, closed: float, score: Callable[[float], float]
) -> Timed:
    """Return a revised forecast's score averaged over the question's life, and its coverage.

    S = Σ s(pₖ) · dₖ / (closed − opened), dₖ the time pₖ held. Before the first forecast the score
    is 0, so that coverage multiplies it: a forecast from day 3 of 10 covers 0.7. Metaculus,
    scoring/score_math.py.

    Args:
        revisions: in any order; those after `closed` do not count.
        opened: when the question opened, in the revisions' unit of time.
        closed: when it closed.
        score: the score of one probability.

    Raises:
        Invalid: if the question closes before it opens.
    """
    life = _life(opened, closed)
    held = _held(revisions, opened, closed)
    return Timed(
        math.fsum(score(p) * (end - start) for p, start, end in held) / life,
        math.fsum(end - start for _, start, end in held) / life,
    )


def peer_over_time(
    forecasters: Mapping[str, Sequence[Revision]], opened: float, closed: float, happened: int
) -> dict[str, Timed]:
    """Return each forecaster's time-weighted Metaculus peer score and coverage.

    Between two revisions by anybody the peer score of those who have spoken is constant; it is
    weighted by that time. Metaculus, scoring/score_math.py.

    Raises:
        Invalid: if the question closes before it opens.
    """
    life = _life(opened, closed)
    held = {name: _held(revisions, opened, closed) for name, revisions in forecasters.items()}
    cuts = sorted({moment for spans in held.values() for _, *ends in spans for moment in ends})
    totals = dict.fromkeys(forecasters, 0.0)
    for start, end in pairwise(cuts):
        said = {name: p for name, spans in held.items() for p, a, b in spans if a <= start < b}
        for name, score in zip(said, metaculus_peer(list(said.values()), happened), strict=True):
            totals[name] += score * (end - start)
    return {
        name: Timed(totals[name] / life, math.fsum(b - a for _, a, b in spans) / life)
        for name, spans in held.items()
    }


def daily_brier(daily: Sequence[float], happened: int) -> float:
    """Return the Good Judgment score: the mean over days of the two-class Brier score, 0–2.

    (1/D) Σ [(p − y)² + ((1 − p) − (1 − y))²] with the probability that stood on each day. Good
    Judgment Open / Cultivate Labs, "What are net Brier points".

    Raises:
        Invalid: if there is no day.
    """
    if not daily:
        raise Invalid("a daily score needs at least one day with a forecast")
    return math.fsum(2 * (p - happened) ** 2 for p in daily) / len(daily)


def by_day(revisions: Sequence[Revision], first: int, last: int) -> tuple[float, ...]:
    """Return the probability that stood at the end of each day from the first forecast to `last`.

    Days are whole numbers; a day keeps the last forecast made by its end, and days before the
    first forecast are left out, never filled in.
    """
    ordered = sorted(revisions, key=lambda revision: revision.at)
    standing: list[float] = []
    for day in range(first, last + 1):
        said = [revision.probability for revision in ordered if revision.at < day + 1]
        standing.extend(said[-1:])
    return tuple(standing)


def _check(probability: float, count: int, hits: int) -> None:
    if not 0 <= probability <= 1:
        raise Invalid(f"{probability} is not a probability; give a number from 0 to 1")
    if not 0 <= hits <= count:
        raise Invalid(f"{hits} of {count} cannot have happened; hits lie between 0 and the count")


def _misses(row: Level | Ranged | Heard | Paired) -> int:
    return row.count - row.hits


def _cost(value: float, row: Ranged | Heard | Paired) -> float:
    return row.hits * (1 - value) ** 2 + _misses(row) * value**2


def _difference(row: Paired) -> float:
    return _cost(row.probability, row) - _cost(row.baseline, row)


def _mean(rows: Iterable[tuple[float, Level | Ranged | Heard | Paired]]) -> float:
    totals, counts = [], 0
    for total, row in rows:
        totals.append(total)
        counts += row.count
    return math.fsum(totals) / counts if counts else math.nan


def _certain_and_wrong(level: Level) -> int:
    return {0.0: level.hits, 1.0: _misses(level)}.get(level.probability, 0)


def _xlogy(times: int, probability: float) -> float:
    return times * math.log(probability) if times and probability > 0 else 0.0


def _given(probability: float, happened: int) -> float:
    low, high = METACULUS_CLIP
    kept = min(max(probability, low), high)
    return kept if happened else 1 - kept


def _life(opened: float, closed: float) -> float:
    if not closed > opened:
        raise Invalid("a question must close after it opens; check the two times")
    return closed - opened


def _held(
    revisions: Sequence[Revision], opened: float, closed: float
) -> list[tuple[float, float, float]]:
    ordered = sorted(revisions, key=lambda revision: revision.at)
    ends = [revision.at for revision in ordered[1:]] + [closed]
    spans = [
        (revision.probability, max(revision.at, opened), min(end, closed))
        for revision, end in zip(ordered, ends, strict=True)
    ]
    return [(p, start, end) for p, start, end in spans if end > start]
