"""A worker: sweeps until it is killed or told to stop. And the feeder, which keeps it busy."""

import signal
import sys
import threading
import time
from ctypes import c_double
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import RawArray, RawValue
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tracker.actions.arm import Act, Audience
from tracker.actions.record import record
from tracker.actions.remind import Post, sweep
from tracker.daemon import stopped_by_signals
from tracker.errors import StoreError
from tracker.notify.channel import ChannelSettings, build
from tracker.records import Message, Question, Recipient, ReminderPolicy
from tracker.store.store import Store

AUDIENCE = Audience((Recipient(address="nobody@desk.example"),), ReminderPolicy())
_SENDER = "tracker@desk.example"
_BACKLOG = 200
# One message in so many comes the whole way: recorded, due, rendered by a sweep.
_WHOLE_WAY = 5


@dataclass
class Shared:
    """What all processes see; without locks, which a killed worker would keep.

    Attributes:
        offset: seconds by which the workers' clock is wrong.
        store_errors: how often each slot's sweeps ended with a StoreError.
    """

    offset: Any = field(default_factory=lambda: RawValue(c_double, 0.0))
    store_errors: Any = field(default_factory=lambda: RawArray("i", 64))

    def clock(self) -> datetime:
        """The workers' clock."""
        return datetime.now(UTC) + timedelta(seconds=self.offset.value)  # noqa: TID251 - a face


def post_to(settings: ChannelSettings) -> Post:
    """Mail goes by these settings."""
    return Post(lambda name: build(name, settings), _SENDER, "desk.example")


def mail_settings(port: int) -> ChannelSettings:
    """The counting server's settings."""
    return ChannelSettings(_SENDER, Path("unused"), smtp_url=f"smtp+plain://127.0.0.1:{port}")


def work(url: str, settings: ChannelSettings, shared: Shared, slot: int) -> None:
    """Sweep until SIGTERM, as `tracker run` does, but without a pause."""
    stop = threading.Event()
    with stopped_by_signals(stop):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        store, post = Store(url), post_to(settings)
        while not stop.is_set():
            try:
                swept = sweep(store, post, AUDIENCE, shared.clock, stop=stop.is_set)
            except StoreError as error:
                shared.store_errors[slot] += 1
                if "postgresql" not in url:
                    print(f"worker {slot}: {error}", file=sys.stderr)
                stop.wait(0.05)
            else:
                if swept.idle:
                    stop.wait(0.005)
        store.close()


def feed(url: str, pipe: Connection, most: int) -> None:
    """Keep a backlog of messages for the workers; at the end, say for whom they were.

    Args:
        url: of the database.
        pipe: any word on it ends the feeding early.
        most: how many messages at most.
    """
    store, fed, number = Store(url), list[str](), 0
    while number < most and not pipe.poll(0.02):
        if _waiting(store) >= _BACKLOG:
            continue
        batch = [f"m{n}@desk.example" for n in range(number, min(number + _BACKLOG, most))]
        number += len(batch)
        try:
            _put(store, batch)
        except StoreError:
            # The server was crashed: whether it was committed is unknown, so it counts for nothing.
            time.sleep(0.1)
            continue
        fed.extend(batch)
    store.close()
    pipe.send(fed)


def _waiting(store: Store) -> int:
    try:
        with store.reading() as tx:
            found = tx._conn.execute(text("SELECT count(*) FROM outbox WHERE state = 'pending'"))  # noqa: SLF001 - a count that no command needs
            return int(found.scalar_one())
    except StoreError:
        return _BACKLOG


def _put(store: Store, batch: list[str]) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - a face
    whole = batch[::_WHOLE_WAY]
    record(store, [_question(address) for address in whole], Act("feeder", now, AUDIENCE))
    with store.begin() as tx:
        for address in sorted(set(batch) - set(whole)):
            tx.outbox.queue(_message(address), now=now)


def _question(address: str) -> Question:
    name = address.partition("@")[0]
    return Question.parse(
        {
            "id": name,
            "text": "Will the invented bridge open by 1 June 2020?",
            "criteria": "The invented register lists it.",
            "deadline": {"by": "2020-06-01"},
            "reminders": {"to": [address]},
        }
    )


def _message(address: str) -> Message:
    name = address.partition("@")[0]
    identity = f"<{name}.direct@desk.example>"
    raw = f"From: {_SENDER}\r\nTo: {address}\r\nMessage-ID: {identity}\r\n\r\nDue.\r\n"
    return Message(
        key=name,
        message_id=identity,
        recipient=address,
        channel="email",
        subject="Due",
        raw=raw.encode(),
    )
