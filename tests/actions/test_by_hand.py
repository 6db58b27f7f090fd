"""What is worked out of words that a person points at."""

import pytest

from tracker.actions.by_hand import by_hand
from tracker.dates import ApproxDate

PUBLISHED = ApproxDate.parse("2026-03-01")
# The words, and what is worked out: phrase, direction, day.
CASES = {
    "The ferry will return by June 2027": ("will", "will happen", "2027-06-30"),
    "Nobody will pay": ("will", "will not happen", None),
    "If it isn’t paid, the pier will go": ("will", "will happen", None),
    "the pier won’t sink in the next 50 days": ("will", "will not happen", "2026-04-20"),
    "a strike is very\nlikely": ("very\nlikely", "will happen", None),
    "a strike is highly unlikely": ("highly unlikely", "will not happen", None),
    "The pier is dead": (None, "will happen", None),
    "No pier in sight": (None, "will not happen", None),
}


@pytest.mark.parametrize("words", CASES)
def test_phrase_direction_and_day_are_worked_out_of_the_words(words: str) -> None:
    text = f"The pier stands. {words}, says Ada."
    place = (17, 17 + len(words))
    found = by_hand(text, place, PUBLISHED)
    assert (found.phrase, found.polarity, found.deadline_date) == CASES[words]
    assert found.sentence == text[slice(*place)] == words
    if found.phrase_at and found.phrase != "will":
        assert text[slice(*found.phrase_at)] == found.phrase
