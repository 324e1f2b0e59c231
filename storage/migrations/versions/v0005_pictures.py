"""Pictures that members send, and what a request does to a picture."""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table of uploads, and let a job keep what it does to a picture."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.Column("thumbnail", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["blob"], ["blobs.sha256"], name="fk_uploads_blob"),
        sa.ForeignKeyConstraint(["thumbnail"], ["blobs.sha256"], name="fk_uploads_thumbnail"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
        sqlite_autoincrement=True,
    )
    for name in ("member_id", "blob", "thumbnail", "created_at"):
        op.create_index(f"ix_uploads_{name}", "uploads", [name], unique=False)
    op.add_column("jobs", sa.Column("change", sa.JSON(), nullable=True))
