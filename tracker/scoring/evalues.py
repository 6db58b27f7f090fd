"""E-values: evidence that may be looked at after every outcome without being spoiled by it."""

import math
from collections.abc import Iterable

from tracker.scoring.rules import Level, Paired

_BETS = tuple((slope, shift) for slope in (1 / 3, 2 / 3, 1.0, 3 / 2) for shift in (-0.7, 0.0, 0.7))
_STAKES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
_NEAR = 0.001


def e_calibration(levels: Iterable[Level]) -> float:
    """Return the evidence against "the words mean what they say", valid however often one looks.

    A bet against the words: e = mean over alternatives of Π (q/p)^y ((1 − q)/(1 − p))^(1 − y),
    with q from a fixed set that tempers, sharpens and shifts p on the log-odds scale. Under
    calibration e is a nonnegative martingale that starts at 1, so the chance that it ever reaches
    1/α is at most α (Ville's inequality); Henzi and Ziegel (2022), Biometrika 109; Ramdas,
    Grünwald, Vovk and Shafer (2023), Statistical Science 38. Infinite after a certain and wrong
    forecast. Feed it one forecast per article, chosen before its outcome was known: the bound
    needs every outcome to be new.
    """
    rows = tuple(levels)
    logs = [math.fsum(_log_ratio(row, slope, shift) for row in rows) for slope, shift in _BETS]
    return _mean_exp(logs)


def e_skill(rows: Iterable[Paired]) -> float:
    """Return the evidence for "better than the baseline", valid however often one looks.

    e = mean over λ of Π (1 + λ dᵢ), dᵢ the baseline's Brier score less the forecaster's, which
    lies in [−1, 1]; λ is ¹⁄₁₆, ⅛, ¼, ½. If the forecaster is no better in expectation at any time,
    e is a supermartingale that starts at 1 (Choe and Ramdas 2024, Operations Research 72;
    Waudby-Smith and Ramdas 2024, Journal of the Royal Statistical Society B 86).
    """
    pairs = tuple(rows)
    return _mean_exp([math.fsum(_log_bet(row, stake) for row in pairs) for stake in _STAKES])


def _log_ratio(row: Level, slope: float, shift: float) -> float:
    p, misses = row.probability, row.count - row.hits
    if (p == 0 and row.hits) or (p == 1 and misses):
        return math.inf
    near = min(max(p, _NEAR), 1 - _NEAR)
    q = 1 / (1 + math.exp(-(slope * math.log(near / (1 - near)) + shift)))
    happened = row.hits * math.log(q / p) if row.hits else 0.0
    return happened + (misses * math.log((1 - q) / (1 - p)) if misses else 0.0)


def _log_bet(row: Paired, stake: float) -> float:
    won = (1 - row.baseline) ** 2 - (1 - row.probability) ** 2
    lost = row.baseline**2 - row.probability**2
    return row.hits * math.log1p(stake * won) + (row.count - row.hits) * math.log1p(stake * lost)


def _mean_exp(logs: list[float]) -> float:
    top = max(logs)
    if top == math.inf or top > 700:  # noqa: PLR2004 - exp would overflow a float
        return math.inf
    return math.fsum(math.exp(log) for log in logs) / len(logs)
