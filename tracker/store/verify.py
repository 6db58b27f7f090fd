"""Verification: recompute the chain, rebuild the state from it, and compare it with the tables.

Part of the record are articles, vague claims, questions, forecasts, resolutions (reopened ones
too), snoozes, snapshots and the places of quotes. Reminders, the outbox and `meta` are machinery:
they follow from the record and the clock, and are not in the ledger. Of what was read the ledger
has the names, by which the texts themselves are checked.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import chain
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from tracker.errors import Invalid
from tracker.store.compare import compare
from tracker.store.counters import Counters
from tracker.store.findings import Findings
from tracker.store.guards import check_guards
from tracker.store.ledger import GENESIS, Head
from tracker.store.progress import Progress, silent
from tracker.store.snapshots import check_contents

# So many rows stay in the processor's cache until they are used.
_BATCH = 500
_TOLD_EVERY = 10_000
_FEWEST_DIGITS = 8
_NOT_TEXT = "not text"
# Two machines' clocks may differ by seconds; by minutes only if one is wrong.
_CLOCK_BACK = timedelta(minutes=5)
_HEAD = re.compile(rf"(?:([0-9]{{1,15}}):)?([0-9a-f]{{{_FEWEST_DIGITS},64}})")


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A head that was printed earlier.

    Attributes:
        seq: its sequence, where it was printed too.
        digits: the first digits of its hash, or all 64.
    """

    seq: int | None
    digits: str

    @classmethod
    def parse(cls, words: str) -> "Witnessed":
        """Read "42:0123456789abcdef", as messages and scorecards print it, or a bare hash.

        Raises:
            Invalid: if it is neither.
        """
        match = _HEAD.fullmatch(words.strip().lower())
        if match is None:
            raise Invalid(
                f"{words!r} is not a head of the ledger",
                hint="copy it from a message, a scorecard or `tracker status`: 42:0123456789abcdef",
            )
        return cls(int(match[1]) if match[1] else None, match[2])

    def __str__(self) -> str:
        return self.digits if self.seq is None else f"{self.seq}:{self.digits}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification saw.

    Attributes:
        head: the chain's last link.
        findings: everything that is not as it was recorded.
    """

    head: Head
    findings: Findings


def verify(
    conn: Connection,
    *,
    witnessed: Sequence[Witnessed] = (),
    progress: Progress = silent,
    chain_only: bool = False,
) -> Verified:
    """Verify everything that is recorded.

    Args:
        conn: a connection in a reading transaction.
        witnessed: heads that must lie on the chain.
        progress: told now and then how far it is.
        chain_only: leave out rebuilding the state.

    Returns:
        The head and what was found; memory does not grow with the ledger.
    """
    try:
        return _verify(conn, witnessed, progress, chain_only=chain_only)
    except DBAPIError as error:
        if "utf-8" not in str(error.orig).lower():
            raise
    # Somebody put bytes where text was: read them as they are, so that they can be named.
    raw: Any = conn.connection.driver_connection
    raw.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    try:
        return _verify(conn, witnessed, progress, chain_only=chain_only)
    finally:
        raw.text_factory = str


def _verify(
    conn: Connection, witnessed: Sequence[Witnessed], progress: Progress, *, chain_only: bool
) -> Verified:
    findings = Findings()
    total = int(conn.execute(text("SELECT count(*) FROM ledger")).scalar_one())
    check_guards(conn, findings)

    walk = _Walk(findings, witnessed)
    query = "SELECT seq, at, actor, action, subject, payload, prev, hash FROM ledger ORDER BY seq"
    with ExitStack() as streams:

        def stream(query: str, told: Callable[[int], None] = _nobody) -> Iterator[Any]:
            # Flattened by C: a generator's turn for every row would cost a tenth of the whole.
            batches = streams.enter_context(closing(_batches(conn, query, told)))
            return chain.from_iterable(batches)

        walk.along(stream(query, _counting(progress, "chain", total)))
        if not chain_only:
            sound = findings.count
            compare(conn, stream, findings, _counting(progress, "records", total))
            if findings.count == sound:
                # They count what is in the tables; where that is wrong, they say so only twice.
                Counters(conn).check(findings)
            check_contents(conn, findings)
    return Verified(walk.head, findings)


def check_chain(rows: Iterator[Any], witnessed: Sequence[Witnessed]) -> Verified:
    """Walk along a chain and name every link that is not as it was.

    Args:
        rows: sequence, instant, actor, action, subject, payload, previous hash and own hash.
        witnessed: heads that must lie on it.
    """
    findings = Findings()
    walk = _Walk(findings, witnessed)
    walk.along(rows)
    return Verified(walk.head, findings)


def _nobody(_: int) -> None:
    """Nobody is told how far it is."""


def _batches(
    conn: Connection, query: str, told: Callable[[int], None]
) -> Generator[Sequence[Any], None, None]:
    """Yield a query's rows a batch at a time; after each, tell how many it had."""
    if conn.dialect.name == "postgresql":
        options = {"stream_results": True, "max_row_buffer": _BATCH}
        for batch in conn.exec_driver_sql(query, execution_options=options).partitions(_BATCH):
            yield batch
            told(len(batch))
        return
    # The driver's own tuples: SQLAlchemy's rows would cost a quarter of the whole verification.
    cursor: Any = conn.exec_driver_sql(query).cursor
    try:
        while batch := cursor.fetchmany(_BATCH):
            yield batch
            told(len(batch))
    except conn.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(query, None, error) from error
    finally:
        cursor.close()


def _counting(progress: Progress, step: str, total: int) -> Callable[[int], None]:
    done = said = 0

    def told(more: int) -> None:
        nonlocal done, said
        done += more
        if done - said >= _TOLD_EVERY or done >= total:
            said = done
            progress(step, done, total)

    return told


class _Walk:
    """The walk along the chain; after a broken link it goes on, so that every one is named.

    A hash is over seven fields parted by line breaks. No recorded field holds one, so a line with
    the right hash holds six, all of them between two fields: it can be parted in one way only, and
    what has the right hash is what was recorded.
    """

    def __init__(self, findings: Findings, witnessed: Collection[Witnessed]) -> None:
        self.head = Head(0, GENESIS)
        self._findings = findings
        self._bare = [each for each in witnessed if each.seq is None]
        self._numbered: dict[int, list[Witnessed]] = defaultdict(list)
        for each in witnessed:
            if each.seq is not None:
                self._numbered[each.seq].append(each)
        self._unseen = set(witnessed)

    def along(self, rows: Iterator[Any]) -> None:
        """Walk along all rows, and look for the witnessed heads on the way."""
        self._look_for(0, GENESIS)
        seq, prev, last_at = 0, GENESIS, ""
        watching = bool(self._unseen)
        for number, at, actor, action, subject, payload, before, own in rows:
            seq += 1
            line = f"{before}\n{number}\n{at}\n{actor}\n{action}\n{subject}\n{payload}"
            try:
                given = sha256(line.encode()).hexdigest()
            except UnicodeEncodeError:
                given = _NOT_TEXT
            if given != own or number != seq or before != prev:
                self._name(seq, number, prev, before, sound=given == own)
            if type(at) is not str:
                # Its hash may be right all the same: whoever wrote it can hash anything.
                self._findings.add("edited", "ledger", f"event {number}", "its instant is no text")
                at = last_at  # noqa: PLW2901 - what follows is held against the last one
            elif at < last_at:
                self._clock_went_back(number, last_at, at)
            if watching:
                self._look_for(number, own)
            seq, prev, last_at = number, own, at
        self.head = Head(seq, str(prev))
        for each in sorted(self._unseen, key=str):
            self._findings.add(
                "witness", "head", each, f"does not lie on this chain, whose head is {self.head}"
            )

    def _name(self, seq: int, number: int, prev: str, before: str, *, sound: bool) -> None:
        event = f"event {number}"
        if not sound:
            self._findings.add("edited", "ledger", event, "was edited: it does not give its hash")
        if number != seq:
            gap = f"events {seq} to {number - 1}" if number - seq > 1 else f"event {seq}"
            self._findings.add("missing", "ledger", gap, "is missing")
        elif before != prev:
            what = f"does not continue event {number - 1}"
            self._findings.add("broken", "ledger", event, what)

    def _look_for(self, seq: int, own: str) -> None:
        for each in (*self._bare, *self._numbered.get(seq, ())):
            if str(own).startswith(each.digits):
                self._unseen.discard(each)

    def _clock_went_back(self, number: int, before: str, after: str) -> None:
        try:
            step = datetime.fromisoformat(before) - datetime.fromisoformat(after)
        except (ValueError, TypeError, OverflowError):
            # Not an instant at all, or without its zone: its hash has said so.
            return
        if step > _CLOCK_BACK:
            self._findings.note(
                f"event {number}: the recording clock went back, from {before} to {after}"
            )
