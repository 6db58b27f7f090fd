"""How columnists forecast without the usual words, each way beside what only looks like it.

The fault guarded against is a rule that takes both or neither: each table holds the two.
"""

import pytest

from tracker.articles import spot
from tracker.articles.spot import WILL_HAPPEN, WILL_NOT_HAPPEN
from tracker.dates import ApproxDate

PUBLISHED = ApproxDate.parse("2019-03-10")
YES, NO = WILL_HAPPEN, WILL_NOT_HAPPEN

FORECASTS: dict[str, dict[str, tuple[str | None, str]]] = {
    "surprise": {
        "It wouldn't amaze me if the port were open again by Whitsun.": ("wouldn't amaze me", YES),
        "It would astound me if the house sat all summer.": ("would astound me", NO),
        "It would stagger me if one of them were finished by May.": ("would stagger me", NO),
        "I'll eat my hat if any of it comes true.": ("eat my hat", NO),
    },
    "somebody's chance": {
        "There is not a cat's chance of a majority.": ("not a cat's chance", NO),
        "He says there is “not a dog's chance” of a quorum.": ("not a dog's chance", NO),
        "The motion hasn't a cat in hell's chance.": ("hasn't a cat in hell's chance", NO),
        "The incumbent has a puncher's chance in the second round.": ("puncher's chance", YES),
        "I wouldn't give tuppence for the mayor's chances.": ("wouldn't give tuppence", NO),
    },
    "odds": {
        "Put the odds of a walkout at evens.": ("evens", YES),
        "I'd put the odds of a strike at rather better than evens.": (
            "rather better than evens",
            YES,
        ),
        "He puts the probability of an exit at between 50 and 75 per cent.": (
            "between 50 and 75 per cent",
            YES,
        ),
    },
    "likelihood in other places": {
        "The pits are “as good as certain” to close.": ("as good as certain", YES),
        "The yen is very probably going to test 160.": ("very probably", YES),
        "The dam is almost certainly not going to be ready.": ("almost certainly", NO),
        "The visitors are heavily favored to win.": ("heavily favored", YES),
        "The Greens are not favoured to hold it.": ("not favoured", NO),
        "The council looks certain to close the baths.": ("looks certain", YES),
        "The autumn budget looks set to be worse.": ("looks set", YES),
        "Coal may yet outlive its obituarists.": ("may yet", YES),
        "The coalition might just survive the winter.": ("might just", YES),
        "That almost certainly means no reform.": ("almost certainly", NO),
        "It may be that no government ever signs it.": ("may", NO),
        "Her advisers are confident that she will be first.": ("confident", YES),
        "I am not persuaded that it will pass.": ("not persuaded", NO),
        "He doubts they'll finish the pier.": ("doubts", NO),
        "The lease may very well lapse in June, and they'll surely mourn it.": (
            "may very well",
            YES,
        ),
        "A strike is possible, but only if the talks fail.": ("possible", YES),
        "A strike is possible in November.": ("possible", YES),
        "A third runway is as good as settled.": ("as good as settled", YES),
        "The guild can be expected to sue over a rule that was made in May.": ("expected", YES),
        "By the end of 2024 half the herd is bound to have been sold.": ("bound to", YES),
        "The bourse should then recover part of what it lost in August.": ("should", YES),
        '"We\'ll be over the limit by June," says the invented Mr Pell.': ("will", YES),
    },
    "behind the claim": {
        "The reckoning is coming, probably before the summer.": ("probably", YES),
        "The crisis will arrive, almost certainly, between now and Christmas.": (
            "almost certainly",
            YES,
        ),
        "The tax will go, beyond any reasonable doubt, by May.": (
            "beyond any reasonable doubt",
            YES,
        ),
        "Reform is dead, and I'd guess for a generation.": ("guess", NO),
        "It will get its licence, I am nearly sure of it.": ("nearly sure", YES),
        "The ferries will be late, you may depend on it.": ("you may depend on it", YES),
        "The strike will, you may be sure, be called off.": ("you may be sure", YES),
        # That doubts who, not whether.
        "One of them, Spain perhaps, will leave within a decade.": ("will", YES),
    },
    "bets": {
        "If the vote is put off, bet on the rebels drifting home.": ("bet on", YES),
        "You can count on bedlam in May.": ("can count on", YES),
        "The rebels can be relied on to revolt again in June.": ("can be relied on", YES),
        "The clock, I am willing to bet, will still be wrong in 2029.": ("willing to bet", YES),
        "Don't look for a settlement before the autumn.": ("Don't look for", NO),
        "A third term can safely be ruled out.": ("can safely be ruled out", NO),
        "A third term cannot be ruled out.": ("cannot be ruled out", YES),
    },
    "should, of what comes to a figure": {
        "Unemployment should slip below 4 per cent.": ("should", YES),
        "The wheat harvest should reach 30 million tonnes.": ("should", YES),
        "The backlog should then clear.": ("should", YES),
        "Admissions ought to start falling in the next fortnight.": ("ought to", YES),
        "The sitting member ought to win comfortably.": ("ought to", YES),
        "Turnout should be the highest since the war.": ("should", YES),
    },
    "the present tense with a limit": {
        "Parliament scraps the duty by the end of 2021.": (None, YES),
        "The debt passes three trillion by the end of 2020.": (None, YES),
        "No chancellor raises the fuel duty before the next election.": (None, NO),
        "The Senate does not get to the bill before August.": (None, NO),
        "The rouble hits 100 to the dollar by June.": (None, YES),
        "Mortgage rates fall below 3 per cent by the end of 2020.": (None, YES),
        "The first cut comes in August, you may depend on it.": ("you may depend on it", YES),
        "The old ferry disappears sooner or later.": (None, YES),
        "Sooner or later somebody calls the bluff.": (None, YES),
    },
    "what is left, and what is to come": {
        "My own spreadsheet has the deficit above 6 per cent by 2022.": (None, YES),
        "This one is here for good.": (None, YES),
        "Worse is still to come.": (None, YES),
        "More closures are on the way within weeks.": (None, YES),
        "There are no more pits coming.": (None, NO),
        "I give the coalition until Easter.": (None, NO),
        "The days when a senator could hold a bill are coming to an end.": (None, NO),
        "The party faces annihilation in the north.": (None, YES),
    },
    "a No that is a side": {
        "No will win it.": ("will", YES),
        "The No camp will win.": ("will", YES),
        "A No vote would sink the pound.": ("would", YES),
        "No camp will win.": ("will", NO),
    },
    "bets, miracles and the rest": {
        "Labour is in with a shout in the south.": ("in with a shout", YES),
        "The Liberals are nailed on to lose their deposit.": ("nailed on", YES),
        "They'd need a miracle to be ready.": ("'d need a miracle", NO),
        "It would surprise nobody if he won.": ("would surprise nobody", YES),
        "My bet is October.": ("My bet", YES),
        "I'd put good money on 2031.": ("put good money on", YES),
        "The first train is promised for May; June is my guess.": ("my guess", YES),
        "It's hard to see past the Rovers.": ("hard to see past", YES),
        "Only an idiot would back against them.": ("back against", YES),
        "The odds of an accident are, by their own reckoning, one in nine.": ("one in nine", YES),
        "What is certain is that the bill will be larger.": ("certain", YES),
        "The betting in the lobby is that she folds.": ("betting", YES),
        "Expectations are that the Bank moves in August.": ("Expectations", YES),
        "Hopes of an early settlement are fading.": ("fading", NO),
        "The plan has about six weeks to live.": (None, NO),
        "The whip puts the majority at nine, and thinks it could be six.": ("could", YES),
        "The nomination is in the bag.": (None, YES),
        "The chairman is a goner.": (None, NO),
        "It can't win, of course.": (None, NO),
        "The hospital will be buying no more.": ("will", NO),
    },
    "beside the traps": {
        "The ministry is unlikely to have published it by Easter.": ("unlikely", NO),
        "They will find themselves within a year in a slump.": ("will", YES),
        "The firm is going to price itself out of the market.": ("going to", YES),
        "He thinks that if steel goes up his customers will go to Ontario.": ("will", YES),
        "Investors, having been told to sell, will then buy.": ("will", YES),
        "Talks could still be dragging on at the end of 2021.": ("could", YES),
        "It could be wiped off the map in May.": ("could", YES),
        "If the rules pass, the rand would lose a third in an afternoon.": ("would", YES),
        "They're going to need it.": ("going to", YES),
        "Whatever they may do, by this time next year it will be over.": ("will", YES),
        "The court may find that nobody wants the case.": ("may", YES),
        "The judges will sit on it until the year has no days left.": ("will", YES),
        "It would be unwise to assume that the rain will stop.": ("will", NO),
        "The idea that she will go quietly is for the birds.": ("will", NO),
        "A weaker euro will help the carmakers.": ("will", YES),
        "If the pay offer is rejected, the strike will begin.": ("will", YES),
        "They are not close, and nothing said this week is going to help.": ("going to", NO),
        "At present rates the aquifer is empty by 2034.": (None, YES),
        "China overtakes America by 2030.": (None, YES),
        "If nothing is signed by then, the whole season is toast.": (None, NO),
        "Nobody will push them out, because nobody knows what would follow.": ("will", NO),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "phrase", "polarity"),
    [(text, *expected) for table in FORECASTS.values() for text, expected in table.items()],
)
def test_it_is_proposed_with_its_words_and_direction(
    text: str, phrase: str | None, polarity: str
) -> None:
    (found,) = spot.propose(text, PUBLISHED)
    assert (found.phrase, found.polarity) == (phrase, polarity)


TRAPS = {
    "surprise": ("It would amaze me less if he had simply forgotten.",),
    "somebody's chance": ("He hadn't a cat's chance that winter.",),
    "the past": (
        "Nobody foresaw the crash, and they did not foresee this one.",
        "I was told at school that the oil would run out.",
        "I have been promised that the lift would be mended.",
        "It might have, if anyone had asked.",
    ),
    "asked beside something else": (
        "People ask me, over the soup, when the war will end.",
        "Nobody asks whether the pier will still be standing.",
    ),
    "an ideal or a thought": (
        "A minister who read his own reports would resign.",
        "A board that trusted its figures would jump at it.",
        "If my grandfather walked in now he would recognise nothing.",
        "It is one thing to say that the pump will work, another to prime it.",
        "The notion that trade will make friends of enemies has a long history.",
        "The trains will run and the choir will sing, or so the brochure says.",
        "One day all this will be yours, my father would say.",
        "There is a belief in the capital that cuts will pay for themselves.",
    ),
    "in its power": (
        "The committee could dispose of it with a single sentence.",
        "The regent could dissolve the house with a nod.",
        "A programme would calm the market in an afternoon.",
        "The board could copy the German rule.",
    ),
    "a condition in mid-sentence": (
        "It would help if members could agree on what it is.",
        "Without the dam there would be no city here.",
    ),
    "leave": ("Under the formula the levy may rise by no more than two points a year.",),
    "advice": (
        "Commuters might console themselves with a glance at the old timetable.",
        "Owners of such boats should read the print, and they might buy a bucket.",
        "Wages should rise by a tenth.",
        "Taxes should fall to 20 per cent.",
        "The minister should then resign.",
    ),
    "promises": (
        "She tells everyone in the lobby that she will veto the bill.",
        "My cheque, I swear, will be in the post.",
        "If I am wrong, dinner will be on me.",
    ),
    "nouns": (
        "A general will exists, but nobody has counted it.",
        "The voters made their will plain in March.",
        "No will is valid without a witness.",
    ),
    "guesses at what is": (
        "Shopkeepers may be losing more than they admit.",
        "Some may be using more, to judge by the lawns.",
        "Importers may be swallowing most of it for the moment.",
        "Fees may account for two-fifths of it.",
        "The city could be hiding its losses in 2019.",
        "A family borrowing today would pay more than it did.",
        "Arson can be ruled out.",
    ),
    "likelihood of what was, or is": (
        "It is likely that the Romans got there first.",
        "The odds are that your neighbour voted the other way.",
        "There is a good chance that you are reading this on a train.",
        "The painting is unlikely to be by the master.",
        "The true figure could be twice that.",
        "He will have had his tea by now.",
        "The likely effect of the change has been debated for years.",
    ),
    "general truths": (
        "Visitors will find the museum behind the station.",
        "This road will take you to the sea.",
        "The recipe will feed six.",
        "The book will delight anyone who loves trams.",
        "Where money leads, votes will follow.",
        "Anything that can go wrong will.",
        "A vote for the list is a vote for a man who will be in Strasbourg all week.",
        "Engineers will forgive a budget anything but honesty.",
        "The trams could carry 90 people.",
        "Trust them: they will spend it on orphans.",
        "What the scheme would cost is anybody's guess.",
    ),
    "doubt of a thing": (
        "I doubt the arithmetic.",
        "I doubt the wisdom of the exercise.",
    ),
    "announced": (
        "The company has announced that the plant will be closed on 3 May.",
        "The opening ceremony will start at half past seven.",
        "The tournament will have forty-eight teams.",
        "The exhibition will be opened on the last day of March.",
        "She came to announce, again, that a plant is coming to the old works.",
    ),
    "announced, with its day": (
        "Tickets will be on sale from Monday.",
        "The new timetable will come into force on 9 December.",
        "From 1 April the charge will be £4 a bin.",
        "Under the charter, the warden will serve for three years.",
        "The inquiry, which will sit in private, is to be chaired by a judge.",
        "Ms Invented, who will be eighty in June, still rows.",
        "The ministry has said that any such base will be treated as a target.",
    ),
    "what a bill says": (
        "It would tax the second home and abolish the first.",
        "The agency has a rule under which two-thirds of cars would be electric.",
    ),
    "a habit": ("The nephew, who will sign anything, is a notary.",),
    "the present tense of timetables": (
        "The library shuts for good on 28 March.",
        "The permit expires at the end of the year.",
        "The ban takes effect by June.",
        "The lease runs until 2030.",
        "The bill is due by Friday.",
        "The museum closes in June for repairs and reopens in 2021.",
        "The hearing comes in August.",
        "The festival begins in June and ends in July, and the hotels fill by May.",
        "The Chancellor delivers his budget on Wednesday.",
    ),
    "the present tense of habits": (
        "Every government loses its nerve before an election.",
        "Most start-ups fold within five years.",
        "The mayfly dies within a day.",
        "Milk goes off in a week.",
        "The heating comes on in October.",
        "He gets up before dawn and goes to bed by nine.",
        "The river rises in the Alps and falls into the sea.",
        "If the bank raises rates before June, exporters suffer.",
        "A team that wins by ten points does not complain.",
        "In the story the prince becomes king before he is ten.",
        "The tax cuts in the budget before the last one were popular.",
    ),
    "other senses": (
        "You can count on me.",
        "Nobody has known who may open the safe.",
        "Do not look for me there.",
        "It is difficult to see the stage from there.",
        "My own expectation is duller.",
        "Their children are going to high school.",
        "I'd bet he never read it.",
        "That won't wash.",
        "The old man drank, bet on horses and sang.",
        "His reputation can always be relied on to follow him.",
        "You may be sure of your facts and still be wrong.",
    ),
}


@pytest.mark.parametrize("text", [text for texts in TRAPS.values() for text in texts])
def test_what_only_looks_like_it_is_not_proposed(text: str) -> None:
    assert spot.propose(text, PUBLISHED) == ()
