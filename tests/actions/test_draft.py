"""From a sentence to the draft of a question: what is asked, by when, how sure the words are."""

from typing import Any

import pytest

from tracker.actions.draft import Draft, draft
from tracker.articles import spot
from tracker.dates import ApproxDate
from tracker.fields import GAP
from tracker.records import Question

PUBLISHED = ApproxDate.parse("2025-07-14")

ASKED = {
    "The sanctions are unlikely to ever be implemented.": "Will the sanctions be implemented?",
    "The bridge will open in the next 50 days.": "Will the bridge open by 2 September 2025?",
    "And the council will almost certainly sell the pier by 2030.": (
        "Will the council sell the pier by 31 December 2030?"
    ),
    "Andy Fabricated isn't going to spend another winter here.": (
        "Will Andy Fabricated spend another winter here?"
    ),
    "The blockade will not be lifted this year.": (
        "Will the blockade be lifted by 31 December 2025?"
    ),
    "Nobody will thank the mayor for it.": "Will anybody thank the mayor for it?",
    "None of those votes will be recorded as a tax increase.": (
        "Will any of those votes be recorded as a tax increase?"
    ),
    "If it pays, the ferry will return in 2026.": (
        "Will the ferry return between 1 January 2026 and 31 December 2026?"
    ),
    "It is highly unlikely that Port Fictive will send a ship before 2027.": (
        "Will Port Fictive send a ship by 31 December 2026?"
    ),
}


def drafted(text: str, **more: Any) -> Draft:
    """The draft of the first proposal of a text."""
    proposal = spot.propose(text, PUBLISHED)[0]
    given = {"article": "a", "author": "Ada Fabricated", "zone": "UTC", **more}
    return draft(proposal, text, **given)


@pytest.mark.parametrize("sentence", ASKED)
def test_a_sentence_becomes_a_question(sentence: str) -> None:
    assert drafted(sentence).question["text"] == ASKED[sentence]


def test_a_sentence_that_cannot_be_turned_leaves_a_gap() -> None:
    """A wrong question is worse than none: it would be kept by somebody in a hurry."""
    assert (
        drafted("Don't be surprised when the pier burns.")
        .question["text"]
        .startswith(f"Will {GAP}: what happens]")
    )


READINGS = {
    "The pier is unlikely to burn.": {"phrase": "unlikely"},
    "The pier will burn.": {"phrase": "will"},
    "The pier will not burn.": {"phrase": "will", "negated": True},
    "The pier probably won't burn.": {"phrase": "probably", "negated": True},
    "There is little chance that the pier will burn.": {"phrase": "little chance"},
    "It is possible that the pier will burn.": {"probability": "FILL-IN"},
}


@pytest.mark.parametrize("sentence", READINGS)
def test_the_words_of_probability_are_read_for_the_event(sentence: str) -> None:
    """ "Unlikely" says it of the event, "will not" says "will" of its not happening."""
    forecast = drafted(sentence).forecast
    reading = {
        name: forecast[name] for name in ("phrase", "probability", "negated") if name in forecast
    }
    assert reading == READINGS[sentence]


def test_a_phrase_that_no_lexicon_knows_is_said_with_the_nearest() -> None:
    [note] = drafted("It is possible that the pier will burn.").notes
    assert "No lexicon knows “possible”" in note


def test_the_deadline_keeps_the_words_and_what_they_come_to() -> None:
    deadline = drafted("The bridge will open in the next 50 days.").question["deadline"]
    assert {name: str(value) for name, value in deadline.items()} == {
        "within": "50 days",
        "starting": "2025-07-14",
        "verbatim": "in the next 50 days",
    }


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("The pier will burn.", {"by": "FILL-IN"}),
        ("The pier will soon burn.", {"by": "FILL-IN", "verbatim": "soon"}),
        ("The pier will never burn.", {"ever": True, "horizon": "FILL-IN", "verbatim": "never"}),
    ],
)
def test_a_date_that_nobody_gave_is_left_to_a_person(
    sentence: str, deadline: dict[str, object]
) -> None:
    assert drafted(sentence).question["deadline"] == deadline


def test_no_draft_is_a_question_before_a_person_has_finished_it() -> None:
    question = drafted("The bridge will open in the next 50 days.").question
    with pytest.raises(Exception, match="it still has a gap"):
        Question.parse(question)


def test_somebody_who_is_quoted_is_the_author() -> None:
    said = "“The queue will be gone within a year,” said Mayor Imaginary."
    assert drafted(said).forecast["author"] == "Mayor Imaginary"


def test_of_several_writers_none_is_chosen() -> None:
    assert drafted("The pier will burn.", author=None).forecast["author"] is None


def test_a_condition_is_the_questions() -> None:
    question = drafted("If it pays, the ferry will return in 2026.").question
    assert question["condition"] == "If it pays"
    assert "condition-not-met" in question["criteria"]


def test_an_id_that_is_taken_is_not_given_again() -> None:
    first = drafted("The pier will burn.").question["id"]
    again = drafted("The pier will burn.", taken={first}).question["id"]
    assert (first, again) == ("pier-burn", "pier-burn-2")


def test_a_long_sentence_is_quoted_by_its_clause() -> None:
    long = f"The pier will burn; {'and the council met again and again, ' * 20}as it does."
    assert drafted(long).forecast["quote"].startswith("The pier will burn")
    assert len(drafted(long).forecast["quote"]) < 60
