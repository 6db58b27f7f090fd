"""Change a ledger in every way below a known head, one change at a time, and count what is missed.

    python bench/tamper_chain.py 60        a ledger of so many events

Every bit of every byte of every field of every event is flipped, every byte is taken out and every
byte doubled; every event and every run of events is taken out, every event doubled, every two are
swapped, and the ledger is cut off after every event. What is known of it is its printed head.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import astuple
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.big_ledger import fill
from tracker.store.store import Store
from tracker.store.verify import Witnessed, check_chain

Row = tuple[Any, ...]
Rows = list[Row]


def _ledger(events: int) -> Rows:
    with tempfile.TemporaryDirectory(prefix="tamper-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'tracker.db'}")
        store.create()
        fill(store, events)
        with store.reading() as tx:
            rows = [astuple(entry) for entry in tx.ledger.entries()]
        store.close()
    return rows


def _bytes_of(value: Any) -> Iterator[bytes]:  # noqa: ANN401 - a number or a text
    """Yield a value with one bit flipped, one byte taken out, one byte doubled: all there are."""
    octets = str(value).encode()
    for place, octet in enumerate(octets):
        before, after = octets[:place], octets[place + 1 :]
        for bit in range(8):
            yield before + bytes([octet ^ 1 << bit]) + after
        yield before + after
        yield before + bytes([octet, octet]) + after


def _edits(rows: Rows) -> Iterator[Rows]:
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            for octets in _bytes_of(value):
                # As verification reads bytes that are no text.
                edited: Any = octets.decode("utf-8", "surrogateescape")
                if column == 0:
                    if not octets.isdigit() or int(octets) == value:
                        # The number of an event cannot be anything else in either database.
                        continue
                    edited = int(octets)
                changed = (*row[:column], edited, *row[column + 1 :])
                if changed != row:
                    yield [*rows[:place], changed, *rows[place + 1 :]]


def _deletions(rows: Rows) -> Iterator[Rows]:
    for first, last in combinations(range(len(rows) + 1), 2):
        yield rows[:first] + rows[last:]


def _truncations(rows: Rows) -> Iterator[Rows]:
    for length in range(len(rows)):
        yield rows[:length]


def _doublings(rows: Rows) -> Iterator[Rows]:
    for place in range(len(rows)):
        yield [*rows[: place + 1], *rows[place:]]


def _swaps(rows: Rows) -> Iterator[Rows]:
    for first, second in combinations(range(len(rows)), 2):
        swapped = list(rows)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        yield swapped
        # And with their numbers put right again.
        swapped[first] = (rows[first][0], *rows[second][1:])
        swapped[second] = (rows[second][0], *rows[first][1:])
        yield swapped


_WAYS: dict[str, Callable[[Rows], Iterator[Rows]]] = {
    "bytes edited": _edits,
    "events taken out": _deletions,
    "cut off": _truncations,
    "events doubled": _doublings,
    "events swapped": _swaps,
}


def main() -> int:
    """Print how many changes there are of each kind and how many were found."""
    rows = _ledger(int(sys.argv[1]))
    head = Witnessed(rows[-1][0], rows[-1][-1][:16])
    if check_chain(iter(rows), [head]).findings.count:
        raise SystemExit("the ledger is not sound to begin with")
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    began = time.perf_counter()
    for name, way in _WAYS.items():
        for changed in way(rows):
            tried[name] += 1
            missed[name] += not check_chain(iter(changed), [head]).findings.count
        print(f"{name:<18} {tried[name]:>9,} changes, {missed[name]} not found")
    seconds = time.perf_counter() - began
    total = f"{tried.total():,} changes of {len(rows)} events in {seconds:.0f} s"
    print(f"{total}, {missed.total()} not found below the head {head}")
    return 1 if missed.total() else 0


if __name__ == "__main__":
    sys.exit(main())
