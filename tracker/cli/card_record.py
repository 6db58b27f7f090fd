"""What a card says about the forecasts themselves: what cannot be scored, and where from."""

from collections.abc import Iterator, Mapping

from tracker.cli.card_numbers import percent, scores
from tracker.cli.card_words import Row
from tracker.scoring.figures import Scorecard

_CHOSEN = {
    "all": "from reading everything by the author",
    "sample": "from a sample",
    "tip": "from tips",
}


def record_rows(card: Scorecard) -> Iterator[Row]:
    """Say what the forecasts are: how many could not be scored, and how they came here."""
    if card.ledger.vague:
        yield _vague(card)
    if card.ledger.overdue:
        yield _overdue(card)
    if card.retrospective_share:
        late = card.ledger.retrospective
        yield Row(
            "retrospective",
            "Recorded afterwards",
            f"{late:,} of {card.scored:,} scored ({percent(card.retrospective_share)} %) were "
            "recorded after their deadline, when the outcome could be known.",
        )
    if card.chosen:
        yield Row("chosen", "How chosen", f"{_chosen(card.chosen)}.")


def _vague(card: Scorecard) -> Row:
    lacking = ", ".join(
        f"{count:,} {'lacks' if count == 1 else 'lack'} the {part}"
        for part, count in card.vague.missing.items()
    )
    return Row(
        "vagueness-rate",
        "Too vague to score",
        f"{card.ledger.vague:,} of {card.ledger.recorded:,} recorded "
        f"({percent(card.vague.vagueness_rate)} %){': ' if lacking else ''}{lacking}.",
    )


def _overdue(card: Scorecard) -> Row:
    figure = card.overdue
    due = card.scored + card.ledger.overdue
    waits = "waits" if card.ledger.overdue == 1 else "wait"
    bounds = ""
    if figure.overdue_bounds is not None:
        bounds = (
            f" However they turned out, the Brier score would lie within "
            f"{scores(figure.overdue_bounds)}."
        )
    return Row(
        "overdue-share",
        "Nobody has said",
        f"{card.ledger.overdue:,} of {due:,} whose deadline has passed "
        f"({percent(figure.overdue_share)} %) {waits} for somebody to say what happened.{bounds}",
    )


def _chosen(chosen: Mapping[str, int]) -> str:
    told = [f"{count:,} {_CHOSEN[how]}" for how in _CHOSEN if (count := chosen.get(how, 0))]
    tips = " (somebody picked these for how they turned out; they never enter a ranking)"
    return ", ".join(told) + (tips if chosen.get("tip") else "")
