"""What is counted as it is recorded is what counting everything again would give."""

# ruff: noqa: S608 - statements of our own column names

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from desk import EDITOR, Clock, Terminal
from examples import ALL, ARTICLE, forecast, question, resolution
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from tracker.actions import trust
from tracker.actions.arm import Act, Audience
from tracker.actions.record import amend, record
from tracker.actions.resolve import reopen, resolve
from tracker.actions.score import score
from tracker.errors import Conflict, Invalid, NotFound, StoreError
from tracker.records import ReminderPolicy
from tracker.scoring.evidence import Subject
from tracker.store import migrate
from tracker.store.engine import open_engine, transaction
from tracker.store.scope import Scope
from tracker.store.store import Store
from tracker.store.sums import prepared
from tracker.store.tables import counters
from tracker.store.tallies import Count, _count
from tracker.store.verify import verify

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
SCOPES = (Scope("all"), Scope("everybody"), Scope("phrase", ("likely", "Likely")))
READINGS: tuple[dict[str, Any], ...] = (
    {"phrase": "likely"},
    {"phrase": "Likely"},
    {"phrase": "likely", "negated": True},
    {"probability": "0"},
    {"probability": "0.35"},
    {"range": ["0.35", "0.5"]},
)
names = st.sampled_from(["a", "b", "c"])
readings = st.sampled_from(READINGS)
days = st.sampled_from(["2026-03-20", "2026-05-01", "2026-09-01"])
sources = st.sampled_from(["writer", "reader", "crowd"])


def counted(store: Store, scope: Scope, now: datetime) -> set[Count]:
    with store.reading() as tx:
        kept = tx.tallies.kept_counts(scope, now)
    assert kept is not None
    return set(kept)


def counted_again(store: Store, scope: Scope, now: datetime) -> set[Count]:
    """One by one, past the counters."""
    with store.reading() as tx, prepared(tx._conn, now) as many:  # noqa: SLF001 - there is no other door
        rows = [_count(row) for row in many.counts(scope)]
    return set(rows)


class History(RuleBasedStateMachine):
    """Anything that may be done to what is counted, in any order, at any time."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="counters-"))
        self.store = Store(self.url or f"sqlite:///{self.folder / 'tracker.db'}")
        self.store.create()
        self.now = START
        # A server's database serves every run: each has ids of its own.
        self.run = f"r{uuid4().hex}"
        record(self.store, [ARTICLE], self.act())

    def act(self) -> Act:
        return Act("Ada", self.now, Audience((EDITOR,), ReminderPolicy()), "it was wrong")

    def tried(self, do: Callable[[], object]) -> None:
        """Do it or be refused; a refusal must leave the counters alone as well."""
        try:
            do()
        except (Conflict, Invalid, NotFound):
            return

    def asked(self, name: str, day: str) -> Any:
        return question(id=f"{self.run}-{name}", deadline={"by": day})

    def said(self, name: str, reading: dict[str, Any], **more: Any) -> Any:
        return forecast(
            question=f"{self.run}-{name}", reading=reading, made_on="2026-03-01", **more
        )

    @rule(name=names, day=days, reading=readings, source=sources)
    def record(self, name: str, day: str, reading: dict[str, Any], source: str) -> None:
        """Recorded anew, or a deadline and a reading amended, or refused."""
        said = self.said(name, reading, source=source, label=source)
        self.tried(lambda: record(self.store, [self.asked(name, day), said], self.act()))

    @rule(name=names, reading=readings, outcome=st.sampled_from(["yes", "no", "annulled"]))
    def imported(self, name: str, reading: dict[str, Any], outcome: str) -> None:
        """A question, its forecasts and its resolution at once, as files bring them."""
        records = [
            self.asked(name, "2026-03-20"),
            self.said(name, reading, label="first"),
            self.said(name, {"probability": "0.9"}, label="second"),
            resolution(outcome, question=f"{self.run}-{name}"),
        ]
        self.tried(lambda: record(self.store, records, self.act()))

    @rule(name=names, day=days)
    def postpone(self, name: str, day: str) -> None:
        change = {"deadline": {"by": day}}
        self.tried(lambda: amend(self.store, f"{self.run}-{name}", change, self.act()))

    @rule(name=names, outcome=st.sampled_from(["yes", "no", "ambiguous", "condition-not-met"]))
    def resolve(self, name: str, outcome: str) -> None:
        said = resolution(outcome, question=f"{self.run}-{name}")
        self.tried(lambda: resolve(self.store, said, self.act()))

    @rule(name=names)
    def reopen(self, name: str) -> None:
        self.tried(lambda: reopen(self.store, f"{self.run}-{name}", self.act()))

    @rule(days=st.sampled_from([-40, -1, 1, 20, 90]))
    def wait(self, days: int) -> None:
        """Clocks are set back, too."""
        self.now += timedelta(days)

    @invariant()
    def the_counters_are_the_counts(self) -> None:
        self.same(Scope("everybody"), self.now)

    def same(self, scope: Scope, now: datetime) -> None:
        assert counted(self.store, scope, now) == counted_again(self.store, scope, now)

    def teardown(self) -> None:
        for scope in SCOPES:
            for now in (self.now, self.now - timedelta(60), self.now + timedelta(60)):
                self.same(scope, now)
        assert trust.verify(self.store).findings.kept == []
        self.store.close()
        shutil.rmtree(self.folder)


def test_after_a_short_history_the_counters_are_the_counts() -> None:
    run_state_machine_as_test(
        History, settings=settings(max_examples=3, stateful_step_count=15, deadline=None)
    )


@pytest.mark.slow
def test_after_any_history_the_counters_are_the_counts() -> None:
    run_state_machine_as_test(
        History, settings=settings(max_examples=20, stateful_step_count=25, deadline=None)
    )


@pytest.mark.slow
def test_after_any_history_on_a_server_the_counters_are_the_counts(postgres_url: str) -> None:

    class ServerHistory(History):
        url = postgres_url

    run_state_machine_as_test(
        ServerHistory, settings=settings(max_examples=6, stateful_step_count=25, deadline=None)
    )


@pytest.mark.slow
def test_many_hands_at_once_lose_no_count(store: Store, act: Callable[..., Act]) -> None:
    """A count that is read, raised and written back loses what came in between."""
    record(store, [*ALL, *(question(id=f"q-{number}") for number in range(3))], act())

    def busy(hand: int) -> None:
        for turn in range(6):
            said = forecast(question=f"q-{turn % 3}", label=f"{hand}-{turn}")
            record(store, [said], act())
            try:
                resolve(store, resolution("annulled", question=f"q-{turn % 3}"), act())
            except Conflict:
                reopen_if_resolved(store, f"q-{turn % 3}", act("in error"))

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(busy, range(4)))
    assert trust.verify(store).findings.kept == []
    total = sum(each.count for each in counted(store, Scope("everybody"), START))
    assert total == 1 + 4 * 6


def reopen_if_resolved(store: Store, name: str, act: Act) -> None:
    try:
        reopen(store, name, act)
    except Conflict:
        return


def test_what_was_recorded_before_there_were_counters_is_counted(
    database_url: str, act: Callable[..., Act], clock: Clock
) -> None:
    engine = open_engine(database_url)
    store = Store(database_url)
    store.create()
    record(store, ALL, act())
    clock.set("2026-06-02T12:00")
    resolve(store, resolution(), act())
    # The tables themselves are as revision 0003 left them.
    with transaction(engine) as conn:
        conn.execute(text("DROP TABLE counters"))
        conn.execute(text("DELETE FROM meta WHERE key = 'counted_until'"))
        conn.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    assert migrate.upgrade(engine) == ("0003", "0004")
    with transaction(engine, reading=True) as conn:
        assert verify(conn).findings.kept == []
    (only,) = counted(store, Scope("all"), clock())
    assert (only.state, only.count, only.hits) == ("scored", 1, 1)
    engine.dispose()
    store.close()


@pytest.mark.parametrize("column", [column.name for column in counters.columns])
def test_an_edited_counter_is_named_and_can_be_counted_again(
    store: Store, database_url: str, act: Callable[..., Act], clock: Clock, column: str
) -> None:
    """Whoever turns a counter turns every card that trusts it."""
    record(store, ALL, act())
    engine = open_engine(database_url)
    with transaction(engine) as conn:
        conn.execute(text(f"UPDATE counters SET {_edit(column)}"))
    engine.dispose()
    kept = trust.verify(store).findings.kept
    assert {(each.kind, each.table) for each in kept} == {("edited", "counters")}
    trust.recount(store, clock())
    assert trust.verify(store).findings.kept == []


def _edit(column: str) -> str:
    kind = str(counters.c[column].type)
    if kind == "BOOLEAN":
        return f"{column} = NOT {column}"
    return f"{column} = {column} + 1" if kind == "INTEGER" else f"{column} = {column} || 'x'"


def test_the_command_says_how_many_forecasts_it_counted(terminal: Terminal) -> None:
    terminal("init")
    app = terminal.open()
    record(app.store, ALL, app.act())
    app.store.close()
    assert terminal("db", "recount").stdout == "1 forecast counted again.\n"


def test_what_is_edited_in_a_forecast_is_not_named_a_second_time(
    store: Store, database_url: str, act: Callable[..., Act]
) -> None:
    record(store, ALL, act())
    engine = open_engine(database_url)
    with transaction(engine) as conn:
        conn.execute(text("UPDATE forecasts SET phrase = 'likely'"))
    engine.dispose()
    assert {each.table for each in trust.verify(store).findings.kept} == {"forecasts"}


@pytest.mark.parametrize("kind", ["all", "phrase"])
def test_a_card_does_not_trust_counters_that_do_not_fit(
    sqlite_store: Store, sqlite_url: str, act: Callable[..., Act], clock: Clock, kind: Any
) -> None:
    record(sqlite_store, ALL, act())
    clock.set("2026-06-02T12:00")
    resolve(sqlite_store, resolution(), act())
    engine = open_engine(sqlite_url)
    with transaction(engine) as conn:
        conn.execute(text("UPDATE counters SET count = 7 WHERE count = 1"))
    engine.dispose()
    with pytest.raises(StoreError, match="7 forecasts were counted as scored, 1 were found"):
        score(sqlite_store, Subject(kind, "unlikely"), "readers", clock())


def test_counters_without_their_instant_are_said_to_be_unreadable(
    sqlite_store: Store, sqlite_url: str, act: Callable[..., Act]
) -> None:
    engine = open_engine(sqlite_url)
    with transaction(engine) as conn:
        conn.execute(text("DELETE FROM meta WHERE key = 'counted_until'"))
    engine.dispose()
    with pytest.raises(StoreError, match="cannot be read as it stands"):
        record(sqlite_store, ALL, act())
    assert_nothing_recorded(sqlite_store)


def assert_nothing_recorded(store: Store) -> None:
    with store.reading() as tx:
        assert tx.recorded.question_ids() == []
        assert tx.ledger.head().seq == 0
