"""How long a page takes with us, measured against trafilatura alone, side by side in one run.

Run: python bench/extract_speed.py [ROUNDS]

The saved pages of the tests are small. Each is also measured at the size of a real one: its
paragraphs five times over, and the menus, scripts, teasers and comments that come with them. The
ratio to judge is that of the real sizes, at the end. Rounds alternate between the two, processor
time is counted, and the medians and their ratio are printed. Wanted: at most 1.20.
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


def furnished(page: str) -> str:
    """Add what stands around a real op-ed: styles, scripts, menus, teasers, comments."""
    style = "<style>" + ".a{color:#123456;margin:0 auto}\n" * 800 + "</style>"
    script = "<script>" + "window.dataLayer=window.dataLayer||[];\n" * 800 + "</script>"
    links = "".join(
        f'<li class="menu-item"><a href="/s/{n}">Section {n}</a></li>' for n in range(60)
    )
    teasers = "".join(
        f'<div class="card teaser"><a href="/t/{n}"><h3>Teaser number {n}</h3></a>'
        f'<p class="summary">What somebody says about thing {n}.</p></div>'
        for n in range(60)
    )
    comments = "".join(
        f'<li class="comment"><b>gull{n}</b><p>No ferry was ever late by {n} days.</p></li>'
        for n in range(40)
    )
    head = f"{style}{script}</head>"
    foot = f'<div class="teasers">{teasers}</div><ol class="comments">{comments}</ol></body>'
    menus = f"<nav><ul>{links}</ul></nav>"
    page = page.replace("</head>", head, 1).replace("</body>", foot, 1)
    return page.replace("<h1", f"{menus}<h1", 1)


def alone(page: str) -> object:
    """Extract the text with trafilatura, comments off as we have them off."""
    return trafilatura.extract(page, include_comments=False)


def seconds(work: Callable[[str], object], page: str) -> float:
    """Time one call, in seconds of the processor: other work on the machine does not count."""
    begun = time.process_time()
    work(page)
    return time.process_time() - begun


def measure(name: str, page: str, rounds: int) -> tuple[float, float]:
    """Print one line; return the medians in milliseconds, trafilatura's and ours."""
    pairs = [(seconds(alone, page), seconds(extract, page)) for _ in range(rounds)]
    theirs, ours = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    print(f"{name:30} {len(page):8,} {theirs:9.2f} {ours:9.2f} {ours / theirs:6.2f}")
    return theirs, ours


def main(rounds: int) -> None:
    """Print a line for each page and the ratio over all of each size."""
    print(f"{'page':30} {'bytes':>8} {'alone ms':>9} {'ours ms':>9} {'ratio':>6}")
    pages = {
        path.stem: decode(path.read_bytes(), encoding_of(path.read_bytes()))
        for path in sorted(PAGES.glob("*.html"))
    }
    small = [measure(name, page, rounds) for name, page in pages.items()]
    real = [measure(f"{n}, real size", furnished(longer(p)), rounds) for n, p in pages.items()]
    for name, figures in (("all small", small), ("all of real size", real)):
        theirs, ours = (sum(column) for column in zip(*figures, strict=True))
        print(f"{name:30} {'':8} {theirs:9.2f} {ours:9.2f} {ours / theirs:6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
