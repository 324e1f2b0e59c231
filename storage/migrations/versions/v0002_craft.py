"""What guilds make for themselves, styles and lists of words, and what waits for a confirmation."""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and let a job keep the style that it was asked for in."""
    op.create_table(
        "styles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("negative", sa.String(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_styles"),
        sa.UniqueConstraint("guild_id", "key", name="uq_styles_guild_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_styles_member_id", "styles", ["member_id"], unique=False)
    op.create_table(
        "word_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_word_lists"),
        sa.UniqueConstraint("guild_id", "key", name="uq_word_lists_guild_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_word_lists_member_id", "word_lists", ["member_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_created_at", "drafts", ["created_at"], unique=False)
    op.create_index("ix_drafts_member_id", "drafts", ["member_id"], unique=False)
    op.add_column("jobs", sa.Column("own_style", sa.JSON(), nullable=True))
