"""How a question can turn out: what is scored, what may be said early, and how typos are met."""

import pytest

from tracker.errors import Invalid
from tracker.outcomes import OUTCOMES, outcome


@pytest.mark.parametrize(
    ("name", "happened", "early"),
    [
        ("yes", 1, True),
        ("no", 0, False),
        # Neither scored as yes nor as no: counting "unknown" as wrong is a known fault.
        ("ambiguous", None, False),
        ("annulled", None, True),
        ("condition-not-met", None, True),
    ],
)
def test_each_outcome_says_whether_it_is_scored_and_whether_it_may_come_early(
    name: str, happened: int | None, *, early: bool
) -> None:
    section = outcome(name)
    assert (section.name, section.happened, section.early) == (name, happened, early)


def test_there_are_five_outcomes_and_each_is_filed_under_its_name() -> None:
    assert list(OUTCOMES) == ["yes", "no", "ambiguous", "annulled", "condition-not-met"]
    assert all(section.name == name for name, section in OUTCOMES.items())


@pytest.mark.parametrize("name", list(OUTCOMES))
def test_every_outcome_explains_itself_in_one_line(name: str) -> None:
    section = OUTCOMES[name]
    assert section.words
    assert section.meaning
    assert "\n" not in section.words + section.meaning


@pytest.mark.parametrize("written", ["no", "No", " NO "])
def test_case_and_space_around_an_outcome_do_not_matter(written: str) -> None:
    assert outcome(written).name == "no"


CHOICES = "Choose one of: yes, no, ambiguous, annulled, condition-not-met"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("yse", f"unknown outcome 'yse'; did you mean 'yes'? {CHOICES}"),
        ("anulled", f"unknown outcome 'anulled'; did you mean 'annulled'? {CHOICES}"),
        ("true", f"unknown outcome 'true'. {CHOICES}"),
        ("", f"unknown outcome ''. {CHOICES}"),
    ],
)
def test_an_unknown_outcome_is_told_with_the_nearest_and_all_there_are(
    written: str, message: str
) -> None:
    with pytest.raises(Invalid) as caught:
        outcome(written)
    assert str(caught.value) == message
