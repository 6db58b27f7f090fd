"""Forecasts that were revised, scored over the time they stood: the platforms' own scores.

For an op-ed the headline is what was said at publication; but who comes back to a question and
says something else has said both, each for as long as it stood.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.scoring.rules import (
    Revision,
    metaculus_baseline,
    peer_over_time,
    time_weighted,
)


@dataclass(frozen=True, slots=True)
class Course:
    """What everybody said about one question over its life.

    Attributes:
        forecasters: by name, what they said and from which day on (a number that counts days).
        revised: the names whose revised forecasts are asked about.
        closed: the day after the last on which a forecast stood.
        happened: 1 or 0.
    """

    forecasters: Mapping[str, Sequence[Revision]]
    revised: Sequence[str]
    closed: int
    happened: int


@dataclass(frozen=True, slots=True)
class OverTime:
    """Means over forecasts that were revised, each on one question by one forecaster.

    Attributes:
        revised: how many there are.
        baseline: Metaculus baseline score, averaged over each question's life; higher is better.
        peer: Metaculus peer score likewise, over `peered`; None without any.
        peered: how many of them have somebody else's forecast beside them.
        coverage: the share of the questions' lives during which they stood.
        daily_brier: Good Judgment score, 0 to 2: the mean over the days on which they stood.
        first_brier: Brier score of what was said first, 0 to 1.
    """

    revised: int
    baseline: float
    peer: float | None
    peered: int
    coverage: float
    daily_brier: float
    first_brier: float


def over_time(courses: Iterable[Course]) -> OverTime | None:
    """Return the time-weighted scores of the revised forecasts; None where there are none.

    A question's life begins with the first forecast that anybody recorded on it. Days before a
    forecaster's first word count 0 for the Metaculus scores and are left out of the daily Brier
    score, which is why the coverage stands beside it.
    """
    rows = [row for course in courses for row in _rows(course)]
    if not rows:
        return None
    peers = [row.peer for row in rows if row.peer is not None]
    return OverTime(
        revised=len(rows),
        baseline=_mean(row.baseline for row in rows),
        peer=_mean(peers) if peers else None,
        peered=len(peers),
        coverage=_mean(row.coverage for row in rows),
        daily_brier=_mean(row.daily_brier for row in rows),
        first_brier=_mean(row.first_brier for row in rows),
    )


def _rows(course: Course) -> Iterable[OverTime]:
    opened = min(said.at for line in course.forecasters.values() for said in line)
    if opened >= course.closed:
        return
    happened = course.happened
    peers = peer_over_time(course.forecasters, opened, course.closed, happened)
    for name in course.revised:
        line = course.forecasters[name]
        base = time_weighted(line, opened, course.closed, lambda p: metaculus_baseline(p, happened))
        if not base.coverage:
            continue
        brier = time_weighted(line, opened, course.closed, lambda p: 2 * (p - happened) ** 2)
        first = min(line, key=lambda said: said.at).probability
        alone = len(course.forecasters) == 1
        yield OverTime(
            revised=1,
            baseline=base.score,
            peer=None if alone else peers[name].score,
            peered=int(not alone),
            coverage=base.coverage,
            daily_brier=brier.score / brier.coverage,
            first_brier=(first - happened) ** 2,
        )


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return math.fsum(listed) / len(listed)
