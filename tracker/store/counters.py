"""How many forecasts say the same and stand alike: counted when recorded, not when asked.

A scorecard over a million forecasts would else read every one of them only to count them. Whoever
writes a forecast, a deadline or a resolution counts its forecasts out and in again, in the same
transaction; what has been counted down to nothing stays as a row of 0.

That a deadline passes is recorded by nobody. So the counters stand as of one instant, kept beside
them, which moves on whenever something is resolved; what fell due since then is counted one by one.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, RowMapping, TextClause, bindparam, insert, select, text, update

from tracker.store.findings import Findings
from tracker.store.scope import Scope, ScopeKind
from tracker.store.straight import Prepared
from tracker.store.tables import meta
from tracker.store.types import Instant, instant_text, unreadable

COUNTED: tuple[ScopeKind, ...] = ("all", "everybody", "phrase")
"""Whose forecasts can be told apart by what is counted."""
_UNTIL = "counted_until"
_KEY = "source, phrase, negated, low, high, outcome, closed"
# ruff: noqa: S608 - statements of our own words; what is asked for is bound
_STANDING = """
SELECT f.source AS source, coalesce(f.phrase, '') AS phrase, f.negated AS negated,
    coalesce(f.low, f.probability, -1) AS low, coalesce(f.high, f.probability, -1) AS high,
    coalesce(r.outcome, '') AS outcome, q.closes_at <= :{until} AS closed,
    {sign} * count(*) AS count,
    {sign} * sum(CASE WHEN f.retrospective THEN 1 ELSE 0 END) AS late
FROM questions q JOIN forecasts f ON f.question = q.id
LEFT JOIN resolutions r ON r.question = q.id AND r.reopened_at IS NULL
WHERE {which}
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_ADDED = f"""
INSERT INTO counters ({_KEY}, count, late) {_STANDING}
ON CONFLICT ({_KEY}) DO UPDATE
SET count = counters.count + excluded.count, late = counters.late + excluded.late
"""
_FELL_DUE = "q.closes_at > :after AND q.closes_at <= :by"
_ALL = "q.closes_at IS NOT NULL"
_ASKED = f"""
SELECT phrase, negated, low, high, outcome, closed, sum(count) AS count, sum(late) AS late
FROM (SELECT {_KEY}, count, late FROM counters
      UNION ALL {_STANDING.format(sign="-1", until="until", which=_FELL_DUE)}
      UNION ALL {_STANDING.format(sign="1", until="now", which=_FELL_DUE)}) AS c
WHERE {{which}} GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(count) <> 0
"""
_DIFFERENT = f"""
SELECT {_KEY}, sum(count) AS count, sum(late) AS late
FROM (SELECT {_KEY}, count, late FROM counters
      UNION ALL {_STANDING.format(sign="-1", until="until", which=_ALL)}) AS c
GROUP BY {_KEY} HAVING sum(count) <> 0 OR sum(late) <> 0
"""


def _bound(words: str, *instants: str) -> TextClause:
    return text(words).bindparams(*(bindparam(name, type_=Instant()) for name in instants))


def _adding(sign: str, which: str, *instants: str) -> TextClause:
    words = _ADDED.format(sign=sign, until="until", which=which)
    return _bound(words, "until", *instants)


_NEW = _adding("1", "f.id IN :ids").bindparams(bindparam("ids", expanding=True))
# What every recorded forecast runs is handed straight to the driver.
_ONE = Prepared(_adding("1", "f.id = :id"))
_IN, _OUT = (Prepared(_adding(sign, "q.id = :question")) for sign in ("1", "-1"))
_AS_OF = Prepared(select(meta.c.value).where(meta.c.key == _UNTIL))
_DUE_IN, _DUE_OUT = (_adding(sign, _FELL_DUE, "after", "by") for sign in ("1", "-1"))
_ALL_IN = _adding("1", _ALL)
_SCOPES = {
    "everybody": _bound(_ASKED.format(which="1 = 1"), "until", "now", "after", "by"),
    "all": _bound(_ASKED.format(which="source = 'writer'"), "until", "now", "after", "by"),
    "phrase": _bound(
        _ASKED.format(which="source = 'writer' AND phrase IN :names"), "until", "now", "after", "by"
    ).bindparams(bindparam("names", expanding=True)),
}
_CHECK = _bound(_DIFFERENT, "until")


class Counters:
    """The counters over one connection's transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._until: datetime | None = None

    def add(self, forecasts: Sequence[str]) -> None:
        """Count new forecasts in, by their ids."""
        if len(forecasts) == 1:
            _ONE.count(self._conn, {"until": self._as_of(), "id": forecasts[0]})
        else:
            self._conn.execute(_NEW, {"until": self._as_of(), "ids": forecasts})

    @contextmanager
    def moving(self, question: str | None) -> Iterator[None]:
        """Count a question's forecasts out, and in again as they stand afterwards."""
        if question is None:
            yield
            return
        given = {"until": self._as_of(), "question": question}
        _OUT.count(self._conn, given)
        yield
        _IN.count(self._conn, given)

    def advance(self, now: datetime) -> None:
        """Let the counters stand as of now, which may lie before."""
        until = self._as_of()
        if until == now:
            return
        due = {"after": min(until, now), "by": max(until, now)}
        self._conn.execute(_DUE_OUT, {"until": until, **due})
        self._conn.execute(_DUE_IN, {"until": now, **due})
        self._put(now)

    def recount(self, now: datetime) -> None:
        """Count everything again, as of now."""
        self._conn.execute(text("UPDATE counters SET count = 0, late = 0"))
        self._conn.execute(_ALL_IN, {"until": now})
        self._put(now)

    def asked(self, scope: Scope, now: datetime) -> Iterable[RowMapping]:
        """Return the counts of a scope as things stand now.

        Args:
            scope: of a kind in `COUNTED`.
            now: which deadlines have passed.

        Returns:
            Rows of phrase ("" where there is none), negated, low, high (millionths, -1 where there
            are none), outcome ("" where there is none), closed, count and late.
        """
        until = self._as_of()
        due = {"after": min(until, now), "by": max(until, now)}
        given: dict[str, object] = {"until": until, "now": now, **due}
        if scope.kind == "phrase":
            given["names"] = scope.names
        return self._conn.execute(_SCOPES[scope.kind], given).mappings()

    def check(self, findings: Findings) -> None:
        """Hold the counters against what they count; each that differs is a finding."""
        for row in self._conn.execute(_CHECK, {"until": self._as_of()}).mappings():
            name = " ".join(str(row[column]) for column in _KEY.split(", "))
            off = f"counts {_off(row['count'])} and {_off(row['late'])} recorded afterwards"
            findings.add("edited", "counters", name, f"{off}; `tracker db recount` mends it")

    def _as_of(self) -> datetime:
        # Writers take turns, so nobody else moves it before this transaction ends.
        if self._until is None:
            (words,) = (_AS_OF.rows(self._conn, {}) or [("",)])[0]
            try:
                self._until = datetime.fromisoformat(words)
            except (ValueError, TypeError):
                raise unreadable(f"the instant {words!r} of the counters") from None
        return self._until

    def _put(self, until: datetime) -> None:
        value = instant_text(until)
        done = self._conn.execute(update(meta).where(meta.c.key == _UNTIL).values(value=value))
        if not done.rowcount:
            self._conn.execute(insert(meta).values(key=_UNTIL, value=value))
        self._until = until


def _off(count: int) -> str:
    return f"{abs(count):,} too {'many' if count > 0 else 'few'}" if count else "the right number"
