"""To which clause a time belongs: several sentences for each way in which it can be mistaken."""

from collections.abc import Mapping

import pytest

from tracker.articles import spot, timex
from tracker.dates import ApproxDate

PUBLISHED = ApproxDate.parse("2025-07-16")
US = "The White House and Congress disagree; President Trump fumes. "

# The fault: what stands between verb and time, after a comma or a dash, taken for a new clause.
INSERTED = {
    "The Diet will approve the pact, and without much grumbling, before the month is out.": (
        "before the month is out"
    ),
    "The ferry line will go under, and not only on paper, by 2027.": "by 2027",
    "Brandt Motors will be sold, though not to whoever bids most, before Christmas.": (
        "before Christmas"
    ),
    "The levy will be repealed — but quietly, on a slow day — before the midterms.": (
        "before the midterms"
    ),
    "Rents will fall, and for the first time since the war, in every borough by next summer.": (
        "by next summer"
    ),
    "The tram will run, because it must, in 2028.": "in 2028",
    "Ashdown will be bankrupt in fact, and not just in spirit, within a year.": "within a year",
    "The mayor will lose, and lose badly, in the second round on 4 May.": "on 4 May",
    "In May — and perhaps sooner — the quarry will close.": "In May",
    # Here another clause does begin.
    "The report lands in May; expect two resignations.": None,
    "The plant will close, and the town, which meets in May, will feel it.": None,
    "It will rain, but the game, on Sunday, is off.": None,
    "The strike will fail, and the union, which votes in May, knows it.": None,
}

# The fault: "admitted in May" taken for "he admitted in May that ...".
TOLD = {
    "I expect the two republics to be admitted in November.": "in November",
    "The vote is likely to be announced in May.": "in May",
    "The loss will be admitted, I expect, on Friday.": "on Friday",
    "Dolan said on Tuesday that the bank will fail this year.": "this year",
    "Dolan announced in May that the bank will fail.": None,
}

# The fault: the time of what is over, with which the forecast compares, taken for its deadline.
COMPARED = {
    "The council will split along exactly the line it split along in November.": None,
    "The yen will recover part of what it lost in August.": None,
    "The Whigs are likely to win back the seats they threw away in December.": None,
    "The Greens are likely to lose the ground the Whigs lost to them in May.": None,
    "Turnout will be as poor as it was in March.": None,
    "The vote will go as it did in April.": None,
    "The mill is almost sure to miss the target it set itself in January.": None,
    "The judges will undo the cut made by the bank in June.": None,
    "Winter fares will rise, as in March.": None,
    "By May the strikes will have cost more than the claim would in a decade.": "By May",
    # What is supposed, caused or expected is not over.
    "I'd be astonished if the schools were fully open before February.": "before February",
    "I would be surprised if they came home in March.": "in March",
    "Hale will get it signed in May.": "in May",
    "Hale is going to have it wrapped up by the middle of March.": "by the middle of March",
    "Machines will be cleverer than we are within twenty years.": "within twenty years",
    "The Whigs will win back in November what they lost.": "in November",
    "The bill will pass as early as in March.": "in March",
    "She will refuse it, as she did in May, by Christmas.": "by Christmas",
}

# The fault: a time that says which one is meant.
WHICH_ONE = {
    "The target of nine in ten treated within eighteen weeks will be missed.": None,
    "Anyone hired in May will be dismissed.": None,
    "They will run out of money in the budget year that begins in April.": None,
    "Prices will not fall, whoever wins in November, until the mill is mended.": (
        "until the mill is mended"
    ),
    "The bank, and it may come to that in May, will print money by June.": "by June",
    "The mill, and it is up for sale in May, will be missed.": None,
    "Passed in May, the law will be a dead letter.": None,
    "A strike before the end of September is likely.": "before the end of September",
}

# The fault: a word of the cue or of a noun taken for the preposition of a time.
OF_THE_CUE = {
    "Don't count on this Congress to mend it before the end of May.": "before the end of May",
    "Don't count on this Congress to mend it.": None,
    "The Diet is unlikely to meet its target for 2026.": None,
    "The Diet will be unlikely to sit for 2026.": "for 2026",
    "There will be another flood before the decade is over, and more than one.": (
        "before the decade is over"
    ),
    "The vaccine will be found somewhere before the winter is over.": "before the winter is over",
    "It will not win unless its parties hold, and for three days this month they did not.": None,
    "The pact will hold, though for two weeks the envoys were not speaking.": None,
    "It will be shut for two weeks, they said.": "for two weeks",
}

# The fault: before whom one comes taken for when.
BODIES = {
    "No treaty will come before the Senate, let alone pass it, before 2027.": "before 2027",
    "The pact will go before the full court in May.": "in May",
    "Her case is likely to come before the planning committee.": None,
    "The pact will go before the voters, and fail.": None,
    "They will not budge before the court rules.": "before the court rules",
    "The bill will not pass before the Senate rises.": "before the Senate rises",
    # Words before the time that say where.
    "The party will pay for it in the polls by Halloween.": "by Halloween",
    "They will settle at the party conference in October.": "at the party conference in October",
}

# The fault: the nearer of two times taken where the farther limits.
WIDER = {
    "They won't come, neither inside a year nor in a lifetime.": "in a lifetime",
    "They won't come, neither this year nor in the next decade.": "in the next decade",
    "The glacier will be gone in ten years, certainly in twenty.": (
        "in ten years, certainly in twenty"
    ),
    "Not in this decade, and probably not in the next, will a woman lead that church.": (
        "in this decade, and probably not in the next"
    ),
    "The bypass is unlikely to open in September, or indeed before the following spring.": (
        "in September, or indeed before the following spring"
    ),
    "The port won't see a penny of it, not this year and not next.": "this year and not next",
    "In the next 48 hours at least two of the clubs will pull out.": "In the next 48 hours",
}

TABLES: dict[str, Mapping[str, str | None]] = {
    "inserted": INSERTED,
    "told": TOLD,
    "compared": COMPARED,
    "which one": WHICH_ONE,
    "of the cue": OF_THE_CUE,
    "bodies": BODIES,
    "wider": WIDER,
}


@pytest.mark.parametrize(
    ("sentence", "words"),
    [row for table in TABLES.values() for row in table.items()],
)
def test_a_time_belongs_to_the_clause_that_it_limits(sentence: str, words: str | None) -> None:
    [found] = spot.propose(US + sentence, PUBLISHED)
    assert found.deadline_words == words


def test_when_something_opens_is_a_time_but_not_in_a_surprise() -> None:
    # The fault: "don't be surprised when the frost comes down" given a deadline.
    sentences = {
        "Hale will be Speaker when the new House convenes.": ["when the new House convenes"],
        "The queues will be back when the masks come off.": ["when the masks come off"],
        "Don't be surprised when the first frost comes down on the vines.": [],
        "It will come in November, when the ministers return.": ["in November"],
        "It is unlikely to pass when the House reconvenes in January.": ["in January"],
        "They will leave when the bill comes due.": [],
    }
    found = {each: [one.words for one in timex.find(each, PUBLISHED)] for each in sentences}
    assert found == sentences


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("before the town meeting on March 3", "2026-03-02"),
        ("before the state elections of 9 September", "2025-09-08"),
        ("before the choir sings on 22 December", "2025-12-21"),
        # On which day of June it begins, nobody said.
        ("before the choir sings in June", None),
    ],
)
def test_before_something_of_a_known_day_is_the_day_before(words: str, day: str | None) -> None:
    [found] = timex.find(f"It will be settled {words}.", PUBLISHED)
    assert (found.words, found.label) == (words, day)
