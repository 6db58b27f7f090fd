"""Whose forecast it is: one table for each way to name a speaker, with what names none."""

import pytest

from tracker.articles import spot
from tracker.dates import ApproxDate

PUBLISHED = ApproxDate.parse("2025-07-16")

# People by their trade, whatever verb they speak with.
BY_TRADE = {
    "Modellers at two colleges think it likely that the fever will peak in May.": (
        "Modellers at two colleges"
    ),
    "Forecasters at the big banks do not expect a slump this year.": "Forecasters at the big banks",
    "Futures traders now put a 60 percent chance on a cut by May.": "Futures traders",
    "Doctor friends of mine with charts say that a second wave is a long shot.": (
        "Doctor friends of mine with charts"
    ),
    "A few, the sunnier ones, put the chance of a cure by Christmas at 1 in 10.": "A few",
    "Alderman Fitch, who chairs it, figures the bill will top $9 million.": "Alderman Fitch",
    "Retired spies think it unlikely that the regime will fall.": "Retired spies",
    "Officials I spoke to — all of them off the record — doubt that the pact will hold.": (
        "Officials I spoke to"
    ),
    "Goldfarb Analytics, which is seldom gloomy, now puts the odds of a slump at 45 percent.": (
        "Goldfarb Analytics"
    ),
    "The council put a stop to it, and rents will fall.": None,
    "Few think that the pact will hold.": None,
    "It is a fair bet that the pact will hold.": None,
    "You can bet that the pact will hold.": None,
    "Do not expect the pact to hold.": None,
    "The pact is not expected to hold.": None,
    "There's little doubt that the pact will hold.": None,
    "The evidence suggests that the pact will hold.": None,
}

# The speaker in the middle, or behind with much to tell of him.
BETWEEN = {
    "The bill, says Ada Fabricated, will fail.": "Ada Fabricated",
    "While the talks last, says Noam Invented, a planner, nobody will shoot.": "Noam Invented",
    "That is a sign, says Dr Fabricated, who runs a ward, that it is going to be bad.": (
        "Dr Fabricated"
    ),
    "You will fly in one by 2030, says a banker who had come along to watch, or own one.": (
        "a banker who had come along to watch"
    ),
}

RECKONED = {
    "The tax will, on the county auditor's own reckoning, raise nothing.": "the county auditor",
    "By the ministry's own estimate, the dam will be late.": "the ministry",
    "By one banker's calculations the fund will be empty by May.": "one banker",
    "On my own reckoning the fund will be empty by May.": None,
}

# What was said of somebody was not said by him.
PASSIVE = {
    "Radiologists, whose end was often forecast, aren't going anywhere.": None,
    "The merger, which was announced on Monday, will raise prices.": None,
    "Wheat was predicted to be dear and will be cheap.": None,
}

TABLES = (BY_TRADE, BETWEEN, RECKONED, PASSIVE)


@pytest.mark.parametrize(("text", "who"), [row for table in TABLES for row in table.items()])
def test_who_says_it_is_named_and_nobody_else(text: str, who: str | None) -> None:
    [found] = spot.propose(text, PUBLISHED)
    assert found.attributed_to == who
