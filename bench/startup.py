"""How long a command takes from the shell, against a bare interpreter that imports the same.

Run: make bench-startup. Each pair is timed in turn (A B A B …) in one run, so that a machine that
is slow for a moment is slow for both; the median of the ratios is what counts.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tracker.actions.arm import Act, Audience
from tracker.actions.record import record
from tracker.fields import Record
from tracker.records import Article, Forecast, Question, ReminderPolicy
from tracker.store.store import Store

PAIRS = 15
QUESTIONS = 10_000
BARE_CLICK = "import click"
BARE_ALL = """
import click, sqlalchemy, pydantic
class Model(pydantic.BaseModel):
    field: int
"""


def main() -> None:
    """Print the two ratios."""
    tracker = Path(sys.executable).parent / "tracker"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRACKER_DATA_DIR"] = folder
        _fill(Path(folder))
        _compare("tracker --help", [tracker, "--help"], BARE_CLICK, target=1.5)
        _compare(f"tracker due, {QUESTIONS:,} questions", [tracker, "due"], BARE_ALL, target=1.3)


def _fill(folder: Path) -> None:
    store = Store(f"sqlite:///{folder / 'tracker.db'}")
    store.create()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    act = Act("bench", now, Audience((), ReminderPolicy()))
    record(store, list(_records()), act)
    store.close()


def _records() -> list[Record]:
    article = Article.parse(
        {"id": "bench", "authors": ["Ada Fabricated"], "outlet": "Gazette", "published_on": "2026"}
    )
    made: list[Record] = [article]
    for number in range(QUESTIONS):
        # Ten are due and the rest lie ahead, as on a desk that keeps up.
        closes = date(2026, 2, 1) if number < 10 else date(2090, 1, 1) + timedelta(days=number)  # noqa: PLR2004 - ten
        question = {
            "id": f"question-{number}",
            "text": f"Will event {number} happen?",
            "criteria": "The register says so.",
            "deadline": {"by": str(closes)},
        }
        forecast = {
            "question": question["id"],
            "author": "Ada Fabricated",
            "article": "bench",
            "quote": "it will likely happen",
            "reading": {"phrase": "likely"},
        }
        made += [Question.parse(question), Forecast.parse(forecast)]
    return made


def _compare(name: str, command: list[object], bare: str, *, target: float) -> None:
    ours, theirs = [], []
    for _ in range(PAIRS):
        ours.append(_seconds([str(part) for part in command]))
        theirs.append(_seconds([sys.executable, "-c", bare]))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        f"{name}: {statistics.median(ours) * 1000:.0f} ms against "
        f"{statistics.median(theirs) * 1000:.0f} ms bare; ratio {ratio:.2f} (target {target})"
    )


def _seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
