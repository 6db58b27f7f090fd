"""Other hands on the same database: real processes, started together, killed at will.

They come from a fork server, which has imported everything once, so that they begin at once.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from examples import question
from sqlalchemy import event

from tracker.actions.arm import Act, Audience
from tracker.actions.record import record
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
        pipe.send(work(pipe, *given) if listening else work(*given))
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
            act = Act(name, NOW, Audience((), ReminderPolicy()))
            record(store, [question(id=f"{name}-{count}")], act)
        pipe.recv()
    return count
