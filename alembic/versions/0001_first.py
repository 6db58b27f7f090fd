"""Records, ledger, reminders and outbox.

Revision: 0001. A migration is frozen: it says what the tables were, and imports nothing of ours.
"""

from typing import Any

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _articles()
    _questions()
    _forecasts()
    _resolutions()
    _outbox()
    _reminders()
    _ledger()
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def downgrade() -> None:
    raise RuntimeError("the first revision holds the ledger; it is never taken away")


def _stamp() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
    )


def _where(words: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(words), "postgresql_where": sa.text(words)}


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("chosen", sa.Text(), nullable=False),
        *_stamp(),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_table(
        "vague_claims",
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("quote_sha256", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        *_stamp(),
        sa.PrimaryKeyConstraint("article", "quote_sha256", name="pk_vague_claims"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], "fk_vague_claims_article_articles"),
    )


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text()),
        sa.Column("checkpoints", sa.Text(), nullable=False),
        sa.Column("reminders", sa.Text()),
        sa.Column("base_rate", sa.Integer()),
        sa.Column("status_quo", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        *_stamp(),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_closes_at", "questions", ["closes_at"])


def _forecasts() -> None:
    op.create_table(
        "forecasts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("article", sa.Text()),
        sa.Column("quote", sa.Text()),
        sa.Column("phrase", sa.Text()),
        sa.Column("probability", sa.Integer()),
        sa.Column("low", sa.Integer()),
        sa.Column("high", sa.Integer()),
        sa.Column("negated", sa.Boolean(), nullable=False),
        sa.Column("made_on", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("retrospective", sa.Boolean(), nullable=False),
        *_stamp(),
        sa.PrimaryKeyConstraint("id", name="pk_forecasts"),
        sa.ForeignKeyConstraint(["question"], ["questions.id"], "fk_forecasts_question_questions"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], "fk_forecasts_article_articles"),
    )
    for column in ("question", "author", "article"):
        op.create_index(f"ix_forecasts_{column}", "forecasts", [column])


def _resolutions() -> None:
    op.create_table(
        "resolutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("by", sa.Text()),
        *_stamp(),
        sa.Column("reopened_at", INSTANT),
        sa.Column("reopened_by", sa.Text()),
        sa.Column("reopen_reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_resolutions"),
        sa.ForeignKeyConstraint(
            ["question"], ["questions.id"], "fk_resolutions_question_questions"
        ),
    )
    op.create_index(
        "uq_resolutions_current",
        "resolutions",
        ["question"],
        unique=True,
        **_where("reopened_at IS NULL"),
    )
    op.create_table(
        "snoozes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_stamp(),
        sa.PrimaryKeyConstraint("id", name="pk_snoozes"),
        sa.ForeignKeyConstraint(["question"], ["questions.id"], "fk_snoozes_question_questions"),
    )
    op.create_index("ix_snoozes_question", "snoozes", ["question"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("claimed_at", INSTANT),
        sa.Column("maybe_taken", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("reply", sa.Text()),
        sa.Column("sent_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("dedup_key", name="uq_outbox_dedup_key"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'dead', 'withdrawn')",
            name=op.f("ck_outbox_known_state"),
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (owner IS NOT NULL)", name=op.f("ck_outbox_owner_while_sending")
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outbox_sent_at_when_sent")
        ),
    )
    op.create_index(
        "ix_outbox_pending", "outbox", ["not_before", "id"], **_where("state = 'pending'")
    )
    op.create_index("ix_outbox_sending", "outbox", ["owner"], **_where("state = 'sending'"))
    op.create_index("ix_outbox_dead", "outbox", ["id"], **_where("state = 'dead'"))


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("local_date", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("fire_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.ForeignKeyConstraint(["question"], ["questions.id"], "fk_reminders_question_questions"),
        sa.ForeignKeyConstraint(["message"], ["outbox.id"], "fk_reminders_message_outbox"),
        sa.UniqueConstraint(
            "question",
            "revision",
            "stage",
            "occasion",
            "recipient",
            "channel",
            name="uq_reminders_question_revision_stage_occasion_recipient_channel",
        ),
        sa.CheckConstraint(
            "state IN ('scheduled', 'queued')", name=op.f("ck_reminders_known_state")
        ),
        sa.CheckConstraint(
            "(state = 'queued') = (message IS NOT NULL)",
            name=op.f("ck_reminders_message_when_queued"),
        ),
    )
    op.create_index(
        "ix_reminders_scheduled", "reminders", ["fire_at"], **_where("state = 'scheduled'")
    )
    op.create_index("ix_reminders_message", "reminders", ["message"])


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger"),
        sa.UniqueConstraint("prev", name="uq_ledger_prev"),
        sa.UniqueConstraint("hash", name="uq_ledger_hash"),
    )
    op.create_index("ix_ledger_subject", "ledger", ["subject"])
    guards = {"sqlite": SQLITE_GUARDS, "postgresql": POSTGRESQL_GUARDS}
    for statement in guards[op.get_bind().dialect.name]:
        op.execute(statement)


SQLITE_GUARDS = (
    """
    CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no UPDATE'); END
    """,
    """
    CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no DELETE'); END
    """,
    """
    CREATE TRIGGER ledger_continues BEFORE INSERT ON ledger
    WHEN NEW.seq IS NOT 1 + COALESCE((SELECT MAX(seq) FROM ledger), 0)
      OR NEW.prev IS NOT COALESCE(
           (SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1),
           '0000000000000000000000000000000000000000000000000000000000000000')
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this does not continue it'); END
    """,
)

POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the ledger is append-only: no %', TG_OP; END $$
    """,
    """
    CREATE TRIGGER ledger_no_update BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse()
    """,
    """
    CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()
    """,
    """
    CREATE FUNCTION ledger_continue() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last RECORD;
    BEGIN
      SELECT seq, hash INTO last FROM ledger ORDER BY seq DESC LIMIT 1;
      IF NEW.seq IS DISTINCT FROM 1 + COALESCE(last.seq, 0)
         OR NEW.prev IS DISTINCT FROM COALESCE(last.hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'the ledger is append-only: this does not continue it';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER ledger_continues BEFORE INSERT ON ledger
    FOR EACH ROW EXECUTE FUNCTION ledger_continue()
    """,
)
