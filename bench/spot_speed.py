"""How long spotting takes: 1,000 words, side by side with a plain word list on the same text.

Run `python bench/spot_speed.py`; it prints the best of several runs, in
milliseconds of processor time, so that other work on the machine does not count.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from evaluation import baseline
from evaluation.passages import Passage, read_all

from tracker.articles import spot

WORDS = 1000
ROUNDS = 15


def main() -> None:
    """Print milliseconds per 1,000 words, and the ratio."""
    passages = read_all("[!a]*")
    words = sum(len(one.text.split()) for one in passages)
    rules = _best(passages, lambda one: spot.propose(one.text, one.published))
    plain = _best(passages, lambda one: baseline.propose(one.text, one.published))
    scale = 1000 * WORDS / words
    print(f"{len(passages)} passages, {words:,} words; best of {ROUNDS} runs, per {WORDS:,} words")
    print(f"rules     {rules * scale:6.2f} ms")
    print(f"word list {plain * scale:6.2f} ms")
    print(f"ratio     {rules / plain:6.1f}")


def _best(passages: list[Passage], work: Callable[[Passage], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for passage in passages:
            work(passage)
        seconds.append(time.process_time() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
