"""The application role that docs/security.md describes: it can work, and cannot rewrite."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from desk import Clock
from examples import ALL, QUESTION, resolution
from sqlalchemy import text

from tracker.actions import trust
from tracker.actions.arm import Act, Audience
from tracker.actions.record import amend, record
from tracker.actions.remind import Post, sweep
from tracker.actions.resolve import reopen, resolve
from tracker.errors import StoreError
from tracker.notify.channel import ChannelSettings, build
from tracker.store.engine import open_engine, transaction
from tracker.store.store import Store

_PAGE = Path(__file__).parents[2] / "docs" / "security.md"


@pytest.fixture
def desk_url(postgres_url: str) -> Iterator[str]:
    """A database, and the URL of somebody in the role, made by the page's own statements."""
    with closing(Store(postgres_url)) as store:
        store.create()
    (block,) = re.findall(r"```sql\n(.*?)```", _PAGE.read_text("utf-8"), re.DOTALL)
    role = f"r{uuid4().hex}"
    owner = open_engine(postgres_url)
    with transaction(owner) as conn:
        for statement in block.replace("tracker_desk", role).split(";"):
            if statement.strip():
                conn.execute(text(statement))
        conn.execute(text(f"CREATE ROLE {role}_ada LOGIN IN ROLE {role}"))
    yield postgres_url.replace("postgres:", f"{role}_ada:", 1)
    with transaction(owner) as conn:
        conn.execute(text(f"DROP ROLE {role}_ada"))
        conn.execute(text(f"DROP OWNED BY {role}"))
        conn.execute(text(f"DROP ROLE {role}"))
    owner.dispose()


def test_the_role_can_do_everything_that_a_desk_does(
    desk_url: str, act: Callable[..., Act], audience: Audience, clock: Clock, tmp_path: Path
) -> None:
    mail = ChannelSettings(sender="tracker@localhost", maildir=tmp_path / "mail")
    post = Post(lambda name: build(name, mail), "tracker@localhost", "localhost")
    with closing(Store(desk_url)) as store:
        store.look()
        record(store, ALL, act())
        amend(store, QUESTION.id, {"base_rate": "0.1"}, act(reason="counted"))
        clock.set("2026-06-02T12:00")
        assert sweep(store, post, audience, clock).sent == 1
        resolve(store, resolution("no"), act())
        reopen(store, QUESTION.id, act(reason="the wrong bridge"))
        assert trust.verify(store).findings.kept == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET actor = 'Eve'",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
        "ALTER TABLE ledger DISABLE TRIGGER ledger_no_update",
        "DROP TRIGGER ledger_continues ON ledger",
        "DROP TABLE ledger CASCADE",
        "SET session_replication_role = replica",
        "DROP FUNCTION ledger_refuse() CASCADE",
        "DELETE FROM questions",
        "DELETE FROM resolutions",
        "DELETE FROM forecasts",
        "UPDATE alembic_version SET version_num = '0000'",
    ],
)
def test_the_role_can_neither_rewrite_the_ledger_nor_delete_a_record(
    desk_url: str, act: Callable[..., Act], statement: str
) -> None:
    with closing(Store(desk_url)) as store:
        record(store, ALL, act())
        engine = open_engine(desk_url)
        with (
            pytest.raises(StoreError, match="may not do that"),
            transaction(engine) as conn,
        ):
            conn.execute(text(statement))
        engine.dispose()
        assert trust.verify(store).findings.kept == []
