"""Forecasts read question by question, however many: for scores over time and tables of many."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, and_, case, func, select

from tracker.store.scope import (
    MADE_ON,
    SAID,
    Scope,
    Words,
    conditions,
    due_on,
    grouped,
    joined,
    plain,
    reaching,
    scored_by,
    words_of,
)
from tracker.store.tables import articles, forecasts, questions, resolutions

By = Literal["author", "outlet", "topic"]
"""What forecasts can be told apart by in a table of many."""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Spoken:
    """One forecast on a question that somebody has come back to.

    Attributes:
        question: its question's id.
        author: who said it.
        inside: whether it belongs to the forecasts asked for.
        made_on: when, as recorded ("2025-07").
        words: what was said.
        outcome: how the question turned out.
        happened_on: on which day, where that is recorded.
        due_on: the last day of the question's deadline.
    """

    question: str
    author: str
    inside: bool
    made_on: str
    words: Words
    outcome: str
    happened_on: date | None
    due_on: date


@dataclass(frozen=True, slots=True)
class Answered:
    """One scored forecast, with the little that a table of many needs.

    Attributes:
        question: its question's id.
        names: its author, its outlet, or its question's topics.
        article: its article's id, or None.
        words: what was said.
        happened: 1 or 0.
        tip: whether its article was a tip.
    """

    question: str
    names: tuple[str, ...]
    article: str | None
    words: Words
    happened: int
    tip: bool


def answered(conn: Connection, scope: Scope, now: datetime, by: By) -> Iterator[Answered]:
    """Yield scored forecasts question by question, in the order in which they were made.

    Args:
        conn: a connection in a transaction.
        scope: which.
        now: which deadlines have passed.
        by: what they are told apart by; those without an outlet have no name.
    """
    name = {
        "author": forecasts.c.author,
        "outlet": articles.c.outlet,
        "topic": questions.c.topics,
    }[by]
    query = (
        select(
            *SAID,
            forecasts.c.question,
            name.label("name"),
            forecasts.c.article,
            resolutions.c.outcome,
            articles.c.chosen,
        )
        .select_from(joined())
        .where(*conditions(scope), *scored_by(now))
        .order_by(forecasts.c.question, MADE_ON, forecasts.c.id)
    )
    found = conn.execute(query, execution_options={"yield_per": _BATCH})
    for phrase, negated, probability, low, high, question, named, article, outcome, chosen in found:
        lowest = probability if low is None else low
        highest = probability if high is None else high
        yield Answered(
            question,
            tuple(named) if by == "topic" else (named,) if named else (),
            article,
            Words(phrase, bool(negated), plain(lowest), plain(highest)),
            int(outcome == "yes"),
            chosen == "tip",
        )


def spoken(conn: Connection, scope: Scope, now: datetime) -> Iterator[Spoken]:
    """Yield all forecasts on the scored questions that a forecaster inside has come back to.

    Question by question, in the order in which they were made.
    """
    inside = and_(True, *conditions(scope))  # noqa: FBT003 - of everybody there is no condition
    query = (
        select(
            *SAID,
            forecasts.c.question,
            forecasts.c.author,
            case((inside, 1), else_=0).label("inside"),
            MADE_ON.label("made_on"),
            resolutions.c.outcome,
            resolutions.c.happened_on,
            questions.c.closes_at,
            questions.c.zone,
        )
        .select_from(joined())
        .where(forecasts.c.question.in_(_returned_to(scope)), *scored_by(now))
        .order_by(forecasts.c.question, MADE_ON, forecasts.c.id)
    )
    found = conn.execute(query, execution_options={"yield_per": _BATCH})
    for row in found.mappings():
        told = row["happened_on"]
        yield Spoken(
            question=row["question"],
            author=row["author"],
            inside=bool(row["inside"]),
            made_on=row["made_on"],
            words=words_of(row),
            outcome=row["outcome"],
            happened_on=date.fromisoformat(told) if told else None,
            due_on=due_on(row["closes_at"], row["zone"]),
        )


def _returned_to(scope: Scope) -> Select[Any]:
    # Whether they are scored is asked of the few that are found.
    question = grouped(forecasts.c.question, scope)
    return (
        select(question)
        .select_from(reaching(forecasts, scope, articles_too=True))
        .where(*conditions(scope))
        .group_by(question, forecasts.c.author)
        .having(func.min(MADE_ON) < func.max(MADE_ON))
    )
