"""The sign-flip test: whether one of two is better on the questions that both forecast.

Exact up to thirty pairs; beyond, sign patterns are drawn, and numpy is imported to draw them.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_FLIPS = 30
"""Up to this many pairs every sign pattern is counted; beyond, patterns are drawn."""
DRAWS = 9_999
_FLIPS_IN_PYTHON = 12
_SIGNS_AT_ONCE = 256


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
