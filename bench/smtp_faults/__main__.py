"""Every fault of a mail server, each a thousand times, in one mixed run.

    python -m bench.smtp_faults [--each 1000] [--seed 1]

The messages go through sweeps as the daemon's would, over STARTTLS and a login, to a real server
that fails as it was told to (bench/smtp_faults/server.py). A sweep is a simulated minute, so that
back-offs of hours pass at once. Besides, as many messages have a bare line feed, which no server
may be sent. At the end the server has recovered, and `tracker remind --retry` is played.

The exit code is 1 unless nothing was lost, nothing was marked sent that was not taken, nobody who
was refused for good was tried again, nothing was tried more than ten times, and nothing was
repeated but where the server broke off after the final dot.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import trustme
from sqlalchemy import text

from bench.smtp_faults.server import ANSWERS, DOUBLING, PERMANENT, Seen, serve
from tracker.actions.arm import Audience
from tracker.actions.deliver import MOST_ATTEMPTS
from tracker.actions.remind import Post, revive, sweep
from tracker.notify.channel import ChannelSettings, build
from tracker.records import Message, Recipient, ReminderPolicy
from tracker.store.store import Store

SENDER = "tracker@desk.example"
AUDIENCE = Audience((Recipient(address="nobody@desk.example"),), ReminderPolicy())
BARE = "bare line feed"
_BACKLOG, _TRICKLE = 100, 5
_MINUTE = timedelta(minutes=1)
# Ten attempts wait for less than 21 hours at worst.
_LONGEST_WAIT = timedelta(days=1)
_LONGEST_RUN = timedelta(days=3650)


@dataclass
class Desk:
    """One side of the run: the outbox and its clock.

    Attributes:
        store: where.
        post: how messages leave.
        now: the simulated time.
        fed: the recipients of what was queued.
        bare: those of messages with a bare line feed.
        sweeps: how many there were.
    """

    store: Store
    post: Post
    now: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)
    fed: list[str] = field(default_factory=list)
    bare: set[str] = field(default_factory=set)
    sweeps: int = 0

    def feed(self, backlog: int, bare: int) -> None:
        """Fill the backlog up, with so many messages in all that have a bare line feed."""
        with self.store.begin() as tx:
            for _ in range(backlog - min(backlog, tx.outbox.counts().get("pending", 0))):
                name = f"m{len(self.fed)}@desk.example"
                if len(self.bare) < bare and len(self.fed) % 7 == 0:
                    self.bare.add(name)
                tx.outbox.queue(_message(name, bare=name in self.bare), now=self.now)
                self.fed.append(name)

    def sweep(self) -> None:
        """Sweep; a minute passes."""
        sweep(self.store, self.post, AUDIENCE, lambda: self.now)
        self.now += _MINUTE
        self.sweeps += 1

    def unfinished(self) -> bool:
        """Whether messages wait."""
        with self.store.reading() as tx:
            return bool(tx.outbox.counts().get("pending"))

    def skip(self) -> None:
        """Let the time pass until the next message may be tried."""
        with self.store.reading() as tx:
            query = "SELECT min(not_before) FROM outbox WHERE state = 'pending'"
            found = tx._conn.execute(text(query)).scalar()  # noqa: SLF001 - no command asks this
        if found is not None:
            self.now = max(self.now, datetime.fromisoformat(found))

    def rows(self) -> list[tuple[str, str, str, int, timedelta | None]]:
        """Return recipient, Message-ID, state, attempts and how long it waited, of every row."""
        query = "SELECT recipient, message_id, state, attempts, queued_at, sent_at FROM outbox"
        with self.store.reading() as tx:
            found = tx._conn.execute(text(query)).all()  # noqa: SLF001 - as above
        return [(*row[:4], _between(row.queued_at, row.sent_at)) for row in found]


def _between(queued: str, sent: str | None) -> timedelta | None:
    return datetime.fromisoformat(sent) - datetime.fromisoformat(queued) if sent else None


def _message(recipient: str, *, bare: bool) -> Message:
    identity = f"<{recipient.partition('@')[0]}.invented@desk.example>"
    lines = [f"From: {SENDER}", f"To: {recipient}", f"Message-ID: {identity}", "", "Due.", ".", ""]
    raw = "\r\n".join(lines) + ("a bare line feed\nhere\r\n" if bare else "")
    return Message(
        key=recipient,
        message_id=identity,
        recipient=recipient,
        channel="email",
        subject="Due",
        raw=raw.encode(),
    )


@contextmanager
def _server(
    folder: Path, asked: argparse.Namespace
) -> Iterator[tuple[Connection, ChannelSettings]]:
    ours, others = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(folder / "ca.pem")
    for name, authority in (("good", ours), ("bad", others)):
        made = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem
        made.write_to_path(folder / f"{name}.pem")
    pipe, theirs = multiprocessing.Pipe()
    args = (theirs, folder / "good.pem", folder / "bad.pem", asked.each, asked.seed)
    process = multiprocessing.Process(target=serve, args=args, daemon=True)
    process.start()
    settings = ChannelSettings(
        SENDER,
        folder,
        smtp_url=f"smtp://desk:sesame@127.0.0.1:{pipe.recv()}",
        smtp_ca_file=folder / "ca.pem",
        timeout=asked.patience,
        final_timeout=2 * asked.patience,
    )
    yield pipe, settings
    pipe.send("stop")
    process.join(10)
    process.terminate()


def _storm(desk: Desk, pipe: Connection, each: int) -> None:
    """Send until every fault was dealt, and then until nothing waits."""
    begun = desk.now
    while True:
        pipe.send("left")
        connections, messages = pipe.recv()
        if messages or len(desk.bare) < each:
            desk.feed(_BACKLOG, each)
        elif connections:
            desk.feed(_TRICKLE, each)
        elif not desk.unfinished():
            return
        desk.sweep()
        desk.skip()
        if desk.now - begun > _LONGEST_RUN:
            return
        if desk.sweeps % 200 == 0:
            print(f"  {connections + messages:,} faults to go …", file=sys.stderr)


def _seen(pipe: Connection) -> Seen:
    pipe.send("seen")
    found: Seen = pipe.recv()
    return found


def _figures(
    desk: Desk, seen: Seen, first: list[tuple[str, str, str, int, timedelta | None]]
) -> dict[str, int]:
    """Count what must be none at all."""
    after = {row[0]: row for row in desk.rows()}
    reached = {recipient for recipient, _ in seen.taken}
    dead = {recipient for recipient, _, state, *_ in first if state == "dead"}
    wanted = sum(seen.dealt[kind] for kind in PERMANENT) + len(desk.bare)
    sent = [
        (recipient, identity)
        for recipient, identity, state, *_ in after.values()
        if state == "sent"
    ]
    doubled = seen.taken.total() - len(reached)
    return {
        "lost": len(set(desk.fed) - reached - desk.bare),
        "marked sent but not taken": len(set(sent) - set(seen.taken)),
        "left waiting": sum(state == "pending" for _, _, state, *_ in after.values()),
        "given up though it might have passed": max(0, len(dead) - wanted),
        "refused for good and not given up": max(0, wanted - len(dead)),
        "tried again after a refusal for good": seen.again,
        "starved: waited for more than a day": sum(
            wait is not None and wait > _LONGEST_WAIT for *_, wait in first
        ),
        "tried more than ten times": sum(attempts > MOST_ATTEMPTS for *_, attempts, _ in first),
        "repeated without need": max(0, doubled - seen.dealt[DOUBLING]),
        "repeated under another Message-ID": len(seen.taken) - len(reached),
        "sent with a bare line end": seen.bare,
        "said without TLS": seen.clear,
    }


def _shortfall(seen: Seen, bare: int, each: int) -> list[str]:
    dealt = seen.dealt + Counter({BARE: bare})
    return [kind for kind in (*ANSWERS, BARE) if dealt[kind] < each]


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=1000, help="how often each fault is dealt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=0.2, help="seconds for an answer")
    asked = parser.parse_args()
    random.seed(asked.seed)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'tracker.db'}")
        store.create()
        with _server(Path(folder), asked) as (pipe, settings):
            # Built once: reading the system's certificates for every sweep takes half the time.
            channel = build("email", settings)
            desk = Desk(store, Post(lambda _name: channel, SENDER, "desk.example"))
            _storm(desk, pipe, asked.each)
            first, before = desk.rows(), _seen(pipe)
            revive(store, AUDIENCE, desk.now)
            while desk.unfinished():
                desk.sweep()
                desk.skip()
            seen = _seen(pipe)
            seen.again = before.again
        figures = _figures(desk, seen, first)
        store.close()
    waits = sorted(wait for *_, wait in first if wait is not None)
    print(f"{len(ANSWERS) + 1} kinds of fault, {seen.dealt.total() + len(desk.bare):,} in all;")
    print(f"{len(desk.fed):,} messages in {desk.sweeps:,} sweeps of a simulated minute each")
    print(f"{seen.taken.total():,} taken, {seen.taken.total() - len(seen.taken):,} of them repeats")
    print(f"{seen.pipelining:,} connections were offered to give a message's commands together")
    print(f"waits before sending: half within {waits[len(waits) // 2]}, the longest {waits[-1]}")
    for name, count in figures.items():
        print(f"{count:>6} {name}")
    short = _shortfall(seen, len(desk.bare), asked.each)
    if short:
        print(f"dealt too seldom: {', '.join(short)}")
    print(f"({time.monotonic() - begun:.0f} s)")
    return 1 if short or any(figures.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
