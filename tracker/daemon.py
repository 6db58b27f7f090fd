"""`tracker run`: APScheduler is the pulse, the database knows what is due.

A wall clock set back silences interval jobs, so the main thread keeps a monotonic watchdog that
sweeps when the pulse is late.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType

from tracker.actions.remind import Swept, sweep
from tracker.app import App
from tracker.errors import NotifyError, TrackerError

log = logging.getLogger("tracker")

# The watchdog looks four times an interval, so that no sweep is later than one and a half.
_LOOKS = 4
_LATE = 1.25


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
            with _pulse(seconds, self.beat):
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

    def _watch(self, seconds: int) -> None:
        while not self._stop.wait(timeout=seconds / _LOOKS):
            if time.monotonic() - self._last_beat > _LATE * seconds:
                self.beat()


@contextmanager
def _pulse(seconds: int, beat: Callable[[], None]) -> Iterator[None]:
    """Call something at once and then at every beat, from a thread, one call at a time."""
    # Only `tracker run` needs it; these would be slow to load for `tracker remind`.
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.base import BaseTrigger

    class Beats(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
        """An interval counted from now: APScheduler's own lists every beat that it missed.

        After a step from 1970, where a machine without a clock of its own wakes up, that would
        be thirty million.
        """

        def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
            return now if previous is None else now + timedelta(seconds=seconds)

    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(beat, Beats(), misfire_grace_time=None, coalesce=True, max_instances=1)
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
