"""What a message is made from: the notices it carries and the letterhead they are written on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.records import Dossier, Reminder


@dataclass(frozen=True, slots=True)
class Notice:
    """One reminder with everything that is recorded about its question."""

    reminder: Reminder
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Head:
    """The ledger's last event, which every message witnesses.

    Attributes:
        sequence: its number.
        hash: its hash, hexadecimal.
    """

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a message needs beside its notices.

    Attributes:
        sender: who writes: "Prediction tracker <tracker@example.org>" or an address alone.
        head: the ledger's head.
        key: the instance's secret, from which Message-IDs are derived.
        sent: the instant that the Date header says; also decides which outcomes can be said.
        domain: the right-hand side of Message-IDs and calendar UIDs.
        list_unsubscribe: an address, a mailto: or https: link to unsubscribe, or None.
        replies_to: Message-IDs of earlier messages about the same, oldest first.
        reopened: how often a question was reopened, by id, where it ever was.
    """

    sender: str
    head: Head
    key: bytes = field(repr=False)
    sent: datetime
    domain: str
    list_unsubscribe: str | None = None
    replies_to: tuple[str, ...] = ()
    reopened: Mapping[str, int] = field(default_factory=dict)
