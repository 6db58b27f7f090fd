"""Evidence from the claims themselves: counted, and added up by article and by question."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from tracker.errors import Invalid
from tracker.lexicon import Lexicon
from tracker.scoring.evidence import (
    BASELINES,
    MEASURES,
    Claim,
    Columns,
    Evidence,
    LedgerLine,
    Subject,
    Tally,
    brier_of,
    folded,
    read,
    rebooked,
)
from tracker.scoring.inference import Cluster, Moments, Ways

_Name = TypeVar("_Name", bound=Hashable)


def from_claims(
    subject: Subject,
    ledger: LedgerLine,
    claims: Iterable[Claim],
    lexicon: Lexicon,
    *,
    overdue: Iterable[Tally] = (),
    missing: Mapping[str, int] | None = None,
    head: str = "",
) -> Evidence:
    """Make the evidence from the claims themselves; those the lexicon cannot read become unread.

    Args:
        subject: whom or what it is about.
        ledger: with every settled yes or no as scored.
        claims: all of these, in any order.
        lexicon: what the words are read with.
        overdue: what was said in the overdue ones.
        missing: which part the vague claims lack, and how many lack it.
        head: the ledger's head hash.

    Raises:
        Invalid: if there are not as many claims as the ledger says are scored.
    """
    given = sorted(claims, key=_due)
    if len(given) != ledger.scored:
        raise Invalid(f"{ledger.scored} forecasts are scored, but {len(given)} claims were given")
    silent = {said for said in {claim.said for claim in given} if read(said, lexicon) is None}
    rows = tuple(claim for claim in given if claim.said not in silent)
    ledger = rebooked(ledger, len(given) - len(rows), sum(row.retrospective for row in rows))
    tallies, columns = laid_out(rows)
    return Evidence(
        subject=subject,
        ledger=ledger,
        tallies=tallies,
        articles=len(set(columns.article)),
        questions=len(set(columns.question)),
        clusters=summed(columns, best_values(tallies, lexicon)),
        firsts=laid_out(first_due(rows))[0],
        overdue=tuple(overdue),
        missing=missing or {},
        chosen=dict(Counter(claim.chosen for claim in rows)),
        claims=rows,
        columns=columns,
        head=head,
    )


def first_due(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the claim of each article that fell due first, of which the first on each question.

    Ties go to the smaller id. Two articles may bet on one question, but its outcome is new once.
    """
    firsts: dict[str, Claim] = {}
    for claim in sorted(claims, key=_due):
        firsts.setdefault(claim.article_id, claim)
    once: dict[str, Claim] = {}
    for claim in firsts.values():
        once.setdefault(claim.question_id, claim)
    return tuple(once.values())


def laid_out(claims: Sequence[Claim]) -> tuple[tuple[Tally, ...], Columns]:
    """Return what was said, counted, and the claims in columns that point to it."""
    said, numbers = _numbered(folded(claim.said) for claim in claims)
    happened = tuple(claim.happened for claim in claims)
    count, hits = [0] * len(said), [0] * len(said)
    for number, came_true in zip(numbers, happened, strict=True):
        count[number] += 1
        hits[number] += came_true
    errors = {name: _errors(claims, name) for name in BASELINES}
    columns = Columns(
        numbers,
        happened,
        _numbered(claim.article_id for claim in claims)[1],
        _numbered(claim.question_id for claim in claims)[1],
        {name: column for name, column in errors.items() if set(column) - {None}},
    )
    return tuple(Tally(*row) for row in zip(said, count, hits, strict=True)), columns


def best_values(tallies: Iterable[Tally], lexicon: Lexicon) -> list[float | None]:
    """Return each tally's single value, None where the lexicon is silent."""
    readings = (read(tally.said, lexicon) for tally in tallies)
    return [None if reading is None else reading.best for reading in readings]


def summed(columns: Columns, best: Sequence[float | None]) -> dict[str, Ways]:
    """Add measures up by article and by question; a measure that no claim has is left out.

    Args:
        columns: the claims.
        best: what each of the tallies means as one probability; None leaves its claims out.
    """
    kept = [at for at, number in enumerate(columns.said) if best[number] is not None]
    if not kept:
        return {}
    by = _Grouped(columns, kept)
    cells = [2 * columns.said[at] + columns.happened[at] for at in kept]
    found = {}
    for name, of in MEASURES.items():
        worths = _worths(of, best)
        found[name] = by.ways([worths[cell] for cell in cells])
    own = _worths(brier_of, best)
    for name, errors in columns.baselines.items():
        paired = {
            at: own[cell] - error
            for at, cell in zip(kept, cells, strict=True)
            if (error := errors[at]) is not None
        }
        if paired:
            found[name] = _Grouped(columns, list(paired)).ways(list(paired.values()))
    return found


def _worths(of: Callable[[float, int], float], best: Sequence[float | None]) -> list[float]:
    # Two for each tally: if it failed, and if it happened.
    return [0.0 if p is None else of(p, happened) for p in best for happened in (0, 1)]


class _Grouped:
    """Some of the claims, grouped once for all measures."""

    def __init__(self, columns: Columns, kept: Sequence[int]) -> None:
        self._articles = [columns.article[at] for at in kept]
        self._questions = [columns.question[at] for at in kept]
        self._in_articles = Counter(self._articles)
        self._on_questions = Counter(self._questions)

    def ways(self, values: Sequence[float]) -> Ways:
        """Add one measure up; by question only where one has several claims."""
        articles = _clusters(self._in_articles, self._articles, values)
        size, total = len(values), sum(values)
        if len(self._on_questions) == size:
            return Ways(articles)
        squares = sum(value * value for value in values)
        return Ways(
            articles,
            _clusters(self._on_questions, self._questions, values),
            Moments(size, size, total, size, total, squares),
        )


def _clusters(
    counts: Mapping[int, int], numbers: Sequence[int], values: Sequence[float]
) -> tuple[Cluster, ...]:
    totals = dict.fromkeys(counts, 0.0)
    for number, value in zip(numbers, values, strict=True):
        totals[number] += value
    return tuple(map(Cluster, counts.values(), totals.values()))


def _errors(claims: Iterable[Claim], name: str) -> tuple[float | None, ...]:
    return tuple(
        None if (said := claim.baseline(name)) is None else brier_of(said, claim.happened)
        for claim in claims
    )


def _numbered(names: Iterable[_Name]) -> tuple[list[_Name], tuple[int, ...]]:
    numbers: dict[_Name, int] = {}
    column = tuple(numbers.setdefault(name, len(numbers)) for name in names)
    return list(numbers), column


def _due(claim: Claim) -> tuple[object, ...]:
    return claim.due_on, claim.question_id, claim.forecast_id
