"""How long one recorded forecast keeps the database: a durable transaction on SQLite.

python bench/add_time.py 300
"""

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


def main() -> None:
    """Print the time of one transaction: question, forecast, two events and reminders."""
    folder = Path(tempfile.mkdtemp(prefix="add-"))
    store = Store(f"sqlite:///{folder / 'tracker.db'}")
    store.create()
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    audience = Audience((Recipient(address="editor@localhost"),), ReminderPolicy())
    in_database = _Stopwatch(store)
    took, inside = [], []
    for number in range(int(sys.argv[1])):
        records = _records(number)
        began = time.perf_counter()
        record(store, records, Act("Ada", now, audience))
        took.append((time.perf_counter() - began) * 1000)
        inside.append(in_database.taken() * 1000)
    store.close()
    for name, times in (("whole transaction", took), ("of it in the database", inside)):
        times.sort()
        print(
            f"{name:<22} median {statistics.median(times):5.1f} ms, fastest {times[0]:5.1f}, "
            f"95 % below {times[int(len(times) * 0.95)]:5.1f}   ({len(times)} adds)"
        )


if __name__ == "__main__":
    main()
