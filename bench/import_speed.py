"""How long importing a predictions.yaml takes, beside PyYAML's C loader on the same file.

Prints the ratios, measured in turns in one run, and the memory each takes in a process of its own:
reading into records, and the whole import into a new database on disk (target: 3, and 300 MB).

    python bench/import_speed.py [questions]
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

QUESTION = """
  - id: question-{n}
    text: Will the invented measure number {n} be in force by its deadline?
    criteria: >-
      Resolves yes if measure {n} stands in the Official Gazette of Inventia as in force on or
      before the last day. Announcements, drafts and what was suspended by then do not count.
    deadline: {{within: 50 days, of: notice, starting: 2025-07-14, verbatim: in the next 50 days}}
    zone: America/New_York
    topics: [trade, sanctions]
    forecasts:
      - author: Ada Fabricated
        article: gazette-2025-07
        quote: measure {n}—however often “announced”—is unlikely to ever be implemented
        phrase: unlikely
    resolution: null
"""
HEAD = """version: 1
articles:
  - id: gazette-2025-07
    authors: [Ada Fabricated]
    outlet: The Invented Gazette
    published_on: 2025-07
questions:"""
ROUNDS = 3


def made(questions: int) -> str:
    """Return a correct file with that many questions, a forecast each."""
    return HEAD + "".join(QUESTION.format(n=number) for number in range(questions))


def loaded(text: str) -> object:
    """Parse with PyYAML's C loader alone."""
    import yaml

    return yaml.load(text, Loader=yaml.CSafeLoader)


def read(text: str) -> object:
    """Read into records, every rule checked."""
    from tracker.exchange import predictions

    return predictions.read(text, name="bench.yaml")


def imported(text: str) -> object:
    """Read, hold against an empty database on disk, record, and plan every reminder."""
    from tracker.actions.arm import Act, Audience
    from tracker.actions.record import record
    from tracker.exchange import predictions
    from tracker.records import Recipient, ReminderPolicy
    from tracker.store.store import Store

    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/tracker.db")
        store.create()
        audience = Audience((Recipient(address="desk@example.org"),), ReminderPolicy())
        book = predictions.read(text, name="bench.yaml")
        act = Act("bench", datetime(2025, 8, 1, tzinfo=UTC), audience)
        verdicts = record(store, list(book.records()), act)
        store.close()
    return verdicts


WAYS: dict[str, Callable[[str], object]] = {"loaded": loaded, "read": read, "imported": imported}
LABELS = {
    "loaded": "yaml.load, CSafeLoader",
    "read": "read into records",
    "imported": "imported whole",
}


def seconds(way: Callable[[str], object], text: str) -> float:
    """Time one run."""
    start = time.perf_counter()
    way(text)
    return time.perf_counter() - start


def megabytes(way: str, questions: int) -> float:
    """Return the peak memory of a fresh process that does this once."""
    command = [sys.executable, __file__, str(questions), way]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Print the comparison, or, with a way's name, only this process's peak memory."""
    questions = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if len(sys.argv) > 2:  # noqa: PLR2004 - the second argument
        WAYS[sys.argv[2]](made(questions))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    # Before anything grows here: on Linux a child's peak begins at its parent's.
    peaks = {name: megabytes(name, questions) for name in WAYS}
    text = made(questions)
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(ROUNDS):
        for name, way in WAYS.items():
            times[name].append(seconds(way, text))
    bare = median(times["loaded"])
    print(f"{questions:,} questions with a forecast each, {len(text.encode()) / 1e6:.1f} MB")
    for name, label in LABELS.items():
        took = median(times[name])
        print(f"  {label:24} {took:6.2f} s  {peaks[name]:6.0f} MB  ratio {took / bare:.2f}")


if __name__ == "__main__":
    main()
