"""How long one recorded forecast keeps the database: a durable transaction on SQLite.

    python bench/add_time.py 300

After each one as many bytes as SQLite wrote are appended to a plain file and flushed with
fdatasync: what the disk itself takes at that moment, whoever else is using it.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tracker.actions.arm import Act, Audience
from tracker.actions.record import record
from tracker.records import Forecast, Question, Recipient, ReminderPolicy
from tracker.store.store import Store


def _records(number: int) -> tuple[Question, Forecast]:
    asked = Question.parse(
        {
            "id": f"q-{number}",
            "text": "Will the Imaginary Bridge open?",
            "criteria": "The register lists it.",
            "deadline": {"by": "2031-01-01"},
        }
    )
    said = Forecast.parse(
        {
            "question": f"q-{number}",
            "author": "reader",
            "source": "reader",
            "reading": {"probability": "0.3"},
            "made_on": "2026-03-02",
        }
    )
    return asked, said


class _Stopwatch:
    """Adds up the time spent in statements and commits."""

    def __init__(self, store: Store) -> None:
        self._spent = self._began = 0.0
        engine = store._engine  # noqa: SLF001 - a measurement looks behind the door
        event.listen(engine, "before_cursor_execute", self._begin)
        event.listen(engine, "after_cursor_execute", self._end)
        commit = engine.dialect.do_commit

        def timed(connection: Any) -> None:  # noqa: ANN401 - a DBAPI connection
            self._begin()
            commit(connection)
            self._end()

        engine.dialect.do_commit = timed  # type: ignore[assignment,method-assign]

    def _begin(self, *_: object) -> None:
        self._began = time.perf_counter()

    def _end(self, *_: object) -> None:
        self._spent += time.perf_counter() - self._began

    def taken(self) -> float:
        """Return what was spent since the last call, in seconds."""
        spent, self._spent = self._spent, 0.0
        return spent


class _Written:
    """Writes as much as SQLite did, without SQLite.

    Args:
        folder: where the database is.
    """

    def __init__(self, folder: Path) -> None:
        self._log = folder / "tracker.db-wal"
        self._plain = (folder / "plain").open("wb", buffering=0)
        self._size = 0
        self._sizes: list[int] = []

    @property
    def usual(self) -> float:
        """How many bytes one transaction adds to the log."""
        return statistics.median(self._sizes)

    def again(self) -> float:
        """Append and flush as many bytes; return the seconds it took."""
        # The log is begun anew after a checkpoint, inside its old size.
        size = self._log.stat().st_size
        if size > self._size:
            self._sizes.append(size - self._size)
        self._size = size
        content = os.urandom(int(self.usual))
        began = time.perf_counter()
        self._plain.write(content)
        os.fdatasync(self._plain.fileno())
        return time.perf_counter() - began


def main() -> None:
    """Print the time of one transaction: question, forecast, two events and reminders."""
    folder = Path(tempfile.mkdtemp(prefix="add-"))
    store = Store(f"sqlite:///{folder / 'tracker.db'}")
    store.create()
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    audience = Audience((Recipient(address="editor@localhost"),), ReminderPolicy())
    in_database = _Stopwatch(store)
    took, inside, cpu, disk = [], [], [], []
    written = _Written(folder)
    for number in range(int(sys.argv[1])):
        records = _records(number)
        began, used = time.perf_counter(), time.thread_time()
        record(store, records, Act("Ada", now, audience))
        took.append((time.perf_counter() - began) * 1000)
        cpu.append((time.thread_time() - used) * 1000)
        inside.append(in_database.taken() * 1000)
        disk.append(written.again() * 1000)
    store.close()
    print(f"{written.usual / 1024:.0f} KiB written by an add")
    for name, times in (
        ("whole transaction", took),
        ("of it in the database", inside),
        ("of it processor time", cpu),
        ("the disk alone", disk),
    ):
        times.sort()
        print(
            f"{name:<22} median {statistics.median(times):5.1f} ms, fastest {times[0]:5.1f}, "
            f"95 % below {times[int(len(times) * 0.95)]:5.1f}   ({len(times)} adds)"
        )


if __name__ == "__main__":
    main()
