"""The right side of one half: how often a forecast leaned the way things went, and should have."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tracker.scoring.inference import Interval, clopper_pearson
from tracker.scoring.rules import Level

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_COUNTS = 2000
"""Up to this many forecasts the Poisson-binomial law is exact; beyond, it is approximated."""
NOTHING = Level(0.5, 0, 0)
SMALL = 30
"""Up to this many forecasts the law is computed without numpy."""


@dataclass(frozen=True, slots=True)
class RightSide:
    """How often the forecasts leaned the right way, against what they themselves implied.

    Attributes:
        right: forecasts above ½ that happened and below ½ that did not.
        count: forecasts on one side; those at ½ lean nowhere.
        implied: how many the words promised, Σ max(p, 1 − p).
        p_low: the chance of so few or fewer if the words were right (small: overconfident).
        p_high: the chance of so many or more (small: underconfident).
    """

    right: int
    count: int
    implied: float
    p_low: float
    p_high: float

    @property
    def interval(self) -> Interval:
        """Clopper–Pearson, 95 %, as if forecasts were independent; needs a count above 0."""
        return clopper_pearson(self.right, self.count)

    @property
    def p(self) -> float:
        """Two-sided: twice the smaller tail, at most 1."""
        return min(1.0, 2 * min(self.p_low, self.p_high))


def p_with(levels: Sequence[Level], changes: Sequence[tuple[int, Level | None]]) -> list[float]:
    """Return `RightSide.p` again for each change: one level replaced by another, or left out.

    All laws at once through the characteristic function of the Poisson-binomial law, φ(t) = Π
    (1 − p + p eⁱᵗ)ⁿ at N + 1 points, whose discrete Fourier transform it is (Hong 2013, section
    2.2); exact to about 1e-12. Beyond 2,000 forecasts it is approximated one by one.

    Args:
        levels: what was said and what happened.
        changes: which level, and what stands in its place; no more forecasts than it has.
    """
    size = 1 + sum(level.count for level in levels)
    if not changes or size > EXACT_COUNTS:
        return [right_side(_changed(levels, *change)).p for change in changes]
    import numpy as np

    # The law is real, so half of the circle holds it all.
    circle = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    factors, ones = _factors(levels, circle), np.ones((1, circle.size))
    before = np.cumprod(np.concatenate([ones, factors[:-1]]), axis=0)
    after = np.cumprod(np.concatenate([ones, factors[:0:-1]]), axis=0)[::-1]
    at = [place for place, _ in changes]
    new = [level or NOTHING for _, level in changes]
    laws = np.fft.irfft(before[at] * after[at] * _factors(new, circle), n=size, axis=1)
    below = np.concatenate([np.zeros((len(at), 1)), np.cumsum(laws, axis=1)], axis=1)
    right = sum(_sided(level)[1] for level in levels)
    went = [
        right - _sided(levels[place])[1] + _sided(level)[1]
        for place, level in zip(at, new, strict=True)
    ]
    rows = np.arange(len(at))
    tails = np.minimum(below[rows, np.add(went, 1)], 1 - below[rows, went])
    return [min(1.0, 2 * float(tail)) for tail in tails]


def right_side(levels: Sequence[Level]) -> RightSide:
    """Count forecasts on the right side of ½ and compare with what the words implied.

    The count is Poisson-binomial with probabilities max(p, 1 − p); its tails are exact up to 2,000
    forecasts and beyond that the refined normal approximation of Hong (2013), Computational
    Statistics & Data Analysis 59. Forecasts of exactly ½ are left out.
    """
    sides: Counter[float] = Counter()
    right = 0
    for level in levels:
        count, went = _sided(level)
        if count:
            sides[max(level.probability, 1 - level.probability)] += count
            right += went
    law = sorted(sides.items())
    low, high = _tails(law, right)
    implied = math.fsum(p * n for p, n in law)
    return RightSide(right, sides.total(), implied, low, high)


def _changed(levels: Sequence[Level], at: int, new: Level | None) -> list[Level]:
    return [*levels[:at], *([new] if new else []), *levels[at + 1 :]]


def _sided(level: Level) -> tuple[int, int]:
    """Return how many lean to a side, and how many of them to the right one."""
    if level.probability == 1 / 2:
        return 0, 0
    misses = level.count - level.hits
    return level.count, level.hits if level.probability > 1 / 2 else misses


def _factors(levels: Sequence[Level], circle: "NDArray[np.complex128]") -> "NDArray[np.complex128]":
    """Return each level's share of φ at the points of the circle: (levels, points)."""
    import numpy as np

    side = np.array([max(level.probability, 1 - level.probability) for level in levels])[:, None]
    count = np.array([_sided(level)[0] for level in levels])[:, None]
    return np.asarray((1 - side + side * circle) ** count, dtype=np.complex128)


def _tails(sides: list[tuple[float, int]], right: int) -> tuple[float, float]:
    count = sum(n for _, n in sides)
    if count > EXACT_COUNTS:
        return _refined(sides, right + 0.5), 1 - _refined(sides, right - 0.5)
    law = _law_in_python(sides) if count <= SMALL else _law_in_numpy(sides)
    return min(1.0, math.fsum(law[: right + 1])), min(1.0, math.fsum(law[right:]))


def _law_in_python(sides: list[tuple[float, int]]) -> list[float]:
    law = [1.0]
    for p, n in sides:
        for _ in range(n):
            law = [
                (1 - p) * stay + p * step
                for stay, step in zip([*law, 0.0], [0.0, *law], strict=True)
            ]
    return law


def _law_in_numpy(sides: list[tuple[float, int]]) -> list[float]:
    import numpy as np

    law = np.ones(1)
    for p, n in sides:
        law = np.convolve(law, _binomial(p, n))
    return [float(share) for share in law]


@lru_cache(maxsize=1024)
def _binomial(p: float, n: int) -> "NDArray[np.float64]":
    import numpy as np

    law, power = np.ones(1), np.array([1 - p, p])
    while n:
        if n % 2:
            law = np.convolve(law, power)
        n //= 2
        power = np.convolve(power, power) if n else power
    return law


def _refined(sides: list[tuple[float, int]], at: float) -> float:
    variance = math.fsum(n * p * (1 - p) for p, n in sides)
    mean = math.fsum(n * p for p, n in sides)
    if variance == 0:
        return float(at >= mean)
    spread = math.sqrt(variance)
    skewness = math.fsum(n * p * (1 - p) * (1 - 2 * p) for p, n in sides) / spread**3
    x = (at - mean) / spread
    density = math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    value = math.erfc(-x / math.sqrt(2)) / 2 + skewness * (1 - x * x) * density / 6
    return min(max(value, 0.0), 1.0)
