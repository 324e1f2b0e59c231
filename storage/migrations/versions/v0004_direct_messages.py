"""Which direct message shows a job, so that it can be edited later."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the message's address."""
    op.add_column("jobs", sa.Column("direct_channel_id", sa.BigInteger(), nullable=True))
    op.add_column("jobs", sa.Column("direct_message_id", sa.BigInteger(), nullable=True))
