"""Calibration: does what was said happen as often as it was said? No bins anywhere.

CORP (Dimitriadis, Gneiting and Jordan 2021, Proceedings of the National Academy of Sciences 118):
the isotonic regression of outcomes on probabilities is the recalibrated forecast, and the scores
of the two split the score into miscalibration, discrimination and uncertainty.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tracker.errors import Invalid
from tracker.scoring.inference import lower_bound
from tracker.scoring.quantiles import beta_cdf
from tracker.scoring.rules import Level, pool

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Rule = Literal["brier", "log"]

NULL_DRAWS = (99, 999)
"""Fewest and most draws of the null; between them as many as NULL_CELLS allows."""
NULL_CELLS = 200_000
"""Draws times distinct probabilities, so that the null takes the same time at any size."""
NULL_LEVELS = 2_000
"""Above this many distinct probabilities neighbours are pooled, for the null alone."""
BAND_GRID = 200
"""Above this many distinct probabilities the band is computed on this many steps."""


_TINY = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Distinct probabilities in rising order: arrays of one length m.

    Attributes:
        probability: (m,), 0 to 1, strictly rising.
        count: (m,), forecasts that said it.
        hits: (m,), those of them whose event happened.
    """

    probability: Floats
    count: Integers
    hits: Integers

    @property
    def total(self) -> int:
        """How many forecasts."""
        return int(self.count.sum())


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A mean score in three parts: score = miscalibration − discrimination + uncertainty.

    Attributes:
        score: of the forecasts as they were made.
        miscalibration: what recalibration would save; 0 is best.
        discrimination: what the recalibrated forecasts gain on always saying the base rate.
        uncertainty: the score of always saying the base rate; the questions', not the author's.
    """

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class Null:
    """What a perfectly calibrated forecaster's miscalibration looks like on these forecasts.

    Attributes:
        mean: its average; never 0, because recalibration always finds something.
        q95: below this in 95 of 100 cases.
        p: the chance of a miscalibration as large as observed.
        draws: how many were simulated.
        design_effect: by how much clustering inflates it; already in the other figures.
    """

    mean: float
    q95: float
    p: float
    draws: int
    design_effect: float


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A band that holds the whole calibration curve at once, with the stated confidence.

    Attributes:
        probability: (m,), where it stands.
        low: (m,), rising; between two points the left one's holds.
        high: (m,), rising; between two points the right one's holds.
        confidence: that no point of the curve is outside.
    """

    probability: Floats
    low: Floats
    high: Floats
    confidence: float

    @property
    def outside(self) -> NDArray[np.bool_]:
        """(m,) Where the diagonal is outside: shown to be miscalibrated."""
        said = self.probability
        return np.asarray((said < self.low) | (said > self.high), dtype=np.bool_)

    def at(self, probabilities: ArrayLike) -> tuple[Floats, Floats]:
        """Return the band's low and high at any probabilities, in their shape."""
        asked = np.asarray(probabilities, dtype=np.float64)
        left = np.searchsorted(self.probability, asked, side="right")
        right = np.searchsorted(self.probability, asked, side="left")
        return np.append(0.0, self.low)[left], np.append(self.high, 1.0)[right]


def pooled(levels: Iterable[Level]) -> Pooled:
    """Merge levels into arrays.

    Raises:
        Invalid: if a probability is outside 0 to 1, or hits and count do not fit.
    """
    rows = pool(levels)
    return Pooled(
        np.array([row.probability for row in rows], dtype=np.float64),
        np.array([row.count for row in rows], dtype=np.int64),
        np.array([row.hits for row in rows], dtype=np.int64),
    )


def pooled_pairs(probabilities: ArrayLike, outcomes: ArrayLike) -> Pooled:
    """Pool pairs that are in memory already.

    Args:
        probabilities: (n,), 0 to 1.
        outcomes: (n,), 1 or true where the event happened.

    Raises:
        Invalid: if a probability is outside 0 to 1.
    """
    said = np.asarray(probabilities, dtype=np.float64) + 0.0
    if said.size and not (said.min() >= 0 and said.max() <= 1):
        raise Invalid("a probability lies from 0 to 1; check the array")
    # Positive floats sort like their bits, so with the outcome behind them one sort does it all.
    ordered = said.view(np.int64) << 1
    ordered |= np.asarray(outcomes, dtype=np.bool_)
    ordered.sort()
    bits = ordered >> 1
    level = _changes(bits)
    hits = np.add.reduceat(ordered & 1, level)
    return Pooled(bits[level].view(np.float64), np.diff(level, append=ordered.size), hits)


def _changes(ordered: Integers) -> Integers:
    changed = np.ones(ordered.size, dtype=np.bool_)
    changed[1:] = ordered[1:] != ordered[:-1]
    return np.flatnonzero(changed)


def recalibrated(data: Pooled) -> Floats:
    """Return the isotonic regression of the outcomes at each distinct probability, shape (m,).

    Pool adjacent violators on (count, hits): Ayer, Brunk, Ewing, Reid and Silverman (1955), Annals
    of Mathematical Statistics 26. Ties are pooled before, so no order of rows can matter, and
    blocks are compared in whole numbers.
    """
    starts, count, hits = _violators(data.count, data.hits, data.count.size)
    lengths = np.diff(starts, append=data.count.size)
    return np.asarray(np.repeat(hits / count, lengths), dtype=np.float64)


def decompose(data: Pooled, rule: Rule = "brier") -> Decomposition:
    """Split the mean score into miscalibration, discrimination and uncertainty.

    MCB = S(p) − S(p̂), DSC = S(r) − S(p̂), UNC = S(r), with p̂ the recalibrated forecasts and r the
    base rate of these questions (Dimitriadis, Gneiting and Jordan 2021). All are at least 0. With
    the logarithmic rule a certain and wrong forecast makes S and MCB infinite.

    Raises:
        Invalid: if there is no forecast.
    """
    if not data.total:
        raise Invalid("nothing is scored yet, so there is nothing to decompose")
    whole = Pooled(np.array([data.hits.sum() / data.total]), *_summed(data))
    _, count, hits = _violators(data.count, data.hits, data.count.size)
    # What is said alike within a block scores as the block does.
    score, best, base = (
        _score(part, rule) for part in (data, Pooled(hits / count, count, hits), whole)
    )
    return Decomposition(score, max(0.0, score - best), max(0.0, base - best), base)


def _summed(data: Pooled) -> tuple[Integers, Integers]:
    return np.array([data.count.sum()]), np.array([data.hits.sum()])


def null_miscalibration(
    data: Pooled, seed: int, *, design_effect: float = 1.0, most: int = NULL_DRAWS[1]
) -> Null:
    """Simulate the Brier miscalibration of a perfectly calibrated forecaster who said the same.

    Outcomes are drawn with the stated probabilities, all independent, and decomposed like the real
    ones (consistency resampling: Bröcker and Smith 2007, Weather and Forecasting 22; for CORP:
    Dimitriadis, Gneiting and Jordan 2021). Claims of one article hang together, so the draws are
    multiplied by the design effect, as Rao and Scott (1981), Journal of the American Statistical
    Association 76, do for quadratic statistics. p is (1 + b)/(1 + draws).

    Args:
        data: what was said and what happened.
        seed: for the simulation.
        design_effect: the clustered variance over that of independent forecasts.
        most: draws at most; fewer where there are very many distinct probabilities.
    """
    kept, hits = _drawn(data, seed, most)
    blocks = _blocks(np.broadcast_to(kept.count, hits.shape), hits)
    drawn, p = _null(kept, hits, blocks, design_effect)
    return Null(float(drawn.mean()), float(np.quantile(drawn, 0.95)), p, drawn.size, design_effect)


def null_p_values(
    given: Sequence[tuple[Pooled, float]], seed: int, *, most: int
) -> tuple[float, ...]:
    """Return the p-values of `null_miscalibration` alone, in one go.

    Args:
        given: what was said and what happened, and the design effect; at least one.
        seed: for each simulation.
        most: draws at most.
    """
    simulated = [_drawn(data, seed, most) for data, _ in given]
    shape = (sum(hits.shape[0] for _, hits in simulated), max(k.count.size for k, _ in simulated))
    # What fills a row up was never said, and joins the block before it.
    counts, drawn = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    ends = np.cumsum([hits.shape[0] for _, hits in simulated])
    rows = [slice(end - hits.shape[0], end) for end, (_, hits) in zip(ends, simulated, strict=True)]
    for row, (kept, hits) in zip(rows, simulated, strict=True):
        counts[row, : kept.count.size], drawn[row, : kept.count.size] = kept.count, hits
    blocks = _blocks(counts, drawn)
    return tuple(
        _null(kept, hits, blocks[row], effect)[1]
        for row, (kept, hits), (_, effect) in zip(rows, simulated, given, strict=True)
    )


def _drawn(data: Pooled, seed: int, most: int) -> tuple[Pooled, Integers]:
    """Return (m,) levels and (draws + 1, m) hits drawn at them, what was observed as the last."""
    kept = _coarser(data, NULL_LEVELS)
    size = kept.count.size
    draws = min(max(NULL_CELLS // size, NULL_DRAWS[0]), most)
    rng = np.random.default_rng(seed)
    hits = np.empty((draws + 1, size), dtype=np.int64)
    # Level by level: numpy prepares a binomial anew whenever its probability changes.
    hits[:-1] = rng.binomial(kept.count[:, None], kept.probability[:, None], (size, draws)).T
    hits[-1] = kept.hits
    return kept, hits


def _null(
    kept: Pooled, hits: Integers, blocks: Floats, design_effect: float
) -> tuple[Floats, float]:
    # n · MCB = Σ n p² − 2 Σ h p + Σ over blocks h²/n, from expanding S(p) − S(p̂).
    said = kept.probability
    found = np.maximum(kept.count @ said**2 - 2 * (hits @ said) + blocks, 0) / kept.total
    drawn, observed = design_effect * found[:-1], found[-1]
    return drawn, (1 + int(np.sum(drawn >= observed * (1 - 1e-12)))) / (1 + drawn.size)


def _blocks(count: Integers, hits: Integers) -> Floats:
    """Return Σ h²/n over the blocks of each row, (rows,); count and hits are (rows, levels)."""
    rows, width = hits.shape
    starts, block_count, block_hits = _violators(count.ravel(), hits.ravel(), width)
    summed = np.bincount(starts // width, block_hits**2 / block_count, minlength=rows)
    return np.asarray(summed, dtype=np.float64)


def confidence_band(data: Pooled, confidence: float = 0.95) -> Band:
    """Return the simultaneous confidence band of the calibration curve.

    For every run of neighbouring levels j…k the Clopper–Pearson bounds at error α/(m(m + 1)); the
    lower bound at a level is the greatest lower bound of the runs that end at or before it, the
    upper bound the least upper bound of those that begin at or after it. Valid at any n if the
    curve rises. Dimitriadis, Dümbgen, Henzi, Puke and Ziegel (2023), Biometrika 110, section 2.
    Above 200 distinct probabilities they are rounded up for the lower and down for the upper bound
    (section 2.3 there), which widens the band and never breaks it.

    Raises:
        Invalid: if there is no forecast.
    """
    if not data.total:
        raise Invalid("nothing is scored yet, so there is no band to draw")
    up, down = _rounded(data, np.ceil), _rounded(data, np.floor)
    low = _lower(up.count, up.hits, 1 - confidence)
    flipped = _lower(down.count[::-1], (down.count - down.hits)[::-1], 1 - confidence)
    high = 1 - flipped[::-1]
    at = np.union1d(up.probability, down.probability)
    left = np.searchsorted(up.probability, at, side="right")
    right = np.searchsorted(down.probability, at, side="left")
    return Band(at, np.append(0.0, low)[left], np.append(high, 1.0)[right], confidence)


def _violators(count: Integers, hits: Integers, width: int) -> tuple[Integers, Integers, Integers]:
    """Pool adjacent violators in rows of `width` laid end to end; never across two rows.

    Every falling run of blocks is merged at once, which is allowed because the result does not
    depend on the order of merging; in a long row a stack finishes what such passes hardly shorten.
    """
    starts, rows = np.arange(count.size, dtype=np.int64), count.size // width
    while True:
        rises = starts % width == 0
        rises[1:] |= hits[1:] * count[:-1] > hits[:-1] * count[1:]
        kept = np.flatnonzero(rises)
        if kept.size == starts.size:
            return starts, count, hits
        slow = rows == 1 and kept.size > 0.95 * starts.size
        starts = starts[kept]
        count, hits = np.add.reduceat(count, kept), np.add.reduceat(hits, kept)
        if slow:
            return _stacked(starts, count, hits, width)


def _stacked(
    starts: Integers, count: Integers, hits: Integers, width: int
) -> tuple[Integers, Integers, Integers]:
    blocks: list[tuple[int, int, int]] = []
    for start, n, x in zip(starts.tolist(), count.tolist(), hits.tolist(), strict=True):
        block = (start, n, x)
        while blocks and block[0] % width and block[2] * blocks[-1][1] <= blocks[-1][2] * block[1]:
            before = blocks.pop()
            block = (before[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    columns = np.array(blocks, dtype=np.int64).T
    return columns[0], columns[1], columns[2]


def _score(data: Pooled, rule: Rule) -> float:
    said, count, hits = data.probability, data.count.astype(float), data.hits.astype(float)
    if rule == "log":
        return -(_xlogy(hits, said) + _xlogy(count - hits, 1 - said)) / data.total
    # Σ h(1 − p)² + (n − h)p², multiplied out.
    return float(count @ said**2 - 2 * (hits @ said) + hits.sum()) / data.total


def _xlogy(times: Floats, said: Floats) -> float:
    used = times > 0
    if np.any(said[used] == 0):
        return -math.inf
    return float(times[used] @ np.log(said[used]))


def _coarser(data: Pooled, limit: int) -> Pooled:
    if data.count.size <= limit:
        return data
    group = (np.cumsum(data.count) - 1) * limit // data.total
    first = np.flatnonzero(np.diff(group, prepend=-1))
    count = np.add.reduceat(data.count, first)
    said = np.add.reduceat(data.count * data.probability, first) / count
    return Pooled(said, count, np.add.reduceat(data.hits, first))


def _rounded(data: Pooled, direction: Callable[[Floats], Floats]) -> Pooled:
    if data.count.size <= BAND_GRID:
        return data
    said = direction(data.probability * BAND_GRID) / BAND_GRID
    first = np.flatnonzero(np.diff(said, prepend=-1.0))
    count, hits = np.add.reduceat(data.count, first), np.add.reduceat(data.hits, first)
    return Pooled(said[first], count, hits)


def _lower(count: Integers, hits: Integers, error: float) -> Floats:
    size = count.size
    tail = error / (size * (size + 1))
    n_before, x_before = np.append(0, np.cumsum(count)), np.append(0, np.cumsum(hits))
    # Of the run of levels j…k at [k, j]; the other half is never read.
    n = n_before[1:, None] - n_before[:-1]
    x = x_before[1:, None] - x_before[:-1]
    hope = _hope(n, x, tail)
    bounds, best = np.empty(size), 0.0
    for k in range(size):
        best = _raised(n[k, : k + 1], x[k, : k + 1], hope[k, : k + 1], best, tail)
        bounds[k] = best
    return bounds


def _raised(n: Integers, x: Integers, hope: Floats, best: float, tail: float) -> float:
    """Return the greatest of `best` and the exact lower bounds of x in n, computing few of them."""
    hopeful = _against(best, n, x, hope)
    while hopeful[j := int(np.argmax(hopeful))] > 0:
        hits, count = int(x[j]), int(n[j])
        hope[j] = hopeful[j] = -np.inf
        if beta_cdf(best, hits, count - hits + 1) < tail:
            best = lower_bound(hits, count, tail)
            hopeful = _against(best, n, x, hope)
    return best


def _hope(n: Integers, x: Integers, tail: float) -> Floats:
    # A bound beats `best` only if P(Bin(n, best) ≥ x) < tail, and that is at least
    # exp(−n KL(x/n ‖ best)) / √(8 x (n − x)/n) (Ash 1965, Information Theory, lemma 4.7.1);
    # here is the part of it that does not depend on `best`.
    with np.errstate(divide="ignore", invalid="ignore"):
        share = x / n
        up = np.where(x > 0, x * np.log(share), 0.0)
        down = np.where(x < n, (n - x) * np.log(1 - share), 0.0)
        width = np.where((x > 0) & (x < n), 8 * x * (1 - share), 1.0)
        return np.asarray(np.log(tail) + up + down + np.log(width) / 2, dtype=np.float64)


def _against(best: float, n: Integers, x: Integers, hope: Floats) -> Floats:
    beaten: Floats = hope - x * math.log(max(best, _TINY)) - (n - x) * math.log1p(-best)
    beaten[x <= n * best] = -np.inf
    return beaten
