"""The part of a scorecard that needs numpy: miscalibration, its null, the curve and its band."""

from collections.abc import Iterable

from tracker.scoring.calibration import (
    confidence_band,
    decompose,
    null_miscalibration,
    pooled,
    recalibrated,
)
from tracker.scoring.figures import Curve, LevelFigure, MiscalibrationFigure, MiscalibrationVerdict
from tracker.scoring.inference import Interval
from tracker.scoring.rules import Level

SIGNIFICANT = 0.05
SENSITIVITY_DRAWS = 199
"""Draws of the null for a second lexicon: enough to say whether p is below 5 %."""


def miscalibration(levels: Iterable[Level], seed: int) -> MiscalibrationFigure:
    """Decompose both scores and set the miscalibration against its null."""
    data = pooled(levels)
    null = null_miscalibration(data, seed)
    return MiscalibrationFigure(decompose(data), decompose(data, "log"), null, verdict(null.p))


def quick_verdict(levels: Iterable[Level], seed: int) -> MiscalibrationVerdict:
    """Return the verdict alone, from fewer draws."""
    return verdict(null_miscalibration(pooled(levels), seed, SENSITIVITY_DRAWS).p)


def verdict(p: float) -> MiscalibrationVerdict:
    """Say what a p-value of miscalibration allows to say."""
    return "miscalibrated" if p < SIGNIFICANT else "no conclusion"


def curve(levels: Iterable[Level], *, with_band: bool) -> Curve:
    """Pool the levels, and draw the band where there is enough to draw it from."""
    data = pooled(levels)
    return Curve(data, confidence_band(data) if with_band else None)


def level_figures(drawn: Curve) -> tuple[LevelFigure, ...]:
    """Return the curve level by level."""
    data, fitted = drawn.data, recalibrated(drawn.data)
    bands = _bands(drawn)
    rows = zip(data.probability, data.count, data.hits, fitted, bands, strict=True)
    return tuple(
        _level(float(said), int(count), int(hits), float(fit), band)
        for said, count, hits, fit, band in rows
    )


def _bands(drawn: Curve) -> list[Interval | None]:
    if drawn.band is None:
        return [None] * drawn.data.count.size
    low, high = drawn.band.at(drawn.data.probability)
    return [Interval(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def _level(said: float, count: int, hits: int, fitted: float, band: Interval | None) -> LevelFigure:
    outside = band is not None and not band.low <= said <= band.high
    return LevelFigure(said, count, hits / count, fitted, band, outside)
