"""Outages while reminding: a week down, a disk that fills at any point, files that only read.

    python bench/outage.py [--points 60] [--questions 1000]

A week down with every question overdue must come to one message. At each point of the second part
a real `tracker remind` meets a limit on the size of files (RLIMIT_FSIZE stands for the full disk);
it must end in words, and afterwards, with room again, everybody must have their one message. The
third part sweeps as a user who may only read. The exit code is 1 if anything is otherwise.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from tracker.actions.record import record
from tracker.app import App, open_app
from tracker.daemon import sweep_once
from tracker.errors import TrackerError
from tracker.records import Question

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
DEADLINE = datetime(2026, 6, 1, tzinfo=UTC)
RECIPIENTS = [f"reader-{number}@desk.example" for number in range(5)]
_MAIN = "from tracker.cli.main import main; main()"
_STORE_ERROR = 10
_NOBODY = 65_534
_MORE = 300_000


def _environ(folder: Path, recipients: list[str]) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER")}
    return {
        **plain,
        "TRACKER_DATA_DIR": str(folder),
        "TRACKER_CONFIG": "",
        "TRACKER_ACTOR": "Ada",
        "TRACKER_ZONE": "UTC",
        "TRACKER_RECIPIENTS": ",".join(recipients),
    }


def _app(folder: Path, recipients: list[str], now: datetime) -> App:
    return open_app(_environ(folder, recipients), lambda: now)


def _desk(folder: Path, recipients: list[str], questions: int, by: datetime) -> None:
    app = _app(folder, recipients, START)
    app.store.create()
    asked = [
        Question.parse(
            {
                "id": f"question-{number}",
                "text": f"Will the invented bridge number {number} open?",
                "criteria": "The invented register lists it.",
                "deadline": {"by": by.date().isoformat()},
            }
        )
        for number in range(questions)
    ]
    record(app.store, asked, app.act())
    app.store.close()


def _sweep(folder: Path, recipients: list[str], now: datetime) -> str:
    app = _app(folder, recipients, now)
    said = str(sweep_once(app, Event()))
    app.store.close()
    return said


def _delivered(folder: Path) -> int:
    return len(list((folder / "mail").glob("new/*")))


def downtime(folder: Path, questions: int) -> list[str]:
    """Sweep before every deadline, and again a week after all of them."""
    one = RECIPIENTS[:1]
    _desk(folder, one, questions, DEADLINE)
    _sweep(folder, one, DEADLINE - timedelta(days=10))
    before = _delivered(folder)
    said = _sweep(folder, one, DEADLINE + timedelta(days=8))
    messages = _delivered(folder) - before
    again = _sweep(folder, one, DEADLINE + timedelta(days=8, minutes=1))
    print(
        f"a week down, {questions:,} questions overdue: {messages} message ({said}; then {again})"
    )
    return [] if (messages, again) == (1, "0 queued, 0 sent") else ["a week down: not one message"]


def _limited(folder: Path, limit: int) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", _MAIN, "remind"],
        env=_environ(folder, RECIPIENTS),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    return done.returncode, done.stdout + done.stderr


def full_disk(ready: Path, work: Path, points: int) -> list[str]:
    """Let the disk be full at so many points of a sweep, each on a fresh copy of a desk."""
    faults, refused, put_off = [], 0, 0
    largest = max(each.stat().st_size for each in ready.rglob("*") if each.is_file()) + _MORE
    for point in range(points):
        folder = work / f"point-{point}"
        shutil.copytree(ready, folder)
        code, said = _limited(folder, largest * point // points)
        refused += code == _STORE_ERROR
        put_off += code == 0 and "deferred" in said
        if code not in (0, _STORE_ERROR) or "Traceback" in said:
            faults.append(f"point {point}: exit code {code}: {said}")
        after = _sweep(folder, RECIPIENTS, datetime.now(UTC) + timedelta(days=1))  # noqa: TID251 - a face
        if _delivered(folder) != len(RECIPIENTS):
            faults.append(f"point {point}: {_delivered(folder)} messages in the end ({after})")
        shutil.rmtree(folder)
    print(
        f"a full disk at {points} points of a sweep: {refused} refused in words, {put_off} with "
        f"messages put off, {points - refused - put_off} with room enough; {len(faults)} faults"
    )
    return faults


def _as_reader(work: Callable[[], object]) -> str:
    """Do something as a user who owns nothing; return what the StoreError said."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def run() -> None:
        if os.geteuid() == 0:
            os.setuid(_NOBODY)
        try:
            theirs.send(f"no error: {work()}")
        except TrackerError as error:
            theirs.send(f"{type(error).__name__}: {error}")

    process = context.Process(target=run)
    process.start()
    process.join()
    return str(ours.recv()) if ours.poll() else f"exit code {process.exitcode}"


def read_only(ready: Path, folder: Path) -> list[str]:
    """Sweep while neither the file nor its folder may be written, and then as usual."""
    shutil.copytree(ready, folder)
    now = datetime.now(UTC)  # noqa: TID251 - a face
    for each in (*folder.rglob("*"), folder):
        each.chmod(0o555 if each.is_dir() else 0o444)
    # Wired before: the configuration may lie where only its owner can read.
    app = _app(folder, RECIPIENTS, now)
    said = _as_reader(lambda: sweep_once(app, Event()))
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o644)
    after = _sweep(folder, RECIPIENTS, now)
    print(f"read-only: {said}; then {after}, {_delivered(folder)} messages")
    good = said.startswith("StoreError: ") and _delivered(folder) == len(RECIPIENTS)
    return [] if good else [f"read-only: {said}"]


def main() -> int:
    """Play all three."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=60)
    parser.add_argument("--questions", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outage-") as name:
        work = Path(name)
        work.chmod(0o755)
        faults = downtime(work / "week", asked.questions)
        _desk(work / "ready", RECIPIENTS, 3, DEADLINE)
        faults += full_disk(work / "ready", work, asked.points)
        faults += read_only(work / "ready", work / "sealed")
    for fault in faults[:10]:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
