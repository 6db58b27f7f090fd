"""Desks for the actions' tests."""

import pytest
from desk import Clock
from reminding_desk import DUE, Desk

from tracker.store.store import Store


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    """A desk on a database of each kind in turn."""
    return Desk(store, clock)


@pytest.fixture
def sqlite_desk(sqlite_store: Store, clock: Clock) -> Desk:
    """A desk on SQLite, for what does not depend on the kind of database."""
    return Desk(sqlite_store, clock)


@pytest.fixture
def due(desk: Desk) -> Desk:
    """A desk on the morning after the deadline of its one question."""
    desk.record("bridge")
    desk.clock.set(DUE)
    return desk
