"""What a scorecard needs of the recorded state, added up by the database.

Everything here is plain counts and plain rows; what they mean is for the scoring room. A question
counts once its deadline has passed, never before: a claim about a deadline can come true early but
can fail only at the end.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    RowMapping,
    Select,
    Text,
    func,
    select,
    text,
    type_coerce,
)

from tracker.lexicon import normalise
from tracker.outcomes import OUTCOMES
from tracker.store.added import Added, Told, Worth, nobody
from tracker.store.counters import COUNTED, Counters
from tracker.store.courses import Answered, By, Spoken, answered, spoken
from tracker.store.scope import (
    MADE_ON,
    SAID,
    Scope,
    ScopeKind,
    Words,
    conditions,
    due_on,
    first_day,
    joined,
    last_day,
    next_spelling,
    plain,
    scored_by,
    signed_by,
    words_of,
)
from tracker.store.sums import Many, prepared
from tracker.store.tables import articles, forecasts, questions, resolutions, vague_claims
from tracker.store.types import read_json, unreadable

State = Literal["scored", "pending", "overdue", "ambiguous", "annulled", "condition-not-met"]


@dataclass(frozen=True, slots=True)
class Count:
    """How many forecasts say the same and are in the same state.

    Attributes:
        state: what became of them.
        words: what they say.
        count: how many.
        hits: of the scored, those whose event happened.
        retrospective: those recorded after their deadline.
    """

    state: State
    words: Words
    count: int
    hits: int
    retrospective: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One forecast with all that a list of them shows.

    Attributes:
        forecast: its id.
        question: its question's id.
        text: the question.
        article: its article's id, or None.
        author: who said it.
        source: writer, reader or crowd.
        words: what was said.
        quote: as printed, or empty.
        outlet: where, or None.
        title: the article's, or None.
        url: where to read it, or None.
        chosen: how the article came to be read; "all" without an article.
        made_on: when it was said, as recorded ("2025-07").
        due_on: the last day of the question's deadline.
        state: what became of it.
        outcome: how its question turned out, or None.
        retrospective: whether it was recorded after its deadline.
        topics: the question's.
        base_rate: frozen when the question was recorded, or None.
        status_quo: how it turns out if nothing changes, or None.
        crowd: the latest crowd's forecast that stood when this one was said, or None.
    """

    forecast: str
    question: str
    text: str
    article: str | None
    author: str
    source: str
    words: Words
    quote: str
    outlet: str | None
    title: str | None
    url: str | None
    chosen: str
    made_on: str
    due_on: date
    state: State
    outcome: str | None
    retrospective: bool
    topics: tuple[str, ...]
    base_rate: float | None
    status_quo: str | None
    crowd: Words | None


@dataclass(frozen=True, slots=True)
class Crowd:
    """A crowd's forecast.

    Attributes:
        question: its question's id.
        since: the last day on which it can have been made, as text that sorts.
        words: what it says.
    """

    question: str
    since: str
    words: Words


class Tallies:
    """Counts and lists of forecasts over one connection's transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def names(self, kind: ScopeKind) -> list[str]:
        """Return every author, outlet, topic or phrase as recorded, sorted; none for "all"."""
        if kind == "author":
            listed = self._conn.execute(select(articles.c.authors).distinct()).scalars()
            signed = {name for authors in listed for name in authors}
            said = self._conn.execute(select(_hopped(forecasts.c.author))).scalars()
            return sorted(signed.union(said))
        if kind == "topic":
            listed = self._conn.execute(select(questions.c.topics).distinct()).scalars()
            return sorted({topic for topics in listed for topic in topics})
        column = {"outlet": articles.c.outlet, "phrase": forecasts.c.phrase}.get(kind)
        if column is None:
            return []
        found = self._conn.execute(select(column).where(column.is_not(None)).distinct()).scalars()
        return sorted(found)

    def spellings(self, kind: ScopeKind, name: str) -> tuple[str, ...]:
        """Return the recorded spellings of a whole name, whatever its case; () if there is none."""
        if kind == "author" and name.isascii() and (found := tuple(self._authors(name))):
            return found
        wanted = normalise(name)
        return tuple(each for each in self.names(kind) if normalise(each) == wanted)

    def _authors(self, name: str) -> Iterator[str]:
        if self._conn.dialect.name != "sqlite":
            # Its own order of text is not that of the characters, so there is nothing to skip.
            hops = _hopped(forecasts.c.author)
            same = func.lower(hops.c.name) == func.lower(name)
            yield from self._conn.execute(select(hops.c.name).where(same)).scalars()
            return
        start = next_spelling(name, "")
        while start is not None:
            following = select(func.min(forecasts.c.author)).where(forecasts.c.author >= start)
            found = self._conn.execute(following).scalar()
            if found is None:
                return
            if found.lower() == name.lower():
                yield found
                found += "\0"
            start = next_spelling(name, found)

    @contextmanager
    def many(self, now: datetime) -> Iterator["Tallied"]:
        """Count and add up any number of forecasts, as things stand now."""
        with prepared(self._conn, now) as many:
            yield Tallied(many, self, now)

    def kept_counts(self, scope: Scope, now: datetime) -> list["Count"] | None:
        """Return the counts of a scope where they are kept, None where they are not."""
        if scope.kind not in COUNTED:
            return None
        return [_kept_count(row) for row in Counters(self._conn).asked(scope, now)]

    def vague(self, scope: Scope) -> tuple[int, dict[str, int]]:
        """Return how many vague claims there are, and how many lack which part.

        A vague claim has no topic and no phrase, so that these have none.
        """
        if scope.kind in ("topic", "phrase"):
            return 0, {}
        query = select(vague_claims.c.missing, func.count()).group_by(vague_claims.c.missing)
        if scope.kind == "author":
            query = query.where(vague_claims.c.article.in_(signed_by(scope.names)))
        if scope.kind == "outlet":
            query = query.join(articles).where(articles.c.outlet.in_(scope.names))
        total, missing = 0, dict[str, int]()
        for parts, count in self._conn.execute(query):
            total += count
            for part in parts:
                missing[part] = missing.get(part, 0) + count
        return total, dict(sorted(missing.items()))

    def lines(
        self,
        scope: Scope,
        now: datetime,
        *,
        scored: bool = False,
        shared_with: Scope | None = None,
        limit: int | None = None,
    ) -> list[Line]:
        """List forecasts, the earliest deadline first.

        Args:
            scope: which.
            now: which deadlines have passed.
            scored: only the scored ones.
            shared_with: only on questions that these forecast as well.
            limit: at most so many.
        """
        inside = [*conditions(scope)]
        if scored:
            inside += scored_by(now)
        if shared_with is not None:
            theirs = select(forecasts.c.question).select_from(joined())
            inside.append(forecasts.c.question.in_(theirs.where(*conditions(shared_with))))
        rows = self._conn.execute(_listing().where(*inside).limit(limit))
        names = tuple(rows.keys())
        # Plain dictionaries are asked for a value in a tenth of the time.
        found = [dict(zip(names, row, strict=True)) for row in rows.all()]
        wanted = sorted({row["question"] for row in found})
        crowds: dict[str, list[Crowd]] = {}
        for start in range(0, len(wanted), _CHUNK):
            for each in self.crowds(wanted[start : start + _CHUNK]):
                crowds.setdefault(each.question, []).append(each)
        return [_line(row, crowds.get(row["question"], ()), now) for row in found]

    def spoken(self, scope: Scope, now: datetime) -> Iterator[Spoken]:
        """Yield all forecasts on the scored questions that a forecaster inside has come back to.

        Question by question, in the order in which they were made.
        """
        return spoken(self._conn, scope, now)

    def answered(self, scope: Scope, now: datetime, by: By) -> Iterator[Answered]:
        """Yield scored forecasts question by question, in the order in which they were made."""
        return answered(self._conn, scope, now, by)

    def crowds(self, of: Sequence[str] | None = None) -> list[Crowd]:
        """Return the crowds' forecasts, on some questions or all: the last of every day.

        Ordered by question and day.
        """
        query = (
            select(*SAID, forecasts.c.question, MADE_ON.label("made_on"))
            .select_from(forecasts.outerjoin(articles, articles.c.id == forecasts.c.article))
            .where(text("source = 'crowd'"))
            .order_by(forecasts.c.question, forecasts.c.id)
        )
        if of is not None:
            query = query.where(forecasts.c.question.in_(of))
        latest = {}
        for row in self._conn.execute(query).mappings():
            since = last_day(row["made_on"])
            latest[row["question"], since] = Crowd(row["question"], since, words_of(row))
        return [latest[key] for key in sorted(latest)]


class Tallied:
    """Counts and sums of any number of forecasts, inside `Tallies.many`."""

    def __init__(self, many: Many, tallies: Tallies, now: datetime) -> None:
        self._many = many
        self._tallies = tallies
        self._now = now

    def counts(self, scope: Scope) -> list[Count]:
        """Count forecasts by what they say and what became of them."""
        kept = self._tallies.kept_counts(scope, self._now)
        return [_count(row) for row in self._many.counts(scope)] if kept is None else kept

    def added(
        self,
        scope: Scope,
        worth: Mapping[Words, Worth],
        best: Callable[[Words], float | None],
        told: Told = nobody,
    ) -> Added:
        """Add the scored forecasts up by article and by question.

        Args:
            scope: which.
            worth: what is said, to what it is worth; what is not in it is left out.
            best: what a crowd says, as one probability, or None.
            told: called with each step, before it and after.
        """
        crowds = [(each.question, each.since, best(each.words)) for each in self._tallies.crowds()]
        return self._many.added(scope, worth, crowds, told)


# Bound parameters per statement: SQLite takes 32,766, PostgreSQL 65,535.
_CHUNK = 5000

_LISTED = (
    *SAID,
    forecasts.c.id,
    forecasts.c.question,
    questions.c.text,
    forecasts.c.article,
    forecasts.c.author,
    forecasts.c.source,
    forecasts.c.quote,
    articles.c.outlet,
    articles.c.title,
    articles.c.url,
    articles.c.chosen,
    MADE_ON.label("made_on"),
    questions.c.closes_at,
    questions.c.zone,
    resolutions.c.outcome,
    forecasts.c.retrospective,
    type_coerce(questions.c.topics, Text),
    type_coerce(questions.c.base_rate, Integer),
    questions.c.status_quo,
)


@cache
def _listing() -> Select[Any]:
    order = (questions.c.closes_at, forecasts.c.id)
    return select(*_LISTED).select_from(joined()).order_by(*order)


def _hopped(column: ColumnElement[Any]) -> FromClause:
    """Hop from each value of an indexed column to the next: few values cost few steps."""
    table = column.table
    first = select(func.min(column).label("name")).cte("names", recursive=True)
    following = select(func.min(column)).where(column > first.c.name).select_from(table)
    names = first.union_all(select(following.scalar_subquery()).where(first.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None)).subquery()


def _state(outcome: str | None, *, closed: bool) -> State:
    if outcome is not None and outcome not in OUTCOMES:
        raise unreadable(f"the outcome {outcome!r}")
    if outcome is None or OUTCOMES[outcome].happened is not None:
        open_yet: State = "overdue" if outcome is None else "scored"
        return open_yet if closed else "pending"
    state: State = outcome  # type: ignore[assignment] # the outcomes that are not scored
    return state


def _count(row: RowMapping) -> Count:
    return _stands(row, words_of(row), row["outcome"])


def _kept_count(row: RowMapping) -> Count:
    low, high = (None if row[end] == -1 else plain(row[end]) for end in ("low", "high"))
    words = Words(row["phrase"] or None, bool(row["negated"]), low, high)
    return _stands(row, words, row["outcome"] or None)


def _stands(row: RowMapping, words: Words, outcome: str | None) -> Count:
    state = _state(outcome, closed=bool(row["closed"]))
    count = int(row["count"])
    hits = count if state == "scored" and outcome and OUTCOMES[outcome].happened else 0
    return Count(state, words, count, hits, int(row["late"]))


@lru_cache(maxsize=1024)
def _topics(written: str) -> tuple[str, ...]:
    # Many questions are about the same.
    found = read_json(written)
    if not isinstance(found, list):
        raise unreadable(f"the list of topics {written!r}")
    return tuple(found)


def _line(row: dict[str, Any], crowds: Sequence[Crowd], now: datetime) -> Line:
    said_on = first_day(row["made_on"])
    stood = [each for each in crowds if each.since <= said_on and row["source"] != "crowd"]
    return Line(
        forecast=row["id"],
        question=row["question"],
        text=row["text"],
        article=row["article"],
        author=row["author"],
        source=row["source"],
        words=words_of(row),
        quote=row["quote"] or "",
        outlet=row["outlet"],
        title=row["title"],
        url=row["url"],
        chosen=row["chosen"] or "all",
        made_on=row["made_on"],
        due_on=due_on(row["closes_at"], row["zone"]),
        state=_state(row["outcome"], closed=row["closes_at"] <= now),
        outcome=row["outcome"],
        retrospective=bool(row["retrospective"]),
        topics=_topics(row["topics"]),
        base_rate=plain(row["base_rate"]),
        status_quo=row["status_quo"],
        crowd=stood[-1].words if stood else None,
    )
