"""How many forecasts say the same and stand alike.

Revision: 0004. A migration is frozen: it says what the tables were, and imports nothing of ours.
"""

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = "source, phrase, negated, low, high, outcome, closed"


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("negated", sa.Boolean(), nullable=False),
        sa.Column("low", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("high", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*KEY.split(", "), name="pk_counters"),
        sqlite_with_rowid=False,
    )
    _count_what_is_there()


def downgrade() -> None:
    op.drop_table("counters")
    op.execute("DELETE FROM meta WHERE key = 'counted_until'")


def _count_what_is_there() -> None:
    # A migration has no clock: they stand as of the last event, and move on with the next.
    op.execute("DELETE FROM meta WHERE key = 'counted_until'")
    op.execute(
        "INSERT INTO meta (key, value) SELECT 'counted_until',"
        " coalesce((SELECT at FROM ledger ORDER BY seq DESC LIMIT 1),"
        " '2000-01-01T00:00:00.000000Z')"
    )
    until = "(SELECT value FROM meta WHERE key = 'counted_until')"
    if op.get_bind().dialect.name == "postgresql":
        until = f"CAST({until} AS timestamptz)"
    op.execute(
        f"""
        INSERT INTO counters ({KEY}, count, late)
        SELECT f.source, coalesce(f.phrase, ''), f.negated, coalesce(f.low, f.probability, -1),
            coalesce(f.high, f.probability, -1), coalesce(r.outcome, ''), q.closes_at <= {until},
            count(*), sum(CASE WHEN f.retrospective THEN 1 ELSE 0 END)
        FROM questions q JOIN forecasts f ON f.question = q.id
        LEFT JOIN resolutions r ON r.question = q.id AND r.reopened_at IS NULL
        GROUP BY 1, 2, 3, 4, 5, 6, 7
        """  # noqa: S608 - constants only
    )
