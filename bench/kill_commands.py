"""Kill tracker commands at random instants and see what is left.

    python bench/kill_commands.py 5000                so many kills, on SQLite
    python bench/kill_commands.py 5000 --postgres     on a PostgreSQL of its own
    python bench/kill_commands.py 300 --url URL       on a PostgreSQL database, which must be empty
    python bench/kill_commands.py 300 --seed 7        the same kills again
    python bench/kill_commands.py 5000 --minutes 10   no longer than that, whatever is done by then

Each command is a process of its own, forked from one that has imported everything, so that the
kill (SIGKILL) falls into its work and not into its imports. A write counts as acknowledged when the
command ended well, or had printed its line before it was killed. The commands take turns, so that
each is killed about as often as every other.
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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Imported before the first fork, so that no child spends its life on them.
import click
from sqlalchemy import text

from bench.torture.postgres import postgres
from tracker.actions import backup as backups
from tracker.actions import trust
from tracker.cli import main as face
from tracker.errors import StoreError, TrackerError
from tracker.exchange.predictions import read
from tracker.store import backup as files
from tracker.store.engine import open_engine, transaction
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
_OP_ED = """\
The {0} was promised for the spring. The {0} is highly unlikely to open before June 2031.
"""
# Article, reading, vague claim, the place of its quote.
_EVENTS_PER_READ = 4
# [y]es, this article; [v]ague; the [t]hreshold is missing; [y]: that is all; [y]es, record it.
_KEYS = "yvtyy"
_CHECK_EVERY = 25


@dataclass(frozen=True)
class Try:
    """A command to be killed.

    Attributes:
        words: its arguments.
        events: how many it appends if it is done.
        afterwards: checks what it leaves besides, told whether it ended well.
        sign: it is acknowledged once this is printed; "" is anything, None is nothing.
    """

    words: tuple[str, ...]
    events: int = 0
    afterwards: Callable[[bool], None] = lambda _: None
    sign: str | None = ""


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
    kept: Counter[str] = field(default_factory=Counter)
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
        self._quiet()
        with self.store() as store, store.reading() as tx:
            return tx.ledger.head().seq

    def _quiet(self) -> None:
        """Wait until a server has noticed that its client is dead: it may still commit."""
        if self.url.startswith("sqlite"):
            return
        engine = open_engine(self.url)
        others = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        for _ in range(2000):
            with transaction(engine, reading=True) as conn:
                if conn.execute(others).scalar() == 0:
                    break
            time.sleep(0.005)
        else:
            self.faults.append("a dead client's connection stays open")
        engine.dispose()

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
        # A killed terminal would have to be made for each: the keys come as click's own runner
        # brings them.
        click.getchar = iter(_KEYS).__next__  # type: ignore[assignment]
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


def _delay(desk: Desk, name: str) -> float | None:
    """Choose when to kill; every eighth time never, to learn how long it takes by now."""
    if name == "run":
        # It never ends by itself; it has swept by then.
        return desk.chance.uniform(0, 0.8)
    usual = desk.usual.setdefault(name, [])
    if (desk.kills[name] + desk.done[name]) % 8 == 0 or not usual:
        return None
    # The first part goes into reading the configuration, where nothing can be lost.
    return desk.chance.uniform(0.2, 1.1) * statistics.median(usual[-3:])


def _kill_one(desk: Desk, each: Try) -> None:
    name = each.words[0]
    delay = _delay(desk, name)
    before = desk.head()
    began = time.perf_counter()
    code, said = _run(desk, each.words, kill_after=delay)
    if delay is None:
        desk.usual[name].append(time.perf_counter() - began)
    desk.kills[name] += code is None
    desk.done[name] += code is not None
    if code not in (None, 0):
        desk.faults.append(f"{' '.join(each.words)} ended with {code}: {said}")
    if "Traceback" in said:
        desk.faults.append(f"{' '.join(each.words)} showed a traceback: {said}")
    printed = each.sign is not None and bool(said.strip()) and each.sign in said
    acknowledged = code == 0 or (code is None and printed)
    appended = desk.head() - before
    desk.kept[name] += code is None and appended > 0
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
    said = (*who, "--probability", "0.3", "--yes", "--no-ask")
    # It shows what it is about to write, first.
    each = _on_one(desk, "add", "--question", "*", *said)
    return each and replace(each, sign="new forecast")


def _read(desk: Desk) -> Try:
    desk.made += 1
    file = desk.folder / f"op-ed-{desk.made}.txt"
    name = "".join(desk.chance.choices("abcdefghijklmnopqrstuvwxyz", k=9))
    file.write_text(_OP_ED.format(name))
    who = ("--author", f"Ada {name.title()}", "--outlet", "The Invented Gazette")
    words = ("read", str(file), "--ask", *who, "--published", "2026-03-01", "--chosen", "all")
    return Try(words, _EVENTS_PER_READ, sign="new vague-claim")


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
    if desk.chance.random() < 0.5:  # noqa: PLR2004 - one way or the other
        # Written over again and again: it is the old one or the new one.
        file = desk.folder / "forecasts.csv"
        return Try(("export", str(file), "--format", "csv"), 0, lambda _: _whole(file, b"\n"))
    desk.made += 1
    new = desk.folder / f"export-{desk.made}.yaml"

    def readable(_: bool) -> None:  # noqa: FBT001 - as above
        if new.exists():
            read(new.read_bytes(), name=new.name)
            new.unlink()

    return Try(("export", str(new)), 0, readable)


def _calendar(desk: Desk) -> Try:
    file = desk.folder / "deadlines.ics"
    end = b"END:VCALENDAR\r\n"
    return Try(("calendar", str(file)), 0, lambda _: _whole(file, end))


def _whole(file: Path, end: bytes) -> None:
    if file.exists() and not file.read_bytes().endswith(end):
        raise StoreError(f"{file} is half written")


def _show(desk: Desk) -> Try | None:
    each = _on_one(desk, "show", "*")
    return each and replace(each, events=0)


def _only(*words: str) -> Callable[[Desk], Try]:
    """A command that takes no more than its name."""
    return lambda _: Try(words, sign=None if words == ("run",) else "")


# Every command, by its name; `import` is there to keep the others in questions.
_TRIES: dict[str, Callable[[Desk], Try | None]] = {
    "import": _import,
    "read": _read,
    "add": _add,
    "amend": _amend,
    "resolve": _resolve,
    "reopen": _reopen,
    "snooze": _snooze,
    "backup": _backup,
    "restore": _restore,
    "witness": _witness,
    "export": _export,
    "calendar": _calendar,
    "show": _show,
    "completion": _only("completion", "bash"),
    "db": _only("db", "upgrade"),
    **{
        name: _only(name)
        for name in (
            *("remind", "run", "verify", "log", "init", "status", "list", "due", "inbox"),
            *("score", "explain", "doctor"),
        )
    },
}


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
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    given = parser.parse_args()
    with ExitStack() as servers:
        if given.postgres:
            given.url = servers.enter_context(postgres()).database()
        return _kill_all(given.kills, given.minutes, given.url, given.seed)


def _kill_all(kills: int, minutes: float, server: str | None, seed: int) -> int:
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        del os.environ[name]
    os.environ |= {"TRACKER_DATA_DIR": str(folder), "TRACKER_CONFIG": "", "TRACKER_ACTOR": "Ada"}
    if server:
        os.environ["TRACKER_DATABASE_URL"] = server
    url = server or f"sqlite:///{folder / 'tracker.db'}"
    desk = Desk(folder, url, random.Random(seed))  # noqa: S311 - to be repeatable
    for name, _ in face.COMMANDS.values():
        __import__(name.partition(":")[0])
    _run(desk, ("init",), kill_after=None)
    _rounds(desk, kills, time.monotonic() + 60 * minutes)
    for name in sorted(desk.kills):
        after = f"{desk.kept[name]:>5} after the commit" if desk.kept[name] else ""
        print(
            f"{name:<10} {desk.kills[name]:>5} killed {after:<23}{desk.done[name]:>5} ended first"
        )
    missed = sorted(face.COMMANDS.keys() - desk.kills.keys())
    print(f"commands without a try: {', '.join(missed) or 'none'}")
    for fault in desk.faults[:20]:
        print(fault)
    total = desk.kills.total()
    print(f"{total} kills (seed {seed}), {desk.head()} events, {len(desk.faults)} faults")
    shutil.rmtree(folder)
    return 1 if desk.faults else 0


def _rounds(desk: Desk, kills: int, end: float) -> None:
    rounds = 0
    while desk.kills.total() < kills and not desk.faults and time.monotonic() < end:
        # The one that was killed least often; chance decides among equals.
        names = sorted(_TRIES, key=lambda name: (desk.kills[name], desk.chance.random()))
        tries = (_TRIES[name](desk) for name in names)
        each = next(each for each in tries if each is not None)
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
