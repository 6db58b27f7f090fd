"""A record in which everything was done once, made once per module; tests roll back."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from desk import EDITOR, Clock
from examples import ALL, ARTICLE, FORECAST, QUESTION, VAGUE, forecast, question, resolution
from sqlalchemy import Engine, create_engine, text

from tracker.actions.arm import Act, Audience
from tracker.actions.ingest import ingest
from tracker.actions.propose import open_content
from tracker.actions.record import amend, record
from tracker.actions.resolve import reopen, resolve, snooze
from tracker.records import Article, ReminderPolicy, Snooze
from tracker.store.engine import open_engine
from tracker.store.store import Store

_FULL = question(
    id="full",
    condition="the city council votes for it",
    checkpoints=[{"name": "halfway", "on": "2026-04-15"}],
    reminders={"lead_days": [3]},
    base_rate="0.25",
    status_quo="no",
)
_FORECASTS = (
    forecast(
        question="full", reading={"range": ["0.1", "0.3"]}, made_on="2026-03-01", label="second"
    ),
    forecast(question="full", reading={"probability": "0.07"}, source="crowd"),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A database in which no column of the record is empty everywhere."""
    url = f"sqlite:///{tmp_path_factory.mktemp('filled') / 'tracker.db'}"
    if request.param == "postgresql":
        url = _fresh(request.getfixturevalue("postgres_server"))
    store = Store(url)
    store.create()
    _fill(store)
    store.close()
    engine = open_engine(url)
    yield engine
    engine.dispose()


# A page in which the recorded quotes stand.
_PAGE = f"<html><body><article><p>{FORECAST.quote}. {VAGUE.quote}.</p></article></body></html>"


def _fresh(server: str) -> str:
    name = f"t{uuid4().hex}"
    admin = create_engine(
        server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return server.replace("/postgres?", f"/{name}?")


def _fill(store: Store) -> None:
    now = Clock().now
    audience = Audience((EDITOR,), ReminderPolicy())

    def act(reason: str | None = None, days: int = 0) -> Act:
        return Act("Ada", now + timedelta(days), audience, reason)

    article = Article.parse({**ARTICLE.data(), "title": "On bridges"})
    record(store, [article, VAGUE, *ALL[2:], _FULL, *_FORECASTS], act())
    amend(store, "full", {"text": "Will the bridge really open?"}, act("it was unclear"))
    asleep = {"question": "full", "until": "2026-04-01", "reason": "too early"}
    snooze(store, Snooze.parse(asleep), act())
    read = open_content(_PAGE.encode(), name="op-ed.html")
    ingest(store, read._replace(fetched_at=now), article, [], act(), proposed=2)
    more = {"happened_on": "2026-03-02", "note": "at noon", "by": "Ben"}
    resolve(store, resolution(**more), act())
    reopen(store, QUESTION.id, act("it was the other bridge", days=1))
    resolve(store, resolution(**more), act(days=1))
