"""Comparing: a table of many, and one beside another, on shared ground only."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import groupby

from tracker import lexicon as lexicons
from tracker.actions.score import Listed, best_of, claim_of, listed, scope_of
from tracker.lexicon import Lexicon
from tracker.scoring.compare import PairFigure, Standing, compare, shared
from tracker.scoring.evidence import Claim, Subject, brier_of
from tracker.scoring.field import Answer, Field
from tracker.store.courses import Answered, By
from tracker.store.progress import Progress, silent
from tracker.store.scope import Scope, Words
from tracker.store.store import Store
from tracker.store.tallies import Line

TOLD_EVERY = 20_000
"""After so many forecasts it is said how far a table has come."""


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


@dataclass(frozen=True, slots=True)
class Standings:
    """A table of many.

    Attributes:
        rows: by rank and then by name.
        head: the ledger's head when the table was made.
    """

    rows: tuple[Standing, ...]
    head: str


def standings(
    store: Store,
    subject: Subject,
    by: By,
    lexicon: str,
    now: datetime,
    *,
    progress: Progress = silent,
) -> Standings:
    """Make a table of many: who has been shown to do better than whom.

    Args:
        store: where.
        subject: which forecasts are looked at.
        by: what they are told apart by; among authors are readers and crowds.
        lexicon: the name of the lexicon the words are read with.
        now: which deadlines have passed.
        progress: told how many forecasts have been read, and how many names compared.

    Raises:
        NotFound: if there is no such subject or lexicon.
    """
    loaded = lexicons.load(lexicon)
    field = Field()
    with store.reading() as tx:
        scope = scope_of(tx, subject)
        if by == "author" and scope.kind == "all":
            scope = Scope("everybody")
        rows = _counted(tx.tallies.answered(scope, now, by), progress)
        best = cache(lambda words: best_of(words, loaded))
        spelled: dict[str, str] = {}
        for _, group in groupby(rows, key=lambda row: row.question):
            field.add(_answers(group, best, spelled))
        head = str(tx.ledger.head())
    return Standings(field.standings(told=partial(progress, "names compared")), head)


def _counted(rows: Iterable[Answered], progress: Progress) -> Iterator[Answered]:
    number = 0
    for number, row in enumerate(rows, 1):
        if number % TOLD_EVERY == 0:
            progress("forecasts read", number, 0)
        yield row
    if number >= TOLD_EVERY:
        progress("forecasts read", number, number)


def _answers(
    rows: Iterable[Answered], best_in: Callable[[Words], float | None], spelled: dict[str, str]
) -> Iterator[Answer]:
    for row in rows:
        if (best := best_in(row.words)) is not None:
            names = [spelled.setdefault(lexicons.normalise(name), name) for name in row.names]
            article = row.article or f"question/{row.question}"
            yield Answer(names, article, brier_of(best, row.happened), row.tip)


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
