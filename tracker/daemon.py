"""`tracker run`: APScheduler is the pulse, the database knows what is due.

A wall clock set back silences interval jobs, so the main thread keeps a monotonic watchdog that
sweeps when the pulse is late.
"""

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from tracker.actions.remind import sweep
from tracker.app import App
from tracker.errors import TrackerError

log = logging.getLogger("tracker")

# The pulse is late when it has missed one beat and half of the next.
_LATE = 1.5


class Daemon:
    """Sweeps at every beat until it is told to stop.

    Args:
        app: the wired parts.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._stop = threading.Event()
        self._sweeping = threading.Lock()
        self._last_beat = time.monotonic()

    def run(self) -> None:
        """Sweep until SIGTERM or SIGINT; the message in hand is finished first."""
        seconds = self._app.settings.sweep_seconds
        scheduler = BackgroundScheduler(timezone=UTC)
        scheduler.add_job(
            self.beat,
            "interval",
            seconds=seconds,
            next_run_time=self._app.clock(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        with self._signals():
            log.info("started: a sweep every %d s on %s", seconds, self._app.store.place)
            scheduler.start()
            try:
                self._watch(seconds)
            finally:
                scheduler.shutdown(wait=True)
            log.info("stopped")

    def stop(self) -> None:
        """Ask it to stop after the message in hand."""
        self._stop.set()

    def beat(self) -> None:
        """Sweep once; a failure is logged, and the next beat tries again."""
        if not self._sweeping.acquire(blocking=False):
            return
        try:
            self._last_beat = time.monotonic()
            swept = sweep(
                self._app.store,
                self._app.post,
                self._app.audience,
                self._app.clock,
                stop=self._stop.is_set,
            )
            log.info("swept: %s", swept)
        except TrackerError as error:
            log.error("sweep failed: %s%s", error, f" — {error.hint}" if error.hint else "")  # noqa: TRY400 - one line, no traceback
        finally:
            self._sweeping.release()

    def _watch(self, seconds: int) -> None:
        while not self._stop.wait(timeout=seconds / 2):
            if time.monotonic() - self._last_beat > _LATE * seconds:
                self.beat()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def told(_signal: int, _frame: FrameType | None) -> None:
            self.stop()

        before = {each: signal.signal(each, told) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
