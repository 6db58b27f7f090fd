"""How a question can turn out, one section each.

To add an outcome, add a section to `OUTCOMES`: everything else asks the section.
"""

from dataclasses import dataclass

from tracker.errors import Invalid


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way for a question to end.

    Attributes:
        name: the word people type.
        happened: 1 or 0 where the question is scored, None where it is not.
        early: whether it may be said before the deadline has passed.
        words: what a scorecard says of it.
        meaning: when to choose it, one line.
        conditional: whether it goes with conditional questions only.
    """

    name: str
    happened: int | None
    early: bool
    words: str
    meaning: str
    conditional: bool = False


OUTCOMES = {
    section.name: section
    for section in (
        Outcome(
            name="yes",
            happened=1,
            early=True,
            words="happened",
            meaning="the event happened as the criteria say",
        ),
        Outcome(
            name="no",
            happened=0,
            early=False,
            words="did not happen",
            meaning="the deadline passed and it did not happen",
        ),
        Outcome(
            name="ambiguous",
            happened=None,
            early=False,
            words="ambiguous",
            meaning="the criteria do not decide what happened",
        ),
        Outcome(
            name="annulled",
            happened=None,
            early=True,
            words="annulled",
            meaning="the question itself was wrong and should not count",
        ),
        Outcome(
            name="condition-not-met",
            happened=None,
            early=True,
            words="condition not met",
            meaning="the forecast's condition never came true, so nothing was forecast",
            conditional=True,
        ),
    )
}


def outcome(name: str) -> Outcome:
    """Look an outcome up by its name.

    Raises:
        Invalid: if there is none of that name; the nearest is suggested.
    """
    found = OUTCOMES.get(name.strip().lower())
    if found is None:
        from difflib import get_close_matches  # only for a typo

        near = get_close_matches(name.lower(), OUTCOMES, n=1)
        guess = f"; did you mean {near[0]!r}?" if near else "."
        raise Invalid(f"unknown outcome {name!r}{guess} Choose one of: {', '.join(OUTCOMES)}")
    return found
