"""Spotting: one table for each thing a rule decides, with the hard cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.articles import spot
from tracker.articles.spot import WILL_HAPPEN, WILL_NOT_HAPPEN, Proposal
from tracker.dates import ApproxDate

PUBLISHED = ApproxDate.parse("2025-07-16")


def only(text: str) -> Proposal:
    (found,) = spot.propose(text, PUBLISHED)
    return found


FORECASTS = [
    "The blockade will not be lifted this year.",
    "Don't be surprised when the first lawsuit lands.",
    "Expect to see disclaimers the length of novels.",
    "The levy is dead.",
    "There is no chance that the exiles return.",
    "Odds are that Moscow blinks.",
    "It is only a matter of time before the dam fails.",
    "The coalition is headed for collapse.",
    "A smaller plan would pass easily.",
    "The insurers might refuse to pay.",
    "The smartphone is here to stay.",
    "The pipeline's backers stand to lose everything.",
    "Retaliation is coming within months.",
    "Mark my words: he'll quit.",
    "By June, that number may have doubled.",
    "I doubt that the Senate will act.",
    "The new rules risk driving doctors out.",
    "If the drought goes on, wells could run dry.",
    "You can bet that fares will rise.",
    "What seems most likely is a split decision.",
    "Under no circumstances will he yield; he is in no way going to yield.",
    "The Miners aren't leaving.",
    "I think that she squeaks through.",
    "Don't rule out a rematch.",
    "The question is not whether the dam fails but when.",
    "Prices have further to fall.",
    "Fares are going up next year.",
    "It isn't getting a hearing this year.",
    "I'd put the odds of a strike at better than even.",
    "What I expect is a lawsuit.",
    "You can be sure that rents will rise.",
    "The days of the cheap flight are numbered.",
    "Everything points to another stalemate.",
    "The bank isn't done raising rates.",
    "In all likelihood, the seat stays red.",
    "There is a danger that the fire spreads.",
    "Anyone who thinks that the war will end this year is mistaken.",
    "None of these promises will be kept.",
    "Under the plan, premiums would soar.",
    "It may be months before we know who won.",
]


@pytest.mark.parametrize("text", FORECASTS)
def test_a_forecast_is_proposed(text: str) -> None:
    assert only(text).sentence == text


NOT_FORECASTS = {
    "advice": "The board should cut the levy by June.",
    "advice in a conditional": "Lawmakers would be wise to pass it.",
    "a wish": "I hope that somebody will listen.",
    "a promise": "The executives have pledged that no beds will close.",
    "a threat": "He has threatened that he will double the rate.",
    "a promise in quotes": "“We will never surrender,” she said.",
    "a requirement": "The ministry will need to find nine billion.",
    "the reported past": "He said it would be over by Easter.",
    "the future of a past": "They were going to build a bridge.",
    "a counterfactual": "Had he acted, none of this would have happened.",
    "contrary to fact": "If he were serious, he would resign.",
    "a general truth": "A patient with chest pain will usually go to the nearest hospital.",
    "an estimate of the present": "He may well be undergoing a change of heart.",
    "an estimate of the past": "The virus may already have adapted.",
    "a question": "Will the bubble burst?",
    "an embedded question": "We do not know whether the monsoon will shift.",
    "an open question": "It remains unclear whether the strike will hold.",
    "sarcasm": "Sure, and my aunt could pitch for the Cubs.",
    "a kind of voter": "Likely voters split 49 to 43.",
    "a name": "Mrs May, who knows about majorities, is amused.",
    "a noun": "What the board lacks is the will.",
    "another noun": "The political will to act is missing.",
    "military might": "Their military might is not in doubt.",
    "the writer's plan": "I will vote no.",
    "a timetable": "The legislature will vote on the bill on Thursday.",
    "what it picks out": "The turbines that will be installed there are old.",
    "legal permission": "Congress may not simply forbid it.",
    "an objection foreseen": "Critics will say that this is unfair.",
    "time will tell": "Only time will tell.",
    "an unlikelihood that is over": "It was always unlikely to succeed.",
    "a scornful comparison": "She says it calmly, as one might mention a train.",
    "a figure of speech": "The whole party would fit into a taxi.",
    "a relative clause": "They live in houses that a child could knock down.",
    "what a plan says": "Under the plan, four lines would close.",
    "hearsay": "If you believe the admirals, China is going to invade.",
    "an introduction": "Here is what's going to happen.",
    "a memory": "I remember a consultant explaining that the firm would be left behind.",
    "a contracted counterfactual": "If we'd stayed in, we would be richer.",
    "a sure thing of the past": "I was sure that they would win.",
    "neither one nor the other": "The bill may or may not pass.",
    "a bill's content": "The measure would ban the sale of flavored cigars.",
    "a bargain described": "The plan is simple: the state will buy the land.",
    "an ideal": "A good teacher will notice such things.",
    "a forecast's noun": "The recession that everyone expects has not come.",
    "a plan of theirs": "The companies say they'll find $3 million in savings.",
}


@pytest.mark.parametrize("text", NOT_FORECASTS.values(), ids=NOT_FORECASTS)
def test_what_is_no_forecast_is_not_proposed(text: str) -> None:
    assert spot.propose(text, PUBLISHED) == ()


PHRASES = {
    "The sanctions are unlikely to ever be implemented.": "unlikely",
    "It is highly unlikely that she will win.": "highly unlikely",
    "He won't resign.": "will",
    "They'll be back.": "will",
    "It's going to rain.": "going to",
    "A ban would cost 40,000 jobs.": "would",
    "Rates will probably rise.": "probably",
    "It will almost certainly vanish.": "almost certainly",
    "The bill may well fail.": "may well",
    "The deal could easily collapse.": "could easily",
    "The talks are doomed.": "doomed",
    "Prices are set to fall.": "set to",
    "Recession is all but inevitable.": "all but inevitable",
    "There is a good chance that it fails.": "good chance",
    "It is more likely than not that they leave.": "more likely than not",
    "The levy is dead.": None,
    "The levy is not likely to pass.": "not likely",
    "They aren't likely to pass it.": "aren't likely",
    "I don't expect a vote.": "don't expect",
    "It is highly unlikely.": "highly unlikely",
    "I'd guess that rents will rise.": "guess",
    "The court is unlikely ever to agree.": "unlikely",
    "The odds of a strike are better than 50 percent.": "better than 50 percent",
    "The bill will pass, probably by June.": "probably",
    "The bill will pass, perhaps by June.": "will",
    "The bill, which could pass this month, will bring the casino into the bank.": "will",
    "I wouldn't hold my breath: they are not going to pass it.": "going to",
    "The bill will pass, in all likelihood.": "in all likelihood",
    "Analysts highly doubt that it will pass.": "highly doubt",
    "There's no chance whatsoever that it passes.": "no chance whatsoever",
    "I'd put the odds of a strike at better than even.": "better than even",
    "I'd put the chances of a strike at about one in twenty.": "one in twenty",
    "The odds of a strike this year are roughly one in ten.": "one in ten",
    "The Greens are strong favourites to take the city.": "strong favourites",
    "A second wave is close to a certainty.": "close to a certainty",
    "A majority there looks like a long shot.": "long shot",
}


@pytest.mark.parametrize(("text", "phrase"), PHRASES.items())
def test_the_phrase_is_the_words_of_likelihood(text: str, phrase: str | None) -> None:
    assert only(text).phrase == phrase


DIRECTIONS = {
    "Hardly anybody expects the truce to hold.": WILL_NOT_HAPPEN,
    "Little will change.": WILL_NOT_HAPPEN,
    "The dollar will do nothing but fall.": WILL_HAPPEN,
    "Only a fool would expect rates to fall this year.": WILL_NOT_HAPPEN,
    "It is not at all likely that the ban will be lifted.": WILL_NOT_HAPPEN,
    "It would be astonishing if the court did not intervene.": WILL_HAPPEN,
    "Nor is Congress going to impose a code on it.": WILL_NOT_HAPPEN,
    "The bill will pass.": WILL_HAPPEN,
    "The bill will not pass.": WILL_NOT_HAPPEN,
    "The bill will never pass.": WILL_NOT_HAPPEN,
    "No bill will pass.": WILL_NOT_HAPPEN,
    "Nobody thinks that the bill will pass.": WILL_NOT_HAPPEN,
    "There will be no deal.": WILL_NOT_HAPPEN,
    "The deal will be no exception.": WILL_HAPPEN,
    "It will change nothing.": WILL_NOT_HAPPEN,
    "It will not fail to disappoint.": WILL_HAPPEN,
    "The Senate will fail to pass it.": WILL_NOT_HAPPEN,
    "Few doubt that the bill will pass.": WILL_HAPPEN,
    "There is little doubt that the bill will pass.": WILL_HAPPEN,
    "The economy is unlikely to avoid a recession.": WILL_HAPPEN,
    "It is hard to see how the coalition survives.": WILL_NOT_HAPPEN,
    "It is hard to see how the coalition does not collapse.": WILL_HAPPEN,
    "I would be surprised if he won.": WILL_NOT_HAPPEN,
    "I would not be surprised if he won.": WILL_HAPPEN,
    "Don't bet on a rescue.": WILL_NOT_HAPPEN,
    "Don't bet against a rescue.": WILL_HAPPEN,
    "Such a price is hardly out of the question.": WILL_HAPPEN,
    "Prices aren't likely to fall.": WILL_NOT_HAPPEN,
    "Nothing in the pipeline is likely to change that.": WILL_NOT_HAPPEN,
    "The idea that tariffs will bring back jobs is a fantasy.": WILL_NOT_HAPPEN,
    "Reform will come when pigs fly.": WILL_NOT_HAPPEN,
    "They are not going to win.": WILL_NOT_HAPPEN,
    "He will almost certainly not run again.": WILL_NOT_HAPPEN,
    "He is under no circumstances going to yield.": WILL_NOT_HAPPEN,
    "Nor, I'd wager, will the next president be in a hurry.": WILL_NOT_HAPPEN,
    "It won't be long before the first plant closes.": WILL_HAPPEN,
    "Analysts are skeptical that the truce will hold.": WILL_NOT_HAPPEN,
    "A second phase is even less likely.": WILL_NOT_HAPPEN,
    "The question is not if but when he will go.": WILL_HAPPEN,
    "Nothing short of a miracle will save it.": WILL_NOT_HAPPEN,
    "I would bet against the bill.": WILL_NOT_HAPPEN,
    "It's not hard to imagine the law being struck down.": WILL_HAPPEN,
    "The coalition will be lucky to survive the year.": WILL_NOT_HAPPEN,
    "It will be a miracle if the coalition survives.": WILL_NOT_HAPPEN,
    "If you think the crop will survive, think again.": WILL_NOT_HAPPEN,
    "Don't kid yourself that this will be over soon.": WILL_NOT_HAPPEN,
    "It would be foolish to think that the fever will break.": WILL_NOT_HAPPEN,
    "It would come as no surprise if it passed.": WILL_HAPPEN,
    "I doubt that it could survive a no-confidence vote.": WILL_NOT_HAPPEN,
    "Congress will have no choice but to act.": WILL_HAPPEN,
    "I expect him to keep the post to which, as all agree, he was never suited.": WILL_HAPPEN,
    "It'll be a cold day in hell before he apologizes.": WILL_NOT_HAPPEN,
}


@pytest.mark.parametrize(("text", "polarity"), DIRECTIONS.items())
def test_the_direction_counts_every_negation(text: str, polarity: str) -> None:
    assert only(text).polarity == polarity


CONDITIONS = {
    "If Congress acts, prices will fall.": "If Congress acts",
    "Prices will fall if Congress acts.": "if Congress acts",
    "The south will go dark unless the line is mended.": "unless the line is mended",
    "Should it do so, the case would drag on.": "Should it do so",
    "Were it to raise taxes, spending would shrink.": "Were it to raise taxes",
    "Without rain, the towns could face rationing.": "Without rain",
    "If they come back they will come cheaply.": "If they come back",
    "Prices will fall even if Congress sleeps.": None,
    "I would be surprised if it passed.": None,
    "If anything, prices will fall.": None,
    "If, as expected, rates fall, stocks will rise.": "If, as expected, rates fall",
    "If the court, as seems likely, acts, it will fall.": "If the court, as seems likely, acts",
    "If the talks fail, however, oil will rise.": "If the talks fail",
    "Should the talks fail, however, oil will rise.": "Should the talks fail",
    "If the court, however, acts, it will fall.": "If the court, however, acts",
    "It will die unless minds change, which is unlikely.": "unless minds change",
    "If they secede, all bets are off, but no government will do that.": None,
    "It will stay so for as long as he's in office.": None,
}


@pytest.mark.parametrize(("text", "condition"), CONDITIONS.items())
def test_the_condition_is_kept_verbatim(text: str, condition: str | None) -> None:
    assert only(text).conditional == condition


SPEAKERS = {
    "The optimists say that growth will return.": "The optimists",
    "According to the Ostrander Institute, debt will grow.": "the Ostrander Institute",
    "Debt will grow, says Ada Fabricated.": "Ada Fabricated",
    "Goldfarb Analytics expects a recession.": "Goldfarb Analytics",
    "I expect that growth will return.": None,
    "Nobody believes that growth will return.": None,
    "The merger, announced on Monday, will raise prices.": None,
}


@pytest.mark.parametrize(("text", "speaker"), SPEAKERS.items())
def test_a_forecast_that_is_quoted_names_its_speaker(text: str, speaker: str | None) -> None:
    assert only(text).attributed_to == speaker


DEADLINES = {
    "Prices will fall by 2030.": ("by 2030", "2030-12-31"),
    "In December, the Fed will cut rates.": ("In December", "2025-12-31"),
    "The plan announced in May will fail.": (None, None),
    "Rates will rise within weeks.": ("within weeks", None),
    "It will never be collected.": ("never", "never-ending"),
    "If it passes by May, prices will fall.": (None, None),
    "He said on Tuesday that the bank will fail this year.": ("this year", "2025-12-31"),
    "Whoever loses on Nov. 5 will refuse to say so.": (None, None),
    "The court is unlikely ever to agree.": ("ever", "never-ending"),
    "I'd be astonished if it were ratified in this decade.": ("in this decade", "2029-12-31"),
    "With elections due next year she won't touch it.": (None, None),
    "It will begin with a firm you have never heard of.": (None, None),
    "They will come, maybe not this year, but within the decade.": (
        "within the decade",
        "2029-12-31",
    ),
    "It won't be, not by November, not by next November.": ("by next November", "2026-11-30"),
    # The narrower of two would be a wrong date.
    "They won't be, neither inside a year nor in a lifetime.": ("in a lifetime", None),
    "They won't be, neither within a year nor within a decade.": ("within a decade", "2035-07-16"),
    "If they strike, prices will double within a month.": ("within a month", None),
    "Nothing will change if they strike in the next month.": (None, None),
    "If nothing is done, prices will double within a month.": ("within a month", "2025-08-16"),
}


@pytest.mark.parametrize(("text", "deadline"), DEADLINES.items())
def test_the_deadline_is_the_forecast_s_own(
    text: str, deadline: tuple[str | None, str | None]
) -> None:
    found = only(text)
    assert (found.deadline_words, found.deadline_date) == deadline


def test_the_json_is_the_contract() -> None:
    text = "If Congress acts, the optimists say, prices will probably fall by 2030."
    assert only(text).as_json() == {
        "sentence": text,
        "phrase": "probably",
        "polarity": "will happen",
        "deadline": "by 2030",
        "deadline_date": "2030-12-31",
        "conditional": "If Congress acts",
        "attributed_to": "the optimists",
        "score": only(text).score,
    }


def test_a_later_judgement_is_linked_to_the_ultimatum_it_judges() -> None:
    threat = "The threat was simple: if Velgrad does not sign in 50 days, we will impose sanctions."
    text = f"{threat} It sounds grave. In short, the sanctions are unlikely to be imposed."
    found = only(text)
    assert found.refers_to is not None
    assert found.refers_to.text == threat


def test_the_precise_and_the_writer_s_own_rank_first() -> None:
    text = "The optimists say that growth will return. Inflation will fall by 2027. It could snow."
    found = spot.ranked(spot.propose(text, PUBLISHED))
    assert [one.sentence.split()[0] for one in found] == ["Inflation", "The", "It"]


def test_every_proposal_says_why() -> None:
    assert only("Rates will probably rise this year.").reasons == (
        "will: “will”",
        "has a deadline",
        "hedged: “probably”",
    )


def test_what_was_weighed_and_refused_can_be_seen() -> None:
    ((_, reasons),) = spot.explain("The ministry will need to find money.", PUBLISHED)
    assert "against: a requirement" in reasons


def test_a_heading_is_not_proposed() -> None:
    assert spot.propose("Why the Levy Will Fail\n\nIt asks too much.", PUBLISHED) == ()


def test_the_same_text_gives_the_same_proposals() -> None:
    text = " ".join(FORECASTS)
    assert spot.propose(text, PUBLISHED) == spot.propose(text, PUBLISHED)


@given(st.lists(st.sampled_from([*FORECASTS, *NOT_FORECASTS.values(), *DIRECTIONS])), st.text())
def test_offsets_point_at_what_they_name(sentences: list[str], noise: str) -> None:
    text = " ".join([*sentences, noise])
    for one in spot.propose(text, None):
        assert text[one.start : one.end] == one.sentence
        assert one.start <= one.span[0] < one.span[1] <= one.end
        if one.phrase_at is not None:
            assert one.start <= one.phrase_at[0] < one.phrase_at[1] <= one.end
        assert 0 <= one.score <= 1
