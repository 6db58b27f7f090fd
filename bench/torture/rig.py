"""The rig: a mail server, a feeder and four workers, each a process forked from a warm parent."""

import multiprocessing
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from sqlalchemy import text

from bench.torture.mailserver import Taken, serve
from bench.torture.worker import Shared, feed, mail_settings, work
from tracker.notify.channel import ChannelSettings
from tracker.store.store import Store

# Forking a warm parent takes milliseconds where a fresh interpreter takes half a second.
_FORK = multiprocessing.get_context("fork")
WORKERS = 4
_PATIENCE = 180.0


class Worker:
    """A slot for a worker, which is killed and started again."""

    def __init__(self, number: int, url: str, settings: ChannelSettings, shared: Shared) -> None:
        self._args = (url, settings, shared, number)
        self.start()

    def start(self) -> None:
        """Fork one. SIGTERM waits until it knows what to do with it."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        self._process: BaseProcess = _FORK.Process(target=work, args=self._args)
        self._process.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def end(self, how: Callable[[BaseProcess], None]) -> None:
        """Kill or terminate it, and wait for its end."""
        how(self._process)
        self._process.join(_PATIENCE)
        if self._process.exitcode not in (0, -signal.SIGKILL):
            raise RuntimeError(f"a worker ended with {self._process.exitcode}")


@dataclass
class Found:
    """What came of a run.

    Attributes:
        fed: for whom there were messages.
        taken: what the mail server took: (recipient, Message-ID) to how often.
        sent: recipient to Message-ID of every row marked sent.
        unsent: recipients of rows that are not.
        seconds: how long it took.
    """

    fed: list[str]
    taken: Taken
    sent: list[tuple[str, str]]
    unsent: list[str]
    seconds: float
    notes: dict[str, int] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """Messages that no server ever took."""
        known = set(self.fed) | {recipient for recipient, _ in self.sent}
        reached = {recipient for recipient, _ in self.taken}
        return len((known - reached) | set(self.unsent))

    @property
    def falsely_sent(self) -> int:
        """Rows marked sent that no server took."""
        return len(set(self.sent) - set(self.taken))

    @property
    def duplicates(self) -> int:
        """Messages that were taken again."""
        recipients = {recipient for recipient, _ in self.taken}
        return self.taken.total() - len(recipients)

    @property
    def other_ids(self) -> int:
        """Duplicates with another Message-ID than their first."""
        return len(self.taken) - len({recipient for recipient, _ in self.taken})


class Rig:
    """One run on one database.

    Args:
        url: of a database that is ready.
        messages: how many to feed at most.
    """

    def __init__(self, url: str, *, messages: int = 10**9) -> None:
        self.url = url
        self.shared = Shared()
        self._begun = time.monotonic()
        self._mail, theirs = _FORK.Pipe()
        self._server = _FORK.Process(target=serve, args=(theirs,))
        self._server.start()
        self.settings = mail_settings(self._mail.recv())
        self._feed, theirs = _FORK.Pipe()
        self._feeder = _FORK.Process(target=feed, args=(url, theirs, messages))
        self._feeder.start()
        self.workers = [Worker(n, url, self.settings, self.shared) for n in range(WORKERS)]

    def end_one(self, how: Callable[[BaseProcess], None]) -> None:
        """End a worker at random and start another in its place."""
        worker = random.choice(self.workers)  # noqa: S311 - no secret
        worker.end(how)
        worker.start()

    def finish(self, *, fed_whole: bool = False) -> Found:
        """Stop feeding, let the workers come to the end, and count.

        Args:
            fed_whole: whether to wait until everything was fed first.
        """
        if not fed_whole:
            self._feed.send("enough")
        fed: list[str] = self._feed.recv()
        self._feeder.join()
        store = Store(self.url)
        _until(lambda: _drained(store))
        for worker in self.workers:
            worker.end(lambda process: process.terminate())
        sent, unsent = _rows(store)
        store.close()
        self._mail.send("what")
        taken: Taken = self._mail.recv()
        self._mail.send("stop")
        self._server.join()
        errors = {"store errors": sum(self.shared.store_errors)}
        return Found(fed, taken, sent, unsent, time.monotonic() - self._begun, errors)


def _until(done: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not done() and time.monotonic() - begun < _PATIENCE:
        time.sleep(0.05)


def _drained(store: Store) -> bool:
    with store.reading() as tx:
        counts = tx.outbox.counts()
        due = tx._conn.execute(  # noqa: SLF001 - a count that no command needs
            text(
                "SELECT count(*) FROM questions q WHERE NOT EXISTS (SELECT 1 FROM reminders r "
                "WHERE r.question = q.id AND r.state = 'queued')"
            )
        ).scalar_one()
    return not counts.get("pending") and not counts.get("sending") and not due


def _rows(store: Store) -> tuple[list[tuple[str, str]], list[str]]:
    with store.reading() as tx:
        rows = tx._conn.execute(text("SELECT recipient, message_id, state FROM outbox")).all()  # noqa: SLF001 - as above
    sent = [(recipient, identity) for recipient, identity, state in rows if state == "sent"]
    return sent, [recipient for recipient, _, state in rows if state != "sent"]
