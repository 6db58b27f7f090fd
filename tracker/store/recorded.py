"""What is recorded: articles, vague claims, questions, forecasts and how they turned out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    cast,
    exists,
    func,
    insert,
    select,
    update,
)

from tracker.errors import NotFound
from tracker.fields import Record
from tracker.records import (
    Article,
    Dossier,
    Resolution,
    Snooze,
    Statement,
    VagueClaim,
)
from tracker.store import rows
from tracker.store.rows import CHUNK, FORECAST, KINDS, QUESTION, Kind, stamped
from tracker.store.tables import articles, forecasts, questions, resolutions, snoozes, vague_claims

if TYPE_CHECKING:
    from tracker.store.counters import Counters


@dataclass(frozen=True, slots=True)
class Filter:
    """Which questions are asked for; what is None does not restrict.

    Attributes:
        ids: only these.
        open: whether it is still unresolved.
        closes_before: whose deadline has closed by then.
        author: who made a forecast on it, whole name in any case.
        outlet: where one of its forecasts appeared.
        topic: one of its topics.
    """

    ids: tuple[str, ...] | None = None
    open: bool | None = None
    closes_before: datetime | None = None
    author: str | None = None
    outlet: str | None = None
    topic: str | None = None


class Recorded:
    """The recorded state, read and changed over one connection's transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    @cached_property
    def _counters(self) -> "Counters":
        from tracker.store.counters import Counters  # only who writes counts

        return Counters(self._conn)

    def existing(self, kind: Kind, wanted: Sequence[rows.Row]) -> dict[tuple[Any, ...], rows.Row]:
        """Return the stored rows that have the same keys as these, by key."""
        first = kind.table.c[kind.key[0]]
        found = {}
        names = sorted({row[kind.key[0]] for row in wanted})
        for start in range(0, len(names), CHUNK):
            query = select(kind.table).where(first.in_(names[start : start + CHUNK]))
            for row in self._rows(query):
                found[kind.key_of(row)] = row
        return found

    def insert(self, kind: Kind, new: Sequence[rows.Row], *, actor: str, now: datetime) -> None:
        """Write new rows, stamped."""
        for start in range(0, len(new), CHUNK):
            chunk = [stamped(row, actor=actor, now=now) for row in new[start : start + CHUNK]]
            self._conn.execute(insert(kind.table), chunk)
            if kind is FORECAST:
                self._counters.add([row["id"] for row in chunk])

    def replace(self, record: Record, values: Mapping[str, Any]) -> None:
        """Write a record's new row over its old one.

        Args:
            record: the record as it shall stand.
            values: columns that do not follow from it, such as the revision.
        """
        kind = KINDS[type(record)]
        row = {**kind.to_row(record), **values}
        same = (kind.table.c[column] == row[column] for column in kind.key)
        with self._counters.moving(_counted_question(kind, row)):
            self._conn.execute(update(kind.table).where(*same).values(row))

    def lock(self, question: str) -> None:
        """Keep other writers away from a question until the transaction ends.

        SQLite has one writer anyway.

        Raises:
            NotFound: if there is none.
        """
        query = select(questions.c.id).where(questions.c.id == question).with_for_update()
        if self._conn.execute(query).first() is None:
            raise self._unknown(question)

    def article(self, article: str) -> Article:
        """Return an article.

        Raises:
            NotFound: if there is none.
        """
        found = self._rows(select(articles).where(articles.c.id == article))
        if not found:
            raise NotFound(f"no article {article!r} is recorded")
        return rows.article_of(found[0])

    def all_articles(self) -> Iterator[Article]:
        """Yield every article by id."""
        for row in self._rows(select(articles).order_by(articles.c.id)):
            yield rows.article_of(row)

    def all_vague_claims(self) -> Iterator[VagueClaim]:
        """Yield every vague claim by article and time."""
        order = (vague_claims.c.article, vague_claims.c.recorded_at, vague_claims.c.quote_sha256)
        for row in self._rows(select(vague_claims).order_by(*order)):
            yield rows.vague_claim_of(row)

    def dossier(self, question: str) -> Dossier:
        """Return everything about one question.

        Raises:
            NotFound: if there is none; the nearest ids are suggested.
        """
        found = self.dossiers(Filter(ids=(question,)))
        if not found:
            raise self._unknown(question)
        return found[0]

    def question_ids(self, beginning: str = "") -> list[str]:
        """Return the ids of all questions that begin so, sorted."""
        query = select(questions.c.id).order_by(questions.c.id)
        if beginning:
            query = query.where(questions.c.id.startswith(beginning, autoescape=True))
        return list(self._conn.execute(query).scalars())

    def count(self, wanted: Filter) -> int:
        """Return how many questions are asked for."""
        query = _matching(select(func.count()).select_from(questions), wanted)
        return int(self._conn.execute(query).scalar_one())

    def dossiers(self, wanted: Filter) -> list[Dossier]:
        """Return the questions asked for, the earliest deadline first."""
        query = _matching(select(questions), wanted).order_by(questions.c.closes_at, questions.c.id)
        found = self._rows(query)
        inside = _matching(select(questions.c.id), wanted)
        statements = self._statements(inside)
        outcomes = self._one_each(
            select(resolutions).where(
                resolutions.c.question.in_(inside), resolutions.c.reopened_at.is_(None)
            )
        )
        silences = self._one_each(
            select(snoozes).where(snoozes.c.question.in_(inside)).order_by(snoozes.c.id)
        )
        return [
            _dossier(
                row, statements.get(row["id"], ()), outcomes.get(row["id"]), silences.get(row["id"])
            )
            for row in found
        ]

    def reopened(self) -> dict[str, int]:
        """Return how often each question was reopened, where it ever was."""
        query = (
            select(resolutions.c.question, func.count())
            .where(resolutions.c.reopened_at.is_not(None))
            .group_by(resolutions.c.question)
        )
        return {question: count for question, count in self._conn.execute(query)}  # noqa: C416 - a Row is no pair to mypy

    def _statements(self, inside: Select[Any]) -> dict[str, tuple[Statement, ...]]:
        named = select(forecasts.c.article).where(forecasts.c.question.in_(inside))
        sources = self._rows(select(articles).where(articles.c.id.in_(named)))
        known = {row["id"]: rows.article_of(row) for row in sources}
        found: dict[str, list[Statement]] = defaultdict(list)
        query = (
            select(forecasts)
            .where(forecasts.c.question.in_(inside))
            .order_by(forecasts.c.recorded_at, forecasts.c.id)
        )
        for row in self._rows(query):
            found[row["question"]].append(
                rows.made(
                    Statement,
                    row,
                    forecast=rows.forecast_of(row),
                    article=known.get(row["article"]),
                    recorded_at=row["recorded_at"],
                    recorded_by=row["recorded_by"],
                    retrospective=row["retrospective"],
                )
            )
        return {question: tuple(statements) for question, statements in found.items()}

    def _one_each(self, query: Select[Any]) -> dict[str, Mapping[str, Any]]:
        return {row["question"]: row for row in self._rows(query)}

    def _rows(self, query: Select[Any]) -> list[rows.Row]:
        return [dict(row) for row in self._conn.execute(query).mappings()]

    def resolve(self, resolution: Resolution, *, event: int, actor: str, now: datetime) -> None:
        """Write a resolution; its row's number is that of its event in the ledger."""
        row = {**rows.resolution_row(resolution), "id": event}
        row = stamped(row, actor=actor, now=now)
        self._counters.advance(now)
        with self._counters.moving(resolution.question):
            self._conn.execute(insert(resolutions), row)

    def reopen(self, question: str, *, reason: str, actor: str, now: datetime) -> None:
        """Mark a question's current resolution as reopened; it stays visible."""
        current = (resolutions.c.question == question) & resolutions.c.reopened_at.is_(None)
        taken_back = {"reopened_at": now, "reopened_by": actor, "reopen_reason": reason}
        with self._counters.moving(question):
            self._conn.execute(update(resolutions).where(current).values(taken_back))

    def taken_back(self) -> list[Resolution]:
        """Return every resolution that was reopened, the earliest first."""
        query = select(resolutions).where(resolutions.c.reopened_at.is_not(None))
        return [rows.resolution_of(row) for row in self._rows(query.order_by(resolutions.c.id))]

    def snooze(
        self, snooze: Snooze, *, event: int, revision: int, actor: str, now: datetime
    ) -> None:
        """Write a snooze; its row's number is that of its event in the ledger."""
        row = {**rows.payload(snooze), "id": event, "revision": revision}
        self._conn.execute(insert(snoozes), stamped(row, actor=actor, now=now))

    def counts(self) -> dict[str, int]:
        """Return how many rows each noun has."""
        names = {"articles": articles, "questions": questions, "forecasts": forecasts}
        return {
            name: self._conn.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in {**names, "vague claims": vague_claims}.items()
        }

    def recount(self, now: datetime) -> None:
        """Count again what scorecards count; it follows from the rest."""
        self._counters.recount(now)

    def _unknown(self, question: str) -> NotFound:
        from difflib import get_close_matches  # only for a typo

        near = get_close_matches(question, self.question_ids(), n=3, cutoff=0.5)
        return NotFound(
            f"no question {question!r} is recorded",
            hint=f"did you mean {' or '.join(near)}?" if near else "`tracker list` shows them all",
        )


def _counted_question(kind: Kind, row: rows.Row) -> str | None:
    """Return the question whose forecasts a row's change may count otherwise."""
    return {QUESTION: row.get("id"), FORECAST: row.get("question")}.get(kind)


def _matching(query: Select[Any], wanted: Filter) -> Select[Any]:
    return query.where(*_conditions(wanted))


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.ids is not None:
        yield questions.c.id.in_(wanted.ids)
    if wanted.open is not None:
        settled = exists().where(
            resolutions.c.question == questions.c.id, resolutions.c.reopened_at.is_(None)
        )
        yield ~settled if wanted.open else settled
    if wanted.closes_before is not None:
        yield questions.c.closes_at <= wanted.closes_before
    if wanted.topic is not None:
        yield cast(questions.c.topics, Text).contains(f'"{wanted.topic}"', autoescape=True)
    if wanted.author is not None or wanted.outlet is not None:
        yield questions.c.id.in_(_said_by(wanted))


def _said_by(wanted: Filter) -> Select[Any]:
    query = select(forecasts.c.question)
    if wanted.author is not None:
        query = query.where(func.lower(forecasts.c.author) == wanted.author.lower())
    if wanted.outlet is not None:
        query = query.join(articles, articles.c.id == forecasts.c.article).where(
            func.lower(articles.c.outlet) == wanted.outlet.lower()
        )
    return query


def _dossier(
    row: Mapping[str, Any],
    statements: tuple[Statement, ...],
    resolution: Mapping[str, Any] | None,
    snooze: Mapping[str, Any] | None,
) -> Dossier:
    settled = None if resolution is None else rows.resolution_of(resolution)
    return rows.made(
        Dossier,
        row,
        question=rows.question_of(row),
        revision=row["revision"],
        recorded_at=row["recorded_at"],
        recorded_by=row["recorded_by"],
        statements=statements,
        resolution=settled,
        resolved_at=None if resolution is None else resolution["recorded_at"],
        resolved_by=None if resolution is None else resolution["recorded_by"],
        snooze=None if snooze is None else rows.snooze_of(snooze),
    )
