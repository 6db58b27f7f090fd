"""The tables. Every record has one whose columns are its fields, then who recorded it and when.

The migrations in alembic/ make them; a test holds the two equal.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tracker.store.types import Instant, Json, Micro

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _stamp() -> tuple[Column[object], ...]:
    return (
        Column("recorded_at", Instant, nullable=False),
        Column("recorded_by", Text, nullable=False),
    )


# Two names in a JSON list are parted by these three characters, which stand within no name.
SIGNED_ALONE = """authors NOT LIKE '%","%'"""
SIGNED_TOGETHER = """authors LIKE '%","%'"""

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("authors", Json, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("published_on", Text, nullable=False),
    Column("title", Text),
    Column("url", Text),
    Column("chosen", Text, nullable=False),
    *_stamp(),
)

vague_claims = Table(
    "vague_claims",
    metadata,
    Column("article", ForeignKey("articles.id"), primary_key=True),
    # The quote itself can be longer than an index entry may be.
    Column("quote_sha256", Text, primary_key=True),
    Column("quote", Text, nullable=False),
    Column("missing", Json, nullable=False),
    *_stamp(),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("criteria", Text, nullable=False),
    Column("deadline", Json, nullable=False),
    Column("zone", Text, nullable=False),
    Column("topics", Json, nullable=False),
    Column("condition", Text),
    Column("checkpoints", Json, nullable=False),
    Column("reminders", Json),
    Column("base_rate", Micro),
    Column("status_quo", Text),
    Column("revision", Integer, nullable=False),
    # Derived from deadline and zone when written, so that what is due is found through an index.
    Column("closes_at", Instant, nullable=False),
    *_stamp(),
    Index(None, "closes_at"),
)

forecasts = Table(
    "forecasts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("question", ForeignKey("questions.id"), nullable=False),
    Column("author", Text, nullable=False),
    Column("article", ForeignKey("articles.id")),
    Column("quote", Text),
    Column("phrase", Text),
    Column("probability", Micro),
    Column("low", Micro),
    Column("high", Micro),
    Column("negated", Boolean, nullable=False),
    Column("made_on", Text),
    Column("source", Text, nullable=False),
    Column("label", Text),
    Column("retrospective", Boolean, nullable=False),
    *_stamp(),
    Index(None, "question"),
    Index(None, "author"),
    Index(None, "article"),
)

resolutions = Table(
    "resolutions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", ForeignKey("questions.id"), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("happened_on", Text),
    Column("note", Text),
    Column("by", Text),
    *_stamp(),
    Column("reopened_at", Instant),
    Column("reopened_by", Text),
    Column("reopen_reason", Text),
)

# How many forecasts say the same and stand alike; "" and -1 where nothing is said.
counters = Table(
    "counters",
    metadata,
    Column("source", Text, primary_key=True),
    Column("phrase", Text, primary_key=True),
    Column("negated", Boolean, primary_key=True),
    Column("low", Integer, primary_key=True, autoincrement=False),
    Column("high", Integer, primary_key=True, autoincrement=False),
    Column("outcome", Text, primary_key=True),
    Column("closed", Boolean, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("late", Integer, nullable=False),
)

snoozes = Table(
    "snoozes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", ForeignKey("questions.id"), nullable=False),
    Column("until", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    *_stamp(),
    Index(None, "question"),
)

# Texts and pages, compressed, under the SHA-256 of what they hold.
contents = Table(
    "contents",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("packed", LargeBinary, nullable=False),
)

# An article each time it was read; read and found to hold no forecast is read, too.
snapshots = Table(
    "snapshots",
    metadata,
    Column("article", ForeignKey("articles.id"), primary_key=True),
    # The number of its event in the ledger.
    Column("event", Integer, primary_key=True, autoincrement=False),
    Column("text_sha256", ForeignKey("contents.sha256"), nullable=False),
    Column("page_sha256", ForeignKey("contents.sha256")),
    Column("fetched_at", Text),
    Column("proposed", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    *_stamp(),
    Index(None, "text_sha256"),
)

quotes = Table(
    "quotes",
    metadata,
    Column("article", ForeignKey("articles.id"), primary_key=True),
    Column("quote_sha256", Text, primary_key=True),
    Column("text_sha256", ForeignKey("contents.sha256"), nullable=False),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    *_stamp(),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dedup_key", Text, nullable=False, unique=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("recipient", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("not_before", Instant),
    Column("attempts", Integer, nullable=False),
    Column("owner", Text),
    Column("claimed_at", Instant),
    # Whether an attempt ended without an answer, so that the server may have taken it.
    Column("maybe_taken", Boolean, nullable=False),
    Column("last_error", Text),
    Column("reply", Text),
    Column("sent_at", Instant),
    CheckConstraint(
        "state IN ('pending', 'sending', 'sent', 'dead', 'withdrawn')", name="known_state"
    ),
    CheckConstraint("(state = 'sending') = (owner IS NOT NULL)", name="owner_while_sending"),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_when_sent"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", ForeignKey("questions.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("local_date", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("fire_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("message", ForeignKey("outbox.id")),
    UniqueConstraint("question", "revision", "stage", "occasion", "recipient", "channel"),
    CheckConstraint("state IN ('scheduled', 'queued')", name="known_state"),
    CheckConstraint("(state = 'queued') = (message IS NOT NULL)", name="message_when_queued"),
    Index(None, "message"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    # Text on both databases: the hash is over these very characters.
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("prev", Text, nullable=False, unique=True),
    Column("hash", Text, nullable=False, unique=True),
    Index(None, "subject"),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


@cache
def whole_metadata() -> MetaData:
    """Return the metadata with its partial indexes, for alembic and for comparing.

    Their options make SQLAlchemy load every dialect that they name, which no command needs that
    only reads and writes.
    """
    _partial("uq_resolutions_current", "reopened_at IS NULL", resolutions.c.question, unique=True)
    pending = (outbox.c.not_before, outbox.c.id)
    _partial("ix_outbox_pending", "state = 'pending'", *pending)
    _partial("ix_outbox_sending", "state = 'sending'", outbox.c.owner)
    _partial("ix_outbox_dead", "state = 'dead'", outbox.c.id)
    # Who signed alone is found by the name; who signed together is searched for among the few.
    _partial("ix_articles_alone", SIGNED_ALONE, articles.c.authors)
    _partial("ix_articles_joint", SIGNED_TOGETHER, articles.c.id)
    _partial("ix_forecasts_crowd", "source = 'crowd'", forecasts.c.question)
    _partial("ix_reminders_scheduled", "state = 'scheduled'", reminders.c.fire_at)
    return metadata


def _partial(name: str, where: str, *columns: Column[Any], unique: bool = False) -> None:
    clause = text(where)
    Index(name, *columns, unique=unique, sqlite_where=clause, postgresql_where=clause)
