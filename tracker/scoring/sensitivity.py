"""Would another lexicon have said otherwise? Every verdict again under every lexicon."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.lexicon import Lexicon
from tracker.scoring.claims import best_values
from tracker.scoring.evidence import JUDGED, MEASURES, Evidence, Tally, read
from tracker.scoring.figures import ConfidenceVerdict, DependsOn, LeadVerdict, LexiconFigure
from tracker.scoring.inference import ClusterMean, Ways, cluster_mean
from tracker.scoring.quantiles import t_quantile
from tracker.scoring.rules import Level
from tracker.scoring.sides import RightSide, p_with, right_side

if TYPE_CHECKING:
    from tracker.scoring.regroup import Regrouped

SIGNIFICANT = 0.05
COIN_BRIER = 1 / 4
INTERVALS_FROM = 20
"""Scored claims from which intervals and verdicts are given."""


@dataclass(frozen=True, slots=True)
class View:
    """The evidence as one lexicon reads it.

    Attributes:
        lexicon: which.
        tallies: those it can read.
        levels: these at their best value, one for each of the tallies.
        best: of all the evidence's tallies, their single values; None for those it cannot read.
        means: per measure, the mean with its interval by article and question.
        silent: forecasts it cannot read.
    """

    lexicon: Lexicon
    tallies: tuple[Tally, ...]
    levels: tuple[Level, ...]
    best: Sequence[float | None]
    means: Mapping[str, ClusterMean]
    silent: int

    @property
    def count(self) -> int:
        """Forecasts it can read."""
        return sum(level.count for level in self.levels)


def view(evidence: Evidence, lexicon: Lexicon) -> View:
    """Read the evidence with the scorecard's own lexicon."""
    best = best_values(evidence.tallies, lexicon)
    tallies, rows = _readable(evidence, best)
    silent = sum(tally.count for tally in evidence.tallies) - sum(row.count for row in rows)
    return View(lexicon, tallies, rows, best, _means(evidence.clusters), silent)


def _readable(
    evidence: Evidence, best: Sequence[float | None]
) -> tuple[tuple[Tally, ...], tuple[Level, ...]]:
    known = [(row, p) for row, p in zip(evidence.tallies, best, strict=True) if p is not None]
    levels = tuple(Level(p, tally.count, tally.hits) for tally, p in known)
    return tuple(tally for tally, _ in known), levels


class Others:
    """The evidence as other lexicons read it.

    Where the claims themselves are at hand the sums by article and question are made again. For
    large evidence the own lexicon's design effect (Kish 1965, Survey Sampling, section 5.4: the
    clustered variance over that of independent forecasts) is carried over.

    Args:
        evidence: what was said and what happened.
        own: the same as the card's own lexicon reads it.
    """

    def __init__(self, evidence: Evidence, own: View) -> None:
        self._evidence = evidence
        self._own = own

    def views(self, lexicon: Lexicon) -> tuple[View, View]:
        """Read what another lexicon can read: with that lexicon, and with the card's own.

        Both see the same forecasts, so a verdict that differs differs because of the words' meaning
        and not because a lexicon is silent on some of them.
        """
        own = self._own
        theirs = best_values(self._evidence.tallies, lexicon)
        both = [p if other is not None else None for other, p in zip(theirs, own.best, strict=True)]
        seen = self._seen(lexicon, theirs)
        return seen, self._seen(own.lexicon, both) if seen.silent else own

    def _seen(self, lexicon: Lexicon, best: Sequence[float | None]) -> View:
        own = self._own
        tallies, rows = _readable(self._evidence, best)
        count = sum(row.count for row in rows)
        means: Mapping[str, ClusterMean] = {}
        if self._evidence.columns is None and rows:
            means = {
                name: _carried(own.means[name], own.levels, rows, MEASURES[name])
                for name in JUDGED
                if name in own.means
            }
        elif count >= INTERVALS_FROM:
            means = self._regrouped.means(best)
        return View(lexicon, tallies, rows, best, means, own.count - count)

    @cached_property
    def _regrouped(self) -> "Regrouped":
        from tracker.scoring.regroup import Regrouped  # needs numpy, as intervals do

        assert self._evidence.columns is not None  # noqa: S101 - asked before; this tells mypy
        return Regrouped(self._evidence.columns)


def design_effect(seen: View) -> float:
    """Return how much clustering inflates the variance of calibration; at least 1.

    Of right side less implied: the variance of its mean clustered by article and question over that
    of independent claims (Kish 1965, Survey Sampling, section 5.4).
    """
    plain = _plain_error(seen.levels, MEASURES["excess"])[1]
    clustered_error = seen.means["excess"].standard_error
    return max(1.0, (clustered_error / plain) ** 2) if plain else 1.0


def lead_verdict(difference: ClusterMean, shift: float = 0.0) -> LeadVerdict:
    """Say better or worse where the interval of a difference, less `shift`, leaves 0 out."""
    if difference.high < shift:
        return "better"
    return "worse" if difference.low > shift else "no conclusion"


def confidence_verdict(sides: RightSide, excess: ClusterMean) -> ConfidenceVerdict:
    """Say over- or underconfident where the exact and the clustered test agree at 5 %."""
    if not (sides.p < SIGNIFICANT and excess.p < SIGNIFICANT):
        return "no conclusion"
    return "overconfident" if sides.right < sides.implied else "underconfident"


def depends_on(seen: View) -> tuple[DependsOn, ...]:
    """Name the phrases at whose mean, or without which, the count test changes its answer."""
    best = right_side(seen.levels).p
    asked = [
        (at, Level(reading.mean, tally.count, tally.hits))
        for at, tally in enumerate(seen.tallies)
        if tally.said.phrase is not None and (reading := read(tally.said, seen.lexicon))
    ]
    found = p_with(seen.levels, [*asked, *((at, None) for at, _ in asked)])
    return tuple(
        DependsOn(seen.tallies[at].said, best, mean, without)
        for (at, _), mean, without in zip(
            asked, found[: len(asked)], found[len(asked) :], strict=True
        )
        if len({p < SIGNIFICANT for p in (best, mean, without)}) > 1
    )


def flipped(rows: Iterable[LexiconFigure]) -> tuple[str, ...]:
    """Name the questions that some lexicon answers otherwise on the same forecasts."""
    return tuple(
        sorted(
            {
                name
                for row in rows
                for name, answer in row.verdicts.items()
                if row.own_verdicts[name] != answer
            }
        )
    )


def _means(clusters: Mapping[str, Ways]) -> dict[str, ClusterMean]:
    return {name: cluster_mean(rows) for name, rows in clusters.items()}


def _carried(
    own: ClusterMean,
    own_levels: Sequence[Level],
    other_levels: Sequence[Level],
    of: Callable[[float, int], float],
) -> ClusterMean:
    own_error = _plain_error(own_levels, of)[1]
    mean, plain = _plain_error(other_levels, of)
    error = own.standard_error * plain / own_error if own_error else own.standard_error
    df = max(1, own.clusters - 1)
    reach = t_quantile(1 - SIGNIFICANT, df) * error
    count = sum(row.count for row in other_levels)
    return ClusterMean(mean, mean - reach, mean + reach, error, df, own.clusters, count)


def _plain_error(rows: Sequence[Level], of: Callable[[float, int], float]) -> tuple[float, float]:
    count = sum(row.count for row in rows)
    values = [
        (of(row.probability, y), n)
        for row in rows
        for y, n in ((1, row.hits), (0, row.count - row.hits))
    ]
    mean = math.fsum(value * n for value, n in values) / count
    variance = math.fsum(n * (value - mean) ** 2 for value, n in values) / count
    return mean, math.sqrt(variance / count)
