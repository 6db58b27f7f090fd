"""Kills workers at random instants, crashes the database, steps the clock, and counts.

    python -m bench.torture [--kills 10000] [--terms 1000] [--steps 1000] [--messages 10000]

Four workers deliver to a real SMTP server that takes 0 to 20 ms between accepting a message and
answering for it, which is where a kill makes a duplicate. Nothing may be lost and nothing marked
sent that was not taken; a duplicate must carry the Message-ID of its first. The exit code is 1 if
any figure is worse than it should be.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from bench.torture.postgres import Postgres, postgres
from bench.torture.rig import Found, Rig
from tracker.store.store import Store

# Kills a second, at most; a worker then lives for an eighth of a second on average.
_RATE = 32.0
_CRASH_EVERY = 500
_STEP_SECONDS = 0.5
_HOUR = 3600.0
_MOST_DUPLICATES = 0.5


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Attributes:
        name: what was done, on which database.
        blows: how often a worker was ended.
        found: what came of it.
        most: duplicates allowed per blow.
    """

    name: str
    blows: int
    found: Found
    most: float

    @property
    def good(self) -> bool:
        """Whether every figure is as it should be."""
        found = self.found
        none = found.lost == found.falsely_sent == found.other_ids == 0
        return none and found.duplicates <= self.most * self.blows

    def __str__(self) -> str:
        found, rate = self.found, self.blows / self.found.seconds
        each = found.duplicates / self.blows if self.blows else 0.0
        figures = (found.lost, found.falsely_sent, found.duplicates, each, found.other_ids)
        cells = "{:>6} {:>8} {:>11} {:>9.3f} {:>9}".format(*figures)
        verdict = "good" if self.good else "BAD"
        return (
            f"{self.name:<34} {self.blows:>6} {rate:>6.1f} {len(found.sent):>8} {cells}"
            f" {found.notes['store errors']:>7}  {verdict}"
        )


HEAD = (
    f"{'':<34} {'blows':>6} {'/s':>6} {'messages':>8} {'lost':>6} {'false':>8} {'duplicates':>11}"
    f" {'per blow':>9} {'other id':>9} {'errors':>7}"
)


def _kill(process: BaseProcess) -> None:
    process.kill()


def _terminate(process: BaseProcess) -> None:
    process.terminate()


def _storm(
    rig: Rig, blows: int, how: Callable[[BaseProcess], None], server: Postgres | None
) -> None:
    for number in range(1, blows + 1):
        time.sleep(random.expovariate(_RATE))
        rig.end_one(how)
        if server is not None and (number % _CRASH_EVERY == 0 or number == blows // 2):
            server.crash()


def _stepped(rig: Rig, blows: int) -> None:
    """Kill while the workers' clock jumps back and forth by an hour."""
    steps = (_HOUR, 0.0, -_HOUR, 0.0)
    begun, ended = time.monotonic(), 0
    while ended < blows:
        number = int((time.monotonic() - begun) / _STEP_SECONDS)
        rig.shared.offset.value = steps[number % len(steps)]
        time.sleep(random.expovariate(_RATE))
        rig.end_one(_kill)
        ended += 1
    rig.shared.offset.value = 0.0


@contextmanager
def _fresh(name: str, server: Postgres | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        url = f"sqlite:///{Path(folder) / 'tracker.db'}" if server is None else server.database()
        store = Store(url)
        store.create()
        store.close()
        print(f"{name} …", file=sys.stderr)
        yield url


def _runs(options: argparse.Namespace, kind: str, server: Postgres | None) -> Iterator[Line]:
    with _fresh(f"SIGKILL, {kind}", server) as url:
        rig = Rig(url)
        _storm(rig, options.kills, _kill, server)
        yield Line(f"SIGKILL, {kind}", options.kills, rig.finish(), _MOST_DUPLICATES)
    with _fresh(f"clock steps, {kind}", server) as url:
        rig = Rig(url)
        _stepped(rig, options.steps)
        name = f"SIGKILL and clock ±1 h, {kind}"
        yield Line(name, options.steps, rig.finish(), _MOST_DUPLICATES)
    with _fresh(f"SIGTERM, {kind}", server) as url:
        rig = Rig(url)
        _storm(rig, options.terms, _terminate, None)
        yield Line(f"SIGTERM, {kind}", options.terms, rig.finish(), 0.0)
    with _fresh(f"control, {kind}", server) as url:
        rig = Rig(url, messages=options.messages)
        yield Line(f"no kills, {kind}", 0, rig.finish(fed_whole=True), 0.0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=10_000, help="SIGKILLs on each database")
    parser.add_argument("--steps", type=int, default=1000, help="SIGKILLs during clock steps")
    parser.add_argument("--terms", type=int, default=1000, help="SIGTERMs on each database")
    parser.add_argument("--messages", type=int, default=10_000, help="messages without kills")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    return parser.parse_args()


def main() -> int:
    """Run everything and print the table."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = _options()
    lines: list[Line] = []
    print(HEAD)
    if options.database != "postgresql":
        for line in _runs(options, "SQLite", None):
            print(line, flush=True)
            lines.append(line)
    if options.database != "sqlite":
        with postgres() as server:
            for line in _runs(options, "PostgreSQL", server):
                print(line, flush=True)
                lines.append(line)
    return 0 if all(line.good for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
