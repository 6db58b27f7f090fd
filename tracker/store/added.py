"""Forecasts added up by article and by question: what `sums` gives back, and what it is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracker.store.scope import Words

Told = Callable[[str, int], None]
"""Called with a step's name before it, with 0, and after it, with 1."""


def nobody(_step: str, _done: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What one thing said is worth, by measure: "brier", "excess" and "spread".

    Attributes:
        failed: the values if the event did not happen.
        happened: the values if it did.
    """

    failed: Mapping[str, float]
    happened: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Sums:
    """One measure, added up by article (or question, or forecast) and then over all of these.

    Attributes:
        clusters: articles that have it, G.
        count: forecasts that have it, Σ n.
        total: Σ s, with s an article's sum.
        count_squared: Σ n².
        cross: Σ n s.
        total_squared: Σ s².
    """

    clusters: int
    count: int
    total: float
    count_squared: int
    cross: float
    total_squared: float


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that were chosen alike and whose first forecast to fall due says and saw the same.

    Attributes:
        chosen: how they came to be read.
        first: what that first forecast says.
        happened: whether its event happened, 1 or 0.
        articles: how many.
        firsts: how many of them say it first on its question, so that its outcome is new.
        forecasts: how many stand in them.
        sums: by measure, and by baseline "base rate", "status quo" and "crowd" where recorded:
            there the measure is "brier" less the baseline's own squared error.
    """

    chosen: str
    first: Words
    happened: int
    articles: int
    firsts: int
    forecasts: int
    sums: Mapping[str, Sums]


@dataclass(frozen=True, slots=True)
class Added:
    """Scored forecasts, added up in each way in which they hang together.

    Attributes:
        groups: by article, and then by what these have in common.
        questions: how many questions they are about.
        by_question: by measure and baseline, as the sums of a group.
        singles: the same forecast by forecast.
    """

    groups: tuple[Group, ...]
    questions: int
    by_question: Mapping[str, Sums]
    singles: Mapping[str, Sums]
