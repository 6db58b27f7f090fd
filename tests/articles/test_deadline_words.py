"""The table of how columnists bound time, and which of a sentence's times closes a forecast."""

import re

import pytest
from articles.deadline_words import TABLES
from articles.deadline_words_more import MORE, OPENING

from tracker.articles import calendars, spot, timex
from tracker.articles.grammar import grammar
from tracker.articles.pieces import NO
from tracker.dates import ApproxDate

PUBLISHED = ApproxDate.parse("2025-07-16")
US = "The White House and Congress disagree; President Trump fumes. "


ROWS = [row for table in (*TABLES.values(), *MORE.values()) for row in table.items()]


@pytest.mark.parametrize(("words", "day"), ROWS)
def test_a_way_to_bound_time_is_found_whole_and_comes_to_its_day(
    words: str, day: str | None
) -> None:
    text = f"{US}The bill will pass {words}."
    found = timex.find(text, PUBLISHED, within=(len(US), len(text)))
    assert [(one.words, one.label) for one in found] == [(words, day)]


def test_no_way_to_bound_time_stands_in_two_tables() -> None:
    assert len({words for words, _ in ROWS}) == len(ROWS)


def test_what_spares_the_rules_loses_nothing() -> None:
    # The fault: a first word that is missing from the list, and a kind of words never found again.
    known = grammar(calendars.default().names)
    lost = []
    for text in (words for words, _ in ROWS):
        low = timex.lowered(text)
        found = list(known.matches(low, 0, len(low)))
        for place in re.finditer(r"(?<![\w-])(?=\w)", low):
            at = place.start()
            if any(one.start <= at < one.end for one in found):
                continue
            rules = [rule for rule in known.rules if rule.piece(low, at, len(low)) != NO]
            lost += [(low[at:], rule.kind) for rule in rules]
    assert lost == []


@pytest.mark.parametrize("words", OPENING)
def test_what_opens_a_time_closes_none(words: str) -> None:
    assert timex.find(f"The bill will pass {words}.", PUBLISHED) == ()


SAID = {
    # The deadline of one clause holds for the one beside it.
    "They may settle by May, and the strike is going to have been for nothing.": "by May",
    "What I expect is a lawsuit, and the first will be filed before the snow flies.": (
        "before the snow flies"
    ),
    # A time of another clause, of a noun, or of the past is none.
    "The plant was due to shut in 2026, but it is not going to.": None,
    "They are unlikely to win back the customers they lose this year.": None,
    "There is no chance of the landslide that was on offer at Christmas.": None,
    "Her seat won't be safe in a year like this.": None,
    "It might well end up somewhere he never meant to go.": None,
    "The mayor is certain to prefer it, for nobody ever cut a ribbon on paint.": None,
    "Those born this year will live with it.": None,
    "The report will finish him, and it's due this month.": None,
    "Her turn will come, though not this spring.": None,
    # An aside does not part a deadline that opens the sentence from its clause.
    "By the spring of 2027, and possibly earlier, there will be a new government.": (
        "By the spring of 2027"
    ),
    "A rise could be announced on any quiet Monday.": None,
    "The knives will come out on the night of Sept. 26.": "on the night of Sept. 26",
    "It will lose more games than any team ever has.": None,
    "She won't be missed by her party, which meets in May.": None,
    "The firm is going to be smaller in five years than it is today.": "in five years",
    "I doubt that the Union will see out the 2030s.": "the 2030s",
    "I don't see the truce outlasting the month.": "the month",
    "The old king will not see another spring.": "another spring",
    # What was never so may be yet.
    "I would be astonished if the pipeline ever carried gas.": "ever",
    "Nobody will, ever again, in a sport where all are free in December.": "ever again",
    "Washington is not likely to recognize it before the end of Mr. Trump's term.": (
        "before the end of Mr. Trump's term"
    ),
}


@pytest.mark.parametrize(("sentence", "words"), SAID.items())
def test_a_forecast_takes_the_deadline_that_is_its_own(sentence: str, words: str | None) -> None:
    [found] = spot.propose(US + sentence, PUBLISHED)
    assert found.deadline_words == words


SUMMER = "The fires may die down by the end of summer."


@pytest.mark.parametrize(
    ("article", "day"),
    [
        ("It rained in Vermont.", "2025-08-31"),
        ("Canberra dithers; Queensland burns.", "2026-02-28"),
        # Whose summer, nobody said.
        ("Canberra dithers; Queensland burns; California sends planes.", None),
    ],
)
def test_summer_is_that_of_the_half_of_the_world_an_article_is_about(
    article: str, day: str | None
) -> None:
    [found] = timex.find(f"{article} {SUMMER}", PUBLISHED)
    assert found.label == day


def test_the_time_beside_a_known_event_belongs_to_its_name() -> None:
    text = "It will pass before the European elections in June 2024."
    [found] = timex.find(text, ApproxDate.parse("2023-05-22"))
    assert (found.words, found.label) == (
        "before the European elections in June 2024",
        "2024-06-05",
    )


def test_a_first_term_does_not_end_with_the_second() -> None:
    # The fault: "in his second term", said of a candidate, dated by the term that runs.
    words = "by the end of his second term"
    first = timex.resolve(words, ApproxDate.parse("2018-05-01"), article="Trump speaks.")
    second = timex.resolve(words, PUBLISHED, article="Trump speaks.")
    assert first is not None
    assert second is not None
    assert (first.label, second.label) == (None, "2029-01-20")
