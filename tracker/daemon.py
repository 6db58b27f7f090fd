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

from tracker.actions.backup import nightly
from tracker.actions.remind import sweep
from tracker.app import App
from tracker.errors import TrackerError

log = logging.getLogger("tracker")

# The pulse is late when it has missed one beat and half of the next.
_LATE = 1.5
_HOUR = 3600


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
        # Backups are looked after every hour, since a laptop may sleep at any given one.
        for job, every in ((self.beat, seconds), (self.back_up, _HOUR)):
            scheduler.add_job(
                job,
                "interval",
                seconds=every,
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

    def back_up(self) -> None:
        """Write today's backup if there is none yet; a failure is logged and tried again."""
        settings = self._app.settings
        try:
            written = nightly(
                self._app.store, settings.backup_dir, self._app.clock(), settings.backup_keep
            )
        except TrackerError as error:
            log.error("backup failed: %s%s", error, f" — {error.hint}" if error.hint else "")  # noqa: TRY400 - one line, no traceback
        else:
            if written is not None:
                log.info("backed up: %s", written)

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
