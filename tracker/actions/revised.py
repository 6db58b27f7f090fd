"""Forecasts that were revised: what stood for how long, for the scores over time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby

from tracker import lexicon as lexicons
from tracker.dates import ApproxDate
from tracker.scoring.rules import Revision
from tracker.scoring.timed import Course, OverTime, over_time
from tracker.store.courses import Spoken
from tracker.store.scope import Scope, Words
from tracker.store.store import Tx
from tracker.store.tallies import Line


def returned_to(lines: Iterable[Line]) -> bool:
    """Whether anybody comes back to a question on another day."""
    first: dict[tuple[str, str], str] = {}
    return any(
        first.setdefault((line.question, line.author), line.made_on) != line.made_on
        for line in lines
    )


def scored_over_time(
    tx: Tx, scope: Scope, now: datetime, best: Callable[[Words], float | None]
) -> OverTime | None:
    """Score the revised forecasts of a scope over the time they stood; None where there are none.

    Args:
        tx: a transaction.
        scope: which forecasts.
        now: which deadlines have passed.
        best: what is said, as one probability; None where the lexicon is silent.
    """
    rows = tx.tallies.spoken(scope, now)
    return over_time(
        course
        for _, group in groupby(rows, key=lambda row: row.question)
        if (course := _course(list(group), best)) is not None
    )


def _course(rows: Sequence[Spoken], best: Callable[[Words], float | None]) -> Course | None:
    lines: defaultdict[tuple[str, bool], list[Revision]] = defaultdict(list)
    for row in rows:
        if (p := best(row.words)) is not None:
            # Known to the month only, it certainly stood from the last day of it.
            since = ApproxDate.parse(row.made_on).last.toordinal()
            lines[lexicons.normalise(row.author), row.inside].append(Revision(since, p))
    revised = [
        name for (name, inside), said in lines.items() if inside and len({r.at for r in said}) > 1
    ]
    if not revised:
        return None
    last = min(rows[0].due_on, rows[0].happened_on or rows[0].due_on)
    # Whoever is asked about has said what is inside, and nothing else.
    forecasters = {name: said for (name, inside), said in sorted(lines.items()) if said}
    return Course(forecasters, revised, last.toordinal() + 1, int(rows[0].outcome == "yes"))
