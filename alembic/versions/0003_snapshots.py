"""What an op-ed said when it was read, and where in it each quote stands.

Revision: 0003. A migration is frozen: it says what the tables were, and imports nothing of ours.
"""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contents",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_contents"),
    )
    op.create_table(
        "snapshots",
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("event", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("page_sha256", sa.Text()),
        sa.Column("fetched_at", sa.Text()),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        *_stamp(),
        sa.PrimaryKeyConstraint("article", "event", name="pk_snapshots"),
        *_refers("snapshots", article="articles.id"),
        *_refers("snapshots", text_sha256="contents.sha256", page_sha256="contents.sha256"),
    )
    op.create_index("ix_snapshots_text_sha256", "snapshots", ["text_sha256"])
    op.create_table(
        "quotes",
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("quote_sha256", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        *_stamp(),
        sa.PrimaryKeyConstraint("article", "quote_sha256", name="pk_quotes"),
        *_refers("quotes", article="articles.id", text_sha256="contents.sha256"),
    )


def downgrade() -> None:
    op.drop_table("quotes")
    op.drop_table("snapshots")
    op.drop_table("contents")


def _stamp() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
    )


def _refers(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [target], name=f"fk_{table}_{column}_{target.partition('.')[0]}"
        )
        for column, target in targets.items()
    ]
