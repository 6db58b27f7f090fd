"""`tracker score`: what is printed at each size, and what must never be."""

import json

import examples
import pytest
from desk import Terminal

from tracker.actions.record import record


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """A desk that has recorded the examples."""
    terminal("init")
    app = terminal.open()
    record(app.store, examples.ALL, app.act())
    app.store.close()
    return terminal


def test_a_card_of_one_lists_it_and_gives_no_score(desk: Terminal) -> None:
    desk.clock.set("2026-06-02T09:00")
    desk("resolve", "bridge-by-june", "yes", "--evidence", "https://city.example/register")
    printed = desk("score", "--author", "ada fabricated").stdout
    assert "2 recorded = 1 scored + 0 pending + 0 overdue" in printed
    assert "“unlikely” (20 %, 10–25)" in printed
    assert "penalty 0.64 (0.56–0.81)" in printed
    assert "Brier" not in printed


def test_json_is_one_object_without_nan(desk: Terminal) -> None:
    card = json.loads(desk("score", "--format", "json").stdout)["scorecard"]
    assert card["ledger"]["recorded"] == 2
    assert card["shape"] == "list"


def test_an_unknown_author_is_told_the_nearest(desk: Terminal) -> None:
    told = desk.refused("score", "--author", "Ada Fabricatd", code=3)
    assert "did you mean 'Ada Fabricated'?" in told
