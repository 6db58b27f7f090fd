"""How long `tracker read FILE --format json` takes from the shell, against importing trafilatura.

Run: python bench/read_speed.py [PAIRS]

One op-ed as plain text and one as a saved page, each in turn with a bare interpreter that imports
trafilatura and does nothing with it (A B A B …), so that a machine that is slow for a moment is
slow for both. Processor time is counted, of both with their bytecode already written, as after the
first run of an installed command. The median of the ratios is what counts. Wanted: at most 2.00.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parent.parent / "tests" / "articles" / "pages" / "newspaper.html"
PAIRS = 15
TARGET = 2.0
BARE = [sys.executable, "-c", "import trafilatura"]
# Written for this bench: about as long as an op-ed, with the sentences that cost most.
PARAGRAPH = (
    "The harbour bridge was promised for the spring of 2024, and the spring came and went. It is "
    "highly unlikely to open before June 2027, whatever the mayor says. If the province withholds "
    "its grant, the project will be cancelled within 90 days. “The queue will be gone by the end "
    "of the year,” said Ben Invented, who sells umbrellas. Nobody should believe him. The council "
    "met on Tuesday and decided nothing, as it has done since 1987. Gulls own the pier. "
)


def seconds(command: Sequence[str | Path], bytecode: Path) -> float:
    """Run a command; return the seconds of the processor that it took."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        list(map(str, command)),
        check=True,
        stdout=subprocess.DEVNULL,
        env={**environ, "PYTHONPYCACHEPREFIX": str(bytecode)},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name: str, file: Path, bytecode: Path, pairs: int) -> None:
    """Print one line: ours, trafilatura's import, and the median of the ratios."""
    tracker = Path(sys.executable).parent / "tracker"
    command: list[str | Path] = [
        tracker,
        "read",
        file,
        "--published",
        "2026-03-01",
        "--format",
        "json",
        "--propose",
    ]
    seconds(command, bytecode), seconds(BARE, bytecode)
    timed = [(seconds(command, bytecode), seconds(BARE, bytecode)) for _ in range(pairs)]
    ours, bare = (statistics.median(times) * 1000 for times in zip(*timed, strict=True))
    ratio = statistics.median(one / other for one, other in timed)
    print(
        f"{name:22} {ours:7.0f} ms, import {bare:5.0f} ms, ratio {ratio:.2f} (wanted {TARGET:.2f})"
    )


def main(pairs: int) -> None:
    """Print a line for the text and one for the page."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "op-ed.txt"
        text.write_text("\n\n".join([PARAGRAPH] * 10), "utf-8")
        words = len(text.read_text("utf-8").split())
        compare(f"text of {words:,} words", text, Path(folder), pairs)
        compare(f"page of {PAGE.stat().st_size:,} bytes", PAGE, Path(folder), pairs)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS)
