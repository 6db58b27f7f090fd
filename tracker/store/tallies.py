"""What a scorecard needs of the recorded state, added up by the database.

Everything here is plain counts and plain rows; what they mean is for the scoring room. A question
counts once its deadline has passed, never before: a claim about a deadline can come true early but
can fail only at the end.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Text,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)

from tracker.deadlines import DEADLINE
from tracker.lexicon import normalise
from tracker.outcomes import OUTCOMES
from tracker.store.tables import articles, forecasts, questions, resolutions, vague_claims

ScopeKind = Literal["author", "outlet", "topic", "phrase", "all"]
State = Literal["scored", "pending", "overdue", "ambiguous", "annulled", "condition-not-met"]
_SCORED = tuple(name for name, section in OUTCOMES.items() if section.happened is not None)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which forecasts are counted.

    Attributes:
        kind: what it is that has the names.
        names: every spelling that is recorded, as it is recorded; empty for all.
    """

    kind: ScopeKind
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A reading laid flat, as it was recorded.

    Attributes:
        phrase: the words of probability, or None where numbers were given.
        negated: whether they are about the event NOT happening.
        low: the range's lower end, or the probability; None with a phrase.
        high: the range's upper end, or the probability; None with a phrase.
    """

    phrase: str | None
    negated: bool
    low: float | None = None
    high: float | None = None


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
    base_rate: float | None
    status_quo: str | None
    crowd: Words | None


class Tallies:
    """Counts and lists of forecasts over one connection's transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def names(self, kind: ScopeKind) -> list[str]:
        """Return every author, outlet, topic or phrase as recorded, sorted; none for "all"."""
        if kind == "author":
            written = self._conn.execute(select(_hopped(articles.c.authors))).scalars()
            signed = {name for authors in written for name in json.loads(authors)}
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
        if kind == "author" and name.isascii():
            hops = _hopped(forecasts.c.author)
            same = func.lower(hops.c.name) == func.lower(name)
            found = tuple(self._conn.execute(select(hops.c.name).where(same)).scalars())
            if found:
                return found
        wanted = normalise(name)
        return tuple(each for each in self.names(kind) if normalise(each) == wanted)

    def counts(self, scope: Scope, now: datetime) -> list[Count]:
        """Count forecasts by what they say and what became of them."""
        closed = questions.c.closes_at <= now
        said = (
            forecasts.c.phrase,
            forecasts.c.negated,
            forecasts.c.probability,
            forecasts.c.low,
            forecasts.c.high,
        )
        query = (
            select(
                *said,
                resolutions.c.outcome,
                closed.label("closed"),
                func.count().label("count"),
                func.sum(case((forecasts.c.retrospective, 1), else_=0)).label("late"),
            )
            .select_from(_joined(scope))
            .where(*_conditions(scope))
            .group_by(*said, resolutions.c.outcome, closed)
        )
        return [_count(row) for row in self._conn.execute(query).mappings()]

    def vague(self, scope: Scope) -> tuple[int, dict[str, int]]:
        """Return how many vague claims there are, and how many lack which part.

        A vague claim has no topic and no phrase, so that these have none.
        """
        if scope.kind in ("topic", "phrase"):
            return 0, {}
        query = select(vague_claims.c.missing, func.count()).group_by(vague_claims.c.missing)
        if scope.kind == "author":
            query = query.join(articles).where(_signed(scope.names))
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
        limit: int | None = None,
    ) -> list[Line]:
        """List forecasts, the earliest deadline first.

        Args:
            scope: which.
            now: which deadlines have passed.
            scored: only the scored ones.
            limit: at most so many.
        """
        inside = [*_conditions(scope)]
        if scored:
            inside += [questions.c.closes_at <= now, resolutions.c.outcome.in_(_SCORED)]
        query = (
            select(*_LISTED, (questions.c.closes_at <= now).label("closed"))
            .select_from(_joined(scope, articles_too=True))
            .where(*inside)
            .order_by(questions.c.closes_at, forecasts.c.id)
            .limit(limit)
        )
        found = self._conn.execute(query).mappings().all()
        crowds = self._crowds(
            sorted({row["question"] for row in found if row["source"] != "crowd"})
        )
        return [_line(row, crowds.get(row["question"], ())) for row in found]

    def _crowds(self, wanted: Sequence[str]) -> dict[str, list[RowMapping]]:
        """Return the crowds' forecasts on these questions, the latest first."""
        made_on = func.coalesce(forecasts.c.made_on, articles.c.published_on)
        found: dict[str, list[RowMapping]] = {}
        for start in range(0, len(wanted), _CHUNK):
            query = (
                select(*_SAID, forecasts.c.question, forecasts.c.id, made_on.label("made_on"))
                .select_from(forecasts.outerjoin(articles))
                .where(
                    forecasts.c.source == "crowd",
                    forecasts.c.question.in_(wanted[start : start + _CHUNK]),
                )
                .order_by(made_on.desc(), forecasts.c.id.desc())
            )
            for row in self._conn.execute(query).mappings():
                found.setdefault(row["question"], []).append(row)
        return found


# Bound parameters per statement: SQLite takes 32,766, PostgreSQL 65,535.
_CHUNK = 5000

_SAID = (
    forecasts.c.phrase,
    forecasts.c.negated,
    forecasts.c.probability,
    forecasts.c.low,
    forecasts.c.high,
)
_LISTED = (
    *_SAID,
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
    func.coalesce(forecasts.c.made_on, articles.c.published_on).label("made_on"),
    questions.c.deadline,
    resolutions.c.outcome,
    forecasts.c.retrospective,
    questions.c.base_rate,
    questions.c.status_quo,
)


def _hopped(column: ColumnElement[Any]) -> FromClause:
    """Hop from each value of an indexed column to the next: few values cost few steps."""
    table = column.table
    plain = cast(column, Text)
    first = select(func.min(plain).label("name")).cte("names", recursive=True)
    following = select(func.min(plain)).where(column > first.c.name).select_from(table)
    names = first.union_all(select(following.scalar_subquery()).where(first.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None)).subquery()


def _joined(scope: Scope, *, articles_too: bool = False) -> FromClause:
    current = and_(
        resolutions.c.question == forecasts.c.question, resolutions.c.reopened_at.is_(None)
    )
    both = forecasts.join(questions).outerjoin(resolutions, current)
    if articles_too or scope.kind == "outlet":
        return both.outerjoin(articles, articles.c.id == forecasts.c.article)
    return both


def _conditions(scope: Scope) -> Iterator[ColumnElement[bool]]:
    if scope.kind == "author":
        yield forecasts.c.author.in_(scope.names)
        return
    # A reader's and a crowd's forecasts are shown under their own name only.
    yield forecasts.c.source == "writer"
    if scope.kind == "outlet":
        yield articles.c.outlet.in_(scope.names)
    elif scope.kind == "phrase":
        yield forecasts.c.phrase.in_(scope.names)
    elif scope.kind == "topic":
        yield or_(*(_holds(questions.c.topics, name) for name in scope.names))


def _signed(names: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(_holds(articles.c.authors, name) for name in names))


def _holds(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether a column's JSON list of texts holds one."""
    written = json.dumps(text, ensure_ascii=False)
    return cast(column, Text).contains(written, autoescape=True)


def _words(row: RowMapping) -> Words:
    low = row["probability"] if row["low"] is None else row["low"]
    high = row["probability"] if row["high"] is None else row["high"]
    return Words(row["phrase"], row["negated"], _float(low), _float(high))


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _state(outcome: str | None, *, closed: bool) -> State:
    if outcome is None or OUTCOMES[outcome].happened is not None:
        open_yet: State = "overdue" if outcome is None else "scored"
        return open_yet if closed else "pending"
    state: State = outcome  # type: ignore[assignment] # the outcomes that are not scored
    return state


def _count(row: RowMapping) -> Count:
    state = _state(row["outcome"], closed=bool(row["closed"]))
    hits = row["count"] if state == "scored" and OUTCOMES[row["outcome"]].happened else 0
    return Count(state, _words(row), row["count"], hits, int(row["late"]))


def _line(row: RowMapping, crowds: Sequence[RowMapping]) -> Line:
    crowd = next((each for each in crowds if _stood(each["made_on"], row["made_on"])), None)
    return Line(
        forecast=row["id"],
        question=row["question"],
        text=row["text"],
        article=row["article"],
        author=row["author"],
        source=row["source"],
        words=_words(row),
        quote=row["quote"] or "",
        outlet=row["outlet"],
        title=row["title"],
        url=row["url"],
        chosen=row["chosen"] or "all",
        made_on=row["made_on"],
        due_on=DEADLINE.validate_python(row["deadline"]).closes_on,
        state=_state(row["outcome"], closed=bool(row["closed"])),
        outcome=row["outcome"],
        retrospective=bool(row["retrospective"]),
        base_rate=_float(row["base_rate"]),
        status_quo=row["status_quo"],
        crowd=None if crowd is None or row["source"] == "crowd" else _words(crowd),
    )


def _stood(crowd: str, said: str) -> bool:
    """Whether a crowd's forecast certainly stood when another was said, as far as dates tell.

    A crowd that is dated to the same month as the article may have known more than its writer.
    """
    return f"{crowd}-99-99"[:10] <= f"{said}-00-00"[:10]
