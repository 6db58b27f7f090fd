"""The ledger: the append-only, hash-chained list of everything that was ever recorded.

An event's hash is SHA-256 over seven lines: the previous hash, sequence, instant, actor, action,
subject and canonical JSON payload. No field holds a line break (records refuse them, JSON escapes
them), so two different events never give the same text.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, collate, insert, or_, select

from tracker.store.tables import ledger
from tracker.store.types import canonical_json, instant_text

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changes what is recorded, before it has its place in the chain.

    Attributes:
        action: what was done, such as "question.recorded".
        subject: the id of what it was done to.
        payload: plain JSON data without floats.
    """

    action: str
    subject: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place: one row of the ledger, as text."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    payload: str
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's last link: sequence (0 when empty) and hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash[:16]}"


def chained_hash(*lines: str) -> str:
    """Return an event's own hash, in hexadecimal.

    Args:
        lines: previous hash, sequence, instant, actor, action, subject and payload.
    """
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _chain(event: Event, head: Head, *, at: str, actor: str) -> Entry:
    seq, payload = head.seq + 1, canonical_json(event.payload)
    own = chained_hash(head.hash, str(seq), at, actor, event.action, event.subject, payload)
    return Entry(seq, at, actor, event.action, event.subject, payload, head.hash, own)


def _field(payload: str, name: str) -> Any:  # noqa: ANN401 - whatever was recorded
    try:
        return json.loads(payload)[name]
    except (ValueError, TypeError, KeyError):
        # Edited from outside; verification names it.
        return None


class Ledger:
    """The chain, read and continued over one connection's transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def head(self) -> Head:
        """Return the last link."""
        row = self._conn.execute(
            select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1)
        ).first()
        return Head(row.seq, row.hash) if row else Head(0, GENESIS)

    def append(self, events: Sequence[Event], *, actor: str, now: datetime) -> Head:
        """Continue the chain by these events, in order.

        Writers take turns (see `engine.transaction`), so the head that is read here stays the
        head; were it otherwise, the table's guards would refuse the second of two next links.

        Args:
            events: what was done.
            actor: who did it, one line.
            now: the recording machine's clock.

        Returns:
            The new head.
        """
        if not events:
            return self.head()
        head, at, entries = self.head(), instant_text(now), []
        for event in events:
            entry = _chain(event, head, at=at, actor=actor)
            entries.append(entry)
            head = Head(entry.seq, entry.hash)
        rows = [asdict(entry) for entry in entries]
        self._conn.execute(insert(ledger), rows)
        return head

    def order(self, action: str, *, by: str | None = None) -> dict[Any, int]:
        """Return in which order something was done.

        Args:
            action: what was done.
            by: a field of the payload that tells the parts of one subject apart.

        Returns:
            Subject (or subject and field) to sequence.
        """
        query = select(ledger.c.subject, ledger.c.payload, ledger.c.seq)
        rows = self._conn.execute(query.where(ledger.c.action == action).order_by(ledger.c.seq))
        if by is None:
            return {row.subject: row.seq for row in rows}
        return {(row.subject, _field(row.payload, by)): row.seq for row in rows}

    def entries(self, subject: str | None = None) -> Iterator[Entry]:
        """Yield the chain in order, or what was done to one subject and its parts."""
        query = select(ledger).order_by(ledger.c.seq)
        if subject is not None:
            # "0" follows "/": a range finds the parts through the index where LIKE would not.
            server = self._conn.dialect.name == "postgresql"
            name = collate(ledger.c.subject, "C") if server else ledger.c.subject.expression
            below = (name > f"{subject}/") & (name < f"{subject}0")
            query = query.where(or_(ledger.c.subject == subject, below))
        rows = self._conn.execute(query, execution_options={"yield_per": 1000})
        for row in rows:
            yield Entry(*row)

    def payloads_before(self, entry: Entry, noun: str) -> Iterator[str]:
        """Yield what was recorded of the same noun and subject before an event, latest first."""
        query = (
            select(ledger.c.payload)
            .where(
                ledger.c.subject == entry.subject,
                ledger.c.seq < entry.seq,
                ledger.c.action.in_((f"{noun}.recorded", f"{noun}.amended")),
            )
            .order_by(ledger.c.seq.desc())
        )
        yield from self._conn.execute(query).scalars()
