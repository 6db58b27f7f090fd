"""Which recorded questions look like a new one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.actions.similar import LEAST, lookalikes
from tracker.records import Question

TEXTS = {
    "bridge": "Will the harbour bridge open by 31 May 2027?",
    "grant": "Will the province withhold its grant for the harbour bridge by 2026?",
    "rates": "Will the central bank cut interest rates by June 2026?",
    "rates-twice": "Will the central bank cut interest rates twice in 2026?",
    "sanctions": "Will secondary sanctions on buyers of oil take effect?",
    "ferry": "Will the ferry to Port Fictive return?",
}


def question(name: str, text: str, by: str = "2027-05-31") -> Question:
    fields = {"id": name, "text": text, "criteria": "The register says so.", "deadline": {"by": by}}
    return Question.parse(fields)


KNOWN = [question(name, text) for name, text in TEXTS.items()]

SAME = {
    "Will the bridge be open before June 2027?": "bridge",
    "The central bank is likely to cut rates by June.": "rates",
    "Will the sanctions on oil buyers ever be implemented?": "sanctions",
    "Will ferries return to Port Fictive?": "ferry",
    "Will the province withhold the grant?": "grant",
}


@pytest.mark.parametrize("text", SAME)
def test_the_question_that_asks_the_same_comes_first(text: str) -> None:
    assert lookalikes(text, None, KNOWN)[0].question.id == SAME[text]


@pytest.mark.parametrize(
    "text",
    [
        "Will the government fall by the end of the year?",
        "Will it be so within the next few weeks?",
        "Will inflation exceed 4 percent?",
        "",
    ],
)
def test_a_question_that_nobody_asked_looks_like_none(text: str) -> None:
    """Offering the wrong ones would teach people to press the key without looking."""
    assert lookalikes(text, None, KNOWN) == []


def test_the_words_that_columnists_used_count_too() -> None:
    said = "Gulls will take over the pier before long."
    assert lookalikes(said, None, KNOWN) == []
    quotes = [[said] if each.id == "ferry" else [] for each in KNOWN]
    assert [each.question.id for each in lookalikes(said, None, KNOWN, quotes)] == ["ferry"]


def test_the_same_last_day_makes_it_likelier_to_be_the_same() -> None:
    pair = [
        question("one", TEXTS["bridge"], "2027-05-31"),
        question("two", TEXTS["bridge"], "2028-05-31"),
    ]
    found = lookalikes("Will the harbour bridge open?", date(2028, 5, 31), pair)
    assert [each.question.id for each in found] == ["two", "one"]


def test_at_most_five_are_offered() -> None:
    many = [question(f"bridge-{n}", TEXTS["bridge"]) for n in range(9)]
    assert len(lookalikes(TEXTS["bridge"], None, many)) == 5


@given(st.text(max_size=80), st.permutations(KNOWN))
def test_the_order_in_which_they_were_recorded_does_not_matter(
    text: str, known: list[Question]
) -> None:
    found = lookalikes(text, None, known)
    assert [each.question.id for each in found] == [
        each.question.id for each in lookalikes(text, None, KNOWN)
    ]
    assert all(LEAST <= each.likeness <= 1.1 for each in found)
