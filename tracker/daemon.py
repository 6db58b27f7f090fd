"""`tracker run`: APScheduler is the pulse, the database knows what is due.

A wall clock set back silences interval jobs, so the main thread keeps a monotonic watchdog that
sweeps when the pulse is late.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType

from tracker.actions.backup import nightly
from tracker.actions.remind import Swept, sweep
from tracker.app import App
from tracker.errors import NotifyError, TrackerError

log = logging.getLogger("tracker")

# The watchdog looks four times an interval, so that no sweep is later than one and a half.
_LOOKS = 4
_LATE = 1.25
# Backups are looked after every hour, since a laptop may sleep at any given one.
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
        self._monitor = Monitor(app)

    def run(self) -> None:
        """Sweep until SIGTERM or SIGINT; the message in hand is finished first."""
        seconds = self._app.settings.sweep_seconds
        with stopped_by_signals(self._stop):
            log.info("started: a sweep every %d s on %s", seconds, self._app.store.place)
            with _pulse({self.beat: seconds, self.back_up: _HOUR}):
                self._watch(seconds)
            log.info("stopped")

    def stop(self) -> None:
        """Ask it to stop after the message in hand."""
        self._stop.set()

    def beat(self) -> None:
        """Sweep once; a failure is logged, and the next beat tries again."""
        if self._stop.is_set() or not self._sweeping.acquire(blocking=False):
            return
        try:
            self._last_beat = time.monotonic()
            swept = sweep_once(self._app, self._stop)
            log.info("swept: %s", swept)
            if not self._stop.is_set():
                self._monitor.tell()
        except TrackerError as error:
            log.error("sweep failed: %s%s", error, f" — {error.hint}" if error.hint else "")  # noqa: TRY400 - one line, no traceback
        except Exception:
            # A fault of ours: whole in the log, but reminders of other days must not end with it.
            log.exception("sweep failed")
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
        while not self._stop.wait(timeout=seconds / _LOOKS):
            if time.monotonic() - self._last_beat > _LATE * seconds:
                self.beat()


@contextmanager
def _pulse(jobs: Mapping[Callable[[], None], int]) -> Iterator[None]:
    """Call each job at once and then every so many seconds, one call of it at a time."""
    # Only `tracker run` needs it; these would be slow to load for `tracker remind`.
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.base import BaseTrigger

    class Beats(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
        """An interval counted from now: APScheduler's own lists every beat that it missed.

        After a step from 1970, where a machine without a clock of its own wakes up, that would
        be thirty million.
        """

        def __init__(self, seconds: int) -> None:
            self.interval = timedelta(seconds=seconds)

        def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
            return now if previous is None else now + self.interval

    scheduler = BackgroundScheduler(timezone=UTC)
    for job, seconds in jobs.items():
        scheduler.add_job(
            job, Beats(seconds), misfire_grace_time=None, coalesce=True, max_instances=1
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def sweep_once(app: App, stop: threading.Event) -> Swept:
    """Sweep, and stop after the message in hand once the event is set.

    Raises:
        StoreError: if the database fails.
    """
    return sweep(app.store, app.post, app.audience, app.clock, stop=stop.is_set)


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT set an event instead of ending the process with a message in hand."""

    def told(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {each: signal.signal(each, told) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class Monitor:
    """The outside monitor that hears of every completed sweep, where one is set.

    It is told from a thread of its own: whatever it does, it holds up no sweep.
    """

    def __init__(self, app: App) -> None:
        url = app.settings.heartbeat_url
        self._url = str(url) if url else None
        self._teller: threading.Thread | None = None

    def tell(self) -> None:
        """Begin to tell it, unless it is still being told of the last sweep."""
        if self._url is None or (self._teller and self._teller.is_alive()):
            return
        self._teller = threading.Thread(target=self._tell, args=(self._url,), daemon=True)
        self._teller.start()

    def wait(self, seconds: float) -> None:
        """Wait until it was told, but no longer than this."""
        if self._teller is not None:
            self._teller.join(seconds)

    def _tell(self, url: str) -> None:
        from tracker.notify.heartbeat import beat  # with it an HTTP client

        try:
            beat(url, time.sleep)
        except NotifyError as error:
            log.warning("%s", error)
