"""How long a page takes with us, measured against trafilatura alone, side by side in one run.

Run: python bench/extract_speed.py [ROUNDS]

The saved pages of the tests are small, so each is also measured with its paragraphs five times
over, which is the length of a real op-ed. Rounds alternate between the two, so that a slow moment
of the machine falls on both; the medians and their ratio are printed. Wanted: at most 1.20.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from tracker.articles.decoding import decode, encoding_of
from tracker.articles.extract import extract

PAGES = Path(__file__).parent.parent / "tests" / "articles" / "pages"
ROUNDS = 30


def longer(page: str) -> str:
    """Repeat the paragraphs of a page, each time in other words so that none is a duplicate."""
    start, end = page.index("The harbour commissioners"), page.rindex("write this piece again.")
    body = page[start:end]
    again = [
        body.replace("harbour", f"harbour {n}").replace("bridge", f"bridge {n}") for n in range(5)
    ]
    return page[:start] + "write this piece again.</p>\n<p>".join(again) + page[end:]


def alone(page: str) -> object:
    """Extract the text with trafilatura, comments off as we have them off."""
    return trafilatura.extract(page, include_comments=False)


def seconds(work: Callable[[str], object], page: str) -> float:
    """Time one call."""
    begun = time.perf_counter()
    work(page)
    return time.perf_counter() - begun


def main(rounds: int) -> None:
    """Print a line for each page and the ratio over all."""
    print(f"{'page':30} {'bytes':>8} {'alone ms':>9} {'ours ms':>9} {'ratio':>6}")
    totals = [0.0, 0.0]
    for path in sorted(PAGES.glob("*.html")):
        short = decode(path.read_bytes(), encoding_of(path.read_bytes()))
        for name, page in ((path.stem, short), (f"{path.stem} x 5", longer(short))):
            pairs = [(seconds(alone, page), seconds(extract, page)) for _ in range(rounds)]
            theirs, ours = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
            totals = [totals[0] + theirs, totals[1] + ours]
            print(f"{name:30} {len(page):8,} {theirs:9.2f} {ours:9.2f} {ours / theirs:6.2f}")
    print(f"{'all':30} {'':8} {totals[0]:9.2f} {totals[1]:9.2f} {totals[1] / totals[0]:6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
