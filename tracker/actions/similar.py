"""Which recorded questions look like a new one, so that ten columnists share one."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.records import Question

LEAST = 0.35
"""The least likeness that is worth a person's look."""
_MOST = 5
_SAME_DAY = 0.1
_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 3
_COMMON = frozenset(
    _WORD.findall(
        "about after all also and any are been before being but can could did does ever for from "
        "had has have her his how into its may might more most next not now off once only other "
        "our out over own shall she should some soon such than that the their them then there "
        "these they this those through until upon was were what when where which while who whom "
        "why will with within would yet you your end day week month year likely unlikely highly "
        "probably between"
    )
)
_ENDINGS = ("ing", "ies", "es", "ed", "s")


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A recorded question and how much it looks like the new one, from 0 to 1."""

    question: Question
    likeness: float


def lookalikes(
    text: str,
    closes_on: date | None,
    questions: Sequence[Question],
    quotes: Sequence[Sequence[str]] = (),
) -> list[Lookalike]:
    """Rank recorded questions by how much they look like a new one.

    Likeness is the Dice coefficient over word stems (2 · shared / both), each stem weighted by how
    rare it is among the questions (Spärck Jones 1972: ln of all over those that have it), a little
    more where both close on the same day. The new words are held against each question's text and
    against the quotes on it, whichever is nearer.

    Args:
        text: the new question, or the sentence that forecasts.
        closes_on: when it closes, if that is known.
        questions: those that are recorded.
        quotes: the quotes recorded on each, in the same order.

    Returns:
        At most five with a likeness of `LEAST` or more, the likest first.
    """
    known = [_stems(each.text) for each in questions]
    weight = _Weights(known)
    wanted = _stems(text)
    said = [[_stems(quote) for quote in each] for each in quotes] or [[] for _ in questions]
    found = [
        Lookalike(
            question,
            max(weight.dice(wanted, each) for each in (stems, *more))
            + (_SAME_DAY if closes_on == question.deadline.closes_on else 0.0),
        )
        for question, stems, more in zip(questions, known, said, strict=True)
    ]
    near = [each for each in found if each.likeness >= LEAST]
    return sorted(near, key=lambda each: (-each.likeness, each.question.id))[:_MOST]


class _Weights:
    """How much each stem says: the rarer it is among the questions, the more."""

    def __init__(self, known: Sequence[frozenset[str]]) -> None:
        self._count = Counter(stem for stems in known for stem in stems)
        self._all = len(known)

    def dice(self, one: frozenset[str], other: frozenset[str]) -> float:
        """Return 2 · shared / both, from 0 to 1."""
        both = self._sum(one) + self._sum(other)
        return 2 * self._sum(one & other) / both if both else 0.0

    def _sum(self, stems: Iterable[str]) -> float:
        return sum(math.log((1 + self._all) / (1 + self._count[stem])) + 1 for stem in stems)


def _stems(text: str) -> frozenset[str]:
    words = (match.group().casefold() for match in _WORD.finditer(text))
    return frozenset(
        _stem(word)
        for word in words
        if (len(word) >= _SHORTEST or word.isdigit()) and word not in _COMMON
    )


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word.rstrip("e") if len(word) > _SHORTEST else word
