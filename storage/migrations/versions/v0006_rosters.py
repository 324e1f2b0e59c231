"""Messages that list the jobs of a confirmed draft, and pictures that show a guild's own style."""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "rosters",
        sa.Column("draft_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_rosters"),
    )
    op.create_index("ix_rosters_member_id", "rosters", ["member_id"], unique=False)
    op.create_index("ix_rosters_received_at", "rosters", ["received_at"], unique=False)
    op.create_table(
        "style_pictures",
        sa.Column("style_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["style_id"], ["styles.id"], name="fk_style_pictures_style_id"),
        sa.ForeignKeyConstraint(["blob"], ["blobs.sha256"], name="fk_style_pictures_blob"),
        sa.PrimaryKeyConstraint("style_id", "position", name="pk_style_pictures"),
    )
    op.create_index("ix_style_pictures_blob", "style_pictures", ["blob"], unique=False)
