"""Which forecasts are asked for, and what they say: shared by counting, adding up and listing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    RowMapping,
    Text,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
    union_all,
)

from tracker.outcomes import OUTCOMES
from tracker.store.tables import (
    SIGNED_ALONE,
    SIGNED_TOGETHER,
    articles,
    forecasts,
    questions,
    resolutions,
)
from tracker.store.types import MILLION, canonical_json, unreadable

ScopeKind = Literal["author", "outlet", "topic", "phrase", "all", "everybody"]
"""All that writers said; everybody: readers and crowds as well."""

SAID = (
    forecasts.c.phrase,
    forecasts.c.negated,
    *(type_coerce(forecasts.c[name], Integer) for name in ("probability", "low", "high")),
)
"""What is said; numbers as the millionths they are kept in, for `plain`."""
LATE = func.sum(case((forecasts.c.retrospective, 1), else_=0)).label("late")
_HAPPENED_OR_NOT = tuple(name for name, section in OUTCOMES.items() if section.happened is not None)
MADE_ON = func.coalesce(forecasts.c.made_on, articles.c.published_on)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which forecasts are counted.

    Attributes:
        kind: what it is that has the names.
        names: every spelling that is recorded, as it is recorded; empty for all and everybody.
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


def conditions(scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Yield what restricts forecasts to a scope, on the tables of `reaching`."""
    if scope.kind == "author":
        yield forecasts.c.author.in_(scope.names)
        return
    if scope.kind == "everybody":
        return
    # A reader's and a crowd's forecasts are shown under their own name only.
    yield forecasts.c.source == "writer"
    if scope.kind == "outlet":
        yield articles.c.outlet.in_(scope.names)
    elif scope.kind == "phrase":
        yield forecasts.c.phrase.in_(scope.names)
    elif scope.kind == "topic":
        yield or_(*(holds(questions.c.topics, name) for name in scope.names))


def reaching(source: FromClause, scope: Scope, *, articles_too: bool = False) -> FromClause:
    """Join to forecasts the tables on which a scope sets conditions."""
    if articles_too or scope.kind == "outlet":
        source = source.outerjoin(articles, articles.c.id == forecasts.c.article)
    if scope.kind == "topic":
        source = source.join(questions, questions.c.id == forecasts.c.question)
    return source


def grouped(column: ColumnElement[Any], scope: Scope) -> ColumnElement[Any]:
    """Return a column to group by, so that all forecasts are read in the order in which they stand.

    Left to itself, SQLite follows the column's index to have them grouped, and fetches every single
    one from another place of the file: four times as long. An author's are few and keep theirs.
    """
    return column if scope.kind == "author" else column.concat(literal_column("''"))


@cache
def joined() -> Any:  # noqa: ANN401 - SQLAlchemy's join, which is made for selecting from
    """Join forecasts with their question, its present outcome and their article."""
    current = and_(
        resolutions.c.question == forecasts.c.question, resolutions.c.reopened_at.is_(None)
    )
    both = forecasts.join(questions).outerjoin(resolutions, current)
    return both.outerjoin(articles, articles.c.id == forecasts.c.article)


def scored_by(now: datetime) -> Iterator[ColumnElement[bool]]:
    """Yield what makes forecasts scored ones, on the tables of `joined`."""
    yield questions.c.closes_at <= now
    yield resolutions.c.outcome.in_(_HAPPENED_OR_NOT)


def due_on(closes_at: datetime, zone: str) -> date:
    """Return the last day of a deadline from the instant at which it has passed.

    Raises:
        StoreError: if it is no zone that could have been recorded.
    """
    # It closes when the day after begins; the moment before lies in the day itself.
    try:
        return (closes_at.astimezone(ZoneInfo(zone)) - timedelta(microseconds=1)).date()
    except (KeyError, ValueError, OSError):
        raise unreadable(f"the zone {zone!r}") from None


def signed_by(names: Sequence[str]) -> CompoundSelect[Any]:
    """Select the ids of the articles that one of these signed, alone or with others."""
    lists = [canonical_json([name]) for name in names]
    alone = select(articles.c.id).where(
        text(SIGNED_ALONE), type_coerce(articles.c.authors, Text).in_(lists)
    )
    together = select(articles.c.id).where(
        text(SIGNED_TOGETHER), or_(*(holds(articles.c.authors, name) for name in names))
    )
    return union_all(alone, together)


def holds(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a column's JSON list of names holds one."""
    written = canonical_json(name)
    return type_coerce(column, Text).contains(written, autoescape=True)


def words_of(row: RowMapping | dict[str, Any]) -> Words:
    """Return what a row with the columns of `SAID` says."""
    low = row["probability"] if row["low"] is None else row["low"]
    high = row["probability"] if row["high"] is None else row["high"]
    return Words(row["phrase"], bool(row["negated"]), plain(low), plain(high))


def plain(millionths: int | None) -> float | None:
    """Return a stored probability as a float.

    Raises:
        StoreError: if it is no number.
    """
    try:
        return None if millionths is None else millionths / MILLION
    except TypeError:
        raise unreadable(f"the number {millionths!r}") from None


def next_spelling(name: str, text: str) -> str | None:
    """Return the first spelling of an ASCII name, whatever its case, that is not before `text`.

    Capitals sort before small letters; None where every spelling sorts before it.
    """
    upper, lower = name.upper(), name.lower()
    turn = None
    for at, pair in enumerate(zip(upper, lower, strict=True)):
        here = text[at : at + 1]
        later = min((char for char in pair if char > here), default=None)
        if here not in pair or not here:
            if later is not None:
                return text[:at] + later + upper[at + 1 :]
            break
        turn = at if later is not None else turn
    else:
        if len(text) == len(name):
            return text
    return None if turn is None else text[:turn] + lower[turn] + upper[turn + 1 :]


def last_day(made_on: str) -> str:
    """Return a date's latest day as text that sorts; "2025-07" may be its last."""
    return f"{made_on}-99-99"[:10]


def first_day(made_on: str) -> str:
    """Return a date's earliest day as text that sorts; "2025-07" may be its first."""
    return f"{made_on}-00-00"[:10]
