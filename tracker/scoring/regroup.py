"""The same claims added up by article and by question, under one lexicon after another.

Only for cards that need numpy anyway: what is added up is the same as in `claims.summed`, and the
intervals are those of `inference.cluster_mean`, every measure in one pass.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.scoring.evidence import JUDGED, MEASURES, Columns
from tracker.scoring.inference import ClusterMean, around

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Regrouped:
    """Claims whose sums are made again for every lexicon.

    Args:
        columns: the claims, n of them.
    """

    def __init__(self, columns: Columns) -> None:
        self._cells = 2 * np.array(columns.said) + np.array(columns.happened)
        self._names = (*JUDGED, *columns.baselines)
        # A baseline's own squared error; NaN where the measure does not exist.
        zeros = np.zeros(self._cells.size)
        own = [np.array(errors, dtype=np.float64) for errors in columns.baselines.values()]
        self._less = np.stack([zeros, zeros, *own])
        self._articles = _Grouping(np.array(columns.article), len(self._names))
        self._questions = _Grouping(np.array(columns.question), len(self._names))

    def means(self, best: Sequence[float | None]) -> dict[str, ClusterMean]:
        """Return each measure's mean with its interval; one that no claim has is left out.

        Args:
            best: what each of the tallies means as one probability; None leaves its claims out.
        """
        worth = [
            np.array([np.nan if p is None else of(p, y) for p in best for y in (0, 1)])
            for of in (MEASURES[name] for name in JUDGED)
        ]
        brier, excess = (each[self._cells] for each in worth)
        values = np.stack([brier, excess, *[brier] * (len(self._names) - len(JUDGED))]) - self._less
        there = ~np.isnan(values)
        values[~there] = 0.0
        found = self._means(values, there)
        return {name: mean for name, mean in zip(self._names, found, strict=True) if mean.count}

    def _means(self, values: Floats, there: NDArray[np.bool_]) -> list[ClusterMean]:
        count, total = there.sum(axis=1), values.sum(axis=1)
        mean = total / np.maximum(count, 1)
        groups, largest, by_article = self._articles.variance(values, there, mean)
        questions, widest, by_question = self._questions.variance(values, there, mean)
        shared = questions < count
        error = ((values - mean[:, None]) * there) ** 2
        single = error.sum(axis=1) / np.maximum(count - 1, 1) / np.maximum(count, 1)
        both = np.maximum.reduce([by_article, by_question, by_article + by_question - single])
        variance = np.where(shared, both, by_article)
        least = np.where(shared, np.minimum(groups, questions), groups)
        squares = np.where(shared, np.maximum(largest, widest), largest)
        rows = zip(mean, variance, count**2 / np.maximum(squares, 1), least, count, strict=True)
        return [around(float(m), float(v), float(e), int(g), int(n)) for m, v, e, g, n in rows]


class _Grouping:
    """Claims in groups, several measures of them side by side.

    Args:
        group: (n,), the number of each claim's group.
        measures: how many, m.
    """

    def __init__(self, group: Integers, measures: int) -> None:
        self._shape = (measures, int(group.max(initial=-1)) + 1)
        self._at = (np.arange(measures)[:, None] * self._shape[1] + group).ravel()

    def variance(
        self, values: Floats, there: NDArray[np.bool_], mean: Floats
    ) -> tuple[Integers, Integers, Floats]:
        """Return groups, Σ n² and the jackknife variance of the mean, (m,) each.

        Args:
            values: (m, n), 0 where a claim has no such measure.
            there: (m, n), whether it has.
            mean: (m,).
        """
        size, total = (self._summed(each) for each in (there.astype(np.float64), values))
        groups = (size > 0).sum(axis=1)
        rest = size.sum(axis=1)[:, None] - size
        error = (total - mean[:, None] * size) / np.maximum(rest, 1)
        squares = (error**2).sum(axis=1)
        return groups, (size**2).sum(axis=1), (groups - 1) / np.maximum(groups, 1) * squares

    def _summed(self, values: Floats) -> Floats:
        cells = self._shape[0] * self._shape[1]
        summed = np.bincount(self._at, values.ravel(), cells).reshape(self._shape)
        return np.asarray(summed, dtype=np.float64)
