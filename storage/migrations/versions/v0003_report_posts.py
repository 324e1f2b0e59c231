"""Where reports were posted, so that the posts can be drawn anew when what they show is forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the post's address, and whether it shows what is no longer so."""
    op.add_column("reports", sa.Column("channel_id", sa.BigInteger(), nullable=True))
    op.add_column("reports", sa.Column("message_id", sa.BigInteger(), nullable=True))
    op.add_column("reports", sa.Column("stale", sa.Boolean(), server_default="0", nullable=False))
    op.create_index("ix_reports_stale", "reports", ["id"], sqlite_where=sa.text("stale"))
