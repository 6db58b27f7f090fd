"""What a sweep costs with a million reminders waiting, on both databases.

    python bench/sweep_scale.py [--reminders 1000000] [--messages 3000] [--database sqlite]

Prints the plans of the two queries that matter, the time of an empty sweep, claims a second, the
rate of delivery as a ratio to a bare smtplib loop that sends the same bytes over one connection to
the same server (they take turns), to a server that takes one command at a time and to one that
offers pipelining, and the memory of a real `tracker run`.
"""

import argparse
import multiprocessing
import os
import shutil
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, insert, text
from sqlalchemy.engine import Connection

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.smtp_delivery import serve
from bench.torture.postgres import postgres
from tracker.actions.arm import Act, Audience
from tracker.actions.deliver import Post, Round, Swept, deliver
from tracker.actions.record import record
from tracker.actions.remind import sweep
from tracker.notify.channel import ChannelSettings, build
from tracker.records import Message, Question, Recipient, ReminderPolicy
from tracker.store.engine import transaction
from tracker.store.store import Store
from tracker.store.tables import reminders

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RECIPIENT = Recipient(address="desk@desk.example", zone="UTC")
AUDIENCE = Audience((RECIPIENT,), ReminderPolicy())
SENDER = "tracker@desk.example"
RAW = b"Subject: light on the Moon\r\n\r\n" + b"a line of an invented message\r\n" * 250
_POST = Post(lambda name: build(name, ChannelSettings(SENDER, Path("unused"))), SENDER, "d.example")
_SERVERS = (("one command at a time", False), ("to a server with pipelining", True))
_QUESTIONS = 10_000
_OVERDUE, _TOLD = 4000, 3
_CHUNK = 10_000
_SWEEPS = 1000
_ROUNDS = 5
_RUNNING_SECONDS = 12


def fill(store: Store, count: int) -> None:
    """Put reminders in that are due in the years to come."""
    questions = [_question(f"q{number}", "2030-06-01") for number in range(_QUESTIONS)]
    record(store, questions, Act("bench", NOW, AUDIENCE))
    # The first sweep plans everything anew for an audience it does not know, and would sweep away
    # what is put in below.
    sweep(store, _POST, AUDIENCE, lambda: NOW)
    for start in range(0, count, _CHUNK):
        rows = [_row(number) for number in range(start, min(start + _CHUNK, count))]
        with transaction(store._engine) as conn:  # noqa: SLF001 - no command puts in a million
            conn.execute(insert(reminders), rows)
    with store._engine.connect() as conn:  # noqa: SLF001 - as above
        conn.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _question(name: str, by: str) -> Question:
    return Question.parse(
        {
            "id": name,
            "text": "Will the invented bridge open?",
            "criteria": "The invented register lists it.",
            "deadline": {"by": by},
        }
    )


def _row(number: int) -> dict[str, object]:
    fire_at = NOW + timedelta(days=30, seconds=60 * number)
    return {
        "question": f"q{number % _QUESTIONS}",
        "revision": 1,
        "stage": "checkpoint",
        "occasion": str(number),
        "recipient": RECIPIENT.address,
        "channel": "email",
        "local_date": fire_at.date().isoformat(),
        "zone": "UTC",
        "fire_at": fire_at,
        "state": "scheduled",
        "message": None,
    }


@contextmanager
def _statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Collect every statement meanwhile, with what it is given."""
    found: list[tuple[str, Any]] = []

    def keep(
        _conn: Connection, _cursor: object, statement: str, given: object, *_rest: object
    ) -> None:
        found.append((statement, given))

    event.listen(engine, "before_cursor_execute", keep)
    yield found
    event.remove(engine, "before_cursor_execute", keep)


def _look(store: Store) -> None:
    with store.reading() as tx:
        tx.glance(NOW, "audience", "last_sweep")


def _claim(store: Store) -> None:
    # By the way round SQLAlchemy's own execution that the sweep takes when a channel is down.
    with store.begin() as tx:
        tx.outbox.claim("nobody", now=NOW, without=("none",))


def show_plans(store: Store) -> None:
    """Print how the look and the claim find their rows."""
    word = "EXPLAIN QUERY PLAN" if store.file is not None else "EXPLAIN"
    for name, do, start in (
        ("look", _look, "SELECT (SELECT min"),
        ("claim", _claim, "UPDATE outbox"),
    ):
        with _statements(store._engine) as found:  # noqa: SLF001 - the plans are what is shown
            do(store)
        print(f"  plan of the {name}:")
        for statement, given in [each for each in found if each[0].startswith(start)]:
            with store.reading() as tx:
                rows = tx._conn.exec_driver_sql(f"{word} {statement}", given).all()  # noqa: SLF001 - as above
            for line in [str(row[-1]).strip() for row in rows]:
                if "Index" in line or "INDEX" in line or "SCAN" in line or "Seq" in line:
                    print(f"    {line}")


def empty_sweeps(store: Store, post: Post) -> None:
    """Time sweeps that find nothing."""
    sweep(store, post, AUDIENCE, lambda: NOW)
    times = []
    for _ in range(_SWEEPS):
        begin = time.perf_counter()
        swept = sweep(store, post, AUDIENCE, lambda: NOW)
        times.append(1000 * (time.perf_counter() - begin))
        assert swept.idle  # noqa: S101 - else something else is measured
    cuts = statistics.quantiles(times, n=100)
    with store.reading() as tx:
        waiting = tx.schedule.waiting()
    target = 2 if store.file is not None else 10
    print(
        f"  empty sweep with {waiting:,} reminders waiting: p50 {cuts[49]:.2f} ms, "
        f"p99 {cuts[98]:.2f} ms (target {target})"
    )


def queue(store: Store, count: int, tag: str) -> None:
    """Put messages in."""
    with store.begin() as tx:
        for number in range(count):
            name = f"{tag}-{number}"
            message = Message(
                key=name,
                message_id=f"<{name}@desk.example>",
                recipient=RECIPIENT.address,
                channel="email",
                subject="Due",
                raw=RAW,
            )
            tx.outbox.queue(message, now=NOW)


def claims(store: Store, count: int) -> None:
    """Time claims: many in a transaction, and each in one of its own."""
    queue(store, 2 * count, "claim")
    show_plans(store)
    begin = time.perf_counter()
    with store.brisk() as begin_one, begin_one() as tx:
        for _ in range(count):
            assert tx.outbox.claim("me", now=NOW) is not None  # noqa: S101 - as above
    together = count / (time.perf_counter() - begin)
    begin = time.perf_counter()
    with store.brisk() as begin_one:
        for _ in range(count):
            with begin_one() as tx:
                tx.outbox.claim("me", now=NOW)
    alone = count / (time.perf_counter() - begin)
    with transaction(store._engine) as conn:  # noqa: SLF001 - no command forgets messages
        conn.execute(text("DELETE FROM outbox"))
    target = 10_000 if store.file is not None else 3000
    print(
        f"  claims a second: {together:,.0f} in one transaction, {alone:,.0f} each in its own "
        f"(target {target:,})"
    )


def delivery(store: Store, folder: Path, servers: dict[str, int], count: int) -> None:
    """Deliver to each server; print how fast."""
    for kind, port in servers.items():
        settings = ChannelSettings(SENDER, folder, smtp_url=f"smtp+plain://127.0.0.1:{port}")
        ours, bare = _in_turns(store, settings, port, count, kind)
        ratios = sorted(one / other for one, other in zip(ours, bare, strict=True))
        print(
            f"  delivery {kind}: {max(ours):,.0f} a second, bare smtplib {max(bare):,.0f}; "
            f"ratio {max(ours) / max(bare):.2f} (median of rounds {statistics.median(ratios):.2f}; "
            "target 0.8)"
        )


def _in_turns(
    store: Store, settings: ChannelSettings, port: int, count: int, tag: str
) -> tuple[list[float], list[float]]:
    """Deliver by the sweep and by bare smtplib in turns; return messages a second of each."""
    ours, bare = [], []
    for number in range(_ROUNDS):
        queue(store, count, f"{tag.replace(' ', '-')}-{number}")
        ours.append(_rate(count, lambda: _deliver(store, settings)))
        bare.append(_rate(count, lambda: _bare(port, count)))
    return ours, bare


def _rate(count: int, do: Callable[[], None]) -> float:
    begin = time.perf_counter()
    do()
    return count / (time.perf_counter() - begin)


def _deliver(store: Store, settings: ChannelSettings) -> None:
    swept = Swept()
    post = Post(lambda name: build(name, settings), SENDER, "desk.example")
    with store.worker() as owner:
        deliver(Round(store, post, AUDIENCE, lambda: NOW, lambda: False, swept), owner)


def _bare(port: int, count: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        for _ in range(count):
            client.sendmail(SENDER, [RECIPIENT.address], RAW)


@contextmanager
def _server(pipelining: bool) -> Iterator[int]:  # noqa: FBT001 - as `serve`
    pipe, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(theirs, pipelining), daemon=True)
    process.start()
    yield pipe.recv()
    process.terminate()


def _environ(url: str, folder: Path, recipients: str) -> dict[str, str]:
    return {
        **os.environ,
        "TRACKER_DATABASE_URL": url,
        "TRACKER_DATA_DIR": str(folder),
        "TRACKER_CONFIG": "",
        "TRACKER_SWEEP_SECONDS": "1",
        "TRACKER_RECIPIENTS": recipients,
        "TRACKER_ZONE": "UTC",
    }


def _most_memory(command: str, environ: dict[str, str], seconds: float | None) -> float:
    """Run a command, for so long or to its end; return its peak in MiB."""
    line = [sys.executable, "-c", "from tracker.cli.main import main; main()", command]
    process = subprocess.Popen(
        line, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    begun, peak = time.monotonic(), 0
    while process.poll() is None:
        peak = max(peak, _peak(process.pid))
        if seconds is not None and time.monotonic() - begun > seconds:
            process.terminate()
        time.sleep(0.1)
    return peak / 1024


def _peak(process: int) -> int:
    """Return the most memory that a process ever held, in KiB; 0 where it has ended."""
    # Not what `wait4` tells: that counts the parent it was forked from.
    with suppress(OSError):
        lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
    return 0


def memory(url: str, folder: Path) -> None:
    """Say how much memory `tracker run` holds while all of it waits."""
    most = _most_memory("run", _environ(url, folder, RECIPIENT.address), _RUNNING_SECONDS)
    print(f"  memory of `tracker run`: {most:.0f} MiB at most (target 120)")


def memory_when_all_is_due(folder: Path) -> None:
    """Say how much a sweep holds that has thousands of questions to ask of several people."""
    url = f"sqlite:///{folder / 'due.db'}"
    people = tuple(Recipient(address=f"p{n}@desk.example", zone="UTC") for n in range(_TOLD))
    store, audience = Store(url), Audience(people, ReminderPolicy())
    store.create()
    asked = [_question(f"q{number}", "2026-02-01") for number in range(_OVERDUE)]
    record(store, asked, Act("bench", NOW - timedelta(days=60), audience))
    store.close()
    addresses = ",".join(each.address for each in people)
    most = _most_memory("remind", _environ(url, folder, addresses), None)
    print(
        f"a sweep with {_OVERDUE:,} questions overdue for {_TOLD} people: {most:.0f} MiB at most "
        "(target 120)"
    )


def measure(url: str, options: argparse.Namespace, servers: dict[str, int], folder: Path) -> None:
    """Measure everything on one database."""
    store = Store(url)
    store.create()
    fill(store, options.reminders)
    print(f"{store.version()[0]}, {options.reminders:,} reminders")
    empty_sweeps(store, _POST)
    claims(store, options.messages)
    delivery(store, folder, servers, options.messages // _ROUNDS)
    store.close()
    memory(url, folder)


def main() -> int:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--reminders", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="scale-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        servers = {kind: stack.enter_context(_server(offered)) for kind, offered in _SERVERS}
        if options.database != "postgresql":
            measure(f"sqlite:///{folder / 'tracker.db'}", options, servers, folder)
            memory_when_all_is_due(folder)
        if options.database != "sqlite":
            with postgres() as running:
                measure(running.database(), options, servers, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
