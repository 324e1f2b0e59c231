"""Pictures that move, and their frames."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Let an artwork have a file that moves."""
    # With its reference in the same statement, for SQLite adds none to a table that is there.
    op.execute("ALTER TABLE artworks ADD COLUMN moving VARCHAR CONSTRAINT fk_artworks_moving REFERENCES blobs (sha256)")
    op.create_index("ix_artworks_moving", "artworks", ["moving"], unique=False)
    op.add_column("artworks", sa.Column("frames", sa.JSON(), nullable=False, server_default="[]"))
