"""How a scorecard writes its numbers: with the digits that mean something, and no more."""

from tracker.scoring.inference import Interval

_MUCH = 1_000_000


def percent(share: float) -> str:
    """Write a share as a percentage; what is not quite 0 or 100 does not become so."""
    exact = 100 * share
    if 0 < exact < 1 or 99 < exact < 100:  # noqa: PLR2004 - the ends of a percentage
        return f"{min(max(exact, 0.1), 99.9):.1f}"
    return f"{exact:.0f}"


def spread(interval: Interval) -> str:
    """Write an interval of shares: 15–95 %."""
    return f"{percent(interval.low)}–{percent(interval.high)} %"


def points(score: float) -> str:
    """Write a score with the digits that mean something."""
    return f"{score:.3f}"


def signed(score: float) -> str:
    """Write a score of which 0 is the middle, with its sign."""
    return f"{score:+.1f}".replace("-", "−")


def scores(interval: Interval) -> str:
    """Write an interval of scores."""
    return f"{points(interval.low)} to {points(interval.high)}"


def times(count: int) -> str:
    """Write how often."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def stake(value: float) -> str:
    """Write what a bet has grown to."""
    return f"{value:.3g}" if value < _MUCH else "more than a million"


def chance(p: float) -> str:
    """Write a p-value."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"  # noqa: PLR2004 - the usual last step


def plural(word: str, count: int) -> str:
    """Write a word for one or for many."""
    return word if count == 1 else f"{word}s"
