"""Commands, the daemon and a third writer on one SQLite file.

    python bench/three_writers.py 600        for so many seconds

Each command is a `tracker` process; the daemon sweeps every second; the third writer records as
fast as it can. Whatever says "locked" is counted. A wait is what passes between asking for a turn
to write and having it; every process writes down its longest.
"""

import atexit
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from tracker.actions import trust
from tracker.actions.arm import Act, Audience
from tracker.actions.record import record
from tracker.errors import TrackerError
from tracker.records import Question, Recipient, ReminderPolicy
from tracker.store import backup as files
from tracker.store import engine
from tracker.store.store import Store

_MAIN = (sys.executable, "-c", "from bench.three_writers import watched; watched()")
_WAITS = "THREE_WRITERS_WAITS"
_MOST_SECONDS = 3.0
_FILE = """\
version: 1
questions:
  - {{id: command-{0}, text: Will it open?, criteria: It does., deadline: {{by: {1}}}}}
"""


class _Waits:
    """The longest wait for a turn in this process."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._take_turn = engine.take_turn
        engine.take_turn = self._timed

    def _timed(self, raw: object) -> None:
        asked = time.perf_counter()
        try:
            self._take_turn(raw)
        finally:
            self.longest = max(self.longest, time.perf_counter() - asked)


def watched() -> None:
    """Run the command line and write down how long it waited for its turn."""
    from tracker.cli.main import main as face

    waits, file = _Waits(), Path(os.environ[_WAITS])

    def tell() -> None:
        with file.open("a") as out:
            out.write(f"{sys.argv[1]} {waits.longest}\n")

    atexit.register(tell)
    face()


def _longest(file: Path, *, daemon: bool) -> float:
    lines = (line.split() for line in file.read_text().splitlines())
    return max((float(wait) for name, wait in lines if (name == "run") == daemon), default=0.0)


def _third(url: str, stop: Event, told: Any) -> None:  # noqa: ANN401 - a queue
    store = Store(url)
    audience = Audience((Recipient(address="editor@localhost"),), ReminderPolicy())
    count, errors, waits = 0, 0, _Waits()
    while not stop.is_set():
        count += 1
        asked = Question.parse(
            {
                "id": f"third-{count}",
                "text": "Will the Imaginary Bridge open?",
                "criteria": "The register lists it.",
                "deadline": {"by": "2031-01-01"},
            }
        )
        now = datetime.now(UTC)  # noqa: TID251 - beside commands that read the real clock
        try:
            record(store, [asked], Act("third", now, audience))
        except TrackerError as error:
            errors += 1
            print("third writer:", error)
    store.close()
    told.put((count, waits.longest, errors))


def main() -> int:
    """Print what each did and waited; return 1 where anybody was refused."""
    seconds = float(sys.argv[1])
    folder = Path(tempfile.mkdtemp(prefix="three-"))
    environ = {name: text for name, text in os.environ.items() if not name.startswith("TRACKER_")}
    environ |= {"TRACKER_DATA_DIR": str(folder), "TRACKER_CONFIG": "", "TRACKER_ACTOR": "Ada"}
    environ |= {"TRACKER_SWEEP_SECONDS": "1", _WAITS: str(folder / "waits")}
    url = f"sqlite:///{folder / 'tracker.db'}"
    store = Store(url)
    store.create()
    context = multiprocessing.get_context("spawn")
    stop, told = context.Event(), context.Queue()
    third = context.Process(target=_third, args=(url, stop, told))
    third.start()
    log = (folder / "daemon.log").open("w+")
    daemon = subprocess.Popen([*_MAIN, "run"], env=environ, stderr=log)
    commands, refused = _commands(folder, environ, seconds)
    stop.set()
    count, longest, errors = told.get()
    third.join()
    daemon.terminate()
    daemon.wait()
    log.seek(0)
    lines = log.read().splitlines()
    failed = [line for line in lines if "failed" in line or "Traceback" in line]
    waits = [_longest(folder / "waits", daemon=each) for each in (True, False)]
    sweeps = sum("swept" in line for line in lines)
    print(f"daemon: {sweeps} sweeps, longest wait {waits[0]:.2f} s, {len(failed)} failed")
    print(f"commands: {commands}, longest wait {waits[1]:.2f} s, {len(refused)} refused")
    print(f"third writer: {count} transactions, longest wait {longest:.2f} s, {errors} refused")
    for line in (*failed[:5], *refused[:5]):
        print("  ", line)
    files.check_integrity(folder / "tracker.db")
    found = trust.verify(store)
    store.close()
    print(f"{found.head.seq} events, {found.findings.count} differences")
    late = max(longest, *waits) > _MOST_SECONDS
    return 1 if errors or refused or failed or late or found.findings.count else 0


def _commands(folder: Path, environ: dict[str, str], seconds: float) -> tuple[int, list[str]]:
    commands, refused = 0, []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        commands += 1
        file = folder / "command.yaml"
        # One in three falls due at once, so that the daemon has something to send.
        file.write_text(_FILE.format(commands, "2026-01-01" if commands % 3 == 0 else "2031-01-01"))
        words = ("import", str(file)) if commands % 2 else ("list", "--state", "overdue")
        done = subprocess.run(
            [*_MAIN, *words], env=environ, capture_output=True, text=True, check=False
        )
        if done.returncode:
            refused.append(done.stderr.strip())
    return commands, refused


if __name__ == "__main__":
    sys.exit(main())
