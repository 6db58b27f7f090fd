"""Traps: what has the words of a forecast and is none, each beside a forecast that looks like it.

The fault guarded against is a rule that refuses one by refusing the other.
"""

import pytest

from tracker.articles import spot
from tracker.dates import ApproxDate

PUBLISHED = ApproxDate.parse("2025-07-16")

TRAPS = {
    "a habit of the past": (
        "He would stand at that lectern, year after year, and tell them what was coming.",
        "Every evening the old man would sit on the porch and read the paper aloud.",
        "When I covered the statehouse, lobbyists would hand out envelopes in the hall.",
        "Back when there were three networks, the whole country would watch the same news.",
        "For most of the last century a strike would shut the docks twice a year.",
        "At each stop the candidate would kiss a baby and denounce the railroads.",
        "My first editor would cross out every adverb.",
        "There were evenings in the press room when nobody would speak.",
        "Whenever the price of bread rose, the crowd would march on the palace.",
        "My uncle, who kept the lock, would curse the barges every noon.",
        "Mr. Invented, who would laugh at anything, did not laugh.",
        "In the seventies the dockers would close the port twice a year.",
        "In a bad year the river could take a village in a night.",
        "Near Ghent, where I once taught, the old women would cross the road.",
        "It was a town where good news would go to be weighed.",
        "He was right when the rest of the field would cross the road to avoid him.",
        "As recently as 2015 a senator would apologize for such a thing.",
    ),
    "an ability in the past": (
        "They searched for a week and couldn't find the box.",
        "The mayor tried, but he couldn't raise the money.",
        "She waited for an answer and could get none.",
        "Senator Invented had 76 votes, and he couldn't get it past the committee.",
        "These programs can write a limerick, and in December they could do neither.",
        "They could, it turned out, at a price.",
        "The police could hardly believe it.",
        "They could hear the dykes going.",
        "The bear could be seen from the platform.",
        "A senator could once end a career with a sentence.",
        "I have the greatest respect for a man who could see through them.",
        "It is warm now, and anybody with a coat could.",
        "At the height of the boom a waiter could borrow half a million dollars.",
    ),
    "leave, and what a law says": (
        "Any member may speak for two minutes.",
        "The President may pardon whom he likes.",
        "Under the treaty either side may withdraw on six months' notice.",
        "The law says that a widow may keep the house.",
        "Only citizens may vote.",
        "A juror may not speak to the press.",
        "The state may tax it but may not forbid it.",
        "It's a bulletin that anybody may read.",
        "A district judge may no longer stop the whole government from one desk.",
        "Nobody under eighteen may buy one.",
        "This may come as news to the minister.",
        "The House may originate such bills; the Senate may not.",
        "Theaters may not sell beer after midnight.",
        "An inspector can enter any kitchen, and may close it on the spot.",
        "A leader who won on a promise may not lightly break it.",
        "The charter provides that the council will choose the mayor.",
    ),
    "a truth for all time": (
        "A hungry man will eat what he is given.",
        "An empire will mistake its habits for laws.",
        "A crowd will forgive a liar sooner than a bore.",
        "Give a committee a year and it will take two.",
        "Where there is a subsidy there will be a lobbyist.",
        "Markets will overreact for as long as people own them.",
        "Importers will pass on a tax as surely as water runs downhill.",
        "A country that trains fewer plumbers and forbids houses will be poor in the end.",
        "Alliances are like marriages; they will bear a great deal of shouting.",
        "A minority must choose its friends each morning, and it will pay for each of them.",
        "A subsidy, once given, will never be taken back.",
        "Bureaucrats will measure what is easy.",
        "Frightened people do not vote for anything; they will run for the nearest door.",
        "A vial in a freezer will protect nobody.",
        "A farmer with four acres and a loan will trust a bad certainty over a good promise.",
        "Small majorities concentrate the mind; a whip with three votes will know every dog.",
        "Markets will hear what they want to hear.",
        "Politicians will do anything for the farmer except pay him.",
        "It is a rule of kitchens that the knife you need will be in the sink.",
        "In diplomacy as in marriage, silence will be taken for consent.",
        "Fires like that one will start wherever there is wind and drought.",
        "That's what a monopoly will do to you.",
        "Ask any nurse and she will tell you where the beds went.",
    ),
    "what was told and sold": (
        "The cut was sold as a thing that would pay for itself.",
        "The consensus in March was that rates would fall.",
        "His doctors gave him to understand that he would walk again.",
        "The minister let it be known that he would resign.",
        "On Monday the spokesman hinted that talks could resume.",
        "The leader gave his word that there would be a vote.",
        "The premier said it was “highly unlikely” that the town would fall.",
        "“My mother will vote for the first time,” a student told me.",
        "I can hear my friends: growth, they say, growth would solve everything.",
        "The spokesman muttered that his firm might leave.",
        "These are the dealers who were betting that deflation would be over in two years.",
        "The speaker has sworn that he won't pass a clean bill.",
        "The agency says it will choose by the end of the month how to bring them home.",
        "He'd say, I suppose, that the sun will rise without it.",
        "They wait in the belief that a frightened House will vote for anything.",
        "The minister, to hear him tell it, will never blink.",
        "A famous model put the probability at 100 percent.",
        "What I want from a machine is that it will stop when I ask.",
    ),
    "which one is meant": (
        "She wants a law that would make the thing illegal.",
        "Nobody has built a battery that could last the night.",
        "He owns a boat that may not leave the harbor.",
        "What we want is a mayor who won't steal.",
        "A city is a thing that will outlive its obituaries.",
        "There are jobs that nobody could be found to fill.",
        "They have turned out to do something we won't like.",
        "There remains the question that no one in the party will ask aloud.",
        "The submarine that Seoul will get is Australian.",
        "No one who has seen a furnace relit would sneer at that.",
    ),
    "contrary to fact": (
        "If my mother were alive, she would be ashamed of the lot of you.",
        "Were this any other company, the board would be gone.",
        "Had twelve members not broken ranks, he would be giving orders this morning.",
        "If shame could kill, the Senate would be empty.",
        "In a sensible country he would be in jail.",
        "A man with any shame would be in Brazil by now.",
        "The minister could, if he chose, publish it this afternoon.",
        "The list would be longer if the French had their way.",
        "She could have walked out, and a lesser woman might have wept.",
        "If they had signed we would have had a fighting chance.",
        "Of course it would have.",
    ),
    "what a plan says": (
        "The treaty would bind both parties to share the water.",
        "His amendment would strike the word “only.”",
        "Under the proposal, a tenant would have sixty days to answer.",
        "The draft would give Ankara a veto.",
        "The reform would merge the two boards.",
        "What the plan would do is take a dollar from a nurse.",
        "The schools will need a new word for it.",
        "An agency would need a budget, a staff and a theory.",
        "The reservoir will be named for the governor on Saturday.",
        "The legislature is expected to adjourn on the 12th.",
        "The hearing is set for June 3.",
    ),
    "a turn of phrase": (
        "The patient won't take advice.",
        "The minister won't say who paid.",
        "One could almost feel sorry for him.",
        "He might be thought to have made his point.",
        "People keep asking me when life will go back to normal.",
        "It may.",
        "Mr. Invented may be the first of them to have read it.",
        "The blaze may by now be the largest anywhere.",
        "They may be the dog that has caught the car.",
        "He hinted at a difficult choice, and that can only mean one thing.",
        "The stage is set for the usual speeches.",
        "It's possible that I am too old for this.",
        "I am less sure that he will be thanked.",
        "She would, but the bank runs on consensus.",
        "A fourth cut would be premature.",
        "There will be those who say that I am wrong.",
        "No one has explained who will drive the ambulances.",
        "Of course he will, and the Jets will win the Super Bowl.",
    ),
    "nothing is supposed": (
        "The mayor would not comment.",
        "He may scoff.",
        "Stablecoins may turn out to be harmless.",
        "People may be paid a pound to say what they think.",
        "He would rather rule than pray.",
        "Lobbyists would fill the hall.",
        "The clerk would pour the sherry.",
    ),
}

FORECASTS = (
    # Beside habits.
    "A strike would shut the docks within days.",
    "Any other winter will be harder, and a second war would double the price of oil.",
    "If the price of bread rose again, the crowd would march on the palace.",
    "He is a hard man, and as president he would fire half the generals.",
    "A second term would finish what the first began.",
    "The last strike cost two billion, and another would cost four.",
    "Bondholders, some of whom bought at 40 pence, would lose a third of their money.",
    "Litigation of that kind would ruin a smaller town.",
    "Economists agree that both would lift prices.",
    "The premier would resign, of course.",
    # Beside abilities.
    "One infected child on a bus could set it off.",
    "The mayor has tried, but the city could run out of money by June.",
    "The black box could be found within the week.",
    "He lost Ohio once and could lose it again.",
    "Turnout could fall below that of last time, which was the lowest of any.",
    # Beside guesses and leave.
    "The parks may stay open.",
    "His patience may cost him his job.",
    "They may say yes this time.",
    "The days of the free bank may be numbered.",
    "The President may pardon them before he leaves.",
    "The law gives him a week, and the court may strike it down.",
    "Under the agreement the hospitals may close by June.",
    "Voters may no longer reward him.",
    "A juror may yet hold out.",
    "The next outbreak may be worse.",
    "If the Senate balks, the House may simply go home.",
    "The new comptroller may have better luck.",
    "They may be doing so sooner.",
    "No state may be safe by 2030.",
    # Beside truths.
    "A Republican governor will sign it.",
    "A judge will strike it down.",
    "A settlement will come, and it will please nobody.",
    "A rise in the minimum wage will cost jobs.",
    "A machine will write the next bestseller.",
    "The poor will pay more for bread next year.",
    "Importers will pass the cost on to consumers by the end of the year.",
    "Those who bought last year will be ruined.",
    "Men will walk on Mars before 2050.",
    "Cut rates now and inflation will be back.",
    "Whoever follows him will inherit the oldest squad in the league.",
    "A reckoning will come.",
    "The Senate will let it die.",
    "If they're wise they'll wait for the summer.",
    "So we'll have a new president before the rains.",
    "All the same it will not win an absolute majority.",
    "Long rates won't fall just because short rates do.",
    # Beside what was told.
    "The deal was hailed in May but is likely to collapse.",
    "She said so in April, and the levy is dead.",
    "It is widely expected that the court would strike it down.",
    "The premier, who said in May that he would stay, will be gone by July.",
    "“It will be a bloodbath,” predicts one donor.",
    # Beside relative clauses.
    "It's the lenders and not the shareholders who are going to be hurt.",
    "The pills are what will change the picture.",
    "The man who wrote it will lose his seat.",
    "It is a mistake that will haunt the party for a decade.",
    "They have built a fleet that will be obsolete by 2035.",
    # Beside what is contrary to fact.
    "If the tax were repealed, prices would fall.",
    "Were he to resign, his deputy would take over.",
    "If the line were cut, the north would freeze within days.",
    # Beside plans.
    "The treaty would fail in the Senate.",
    "Under the proposal, rents would soar.",
    "The reform would cost the party its seats.",
    # Beside turns of phrase.
    "He won't take the job.",
    "It will, and sooner than they think.",
    "A default, barring a miscount, is not going to happen.",
    "Nor is Congress going to impose a code of ethics on it.",
    "No software is ever going to catch him.",
    "Mr. Invented is going to have it wrapped up by March.",
    "Don't be surprised, either, if insurers ask for a premium.",
    "There is no scenario, none, in which it passes.",
    "As for the Union, look for the knives to come out.",
    "It stands not the slightest chance this year.",
    "I can't see Mr. Invented trying it.",
    "One cannot rule out a rematch.",
    "Dealers are betting that the rate never gets past one percent.",
    "Traders at two houses see the yen going through 160.",
    "I see unemployment at 5 percent by Easter.",
    "Traders now expect three cuts by next summer.",
    "Talk of a ceasefire is for the birds.",
    "They are far likelier to appoint in haste.",
    "The chances of a clean count are fair.",
    "The only question is when.",
    "An impeachment is unlikely while the deputies are being paid.",
    "The age of the diet book is over.",
    "An incident could force a choice, and there are eight ships where there used to be none.",
    "The consensus among forecasters is that growth slows.",
    "Color me doubtful that this one lasts.",
    "The likeliest place for it is the bond market.",
    "The next casualty, in all likelihood, is the railway.",
    "The trial set for March 4 will not begin on March 4.",
)


@pytest.mark.parametrize(
    "text", [text for texts in TRAPS.values() for text in texts], ids=lambda text: text[:40]
)
def test_a_trap_is_not_proposed(text: str) -> None:
    assert spot.propose(text, PUBLISHED) == ()


@pytest.mark.parametrize("text", FORECASTS, ids=lambda text: text[:40])
def test_a_forecast_that_looks_like_a_trap_is_proposed(text: str) -> None:
    assert [one.sentence for one in spot.propose(text, PUBLISHED)] == [text]


STORIES = {
    "A story goes on in the past: he walked to work. He would read the paper on the way.": 0,
    "The council met in the old hall. The clerk would pour the sherry.": 0,
    "The council meets on Friday. The clerk would lose his job.": 0,
    "The council votes on the merger. The town would lose the court.": 1,
    "Suppose that he resigned. His deputy would take over.": 1,
    "The bank failed in May. Such a failure would ruin a smaller town.": 1,
    "The council met in the old hall.\n\nA vote would be lost.": 1,
}


@pytest.mark.parametrize(("text", "proposed"), STORIES.items())
def test_the_sentence_before_tells_whether_a_story_goes_on(text: str, proposed: int) -> None:
    assert len(spot.propose(text, PUBLISHED)) == proposed


def test_the_reason_is_shown() -> None:
    ((_, reasons),) = spot.explain("They searched the town and could see nothing.", PUBLISHED)
    assert "against: a story of the past" in reasons
