"""On what a forecast depends: one table for each way to say it, with what only looks like it."""

import pytest

from tracker.articles import spot
from tracker.dates import ApproxDate

PUBLISHED = ApproxDate.parse("2025-07-16")

# What cannot be had without something else.
LACKING = {
    "The hill farms stand little chance of lasting without subsidies.": "without subsidies",
    "The valley can't hold through May without a road to the coast.": (
        "without a road to the coast"
    ),
    "No budget will pass without the votes of the Greens.": "without the votes of the Greens",
    "What won't be met without a carbon price is any target for steel.": "without a carbon price",
    "The fund is unlikely to survive without new money.": "without new money",
    # How something happens, or to whom, is no condition.
    "Don't be surprised when the bank moves abroad without asking anybody.": None,
    "The island will not leave without a deal.": None,
    "Other firms will follow without a word.": None,
    "Nobody will look, for the room was built without a window.": None,
    "The law will not pass, with or without the Whigs.": None,
    "If neither moves, some thousands will be sent home without pay.": "If neither moves",
    # Where no comma parts it from the main clause.
    "Without a rise in some big tax his sums will not add up.": "Without a rise in some big tax",
    "Without the support of the farmers the bill will fail.": "Without the support of the farmers",
    "Without rain the towns could face rationing.": "Without rain",
}

# Once something that may not be.
ONCE = {
    "Once one port closes, the others will follow.": "Once one port closes",
    "Once enough towns have joined, the rest will come.": "Once enough towns have joined",
    "Once any bank fails, the lenders will panic.": "Once any bank fails",
    "Once the rains come, the roads will flood.": None,
    "For once one forecaster will be right.": None,
    "The sea will rise more than once a century.": None,
}

OPENERS = {
    "Prices will fall only if the court acts.": "only if the court acts",
    "Prices will fall, but only if the court acts.": "only if the court acts",
    "If, however, the court acts, prices will fall.": "If, however, the court acts",
    "Even supposing a deal on spending, the debt will grow.": "Even supposing a deal on spending",
    "Short of a miracle, the league will fold.": "Short of a miracle",
    "The league will fall short of its target.": None,
    "By May the firm will run short of cash.": None,
    "The depot will be short of drivers.": None,
    "The truce will last about as long as a sandcastle.": None,
    "Wages will lag for at least as long as they did after the war.": None,
    "The truce will hold as long as the river is high.": "as long as the river is high",
}

# The fault: a condition cut at its first comma, and its time given to the forecast.
GOES_ON = {
    "Should he touch the tax, even gently, before the vote, he could lose his seat.": (
        "Should he touch the tax, even gently, before the vote"
    ),
    "If she quits, or is pushed, the party will split.": "If she quits, or is pushed",
    "If Congress acts, the optimists say, prices will fall.": "If Congress acts",
}

TABLES = (LACKING, ONCE, OPENERS, GOES_ON)


@pytest.mark.parametrize(("text", "condition"), [row for table in TABLES for row in table.items()])
def test_a_condition_is_told_from_what_looks_like_one(text: str, condition: str | None) -> None:
    [found] = spot.propose(text, PUBLISHED)
    assert found.conditional == condition


def test_a_time_inside_the_condition_is_not_the_deadline() -> None:
    text = "Should he touch the tax, even gently, before May, he could lose his seat."
    [found] = spot.propose(text, PUBLISHED)
    assert found.deadline is None
