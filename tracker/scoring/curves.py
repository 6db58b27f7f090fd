"""The part of a scorecard that needs numpy: miscalibration, its null, the curve and its band."""

from collections.abc import Iterable, Sequence

from tracker.scoring.calibration import (
    confidence_band,
    decompose,
    null_miscalibration,
    null_p_values,
    pooled,
    recalibrated,
)
from tracker.scoring.figures import Curve, LevelFigure, MiscalibrationFigure, MiscalibrationVerdict
from tracker.scoring.inference import Interval
from tracker.scoring.rules import Level

SIGNIFICANT = 0.05
SENSITIVITY_DRAWS = 199
"""Draws of the null for a second lexicon: enough to say whether p is below 5 %."""


def miscalibration(
    levels: Iterable[Level], seed: int, design_effect: float
) -> MiscalibrationFigure:
    """Decompose both scores and set the miscalibration against its null."""
    data = pooled(levels)
    null = null_miscalibration(data, seed, design_effect=design_effect)
    return MiscalibrationFigure(decompose(data), decompose(data, "log"), null, verdict(null.p))


def quick_verdicts(
    given: Sequence[tuple[Iterable[Level], float]], seed: int
) -> tuple[MiscalibrationVerdict, ...]:
    """Return verdicts alone, from fewer draws: for levels and their design effect."""
    if not given:
        return ()
    rows = [(pooled(levels), effect) for levels, effect in given]
    return tuple(map(verdict, null_p_values(rows, seed, most=SENSITIVITY_DRAWS)))


def verdict(p: float) -> MiscalibrationVerdict:
    """Say what a p-value of miscalibration allows to say."""
    return "miscalibrated" if p < SIGNIFICANT else "no conclusion"


def curve(levels: Iterable[Level]) -> Curve:
    """Pool the levels and draw the band around their calibration curve."""
    data = pooled(levels)
    return Curve(data, confidence_band(data))


def level_figures(drawn: Curve) -> tuple[LevelFigure, ...]:
    """Return the curve level by level."""
    data = drawn.data
    columns = (data.probability, data.count, data.hits, recalibrated(data))
    rows = zip(*columns, *drawn.band.at(data.probability), strict=True)
    return tuple(_level(*(float(value) for value in row)) for row in rows)


def _level(
    said: float, count: float, hits: float, fitted: float, low: float, high: float
) -> LevelFigure:
    outside = not low <= said <= high
    return LevelFigure(said, int(count), hits / count, fitted, Interval(low, high), outside)
