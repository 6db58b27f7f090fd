"""Kill tracker commands at random instants and see what is left.

    python bench/kill_commands.py 300                 so many kills, on SQLite
    python bench/kill_commands.py 300 --url URL       on a PostgreSQL database, which must be empty
    python bench/kill_commands.py 300 --seed 7        the same kills again

Each command is a process of its own, forked from one that has imported everything, so that the
kill (SIGKILL) falls into its work and not into its imports. A write counts as acknowledged when the
command ended well, or had printed its line before it was killed.
"""

import argparse
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Imported before the first fork, so that no child spends its life on them.
from tracker.actions import backup as backups
from tracker.actions import trust
from tracker.cli import main as face
from tracker.errors import TrackerError
from tracker.exchange.predictions import read
from tracker.store import backup as files
from tracker.store.store import Store

_FILE = """\
version: 1
articles:
  - id: article-{0}
    authors: [Ada Fabricated]
    outlet: The Invented Gazette
    published_on: 2026-03
questions:
  - id: question-{0}
    text: Will the Imaginary Bridge number {0} open?
    criteria: The register lists it.
    deadline: {{by: {1}}}
    forecasts:
      - author: Ada Fabricated
        article: article-{0}
        quote: it is unlikely to open
        phrase: unlikely
"""
_EVENTS_PER_IMPORT = 3
_CHECK_EVERY = 25


@dataclass(frozen=True)
class Try:
    """A command to be killed: its arguments, and how many events it appends if it is done."""

    words: tuple[str, ...]
    events: int = 0
    afterwards: Callable[[bool], None] = lambda _: None


@dataclass
class Desk:
    """A data folder and what was acknowledged in it."""

    folder: Path
    url: str
    chance: random.Random
    made: int = 0
    usual: dict[str, list[float]] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @contextmanager
    def store(self, url: str | None = None) -> Iterator[Store]:
        """Open the database for a moment: no connection may stand open at a fork."""
        store = Store(url or self.url)
        try:
            yield store
        finally:
            store.close()

    def head(self) -> int:
        """The ledger's sequence."""
        with self.store() as store, store.reading() as tx:
            return tx.ledger.head().seq

    def question(self, *, resolved: bool) -> str | None:
        """Choose a recorded question that is settled or not."""
        from tracker.store.recorded import Filter

        with self.store() as store, store.reading() as tx:
            found = tx.recorded.dossiers(Filter(open=not resolved))
        names = [each.question.id for each in found if each.question.closes_at.year > 2030]  # noqa: PLR2004 - those still open to amendment
        return self.chance.choice(names) if names else None


def _run(desk: Desk, words: tuple[str, ...], *, kill_after: float | None) -> tuple[int | None, str]:
    """Run a command; return its exit code (None where it was killed) and what it printed."""
    out = desk.folder / "out.txt"
    out.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.argv = ["tracker", *words]
        try:
            face.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
            sys.stdout.flush()
            os._exit(code)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    said = out.read_text("utf-8", errors="replace") if out.exists() else ""
    return (None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)), said


def _kill_one(desk: Desk, each: Try) -> None:
    name = each.words[0]
    if len(desk.usual.setdefault(name, [])) < 2:  # noqa: PLR2004 - two runs tell how long it takes
        began = time.perf_counter()
        delay = None if name != "run" else 0.8
    else:
        began, delay = 0.0, desk.chance.uniform(0, 1.2 * statistics.median(desk.usual[name]))
    before = desk.head()
    code, said = _run(desk, each.words, kill_after=delay)
    if delay is None:
        desk.usual[name].append(time.perf_counter() - began)
    elif name == "run" and began:
        desk.usual[name].append(delay)
    desk.kills[name] += code is None
    desk.done[name] += code is not None
    if code not in (None, 0):
        desk.faults.append(f"{' '.join(each.words)} ended with {code}: {said}")
    if "Traceback" in said:
        desk.faults.append(f"{' '.join(each.words)} showed a traceback: {said}")
    # `add` shows what it is about to write; `run` logs.
    printed = bool(said.strip()) and name not in ("add", "run")
    acknowledged = code == 0 or (code is None and printed)
    appended = desk.head() - before
    if appended not in (0, each.events) or (acknowledged and appended != each.events):
        desk.faults.append(f"{' '.join(each.words)}: {appended} events for {each.events}: {said}")
    each.afterwards(code == 0)


def _import(desk: Desk) -> Try:
    desk.made += 1
    late = desk.chance.random() < 0.3  # noqa: PLR2004 - some fall due at once, so that mail is sent
    file = desk.folder / f"{desk.made}.yaml"
    file.write_text(_FILE.format(desk.made, "2026-04-01" if late else "2031-01-01"))
    return Try(("import", str(file)), _EVENTS_PER_IMPORT)


def _on_one(desk: Desk, *words: str, resolved: bool = False) -> Try | None:
    """A command about a recorded question, whose id stands for the star."""
    name = desk.question(resolved=resolved)
    desk.made += 1
    return None if name is None else Try(tuple(name if each == "*" else each for each in words), 1)


def _add(desk: Desk) -> Try | None:
    who = ("--author", f"reader {desk.made}", "--source", "reader", "--made-on", "2026-03-02")
    return _on_one(
        desk, "add", "--question", "*", *who, "--probability", "0.3", "--yes", "--no-ask"
    )


def _amend(desk: Desk) -> Try | None:
    change = f"only if number {desk.made}"
    return _on_one(desk, "amend", "*", "--condition", change, "--reason", "it depends")


def _resolve(desk: Desk) -> Try | None:
    return _on_one(desk, "resolve", "*", "yes", "--evidence", "https://city.example")


def _reopen(desk: Desk) -> Try | None:
    return _on_one(desk, "reopen", "*", "--reason", "a mistake", resolved=True)


def _snooze(desk: Desk) -> Try | None:
    until = str((datetime.now(UTC) + timedelta(desk.chance.randint(2, 300))).date())  # noqa: TID251 - a real clock: the commands read it
    return _on_one(desk, "snooze", "*", "--until", until, "--reason", "later")


def _backup(desk: Desk) -> Try | None:
    if not desk.url.startswith("sqlite"):
        return None
    desk.made += 1
    file = desk.folder / f"backup-{desk.made}.db"

    def sound(_: bool) -> None:  # noqa: FBT001 - the shape of `afterwards`
        if file.exists():
            backups.examine(file)
            file.unlink()

    return Try(("backup", str(file)), 0, sound)


def _restore(desk: Desk) -> Try | None:
    """Bring a backup back over the database itself, which it contains."""
    if not desk.url.startswith("sqlite"):
        return None
    file = desk.folder / "newest.db"
    file.unlink(missing_ok=True)
    with desk.store() as store:
        store.copy_to(file, files.check_integrity)
    return Try(("restore", str(file)))


def _witness(desk: Desk) -> Try:
    file = desk.folder / "witnesses.txt"

    def readable(_: bool) -> None:  # noqa: FBT001 - the shape of `afterwards`
        if file.exists():
            trust.read_witnesses(file)

    return Try(("witness", str(file)), 0, readable)


def _export(desk: Desk) -> Try:
    desk.made += 1
    file = desk.folder / f"export-{desk.made}.yaml"

    def readable(_: bool) -> None:  # noqa: FBT001 - as above
        if file.exists():
            read(file.read_bytes(), name=file.name)

    return Try(("export", str(file)), 0, readable)


_TRIES: tuple[Callable[[Desk], Try | None], ...] = (
    _import,
    _import,
    _add,
    _amend,
    _resolve,
    _reopen,
    _snooze,
    _backup,
    _restore,
    _witness,
    _export,
    lambda _: Try(("remind",)),
    lambda _: Try(("run",)),
    lambda _: Try(("verify",)),
    lambda _: Try(("log",)),
    lambda _: Try(("init",)),
    lambda _: Try(("status",)),
)


def _check(desk: Desk) -> None:
    with desk.store() as store:
        found = trust.verify(store)
        desk.faults.extend(map(str, found.findings.kept))
        if store.file is not None:
            files.check_integrity(store.file)


def main() -> int:
    """Kill so many commands; return 1 where anything was lost or broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kills", type=int)
    parser.add_argument("--url")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        del os.environ[name]
    os.environ |= {"TRACKER_DATA_DIR": str(folder), "TRACKER_CONFIG": "", "TRACKER_ACTOR": "Ada"}
    if given.url:
        os.environ["TRACKER_DATABASE_URL"] = given.url
    url = given.url or f"sqlite:///{folder / 'tracker.db'}"
    chance = random.Random(given.seed)  # noqa: S311 - to be repeatable
    desk = Desk(folder, url, chance)
    for name, _ in face.COMMANDS.values():
        __import__(name.partition(":")[0])
    _run(desk, ("init",), kill_after=None)
    _rounds(desk, given.kills)
    for name in sorted(desk.kills):
        print(f"{name:<9} {desk.kills[name]:>5} killed {desk.done[name]:>5} ended first")
    for fault in desk.faults[:20]:
        print(fault)
    total = desk.kills.total()
    print(f"{total} kills (seed {given.seed}), {desk.head()} events, {len(desk.faults)} faults")
    shutil.rmtree(folder)
    return 1 if desk.faults else 0


def _rounds(desk: Desk, kills: int) -> None:
    rounds = 0
    while desk.kills.total() < kills and not desk.faults:
        each = desk.chance.choice(_TRIES)(desk)
        if each is None:
            continue
        rounds += 1
        try:
            _kill_one(desk, each)
            if rounds % _CHECK_EVERY == 0:
                _check(desk)
        except TrackerError as error:
            desk.faults.append(f"after {' '.join(each.words)}: {error}")
    _check(desk)


if __name__ == "__main__":
    sys.exit(main())
