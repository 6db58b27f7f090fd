"""Scorecards over many forecasts, beside the bare queries on the same file.

Run: python bench/scorecard.py [FOLDER] [--ten-million]

Times are CPU time, which other work on the machine stretches least: medians of alternating runs in
one process; what counts is their ratio. "Decomposed" is reading what was said and happened and
splitting the score, without the rest of a card. One author's card is another author's each time;
"first" is that of a fresh process with its modules imported, which compiles every statement and
reads every lexicon. The databases are made once in FOLDER (a temporary one if none is given): half
a gigabyte for 10,000 to 1,000,000 forecasts, five more for ten million.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from time import process_time

from bench.many import ASKED as NOW
from bench.many import counted, fill
from tracker.actions.compare import standings
from tracker.actions.score import score
from tracker.lexicon import load
from tracker.scoring.calibration import decompose
from tracker.scoring.evidence import Subject
from tracker.store.engine import sqlite_module
from tracker.store.store import Store

ALL = Subject("all")
SIZES = (10_000, 100_000, 1_000_000)
RUNS = 3
AUTHOR_RUNS = 21
DECOMPOSED = 9

_JOINED = """
FROM forecasts f JOIN questions q ON q.id = f.question
LEFT JOIN resolutions r ON r.question = f.question AND r.reopened_at IS NULL
WHERE f.source = 'writer'
"""
BY_READING = f"""
SELECT f.phrase, f.negated, f.probability, f.low, f.high, r.outcome, q.closes_at <= '2026-11',
    count(*), sum(f.retrospective) {_JOINED} GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
BY_ARTICLE = f"""
SELECT count(*), sum(n), sum(n * n), sum(happened), sum(n * happened), sum(happened * happened)
FROM (SELECT f.article, count(*) AS n, sum(r.outcome = 'yes') AS happened {_JOINED}
    AND q.closes_at <= '2026-11' AND r.outcome IN ('yes', 'no') GROUP BY f.article)
"""


def timed(run: Callable[[], object]) -> float:
    """Return how much CPU time a run takes, in seconds."""
    start = process_time()
    run()
    return process_time() - start


def peak() -> float:
    """Return the most memory that this program has held, in MB.

    Not ru_maxrss: that of a child begins at its parent's.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    (held,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(held) / 1024


def bare(file: Path) -> None:
    """Run the two queries that any such scorecard needs, and nothing else."""
    with closing(sqlite_module().connect(str(file))) as db:
        db.execute(BY_READING).fetchall()
        db.execute(BY_ARTICLE).fetchall()


def beside(file: Path, store: Store, runs: int) -> tuple[float, float]:
    """Return the scorecard's and the bare queries' time, run in turns."""
    cards, bares = [], []
    for _ in range(runs):
        cards.append(timed(lambda: score(store, ALL, "readers", NOW)))
        bares.append(timed(lambda: bare(file)))
    return median(cards), median(bares)


def decomposed(store: Store) -> float:
    """Return the time of reading and decomposing all that was said, without the rest of a card."""
    readers = load()
    return median(timed(lambda: decompose(counted(store, readers))) for _ in range(DECOMPOSED))


def authors(store: Store) -> float:
    """Return the time of one author's card in a warm process: 200 forecasts each."""
    names = [f"author {number}" for number in range(AUTHOR_RUNS + 1)]
    times = [
        timed(lambda name=name: score(store, Subject("author", name), "readers", NOW))  # type: ignore[misc] # a default binds it
        for name in names
    ]
    return median(times[1:])


def first_author(file: Path) -> tuple[float, float]:
    """Return the time of a process's first card, and the memory it takes in all."""
    command = [sys.executable, __file__, str(file), "--first"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    took, memory = map(float, said.split())
    return took, memory


def say_first(file: Path) -> None:
    """Print how long this process's first card takes, in seconds, and its memory in MB."""
    store = Store(f"sqlite:///{file}")
    took = timed(lambda: score(store, Subject("author", "author 7"), "readers", NOW))
    print(took, peak())
    store.close()


def main() -> None:
    """Make the databases, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--ten-million", action="store_true")
    parser.add_argument("--first", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.first:
        say_first(given.folder)
        return
    folder = given.folder or Path(tempfile.mkdtemp(prefix="bench-"))
    print(f"databases in {folder}")
    print(
        "forecasts  decomposed  card        bare GROUP BY  ratio  card per forecast  memory  "
        "author of 200 (first)   memory  table of authors  memory"
    )
    for size in (*SIZES, 10 * SIZES[-1]) if given.ten_million else SIZES:
        file = folder / f"{size}.db"
        fill(file, size)
        store = Store(f"sqlite:///{file}")
        store.check_ready()
        card, plain = beside(file, store, RUNS if size <= SIZES[-1] else 1)
        print(
            f"{size:>10,}  {1000 * decomposed(store):6.1f} ms  {card:8.3f} s  {plain:11.3f} s  "
            f"{card / plain:5.2f}  {1e6 * card / size:14.2f} µs  {peak():4.0f} MB  ",
            end="",
        )
        first, memory = first_author(file)
        print(
            f"{1000 * authors(store):10.1f} ms  {1000 * first:5.0f} ms  {memory:4.0f} MB",
            end="",
            flush=True,
        )
        table = timed(lambda: standings(store, ALL, "author", "readers", NOW))  # noqa: B023
        print(f"{table:15.1f} s  {peak():4.0f} MB", flush=True)
        store.close()


if __name__ == "__main__":
    main()
