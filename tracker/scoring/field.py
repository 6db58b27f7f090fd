"""A table of many, from any number of forecasts: who answered which questions, and how well.

Forecasts come question by question and are kept as a few numbers each; pairs are looked for only
among those who met on enough questions.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tracker.lexicon import Lexicon
from tracker.scoring.compare import SHARED_FROM, PairFigure, Shared, Standing, compare, ranked
from tracker.scoring.evidence import Claim, brier_of, read
from tracker.scoring.scorecard import SEED

_TOLD_EVERY = 250


class Answer(NamedTuple):
    """One scored forecast on a question.

    Attributes:
        names: whose it is in the table: its author, its outlet, or its question's topics.
        article: where it stands.
        penalty: its Brier score.
        tip: whether its article was a tip; these count, but are never compared.
    """

    names: Sequence[str]
    article: str
    penalty: float
    tip: bool


class Field:
    """Everybody's scored forecasts, added question by question."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._articles: dict[str, int] = {}
        self._scored: list[int] = []
        self._total: list[float] = []
        self._where: list[set[int]] = []
        # Of each name the row of its first answer by question; rows are numbers in columns.
        self._firsts: list[dict[int, int]] = []
        self._article, self._penalty = array("l"), array("d")
        self._on: list[tuple[int, ...]] = []

    def add(self, answers: Iterable[Answer]) -> None:
        """Add the forecasts on one question, in the order in which they were made."""
        question, met = len(self._on), list[int]()
        for answer in answers:
            article = self._articles.setdefault(answer.article, len(self._articles))
            numbers = [self._number(name) for name in answer.names]
            for number in numbers:
                self._scored[number] += 1
                self._total[number] += answer.penalty
                self._where[number].add(article)
            new = [number for number in numbers if question not in self._firsts[number]]
            if new and not answer.tip:
                for number in new:
                    self._firsts[number][question] = len(self._penalty)
                self._article.append(article)
                self._penalty.append(answer.penalty)
                met += new
        self._on.append(tuple(met))

    def standings(
        self, seed: int = SEED, told: Callable[[int, int], object] = lambda *_: None
    ) -> tuple[Standing, ...]:
        """Return the table: who has been shown to be better than whom.

        Args:
            seed: for the draws where a pair shares much.
            told: now and then, how many of how many names have been compared.
        """
        summaries = {
            name: (
                self._scored[number],
                len(self._where[number]),
                self._total[number] / self._scored[number],
            )
            for name, number in self._names.items()
        }
        return ranked(summaries, self._pairs(seed, told))

    def _number(self, name: str) -> int:
        number = self._names.setdefault(name, len(self._names))
        if number == len(self._firsts):
            self._scored.append(0)
            self._total.append(0.0)
            self._where.append(set())
            self._firsts.append({})
        return number

    def _pairs(self, seed: int, told: Callable[[int, int], object]) -> Iterator[PairFigure]:
        names = list(self._names)
        for one, questions in enumerate(self._firsts):
            if one % _TOLD_EVERY == 0 and one:
                told(one, len(names))
            met = Counter[int]()
            for question in questions:
                met.update(self._on[question])
            for other, times in met.items():
                if names[one] < names[other] and times >= SHARED_FROM:
                    yield compare(names[one], names[other], self._shared(one, other), seed)
        if len(names) > _TOLD_EVERY:
            told(len(names), len(names))

    def _shared(self, one: int, other: int) -> list[Shared]:
        mine, theirs = self._firsts[one], self._firsts[other]
        return [
            Shared(
                str(question),
                str(self._article[mine[question]]),
                str(self._article[theirs[question]]),
                self._penalty[mine[question]] - self._penalty[theirs[question]],
            )
            for question in sorted(mine.keys() & theirs.keys())
            # A question of two topics has one forecast for both, which is no comparison.
            if mine[question] != theirs[question]
        ]


def standings(
    claims: Mapping[str, Sequence[Claim]], lexicon: Lexicon, seed: int = SEED
) -> tuple[Standing, ...]:
    """Return a table of many from their scored claims.

    Args:
        claims: by name; a crowd or the reader ("me") is a name like any other.
        lexicon: what the words are read with.
        seed: for the draws.
    """
    said: defaultdict[str, list[tuple[str, str, Answer]]] = defaultdict(list)
    for name, rows in claims.items():
        for claim in rows:
            if (reading := read(claim.said, lexicon)) is not None:
                penalty = brier_of(reading.best, claim.happened)
                answer = Answer((name,), claim.article_id, penalty, claim.chosen == "tip")
                said[claim.question_id].append((claim.made_on, claim.forecast_id, answer))
    field = Field()
    for question in sorted(said):
        field.add(answer for _, _, answer in sorted(said[question]))
    return field.standings(seed)
