"""Whoever waits for a card over very many forecasts hears how far it is."""

from collections.abc import Callable
from datetime import UTC, datetime

import examples
import pytest
from desk import Clock
from invented import RECORDED, SETTLED, Author

from tracker.actions.arm import Act
from tracker.actions.compare import TOLD_EVERY, standings
from tracker.actions.record import record
from tracker.actions.resolve import resolve
from tracker.scoring.evidence import Subject
from tracker.store.added import Worth
from tracker.store.rows import FORECAST, forecast_row
from tracker.store.scope import Scope
from tracker.store.store import Store

NOW = datetime(2026, 7, 3, tzinfo=UTC)


def test_what_is_added_up_says_each_step(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    ada = Author("Ada Fabricated", 6)
    clock.set(RECORDED)
    record(sqlite_store, list(ada.records()), act())
    clock.set(SETTLED)
    record(sqlite_store, list(ada.outcomes()), act())
    steps: list[tuple[str, int]] = []
    zero = {"brier": 0.0, "excess": 0.0, "spread": 0.0}
    with sqlite_store.reading() as tx, tx.tallies.many(NOW) as many:
        counts = many.counts(Scope("all"))
        worth = {each.words: Worth(zero, zero) for each in counts}
        many.added(Scope("all"), worth, lambda _: None, lambda *step: steps.append(step))
    assert steps == [("by article", 0), ("by article", 1), ("by question", 0), ("by question", 1)]


@pytest.mark.slow
def test_a_table_over_very_many_forecasts_says_how_far_it_is(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """Who waits for minutes without a word ends the command."""
    record(sqlite_store, examples.ALL, act())
    said = [examples.forecast(label=f"said-{number}") for number in range(TOLD_EVERY)]
    with sqlite_store.begin() as tx:
        rows = [forecast_row(each) for each in said]
        tx.recorded.insert(FORECAST, rows, actor="Ada", now=clock())
    clock.set("2026-06-02T12:00")
    resolve(sqlite_store, examples.resolution(), act())
    told: list[tuple[str, int, int]] = []
    standings(
        sqlite_store,
        Subject("all"),
        "author",
        "readers",
        NOW,
        progress=lambda *step: told.append(step),
    )
    count = TOLD_EVERY + 1
    assert told == [("forecasts read", TOLD_EVERY, 0), ("forecasts read", count, count)]
