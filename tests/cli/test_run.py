"""`tracker run` and `tracker remind` as real processes against a real mail server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from desk import Terminal
from sqlalchemy import text

from tracker.store.engine import open_engine

if TYPE_CHECKING:
    from cli.conftest import MailServer

pytestmark = pytest.mark.slow

_PATIENCE = 60
_ENTRY = "from tracker.cli.main import main; main()"
# Past for every clock that a test may meet.
QUESTION = """\
version: 1
questions:
  - id: bridge-by-june
    text: Will the bridge open by 1 June 2020?
    criteria: The city's register lists it as open to traffic.
    deadline: {by: 2020-06-01}
    resolution: null
"""
RECIPIENTS = [f"{name}@invented-gazette.example" for name in ("ada", "ben", "chloe")]


@pytest.fixture
def desk(terminal: Terminal, mail_server: "MailServer") -> Terminal:
    """A desk with a message due for each of three recipients."""
    terminal.environ |= {
        "TRACKER_RECIPIENTS": ",".join(RECIPIENTS),
        "TRACKER_SMTP_URL": f"smtp+plain://127.0.0.1:{mail_server.port}",
        "TRACKER_SWEEP_SECONDS": "1",
    }
    path = terminal.folder / "predictions.yaml"
    path.write_text(QUESTION, "utf-8")
    terminal.clock.set("2020-06-10T12:00")
    terminal("import", str(path))
    return terminal


class Process:
    """A command in a process of its own; its stderr goes to a file."""

    def __init__(self, desk: Terminal, *command: str) -> None:
        self._log = desk.folder / f"{command[-1].rpartition('/')[2]}.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                env={**os.environ, **desk.environ},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._log.read_text("utf-8")

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def ended(self) -> int:
        return self._process.wait(_PATIENCE)


def tracker(desk: Terminal, command: str) -> Process:
    return Process(desk, "-c", _ENTRY, command)


def until(condition: Callable[[], bool], process: Process) -> None:
    """Wait for something real to happen."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end, process.said
        time.sleep(0.02)


def states(desk: Terminal) -> dict[str, int]:
    app = desk.open()
    try:
        with app.store.reading() as tx:
            return tx.outbox.counts()
    finally:
        app.store.close()


def test_it_sends_what_is_due_and_logs_a_line_per_sweep(
    desk: Terminal, mail_server: "MailServer"
) -> None:
    run = tracker(desk, "run")
    until(lambda: run.said.count("swept: ") >= 3, run)
    run.send(signal.SIGTERM)
    assert run.ended() == 0
    assert sorted(mail_server.to) == RECIPIENTS
    # The day's backup is written beside the first sweep, before or after it.
    lines = [line for line in run.said.splitlines() if "backed up: " not in line]
    assert "started: a sweep every 1 s" in lines[0]
    assert lines[1].endswith("swept: 3 queued, 3 sent")
    assert lines[2].endswith("swept: 0 queued, 0 sent")
    assert lines[-1].endswith("stopped")


@pytest.mark.parametrize("command", ["run", "remind"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_the_message_in_hand_and_it_sends_no_more(
    desk: Terminal, mail_server: "MailServer", command: str, number: signal.Signals
) -> None:
    """Ended at once, it would leave a message that the server has and that is sent again."""
    mail_server.seconds = 0.5
    process = tracker(desk, command)
    until(mail_server.taking.is_set, process)
    process.send(number)
    assert process.ended() == 0
    assert len(mail_server.to) == 1
    assert states(desk) == {"sent": 1, "pending": 2}


def test_remind_beside_run_sends_nothing_twice(desk: Terminal, mail_server: "MailServer") -> None:
    mail_server.seconds = 0.05
    run = tracker(desk, "run")
    reminds = [tracker(desk, "remind") for _ in range(2)]
    assert [each.ended() for each in reminds] == [0, 0]
    until(lambda: states(desk) == {"sent": 3}, run)
    run.send(signal.SIGTERM)
    assert run.ended() == 0
    assert sorted(mail_server.to) == RECIPIENTS


def test_a_killed_daemon_loses_nothing(desk: Terminal, mail_server: "MailServer") -> None:
    mail_server.seconds = 0.5
    run = tracker(desk, "run")
    until(mail_server.taking.is_set, run)
    run.send(signal.SIGKILL)
    run.ended()
    mail_server.seconds = 0.0
    assert tracker(desk, "remind").ended() == 0
    assert set(mail_server.to) == set(RECIPIENTS)
    assert states(desk) == {"sent": 3}


def test_a_broken_database_is_said_in_a_line_and_the_daemon_goes_on_when_it_is_mended(
    desk: Terminal, mail_server: "MailServer"
) -> None:
    run = tracker(desk, "run")
    until(lambda: "swept: " in run.said, run)
    for old, new, sign in (
        ("reminders", "mislaid", "sweep failed: "),
        ("mislaid", "reminders", "sent\n"),
    ):
        before = run.said.count(sign)
        _rename(desk, old, new)
        until(lambda sign=sign, before=before: run.said.count(sign) > before, run)  # type: ignore[misc] # mypy does not see the defaults
    run.send(signal.SIGTERM)
    assert run.ended() == 0
    assert "Traceback" not in run.said
    assert len(mail_server.to) == 3


def _rename(desk: Terminal, old: str, new: str) -> None:
    engine = open_engine(f"sqlite:///{desk.environ['TRACKER_DATA_DIR']}/tracker.db")
    with engine.begin() as conn:
        conn.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
    engine.dispose()


# What the machine's own clock would do: it cannot be set for one process, so what reads it is
# replaced in a driver of our own.
DRIVER = """
import logging, os, sys, threading, time
from datetime import UTC, datetime, timedelta
import apscheduler.schedulers.base as scheduling
from tracker.app import open_app
from tracker.daemon import Daemon

BEGUN = time.monotonic()

def wrong(zone=UTC, hours=(0, 1, 0, -1)):
    step = int((time.monotonic() - BEGUN) / 0.7)
    return datetime.now(zone) + timedelta(hours=hours[step % len(hours)])

class Stepping(datetime):
    @classmethod
    def now(cls, zone):
        return wrong(zone, (0, 1, 0, -1, 0, 24 * 365 * 50))

class Lines(logging.Handler):
    def emit(self, record):
        print(f"{time.monotonic() - BEGUN:.3f} {record.getMessage()}", file=sys.stderr, flush=True)

scheduling.datetime = Stepping
logging.getLogger("tracker").addHandler(Lines())
logging.getLogger("tracker").setLevel(logging.INFO)
daemon = Daemon(open_app(os.environ, wrong))
threading.Timer(12.0, daemon.stop).start()
daemon.run()
"""


def test_it_sweeps_in_time_while_the_clock_is_stepped(
    desk: Terminal, mail_server: "MailServer"
) -> None:
    """A clock set back by an hour silences an interval job for an hour, with every other daemon."""
    desk.environ["TRACKER_SWEEP_SECONDS"] = "2"
    driver = desk.folder / "driver.py"
    driver.write_text(DRIVER, "utf-8")
    process = Process(desk, str(driver))
    assert process.ended() == 0
    begun = [float(line.split()[0]) for line in process.said.splitlines() if "swept: " in line]
    gaps = [later - earlier for earlier, later in pairwise(begun)]
    assert max(gaps) <= 2 * 2, process.said
    assert len(begun) <= 12, process.said
    assert sorted(mail_server.to) == RECIPIENTS
