"""Scoring: what is recorded becomes evidence, and evidence a scorecard."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from functools import cache

from tracker import lexicon as lexicons
from tracker.actions.revised import returned_to, scored_over_time
from tracker.errors import NotFound, StoreError
from tracker.lexicon import Lexicon
from tracker.scoring import scorecard
from tracker.scoring.claims import from_claims
from tracker.scoring.evidence import (
    MEASURES,
    Chosen,
    Claim,
    Evidence,
    LedgerLine,
    Reading,
    Said,
    Subject,
    Tally,
    brier_of,
    folded,
    read,
    rebooked,
)
from tracker.scoring.figures import Scorecard
from tracker.scoring.inference import Interval, Moments, Ways
from tracker.scoring.rules import Ranged, reading_bounds
from tracker.scoring.timed import OverTime
from tracker.store.added import Added, Group, Worth
from tracker.store.progress import Progress, silent
from tracker.store.scope import Scope, Words
from tracker.store.store import Store, Tx
from tracker.store.tallies import Count, Line, Tallied

LISTED = 2_000
"""So many forecasts are listed one by one, on a page or by a program; more are counted only."""
MANY = 100_000
"""From so many forecasts a card takes long enough to say how far it is."""
SMALL = ("list", "counts")
"""The shapes of a card whose scored forecasts are shown one by one."""
_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """One forecast of a report, scored or not.

    Attributes:
        line: as it is recorded, with what became of it.
        reading: what its words mean under the lexicon; None where that is silent.
        penalty: its Brier score at the best value; None where it is not scored.
        penalty_bounds: over the reading's range; None likewise.
    """

    line: Line
    reading: Reading | None
    penalty: float | None
    penalty_bounds: Interval | None


@dataclass(frozen=True, slots=True)
class Report:
    """A scorecard with its forecasts, seen at one moment.

    Attributes:
        card: the figures.
        forecasts: the earliest deadline first.
        unlisted: how many more there are.
    """

    card: Scorecard
    forecasts: tuple[Listed, ...]
    unlisted: int


def score(
    store: Store,
    subject: Subject,
    lexicon: str,
    now: datetime,
    *,
    progress: Progress = silent,
) -> Scorecard:
    """Compute a scorecard; writes nothing.

    Args:
        store: where.
        subject: whom or what it is about; the name in any case.
        lexicon: the name of the lexicon the words are read with.
        now: which deadlines have passed.
        progress: told how far it is, where there are very many forecasts.

    Raises:
        NotFound: if there is no such subject or lexicon.
    """
    loaded = lexicons.load(lexicon)
    with store.reading() as tx:
        found = _gathered(tx, subject, loaded, now, LISTED, progress)[0]
        return scorecard.build(found, lexicon)


def report(
    store: Store,
    subject: Subject,
    lexicon: str,
    now: datetime,
    *,
    limit: int | None = LISTED,
    progress: Progress = silent,
) -> Report:
    """Compute a scorecard and list its forecasts, all of one moment.

    Args:
        store: where.
        subject: whom or what it is about; the name in any case.
        lexicon: the name of the lexicon the words are read with.
        now: which deadlines have passed.
        limit: how many forecasts are listed at most; the scored ones of a small card always are.
        progress: told how far it is, where there are very many forecasts.

    Raises:
        NotFound: if there is no such subject or lexicon.
    """
    loaded = lexicons.load(lexicon)
    with store.reading() as tx:
        gathered, lines = _gathered(tx, subject, loaded, now, LISTED, progress)
        card = scorecard.build(gathered, lexicon)
        if lines is None and (limit != 0 or card.shape in SMALL):
            lines = tx.tallies.lines(
                scope_of(tx, subject), now, scored=limit == 0, limit=limit or None
            )
    rows = tuple(listed(line, loaded) for line in lines or ())
    return Report(card, rows, card.ledger.recorded - card.ledger.vague - len(rows))


def scope_of(tx: Tx, subject: Subject) -> Scope:
    """Find a subject's forecasts by its whole name, in any case.

    Raises:
        NotFound: if nothing is recorded under it; the nearest names are suggested.
    """
    if subject.kind == "all":
        return Scope("all")
    found = tx.tallies.spellings(subject.kind, subject.name)
    if not found:
        raise _unknown(tx, subject)
    return Scope(subject.kind, found)


def _unknown(tx: Tx, subject: Subject) -> NotFound:
    names = {lexicons.normalise(name): name for name in tx.tallies.names(subject.kind)}
    wanted = lexicons.normalise(subject.name)
    parts = [name for name in names if wanted in name]
    near = (parts or get_close_matches(wanted, names, cutoff=0.4))[:_SUGGESTED]
    hint = "`tracker list` shows what is recorded"
    if near:
        hint = f"did you mean {' or '.join(repr(names[name]) for name in near)}?"
    return NotFound(f"no {subject.kind} {subject.name!r} is recorded", hint=hint)


def evidence(
    tx: Tx, subject: Subject, lexicon: Lexicon, now: datetime, *, list_up_to: int = LISTED
) -> Evidence:
    """Gather what a scorecard is computed from.

    Args:
        tx: a transaction.
        subject: whom or what it is about; the name in any case.
        lexicon: what the words are read with.
        now: which deadlines have passed.
        list_up_to: so many scored forecasts are looked at one by one; of more only sums.

    Raises:
        NotFound: if there is no such subject.
    """
    return _gathered(tx, subject, lexicon, now, list_up_to, silent)[0]


def _gathered(
    tx: Tx,
    subject: Subject,
    lexicon: Lexicon,
    now: datetime,
    list_up_to: int,
    progress: Progress,
) -> tuple[Evidence, list[Line] | None]:
    """Return the evidence, and all forecasts where they had to be listed for it."""
    scope = scope_of(tx, subject)
    about = _About(
        Subject(subject.kind, scope.names[0] if scope.names else ""), scope, lexicon, now
    )
    if subject.kind == "author":
        # An author has few as a rule; for the others listing is the longer way.
        lines = tx.tallies.lines(scope, now, limit=list_up_to + 1)
        if len(lines) <= list_up_to:
            return _listed_evidence(tx, about, [_counted(line) for line in lines], lines), lines
    with tx.tallies.many(now) as many:
        counts = many.counts(scope)
        if _scored(counts) > list_up_to:
            return _summed_evidence(tx, about, counts, many, progress), None
    scored = tx.tallies.lines(scope, now, scored=True)
    _must_fit(len(scored), _scored(counts))
    return _listed_evidence(tx, about, counts, scored), None


@dataclass(frozen=True, slots=True)
class _About:
    """What a card is about and how it is read."""

    subject: Subject
    scope: Scope
    lexicon: Lexicon
    now: datetime


def _counted(line: Line) -> Count:
    scored = line.state == "scored"
    return Count(
        line.state, line.words, 1, int(scored and line.outcome == "yes"), line.retrospective
    )


def _scored(counts: Iterable[Count]) -> int:
    return sum(each.count for each in counts if each.state == "scored")


def _must_fit(found: int, counted: int) -> None:
    if found != counted:
        raise StoreError(
            f"{counted:,} forecasts were counted as scored, {found:,} were found",
            hint="`tracker verify` names what was changed, `tracker db recount` counts again",
        )


def _listed_evidence(
    tx: Tx, about: _About, counts: Sequence[Count], lines: Sequence[Line]
) -> Evidence:
    vague, missing = tx.tallies.vague(about.scope)
    found = from_claims(
        about.subject,
        _ledger(counts, vague),
        [claim_of(line, about.lexicon) for line in lines if line.state == "scored"],
        about.lexicon,
        overdue=_tallies(counts, "overdue"),
        missing=missing,
        head=str(tx.ledger.head()),
    )
    return replace(found, over_time=_over_time(tx, about)) if returned_to(lines) else found


def _over_time(tx: Tx, about: _About, told: Progress = silent, total: int = 0) -> OverTime | None:
    told("revised", 0, total)
    best = cache(lambda words: best_of(words, about.lexicon))
    found = scored_over_time(tx, about.scope, about.now, best)
    told("revised", total, total)
    return found


def _summed_evidence(
    tx: Tx, about: _About, counts: Sequence[Count], many: Tallied, progress: Progress
) -> Evidence:
    vague, missing = tx.tallies.vague(about.scope)
    readings = {each.words: read(said_of(each.words), about.lexicon) for each in counts}
    worth = {words: _worth(reading.best) for words, reading in readings.items() if reading}
    total = _scored(counts)
    told = progress if total >= MANY else silent
    added = many.added(
        about.scope,
        worth,
        lambda words: best_of(words, about.lexicon),
        told=lambda step, done: told(step, total * done, total),
    )
    unread = [each for each in counts if each.state == "scored" and each.words not in worth]
    _must_fit(
        sum(group.forecasts for group in added.groups),
        _scored(each for each in counts if each.words in worth),
    )
    ledger = _ledger(counts, vague)
    late = ledger.retrospective - sum(each.retrospective for each in unread)
    return Evidence(
        subject=about.subject,
        ledger=rebooked(ledger, sum(each.count for each in unread), late),
        tallies=_tallies((each for each in counts if each.words in worth), "scored"),
        articles=sum(group.articles for group in added.groups),
        questions=added.questions,
        clusters=_clusters(added),
        firsts=_firsts(added.groups),
        overdue=_tallies(counts, "overdue"),
        missing=missing,
        chosen=_chosen(added.groups),
        over_time=_over_time(tx, about, told, total),
        head=str(tx.ledger.head()),
    )


def _worth(best: float) -> Worth:
    failed, happened = ({name: of(best, y) for name, of in MEASURES.items()} for y in (0, 1))
    return Worth(failed, happened)


def best_of(words: Words, lexicon: Lexicon) -> float | None:
    """Return what a recorded reading means as one probability; None where the lexicon is silent."""
    reading = read(said_of(words), lexicon)
    return reading.best if reading else None


def _clusters(added: Added) -> dict[str, Ways]:
    found = {}
    for name in added.by_question:
        columns = zip(*(astuple(group.sums[name]) for group in added.groups), strict=True)
        articles = Moments(*map(sum, columns))
        questions, singles = (
            Moments(*astuple(sums[name])) for sums in (added.by_question, added.singles)
        )
        if articles.count and questions.clusters < questions.count:
            found[name] = Ways(articles, questions, singles)
        elif articles.count:
            found[name] = Ways(articles)
    return found


def _firsts(groups: Iterable[Group]) -> tuple[Tally, ...]:
    cells: defaultdict[Said, list[int]] = defaultdict(lambda: [0, 0])
    for group in groups:
        cell = cells[folded(said_of(group.first))]
        cell[0] += group.firsts
        cell[1] += group.firsts * group.happened
    return tuple(Tally(said, *cell) for said, cell in cells.items() if cell[0])


def _chosen(groups: Iterable[Group]) -> dict[str, int]:
    chosen: Counter[str] = Counter()
    for group in groups:
        chosen[group.chosen] += group.forecasts
    return dict(chosen)


def _ledger(counts: Sequence[Count], vague: int) -> LedgerLine:
    states: Counter[str] = Counter()
    for each in counts:
        states[each.state] += each.count
    return LedgerLine(
        recorded=sum(states.values()) + vague,
        scored=states["scored"],
        pending=states["pending"],
        overdue=states["overdue"],
        ambiguous=states["ambiguous"],
        annulled=states["annulled"],
        condition_not_met=states["condition-not-met"],
        vague=vague,
        retrospective=sum(each.retrospective for each in counts if each.state == "scored"),
    )


def _tallies(counts: Iterable[Count], state: str) -> tuple[Tally, ...]:
    cells: defaultdict[Said, list[int]] = defaultdict(lambda: [0, 0])
    for each in counts:
        if each.state == state:
            cell = cells[folded(said_of(each.words))]
            cell[0] += each.count
            cell[1] += each.hits
    return tuple(Tally(said, *cell) for said, cell in cells.items())


def said_of(words: Words) -> Said:
    """Turn a recorded reading into the scoring room's."""
    return Said(words.phrase, words.negated, words.low, words.high)


def claim_of(line: Line, lexicon: Lexicon) -> Claim:
    """Turn a scored forecast into the scoring room's claim; a crowd's words are read as well.

    A forecast that stands in no article stands for itself: its question is what it is independent
    of the others by.
    """
    chosen: Chosen = line.chosen  # type: ignore[assignment] # the record allows these three only
    return Claim(
        forecast_id=line.forecast,
        question_id=line.question,
        article_id=line.article or f"question/{line.question}",
        author=line.author,
        text=line.text,
        said=said_of(line.words),
        happened=int(line.outcome == "yes"),
        made_on=line.made_on,
        due_on=line.due_on,
        quote=line.quote,
        url=line.url,
        chosen=chosen,
        retrospective=line.retrospective,
        base_rate=line.base_rate,
        status_quo=None if line.status_quo is None else float(line.status_quo == "yes"),
        crowd=best_of(line.crowd, lexicon) if line.crowd else None,
    )


def listed(line: Line, lexicon: Lexicon) -> Listed:
    """Read a forecast, and score it if it is."""
    said = said_of(line.words)
    reading = read(said, lexicon)
    if reading is None or line.state != "scored":
        return Listed(line, reading, None, None)
    happened = int(line.outcome == "yes")
    bounds = reading_bounds([Ranged(reading.low, reading.high, 1, happened)])
    return Listed(line, reading, brier_of(reading.best, happened), Interval(*bounds))
