"""Sums by article and by question over any number of forecasts, made by the database.

Small temporary tables carry the work: how each question turned out, and what each distinct thing
said is worth under each outcome. The forecasts are then read once by article and once by question,
and come back as a few hundred rows. What the values mean is for whoever hands them in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    MetaData,
    RowMapping,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.schema import CreateTable, DropTable

from tracker.store.added import Added, Group, Sums, Told, Worth, nobody
from tracker.store.scope import LATE, MADE_ON, SAID, Scope, Words, conditions, grouped, reaching
from tracker.store.tables import articles, forecasts, questions, resolutions
from tracker.store.types import MILLION

# Added to numbers before they are written out, so that the order of the text is theirs.
_DUE_FROM = 1_000_000_000
_CODE_FROM = 1_000_000
_CODE_LENGTH = 7
_MEASURES = ("brier", "excess", "spread")


_temporary = MetaData()
settled = Table(
    "settled",
    _temporary,
    Column("question", Text, primary_key=True),
    Column("outcome", Text),
    Column("closed", Boolean, nullable=False),
    Column("happened", Integer),
    Column("due", Integer, nullable=False),
    Column("base", Float),
    Column("quo", Float),
    prefixes=["TEMPORARY"],
)
_worths = Table(
    "worths",
    _temporary,
    Column("phrase", Text, primary_key=True),
    Column("negated", Boolean, primary_key=True),
    Column("low", Integer, primary_key=True),
    Column("high", Integer, primary_key=True),
    Column("happened", Integer, primary_key=True),
    Column("code", Integer, nullable=False),
    *(Column(name, Float, nullable=False) for name in _MEASURES),
    prefixes=["TEMPORARY"],
)
_stood = Table(
    "stood",
    _temporary,
    Column("question", Text, primary_key=True),
    Column("since", Text, primary_key=True),
    Column("probability", Float),
    prefixes=["TEMPORARY"],
)
_NOTES = (settled, _worths, _stood)


@contextmanager
def prepared(conn: Connection, now: datetime) -> Iterator["Many"]:
    """Keep note of how every question stands, for as long as forecasts are added up.

    Args:
        conn: a connection in a transaction.
        now: which deadlines have passed.
    """
    many = Many(conn, now)
    yield many
    # Not in a finally: after an error the transaction is rolled back, and the tables with it.
    many.forget()


def _settling(now: datetime) -> Select[Any]:
    outcome = resolutions.c.outcome
    return select(
        questions.c.id,
        outcome,
        questions.c.closes_at <= now,
        case((outcome == "yes", 1), (outcome == "no", 0)),
        func.row_number().over(order_by=(questions.c.closes_at, questions.c.id)),
        cast(type_coerce(questions.c.base_rate, Integer), Float) / MILLION,
        case((questions.c.status_quo == "yes", 1.0), (questions.c.status_quo == "no", 0.0)),
    ).select_from(
        questions.outerjoin(
            resolutions,
            and_(resolutions.c.question == questions.c.id, resolutions.c.reopened_at.is_(None)),
        )
    )


class Many:
    """Forecasts too many to be listed, counted and added up.

    Args:
        conn: a connection in a transaction, inside `prepared`.
        now: which deadlines have passed.
    """

    def __init__(self, conn: Connection, now: datetime) -> None:
        self._conn = conn
        self._now = now
        self._noted = False

    def counts(self, scope: Scope) -> Iterable[RowMapping]:
        """Count forecasts by what they say, how they turned out and whether they are closed."""
        self._note()
        by = (*SAID, settled.c.outcome, settled.c.closed)
        query = (
            select(*by, func.count().label("count"), LATE)
            .select_from(reaching(_with_outcomes(), scope))
            .where(*conditions(scope))
            .group_by(*by)
        )
        return self._conn.execute(query).mappings()

    def forget(self) -> None:
        """Drop what was noted, if anything was."""
        for table in _NOTES if self._noted else ():
            self._conn.execute(DropTable(table))

    def _note(self) -> None:
        if self._noted:
            return
        for table in _NOTES:
            self._conn.execute(CreateTable(table))
        columns = [column.name for column in settled.columns]
        self._conn.execute(insert(settled).from_select(columns, _settling(self._now)))
        self._noted = True

    def added(
        self,
        scope: Scope,
        worth: Mapping[Words, Worth],
        crowds: Iterable[tuple[str, str, float | None]] = (),
        told: Told = nobody,
    ) -> Added:
        """Add the scored forecasts of a scope up by article and by question.

        Args:
            scope: which.
            worth: what is said, to what it is worth; what is not in it is left out.
            crowds: question, the last day on which it can have been said, and probability of
                every crowd's forecast, None where it cannot be read; one for each question and day.
            told: called with each step, before it and after.
        """
        said = list(worth)
        if not said:
            return Added((), 0, {}, {})
        self._note()
        self._conn.execute(insert(_worths), list(_worth_rows(worth)))
        stood = [{"question": q, "since": day, "probability": p} for q, day, p in crowds]
        if stood:
            self._conn.execute(insert(_stood), stood)
        baselines = self._baselines(crowds=bool(stood))
        names = (*_MEASURES, *baselines)
        told("by article", 0)
        by_article = _over_articles(self._by_article(scope, baselines), baselines)
        groups = [_group(row, said, names) for row in self._conn.execute(by_article).mappings()]
        told("by article", 1)
        told("by question", 0)
        by_question = _over_questions(_by_question(scope, baselines), baselines)
        row = self._conn.execute(by_question).mappings().one()
        told("by question", 1)
        sums = {name: _sums(row, name) for name in names}
        return Added(
            tuple(groups), row["articles"], sums, {name: _single(row, name) for name in names}
        )

    def _baselines(self, *, crowds: bool) -> dict[str, ColumnElement[Any]]:
        query = select(func.count(settled.c.base), func.count(settled.c.quo))
        bases, quos = self._conn.execute(query).one()
        there = {"base rate": bases, "status quo": quos, "crowd": crowds}
        columns = {"base rate": settled.c.base, "status quo": settled.c.quo, "crowd": _crowd()}
        return {name: column for name, column in columns.items() if there[name]}

    def _by_article(self, scope: Scope, baselines: Mapping[str, ColumnElement[Any]]) -> Subquery:
        unit = _unit(scope)
        columns = [unit.label("unit"), self._first().label("first"), *_summed(baselines)]
        return _scored(scope, columns, baselines).group_by(unit).subquery()

    def _first(self) -> ColumnElement[Any]:
        """Return an article's first forecast to fall due, ties by id, with its code at the end."""
        due = cast(settled.c.due + _DUE_FROM, Text)
        key = due + forecasts.c.id
        if self._conn.dialect.name == "postgresql":
            # Its own order of text leaves hyphens and slashes out.
            key = key.collate("C")
        return func.min(key + " " + cast(_worths.c.code + _CODE_FROM, Text))


def _by_question(scope: Scope, baselines: Mapping[str, ColumnElement[Any]]) -> Subquery:
    squares = [func.sum(_squared(_worths.c[name])).label(f"{name}²") for name in _MEASURES]
    squares += [
        func.sum(_squared(_paired(column))).label(f"{name}²") for name, column in baselines.items()
    ]
    columns = [*_summed(baselines), *squares]
    return (
        _scored(scope, columns, baselines).group_by(grouped(forecasts.c.question, scope)).subquery()
    )


def _scored(
    scope: Scope, columns: Sequence[ColumnElement[Any]], baselines: Iterable[str]
) -> Select[Any]:
    source = _with_outcomes().join(_worths, _same())
    return (
        select(*columns)
        .select_from(reaching(source, scope, articles_too="crowd" in baselines))
        .where(settled.c.closed, settled.c.happened.is_not(None), *conditions(scope))
    )


def _summed(baselines: Mapping[str, ColumnElement[Any]]) -> Iterator[ColumnElement[Any]]:
    yield func.count().label("n")
    for name in _MEASURES:
        yield func.sum(_worths.c[name]).label(name)
    for name, column in baselines.items():
        yield func.count(column).label(f"n {name}")
        yield func.sum(_paired(column)).label(name)


def _paired(baseline: ColumnElement[Any]) -> ColumnElement[Any]:
    return _worths.c.brier - _squared(baseline - settled.c.happened)


def _with_outcomes() -> Any:  # noqa: ANN401 - SQLAlchemy's join, which is made for joining on
    return forecasts.join(settled, settled.c.question == forecasts.c.question)


def _same() -> ColumnElement[bool]:
    number = type_coerce(forecasts.c.probability, Integer)
    low, high = (type_coerce(forecasts.c[end], Integer) for end in ("low", "high"))
    return and_(
        _worths.c.phrase == func.coalesce(forecasts.c.phrase, ""),
        _worths.c.negated == forecasts.c.negated,
        _worths.c.low == func.coalesce(low, number, literal(-1, Integer)),
        _worths.c.high == func.coalesce(high, number, literal(-1, Integer)),
        _worths.c.happened == settled.c.happened,
    )


def _unit(scope: Scope) -> ColumnElement[Any]:
    if scope.kind == "author":
        return func.coalesce(forecasts.c.article, literal("question/") + forecasts.c.question)
    return forecasts.c.article


def _crowd() -> ColumnElement[Any]:
    said_on = func.substr(MADE_ON + "-00-00", 1, 10)
    return case(
        (
            forecasts.c.source != "crowd",
            select(_stood.c.probability)
            .where(_stood.c.question == forecasts.c.question, _stood.c.since <= said_on)
            .order_by(_stood.c.since.desc())
            .limit(1)
            .correlate(forecasts, articles)
            .scalar_subquery(),
        )
    )


def _worth_rows(worth: Mapping[Words, Worth]) -> Iterator[dict[str, Any]]:
    for number, (words, values) in enumerate(worth.items()):
        for happened, of in ((0, values.failed), (1, values.happened)):
            yield {
                "phrase": words.phrase or "",
                "negated": words.negated,
                "low": _micro(words.low),
                "high": _micro(words.high),
                "happened": happened,
                "code": 2 * number + happened,
                **{name: of[name] for name in _MEASURES},
            }


def _micro(probability: float | None) -> int:
    return -1 if probability is None else round(probability * MILLION)


def _over_articles(by_article: Subquery, baselines: Iterable[str]) -> Select[Any]:
    row = by_article.c
    code = func.substr(row.first, func.length(row.first) - (_CODE_LENGTH - 1))
    # Numbers of questions are as long as the least of them.
    question = func.substr(row.first, 1, len(str(_DUE_FROM)))
    nth = func.row_number().over(partition_by=question, order_by=row.first)
    ordered = select(*row, code.label("code"), nth.label("nth")).subquery()
    chosen = func.coalesce(articles.c.chosen, "all")
    firsts = func.sum(case((ordered.c.nth == 1, 1), else_=0))
    return (
        select(
            ordered.c.code,
            chosen.label("chosen"),
            firsts.label("firsts"),
            *_totals(ordered, baselines),
        )
        .select_from(ordered.outerjoin(articles, articles.c.id == ordered.c.unit))
        .group_by(ordered.c.code, chosen)
    )


def _over_questions(by_question: Subquery, baselines: Iterable[str]) -> Select[Any]:
    squares = [
        func.sum(by_question.c[f"{name}²"]).label(f"{name}²") for name in (*_MEASURES, *baselines)
    ]
    return select(*_totals(by_question, baselines), *squares)


def _totals(rows: Subquery, baselines: Iterable[str]) -> Iterator[ColumnElement[Any]]:
    row = rows.c
    yield func.count().label("articles")
    yield func.coalesce(func.sum(row.n), 0).label("forecasts")
    yield func.coalesce(func.sum(row.n * row.n), 0).label("n²")
    for name in _MEASURES:
        yield from _moments(name, row.n, row[name])
    for name in baselines:
        count = row[f"n {name}"]
        yield func.coalesce(func.sum(case((count > 0, 1), else_=0)), 0).label(f"G {name}")
        yield func.coalesce(func.sum(count), 0).label(f"Σn {name}")
        yield func.coalesce(func.sum(count * count), 0).label(f"Σn² {name}")
        yield from _moments(name, count, row[name])


def _moments(
    name: str, count: ColumnElement[Any], total: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    return [
        func.sum(total).label(f"Σs {name}"),
        func.sum(count * total).label(f"Σns {name}"),
        func.sum(_squared(total)).label(f"Σs² {name}"),
    ]


def _squared(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return value * value


def _group(row: RowMapping, said: Sequence[Words], names: Sequence[str]) -> Group:
    number, happened = divmod(int(row["code"]) - _CODE_FROM, 2)
    return Group(
        chosen=row["chosen"],
        first=said[number],
        happened=happened,
        articles=row["articles"],
        firsts=int(row["firsts"]),
        forecasts=int(row["forecasts"]),
        sums={name: _sums(row, name) for name in names},
    )


def _sums(row: RowMapping, name: str) -> Sums:
    whole = name in _MEASURES
    return Sums(
        clusters=row["articles"] if whole else int(row[f"G {name}"]),
        count=int(row["forecasts"] if whole else row[f"Σn {name}"]),
        total=float(row[f"Σs {name}"] or 0),
        count_squared=int(row["n²"] if whole else row[f"Σn² {name}"]),
        cross=float(row[f"Σns {name}"] or 0),
        total_squared=float(row[f"Σs² {name}"] or 0),
    )


def _single(row: RowMapping, name: str) -> Sums:
    # Every forecast is its own cluster, so that n is 1 and Σ n s is Σ s.
    sums = _sums(row, name)
    squares = float(row[f"{name}²"] or 0)
    return Sums(sums.count, sums.count, sums.total, sums.count, sums.total, squares)
