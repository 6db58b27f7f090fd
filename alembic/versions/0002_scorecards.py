"""Indexes for scorecards: crowds' forecasts, and articles by who signed them.

Revision: 0002. Partial, so that they stay small and no list of signatories is too long for one.
"""

from typing import Any

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_forecasts_crowd", "forecasts", ["question"], **_where("source = 'crowd'"))
    op.create_index(
        "ix_articles_alone", "articles", ["authors"], **_where("""authors NOT LIKE '%","%'""")
    )
    op.create_index("ix_articles_joint", "articles", ["id"], **_where("""authors LIKE '%","%'"""))


def downgrade() -> None:
    for name, table in (
        ("ix_articles_joint", "articles"),
        ("ix_articles_alone", "articles"),
        ("ix_forecasts_crowd", "forecasts"),
    ):
        op.drop_index(name, table)


def _where(words: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(words), "postgresql_where": sa.text(words)}
