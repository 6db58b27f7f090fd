"""Other hands on the same database: real processes, started together, killed at will.

They come from a fork server, which has imported everything once, so that they begin at once.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from examples import QUESTION, question, resolution
from sqlalchemy import event

from tracker.actions.arm import Act, Audience
from tracker.actions.record import amend, record
from tracker.actions.resolve import resolve
from tracker.records import ReminderPolicy
from tracker.store import migrate
from tracker.store.engine import open_engine
from tracker.store.migrate import Migrations
from tracker.store.store import Store

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["__main__", "hands", "tracker.app", "alembic.command"])
_SECONDS = 60
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Hand:
    """A process that waits for the word and then does one thing.

    Args:
        work: a function of a module; what it returns or raises is brought back.
        given: its arguments.
    """

    def __init__(self, work: Callable[..., Any], *given: object) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        self.process: BaseProcess = _CONTEXT.Process(
            target=_wait_and_do, args=(theirs, work, given)
        )
        self.process.start()
        theirs.close()
        self._pipe.recv()

    def go(self) -> None:
        """Give the word."""
        self._pipe.send("go")

    def stopped(self) -> Any:
        """Tell one that works until it is told, and return what came of it."""
        self._pipe.send("stop")
        return self.done()

    def kill(self) -> None:
        """End it at once, as the kernel or a power cut would."""
        self.process.kill()

    def next(self) -> Any:
        """Return what it says before it is done."""
        assert self._pipe.poll(_SECONDS)
        return self._pipe.recv()

    def done(self) -> Any:
        """Return what came of it; an exception is returned too, None where it was killed."""
        try:
            return self._pipe.recv() if self._pipe.poll(_SECONDS) else TimeoutError()
        except EOFError:
            return None
        finally:
            self.process.join(_SECONDS)
            self._pipe.close()


def all_at_once(work: Callable[..., Any], given: Sequence[Sequence[object]]) -> list[Any]:
    """Do one thing in as many processes as there are argument lists, all at once."""
    hands = [Hand(work, *each) for each in given]
    for hand in hands:
        hand.go()
    return [hand.done() for hand in hands]


def _wait_and_do(pipe: Connection, work: Callable[..., Any], given: Sequence[object]) -> None:
    pipe.send("ready")
    pipe.recv()
    try:
        # Those that work until they are told need to hear it.
        listening = work.__name__.endswith("_until_told")
        result = work(pipe, *given) if listening else work(*given)
        for said in result if isinstance(result, Iterator) else (result,):
            pipe.send(said)
    except BaseException as error:  # noqa: BLE001 - the test judges it
        pipe.send(error)


def upgrade(url: str, way: Migrations | None) -> tuple[str | None, str]:
    """Bring a database up to date."""
    engine = open_engine(url)
    try:
        return migrate.upgrade(engine, way)
    finally:
        engine.dispose()


def upgrade_until(url: str, way: Migrations, statements: int) -> tuple[str | None, str]:
    """Bring a database up to date, and die after so many statements."""
    engine = open_engine(url)
    left = iter(range(statements))

    @event.listens_for(engine, "after_cursor_execute")
    def _kill(*_: object) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    return migrate.upgrade(engine, way)


def as_nobody(work: Callable[[str], object], url: str) -> object:
    """Do something as a user who owns nothing."""
    if os.geteuid() == 0:
        os.setuid(65534)
    return work(url)


def write(url: str) -> None:
    """Write something."""
    with closing(Store(url)) as store, store.begin() as tx:
        tx.put("note", "1")


def work(url: str) -> None:
    """Be a worker for a moment."""
    with closing(Store(url)) as store, store.worker():
        pass


def record_until_told(pipe: Connection, url: str, name: str) -> int:
    """Record one question after the other until told to stop; return how many."""
    count = 0
    with closing(Store(url)) as store:
        while not pipe.poll():
            count += 1
            record(store, [question(id=f"{name}-{count}")], _act(name))
        pipe.recv()
    return count


def claim_all(url: str, owner: str, now: datetime) -> list[str]:
    """Claim until nothing is left; return the keys."""
    keys: list[str] = []
    with closing(Store(url)) as store:
        while True:
            with store.begin() as tx:
                claimed = tx.outbox.claim(owner, now=now)
            if claimed is None:
                return keys
            keys.append(claimed.message.key)


def hold_a_lock(url: str) -> Iterator[str]:
    """Be a worker until killed; say under which token."""
    with closing(Store(url)) as store, store.worker() as token:
        yield token
        time.sleep(_SECONDS)


def record_some(url: str, name: str, count: int) -> int:
    """Record so many questions, one by one."""
    with closing(Store(url)) as store:
        for number in range(count):
            record(store, [question(id=f"{name}-{number}")], _act(name))
    return count


def resolve_it(url: str, name: str) -> None:
    """Say that the example question turned out yes."""
    with closing(Store(url)) as store:
        resolve(store, resolution(note=f"says {name}"), _act(name))


def amend_it(url: str, name: str) -> None:
    """Amend the example question as it was seen at revision 1."""
    changes = {"condition": f"as {name} says"}
    with closing(Store(url)) as store:
        amend(store, QUESTION.id, changes, _act(name, "it was unclear"), expected_revision=1)


def record_one_id(url: str, name: str) -> None:
    """Record under an id that others record under at the same time, each with other words."""
    with closing(Store(url)) as store:
        record(store, [question(id="fresh", condition=f"as {name} says")], _act(name))


def _act(name: str, reason: str | None = None) -> Act:
    return Act(name, NOW, Audience((), ReminderPolicy()), reason)
