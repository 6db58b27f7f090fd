"""Comparing: a table of many, and one beside another, on shared ground only."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import fsum
from typing import Literal

from tracker import lexicon as lexicons
from tracker.actions.score import Listed, claim_of, listed, scope_of
from tracker.errors import Invalid
from tracker.lexicon import Lexicon
from tracker.scoring.compare import (
    SHARED_FROM,
    PairFigure,
    Standing,
    compare,
    ranked,
    shared,
)
from tracker.scoring.evidence import Claim, Subject, brier_of, read
from tracker.store.scope import Scope
from tracker.store.store import Store
from tracker.store.tallies import Line

By = Literal["author", "outlet", "topic"]
MOST = 100_000
"""So many scored forecasts are held against each other; a table over more must be narrowed."""
_KEYS: Mapping[str, Callable[[Line], Sequence[str]]] = {
    "author": lambda line: (line.author,),
    "outlet": lambda line: (line.outlet,) if line.outlet else (),
    "topic": lambda line: line.topics,
}


@dataclass(frozen=True, slots=True)
class Both:
    """One question that two have forecast.

    Attributes:
        one: the first one's first forecast on it.
        other: the second one's.
    """

    one: Listed
    other: Listed


@dataclass(frozen=True, slots=True)
class Beside:
    """One beside another.

    Attributes:
        pair: what the shared questions that are scored say.
        questions: every question that both have forecast, the earliest deadline first.
    """

    pair: PairFigure
    questions: tuple[Both, ...]


def standings(
    store: Store, subject: Subject, by: By, lexicon: str, now: datetime
) -> tuple[Standing, ...]:
    """Make a table of many: who has been shown to do better than whom.

    Args:
        store: where.
        subject: which forecasts are looked at.
        by: what they are told apart by; among authors are readers and crowds.
        lexicon: the name of the lexicon the words are read with.
        now: which deadlines have passed.

    Raises:
        NotFound: if there is no such subject or lexicon.
        Invalid: if there are too many to hold against each other.
    """
    loaded = lexicons.load(lexicon)
    with store.reading() as tx:
        scope = scope_of(tx, subject)
        if by == "author" and scope.kind == "all":
            scope = Scope("everybody")
        lines = tx.tallies.lines(scope, now, scored=True, limit=MOST + 1)
    if len(lines) > MOST:
        raise Invalid(
            f"more than {MOST:,} scored forecasts are too many to hold against each other",
            hint="narrow the table, for example with --topic",
        )
    claims = _claims(lines, by, loaded)
    summaries = {name: _summary(rows, loaded) for name, rows in claims.items()}
    pairs = [
        compare(one, other, shared(claims[one], claims[other], loaded))
        for one, other in _acquainted(claims)
    ]
    return ranked(summaries, pairs)


def _claims(lines: Iterable[Line], by: By, lexicon: Lexicon) -> dict[str, list[Claim]]:
    found: defaultdict[str, list[Claim]] = defaultdict(list)
    spelled: dict[str, str] = {}
    for line in lines:
        claim = claim_of(line, lexicon)
        if read(claim.said, lexicon) is not None:
            for name in _KEYS[by](line):
                found[spelled.setdefault(lexicons.normalise(name), name)].append(claim)
    return found


def _acquainted(claims: Mapping[str, Sequence[Claim]]) -> list[tuple[str, str]]:
    """Return the pairs that have enough questions in common to be worth comparing."""
    who: defaultdict[str, set[str]] = defaultdict(set)
    for name, rows in claims.items():
        for claim in rows:
            who[claim.question_id].add(name)
    met = Counter(pair for names in who.values() for pair in combinations(sorted(names), 2))
    return sorted(pair for pair, questions in met.items() if questions >= SHARED_FROM)


def _summary(claims: Sequence[Claim], lexicon: Lexicon) -> tuple[int, int, float | None]:
    penalties = [
        brier_of(reading.best, claim.happened)
        for claim in claims
        if (reading := read(claim.said, lexicon)) is not None
    ]
    articles = len({claim.article_id for claim in claims})
    return len(penalties), articles, fsum(penalties) / len(penalties) if penalties else None


def beside(store: Store, subject: Subject, other: str, lexicon: str, now: datetime) -> Beside:
    """Set somebody's forecasts on the same questions beside a subject's.

    Args:
        store: where.
        subject: the first.
        other: an author: "me", a crowd's name, another writer; in any case.
        lexicon: the name of the lexicon the words are read with.
        now: which deadlines have passed.

    Raises:
        NotFound: if there is no such subject, author or lexicon.
    """
    loaded = lexicons.load(lexicon)
    with store.reading() as tx:
        mine, theirs = scope_of(tx, subject), scope_of(tx, Subject("author", other))
        left = tx.tallies.lines(mine, now, shared_with=theirs)
        right = tx.tallies.lines(theirs, now, shared_with=mine)
    name = mine.names[0] if mine.names else "all"
    rows = shared(_scored(left, loaded), _scored(right, loaded), loaded)
    first, second = _firsts(left), _firsts(right)
    return Beside(
        compare(name, theirs.names[0], rows),
        tuple(
            Both(listed(line, loaded), listed(second[question], loaded))
            for question, line in first.items()
        ),
    )


def _scored(lines: Iterable[Line], lexicon: Lexicon) -> list[Claim]:
    return [claim_of(line, lexicon) for line in lines if line.state == "scored"]


def _firsts(lines: Iterable[Line]) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for line in sorted(lines, key=lambda line: (line.due_on, line.made_on, line.forecast)):
        found.setdefault(line.question, line)
    return found
