"""Take backups while two processes write, and restore every one of them.

python bench/backup_under_writers.py 100
"""

import multiprocessing
import sys
import tempfile
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing.synchronize import Event
from pathlib import Path

from tracker.actions import backup as backups
from tracker.actions import trust
from tracker.actions.arm import Act, Audience
from tracker.actions.record import record
from tracker.records import Question, ReminderPolicy
from tracker.store import backup as files
from tracker.store.store import Store

_NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _write(url: str, name: str, stop: Event) -> None:
    store = Store(url)
    number = 0
    while not stop.is_set():
        number += 1
        asked = Question.parse(
            {
                "id": f"{name}-{number}",
                "text": "Will the Imaginary Bridge open?",
                "criteria": "The register lists it.",
                "deadline": {"by": "2031-01-01"},
            }
        )
        record(store, [asked], Act(name, _NOW, Audience((), ReminderPolicy())))
        stop.wait(0.01)
    store.close()


def main() -> int:
    """Print how many of the backups restored whole; return 1 where one did not."""
    count = int(sys.argv[1])
    folder = Path(tempfile.mkdtemp(prefix="backups-"))
    url = f"sqlite:///{folder / 'tracker.db'}"
    store = Store(url)
    store.create()
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    writers = [context.Process(target=_write, args=(url, name, stop)) for name in ("a", "b")]
    for each in writers:
        each.start()
    while trust.verify(store).head.seq == 0:
        stop.wait(0.1)
    heads = []
    for number in range(count):
        file = folder / f"{number}.db"
        backups.backup(store, file)
        restored = Store(f"sqlite:///{folder / 'restored.db'}")
        head = backups.restore(restored, file, _NOW)
        found = trust.verify(restored)
        restored.close()
        files.check_integrity(folder / "restored.db")
        heads.append(head.seq if not found.findings.count else -1)
        file.unlink()
    stop.set()
    for each in writers:
        each.join()
    sound = sum(head >= 0 for head in heads)
    grew = sum(second > first for first, second in pairwise(heads))
    print(f"{sound} of {count} backups restored whole, {grew} held more than the one before")
    print(f"{trust.verify(store).head.seq} events at the end, {heads[-1]} in the last backup")
    store.close()
    return 0 if sound == count else 1


if __name__ == "__main__":
    sys.exit(main())
