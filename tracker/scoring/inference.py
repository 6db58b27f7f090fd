"""Inference: how much of a figure could be luck, with the article as the unit of independence.

Exact and in plain Python wherever that is possible; numpy is imported only where something is
simulated, and every simulation takes its seed as an argument.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tracker.errors import Invalid
from tracker.scoring.quantiles import (
    beta_quantile,
    normal_tail,
    t_quantile,
    t_tail,
)
from tracker.scoring.rules import Level

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_FLIPS = 30
"""Up to this many pairs every sign pattern is counted; beyond, patterns are drawn."""
MONTE_CARLO_BELOW = 30
"""Below this many forecasts Spiegelhalter's z gets its p from simulation."""
DRAWS = 9_999

FEWEST = 2
"""Fewer articles, or questions, have no variance between them."""
_FLIPS_IN_PYTHON = 12
_SIGNS_AT_ONCE = 256


class Interval(NamedTuple):
    """An interval with both ends.

    Attributes:
        low: the lower end.
        high: the upper end.
    """

    low: float
    high: float


class Cluster(NamedTuple):
    """What one article contributes to a mean.

    Attributes:
        size: its scored forecasts.
        total: the sum of the measure over them.
    """

    size: int
    total: float


@dataclass(frozen=True, slots=True)
class Moments:
    """The same for many articles at once, so that a database can add them up.

    Attributes:
        clusters: articles, G.
        count: forecasts, Σ n_g.
        total: Σ s_g, s_g the sum of the measure over article g.
        count_squared: Σ n_g².
        cross: Σ n_g s_g.
        total_squared: Σ s_g².
    """

    clusters: int
    count: int
    total: float
    count_squared: int
    cross: float
    total_squared: float


Clusters = Sequence[Cluster] | Moments


@dataclass(frozen=True, slots=True)
class Ways:
    """One measure added up in each way in which forecasts hang together.

    Attributes:
        articles: by article, whose claims are one opinion.
        questions: by question, whose forecasts share one outcome; None where no question has two.
        singles: forecast by forecast; None likewise.
    """

    articles: Clusters
    questions: Clusters | None = None
    singles: Clusters | None = None


@dataclass(frozen=True, slots=True)
class ClusterMean:
    """A mean whose uncertainty counts articles and questions, not forecasts.

    Attributes:
        mean: of the measure over all forecasts.
        low: the lower end of the interval; NaN with fewer than two articles or questions.
        high: the upper end; NaN likewise.
        standard_error: clustered by article and question; NaN likewise.
        df: degrees of freedom of Student's t; NaN likewise.
        clusters: how many articles, or questions where these are fewer.
        count: how many forecasts.
    """

    mean: float
    low: float
    high: float
    standard_error: float
    df: float
    clusters: int
    count: int

    @property
    def p(self) -> float:
        """Two-sided, of a true mean of 0; NaN with fewer than two articles or questions."""
        if self.standard_error == 0:
            return 1.0 if self.mean == 0 else 0.0
        return t_tail(self.mean / self.standard_error, self.df)


@dataclass(frozen=True, slots=True)
class SignFlip:
    """The sign-flip test of paired differences.

    Attributes:
        mean: of the differences.
        p: two-sided.
        pairs: how many there are.
        exact: whether every pattern was counted.
    """

    mean: float
    p: float
    pairs: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Spiegelhalter:
    """Spiegelhalter's z test of calibration.

    Attributes:
        z: as if forecasts were independent; infinite if one was certain and wrong.
        p: two-sided, of that z.
        simulated: whether p comes from simulation.
        clustered_t: the statistic with the variance between articles, NaN where not known.
        clustered_p: two-sided, from Student's t; NaN where not known.
    """

    z: float
    p: float
    simulated: bool
    clustered_t: float
    clustered_p: float


def clopper_pearson(hits: int, count: int, confidence: float = 0.95) -> Interval:
    """Return the exact interval of a proportion; it never covers less than it says.

    low = B(α/2; x, n − x + 1), high = B(1 − α/2; x + 1, n − x), B the beta quantile. Clopper and
    Pearson (1934), Biometrika 26.

    Raises:
        Invalid: if hits are not between 0 and count.
    """
    _check(hits, count)
    tail = (1 - confidence) / 2
    return Interval(lower_bound(hits, count, tail), 1 - lower_bound(count - hits, count, tail))


@lru_cache(maxsize=4096)
def lower_bound(hits: int, count: int, tail: float) -> float:
    """Return the exact lower bound of a proportion with error probability `tail`.

    The upper bound is 1 − lower_bound(count − hits, count, tail): one tail only, because a
    probability near 1 has no digits left to say how near.
    """
    return beta_quantile(tail, hits, count - hits + 1) if hits else 0.0


def jeffreys(hits: int, count: int, confidence: float = 0.95) -> Interval:
    """Return the equal-tailed Jeffreys interval, right on average where the exact one is wide.

    Quantiles of Beta(x + ½, n − x + ½), with 0 for x = 0 and 1 for x = n. Brown, Cai and DasGupta
    (2001), Statistical Science 16.

    Raises:
        Invalid: if hits are not between 0 and count.
    """
    _check(hits, count)
    tail, misses = (1 - confidence) / 2, count - hits
    low = beta_quantile(tail, hits + 0.5, misses + 0.5) if hits else 0.0
    high = 1 - beta_quantile(tail, misses + 0.5, hits + 0.5) if misses else 1.0
    return Interval(low, high)


def moments(clusters: Iterable[Cluster]) -> Moments:
    """Add clusters up."""
    rows = tuple(clusters)
    return Moments(
        clusters=len(rows),
        count=sum(row.size for row in rows),
        total=math.fsum(row.total for row in rows),
        count_squared=sum(row.size**2 for row in rows),
        cross=math.fsum(row.size * row.total for row in rows),
        total_squared=math.fsum(row.total**2 for row in rows),
    )


def cluster_mean(clusters: Clusters | Ways, confidence: float = 0.95) -> ClusterMean:
    """Return a mean with a t interval clustered by article and, where they are shared, by question.

    With e_g = s_g − m n_g and N = Σ n_g, the jackknife variance over articles is
    V_A = (G − 1)/G Σ e_g² / (N − n_g)² (CV3: MacKinnon, Nielsen and Webb 2023, Journal of
    Econometrics 232); Student's t has G* − 1 degrees of freedom, G* = N² / Σ n_g² the effective
    number of articles (Carter, Schnepel and Steigerwald 2017, Review of Economics and Statistics
    99), so one long article full of forecasts does not pass for many.

    Forecasts on one question share its outcome, in whatever articles they stand. Articles and
    questions are not nested, so where a question has several forecasts the variance is
    V_A + V_Q − V_S, V_Q likewise over questions and V_S over single forecasts (two-way clustering:
    Cameron, Gelbach and Miller 2011, Journal of Business & Economic Statistics 29), never less than
    V_A or V_Q (MacKinnon, Nielsen and Webb 2024, arXiv 2406.08880), with the smaller G*.

    From moments each variance is G/(G − 1) Σ e_g² / N² (CV1), the same once no article holds a
    visible share: meant for hundreds of articles and more.
    """
    ways = clusters if isinstance(clusters, Ways) else Ways(clusters)
    parts = [_part(each) for each in (ways.articles, ways.questions) if each is not None]
    sums = parts[0]
    mean = sums.total / sums.count if sums.count else math.nan
    least = min(part.clusters for part in parts)
    variance = _variance(ways, mean) if least >= FEWEST else math.nan
    effective = min(part.count**2 / max(part.count_squared, 1) for part in parts)
    return around(mean, variance, effective, least, sums.count, confidence)


def around(
    mean: float,
    variance: float,
    effective: float,
    clusters: int,
    count: int,
    confidence: float = 0.95,
) -> ClusterMean:
    """Return a mean with its t interval.

    Args:
        mean: of the measure.
        variance: of that mean; not read below two clusters.
        effective: G*, the effective number of clusters.
        clusters: G.
        count: forecasts.
        confidence: of the interval.
    """
    if clusters < FEWEST:
        nan = math.nan
        return ClusterMean(mean, nan, nan, nan, nan, clusters, count)
    error = math.sqrt(variance)
    df = max(1.0, effective - 1)
    reach = t_quantile(confidence, df) * error
    return ClusterMean(mean, mean - reach, mean + reach, error, df, clusters, count)


def sign_flip(differences: Sequence[float], seed: int, draws: int = DRAWS) -> SignFlip:
    """Test paired differences by flipping their signs in every way.

    If neither side is better each difference is as likely with the other sign; p is the share of
    sign patterns whose |Σ ± dᵢ| reaches the observed one. Fisher (1935), The Design of
    Experiments, section 21. Up to 30 pairs all 2ⁿ patterns are counted, by halves; beyond, p is
    (1 + b)/(1 + draws) (Phipson and Smyth 2010, Statistical Applications in Genetics 9).

    Args:
        differences: one per independent pair (sums by article where an article holds several).
        seed: for the draws beyond 30 pairs.
        draws: how many.
    """
    kept = [abs(d) for d in differences if d]
    total = math.fsum(differences)
    mean = total / len(differences) if differences else math.nan
    reached = abs(total) - 1e-12 * math.fsum(kept)
    exact = len(kept) <= EXACT_FLIPS
    p = _count_flips(kept, reached) if exact else _draw_flips(kept, reached, seed, draws)
    return SignFlip(mean, p, len(differences), exact)


def spiegelhalter(
    levels: Sequence[Level],
    seed: int,
    clusters: Clusters | Ways | None = None,
    draws: int = DRAWS,
) -> Spiegelhalter:
    """Test whether the Brier score is what calibrated forecasts would have earned.

    z = Σ (y − p)(1 − 2p) / √Σ (1 − 2p)² p(1 − p). Spiegelhalter (1986), Statistics in Medicine 5.
    Below 30 forecasts p is simulated under calibration. Where the sums of the numerator by article
    and question are given, the statistic is repeated with the variance between these and Student's
    t (`cluster_mean`).

    Args:
        levels: what was said and what happened.
        seed: for the simulation.
        clusters: per article and question, forecasts and Σ (y − p)(1 − 2p).
        draws: how often to simulate.
    """
    variance = math.fsum(
        row.count * (1 - 2 * row.probability) ** 2 * row.probability * (1 - row.probability)
        for row in levels
    )
    z = _z(levels, variance)
    few = sum(row.count for row in levels) < MONTE_CARLO_BELOW
    simulated = few and math.isfinite(z) and variance > 0
    p = (
        _simulate_z(levels, abs(z) * math.sqrt(variance), seed, draws)
        if simulated
        else normal_tail(z)
    )
    if clusters is None:
        return Spiegelhalter(z, p, simulated, math.nan, math.nan)
    spread = cluster_mean(clusters)
    t = spread.mean / spread.standard_error if spread.standard_error else math.nan
    return Spiegelhalter(z, p, simulated, t, spread.p)


def overdue_bounds(levels: Iterable[Level], overdue: Iterable[Level]) -> Interval:
    """Return the Brier score with every overdue question going either way.

    The least and greatest of (Σ scored + Σ overdue)/(n + m): worst-case bounds without an
    assumption on what is missing (Manski 2003, Partial Identification of Probability
    Distributions, ch. 1).

    Args:
        levels: what is scored.
        overdue: what is not; its hits are not read.
    """
    scored, missing = tuple(levels), tuple(overdue)
    total = math.fsum(
        row.hits * (1 - row.probability) ** 2 + (row.count - row.hits) * row.probability**2
        for row in scored
    )
    count = sum(row.count for row in (*scored, *missing))
    if not count:
        return Interval(math.nan, math.nan)
    ends = [sorted((row.probability**2, (1 - row.probability) ** 2)) for row in missing]
    least = math.fsum(row.count * end[0] for row, end in zip(missing, ends, strict=True))
    most = math.fsum(row.count * end[1] for row, end in zip(missing, ends, strict=True))
    return Interval((total + least) / count, (total + most) / count)


def _check(hits: int, count: int) -> None:
    if not 0 <= hits <= count or count < 1:
        raise Invalid(f"{hits} of {count} is not a proportion; hits lie between 0 and the count")


def _part(clusters: Clusters) -> Moments:
    if isinstance(clusters, Moments):
        return clusters
    total = math.fsum(row.total for row in clusters)
    squared = sum(size * size for size, _ in clusters)
    size = sum(size for size, _ in clusters)
    return Moments(len(clusters), size, total, squared, math.nan, math.nan)


def _variance(ways: Ways, mean: float) -> float:
    by_article = _one_way(ways.articles, mean)
    if ways.questions is None or ways.singles is None:
        return by_article
    by_question, single = _one_way(ways.questions, mean), _one_way(ways.singles, mean)
    return max(by_article, by_question, by_article + by_question - single)


def _one_way(clusters: Clusters, mean: float) -> float:
    if isinstance(clusters, Moments):
        return _moment_variance(clusters, mean)
    count = sum(size for size, _ in clusters)
    squares = math.fsum([((total - mean * size) / (count - size)) ** 2 for size, total in clusters])
    return (len(clusters) - 1) / len(clusters) * squares


def _moment_variance(sums: Moments, mean: float) -> float:
    squares = sums.total_squared - 2 * mean * sums.cross + mean**2 * sums.count_squared
    return max(squares, 0.0) * sums.clusters / (sums.clusters - 1) / sums.count**2


def _count_flips(sizes: list[float], reached: float) -> float:
    if reached <= 0:
        return 1.0
    half = len(sizes) // 2
    if len(sizes) > _FLIPS_IN_PYTHON:
        return _count_flips_in_numpy(sizes[:half], sizes[half:], reached)
    left, right = _patterns(sizes[:half]), sorted(_patterns(sizes[half:]))
    least = sum(len(right) - bisect_left(right, reached - total) for total in left)
    most = sum(bisect_right(right, -reached - total) for total in left)
    return min(1.0, (least + most) / (len(left) * len(right)))


def _patterns(sizes: list[float]) -> list[float]:
    totals = [0.0]
    for size in sizes:
        totals = [total + size for total in totals] + [total - size for total in totals]
    return totals


def _count_flips_in_numpy(some: list[float], others: list[float], reached: float) -> float:
    import numpy as np

    halves = []
    for sizes in (some, others):
        totals = np.zeros(1)
        for size in sizes:
            totals = np.concatenate([totals + size, totals - size])
        halves.append(totals)
    left, right = halves[0], np.sort(halves[1])
    least = right.size * left.size - int(np.searchsorted(right, reached - left).sum())
    most = int(np.searchsorted(right, -reached - left, side="right").sum())
    return min(1.0, (least + most) / (left.size * right.size))


def _draw_flips(sizes: list[float], reached: float, seed: int, draws: int) -> float:
    import numpy as np

    totals = np.zeros(draws)
    for start in range(0, len(sizes), _SIGNS_AT_ONCE):
        some = np.array(sizes[start : start + _SIGNS_AT_ONCE])
        totals += _signs(seed, start, draws)[:, : some.size] @ some
    extreme = int((np.abs(totals) >= reached).sum())
    return (1 + extreme) / (1 + draws)


# Many pairs are tested with the same signs, and any number of differences in the same memory.
@lru_cache(maxsize=2)
def _signs(seed: int, start: int, draws: int) -> "NDArray[np.float64]":
    import numpy as np

    rng = np.random.default_rng([seed, start])
    heads = rng.integers(0, 2, size=(draws, _SIGNS_AT_ONCE), dtype=np.int8)
    return np.asarray(heads * 2.0 - 1, dtype=np.float64)


def _z(levels: Sequence[Level], variance: float) -> float:
    if any(
        (row.probability == 0 and row.hits) or (row.probability == 1 and row.hits < row.count)
        for row in levels
    ):
        return math.inf
    excess = math.fsum(
        (row.hits - row.count * row.probability) * (1 - 2 * row.probability) for row in levels
    )
    return excess / math.sqrt(variance) if variance else 0.0


def _simulate_z(levels: Sequence[Level], reached: float, seed: int, draws: int) -> float:
    import numpy as np

    p = np.array([row.probability for row in levels])
    n = np.array([row.count for row in levels])
    hits = np.random.default_rng(seed).binomial(n, p, size=(draws, len(p)))
    extreme = int(np.sum(np.abs((hits - n * p) @ (1 - 2 * p)) >= reached - 1e-12))
    return (1 + extreme) / (1 + draws)
