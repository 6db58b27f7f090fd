"""Commands, the daemon and a third writer on one SQLite file.

    python bench/three_writers.py 600        for so many seconds

Each command is a `tracker` process; the daemon sweeps every second; the third writer records as
fast as it can. Whatever says "locked" is counted, and so is the longest wait.
"""

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
from tracker.store.store import Store

_MAIN = (sys.executable, "-c", "from tracker.cli.main import main; main()")
_FILE = """\
version: 1
questions:
  - {{id: command-{0}, text: Will it open?, criteria: It does., deadline: {{by: {1}}}}}
"""


def _third(url: str, stop: Event, told: Any) -> None:  # noqa: ANN401 - a queue
    store = Store(url)
    audience = Audience((Recipient(address="editor@localhost"),), ReminderPolicy())
    count, longest, errors = 0, 0.0, 0
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
        began = time.perf_counter()
        try:
            record(store, [asked], Act("third", now, audience))
        except TrackerError as error:
            errors += 1
            print("third writer:", error)
        longest = max(longest, time.perf_counter() - began)
    store.close()
    told.put((count, longest, errors))


def main() -> int:
    """Print what each did and waited; return 1 where anybody was refused."""
    seconds = float(sys.argv[1])
    folder = Path(tempfile.mkdtemp(prefix="three-"))
    environ = {name: text for name, text in os.environ.items() if not name.startswith("TRACKER_")}
    environ |= {"TRACKER_DATA_DIR": str(folder), "TRACKER_CONFIG": "", "TRACKER_ACTOR": "Ada"}
    environ["TRACKER_SWEEP_SECONDS"] = "1"
    url = f"sqlite:///{folder / 'tracker.db'}"
    store = Store(url)
    store.create()
    context = multiprocessing.get_context("spawn")
    stop, told = context.Event(), context.Queue()
    third = context.Process(target=_third, args=(url, stop, told))
    third.start()
    log = (folder / "daemon.log").open("w+")
    daemon = subprocess.Popen([*_MAIN, "run"], env=environ, stderr=log)
    commands, slowest, refused = _commands(folder, environ, seconds)
    stop.set()
    count, longest, errors = told.get()
    third.join()
    daemon.terminate()
    daemon.wait()
    log.seek(0)
    lines = log.read().splitlines()
    failed = [line for line in lines if "failed" in line or "Traceback" in line]
    print(f"daemon: {sum('swept' in line for line in lines)} sweeps, {len(failed)} failed")
    print(f"third writer: {count} transactions, longest {longest:.2f} s, {errors} refused")
    print(f"commands: {commands}, longest whole process {slowest:.2f} s, {len(refused)} refused")
    for line in (*failed[:5], *refused[:5]):
        print("  ", line)
    files.check_integrity(folder / "tracker.db")
    found = trust.verify(store)
    store.close()
    print(f"{found.head.seq} events, {found.findings.count} differences")
    return 1 if errors or refused or failed or found.findings.count else 0


def _commands(
    folder: Path, environ: dict[str, str], seconds: float
) -> tuple[int, float, list[str]]:
    commands, slowest, refused = 0, 0.0, []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        commands += 1
        file = folder / "command.yaml"
        # One in three falls due at once, so that the daemon has something to send.
        file.write_text(_FILE.format(commands, "2026-01-01" if commands % 3 == 0 else "2031-01-01"))
        words = ("import", str(file)) if commands % 2 else ("list", "--state", "overdue")
        began = time.perf_counter()
        done = subprocess.run(
            [*_MAIN, *words], env=environ, capture_output=True, text=True, check=False
        )
        slowest = max(slowest, time.perf_counter() - began)
        if done.returncode:
            refused.append(done.stderr.strip())
    return commands, slowest, refused


if __name__ == "__main__":
    sys.exit(main())
