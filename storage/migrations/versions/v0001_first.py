"""The first tables."""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_actor_id", "audit", ["actor_id"], unique=False)
    op.create_index("ix_audit_guild_id", "audit", ["guild_id"], unique=False)
    op.create_table(
        "bans",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "guild_id", name="pk_bans"),
    )
    op.create_index("ix_bans_guild_id", "bans", ["guild_id"], unique=False)
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )
    op.create_table(
        "guilds",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_guilds"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("user_install", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("filesize_limit", sa.Integer(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("negative", sa.String(), nullable=True),
        sa.Column("style", sa.String(), nullable=True),
        sa.Column("size", sa.String(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("palette", sa.String(), nullable=True),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("parents", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("alone", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("work", sa.Float(), nullable=False),
        sa.Column("leased_by", sa.String(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("error_key", sa.String(), nullable=True),
        sa.Column("error_values", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("notices", sa.JSON(), server_default="[]", nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'leased', 'running', 'done', 'failed', 'cancelled')", name="ck_jobs_state"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("interaction_id", name="uq_jobs_interaction_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_jobs_active", "jobs", ["turn"], unique=False, sqlite_where=sa.text("state IN ('leased', 'running')")
    )
    op.create_index("ix_jobs_created_at", "jobs", ["created_at"], unique=False)
    op.create_index("ix_jobs_guild_id", "jobs", ["guild_id"], unique=False)
    op.create_index("ix_jobs_member_id_created_at", "jobs", ["member_id", "created_at"], unique=False)
    op.create_index(
        "ix_jobs_pending",
        "jobs",
        ["member_id", "turn", "count"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'leased', 'running')"),
    )
    op.create_index(
        "ix_jobs_pending_guild",
        "jobs",
        ["guild_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'leased', 'running')"),
    )
    op.create_index(
        "ix_jobs_queue", "jobs", ["turn", "id", "work"], unique=False, sqlite_where=sa.text("state = 'queued'")
    )
    op.create_index("ix_jobs_token", "jobs", ["received_at"], unique=False, sqlite_where=sa.text("token IS NOT NULL"))
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_table(
        "queue_counts",
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.Column("work", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("turn", "block", name="pk_queue_counts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "artworks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("blob", sa.String(), nullable=True),
        sa.Column("thumbnail", sa.String(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("kept_at", Moment(), nullable=True),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("hidden_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["blob"], ["blobs.sha256"], name="fk_artworks_blob"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_artworks_job_id"),
        sa.ForeignKeyConstraint(["thumbnail"], ["blobs.sha256"], name="fk_artworks_thumbnail"),
        sa.PrimaryKeyConstraint("id", name="pk_artworks"),
        sa.UniqueConstraint("job_id", "position", name="uq_artworks_job_id_position"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_artworks_blob", "artworks", ["blob"], unique=False)
    op.create_index("ix_artworks_guild_id", "artworks", ["guild_id", "id"], unique=False)
    op.create_index(
        "ix_artworks_loose",
        "artworks",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("kept_at IS NULL AND blob IS NOT NULL"),
    )
    op.create_index("ix_artworks_member_id", "artworks", ["member_id", "id"], unique=False)
    op.create_index("ix_artworks_thumbnail", "artworks", ["thumbnail"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("new_message", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sending", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_outbox_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_due", "outbox", ["due_at", "id"], unique=False, sqlite_where=sa.text("settled_at IS NULL")
    )
    op.create_index("ix_outbox_job_id", "outbox", ["job_id"], unique=False)
    op.create_table(
        "candidates",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("scorer", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("artwork_id", sa.Integer(), nullable=True),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("model_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["artwork_id"], ["artworks.id"], name="fk_candidates_artwork_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_candidates_job_id"),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_candidates"),
    )
    op.create_index("ix_candidates_artwork_id", "candidates", ["artwork_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("artwork_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("model_hash", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["artwork_id"], ["artworks.id"], name="fk_events_artwork_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_events_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_artwork_id", "events", ["artwork_id"], unique=False)
    op.create_index("ix_events_guild_id", "events", ["guild_id"], unique=False)
    op.create_index("ix_events_job_id", "events", ["job_id"], unique=False)
    op.create_index("ix_events_member_id", "events", ["member_id"], unique=False)
    op.create_table(
        "keeps",
        sa.Column("artwork_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["artwork_id"], ["artworks.id"], name="fk_keeps_artwork_id"),
        sa.PrimaryKeyConstraint("artwork_id", "member_id", name="pk_keeps"),
    )
    op.create_index("ix_keeps_member_id", "keeps", ["member_id"], unique=False)
    op.create_table(
        "lineage",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["artworks.id"], name="fk_lineage_child_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["artworks.id"], name="fk_lineage_parent_id"),
        sa.PrimaryKeyConstraint("child_id", "position", name="pk_lineage"),
    )
    op.create_index("ix_lineage_parent_id", "lineage", ["parent_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("artwork_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["artwork_id"], ["artworks.id"], name="fk_reports_artwork_id"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_reports_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("artwork_id", "member_id", name="uq_reports_artwork_id_member_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reports_guild_id", "reports", ["guild_id"], unique=False)
    op.create_index("ix_reports_job_id", "reports", ["job_id"], unique=False)
    op.create_index("ix_reports_member_id", "reports", ["member_id"], unique=False)
    for trigger in _COUNTING:
        op.execute(trigger)


_ADD = """
    INSERT INTO queue_counts (turn, block, jobs, work) VALUES (new.turn, new.id / 256, 1, new.work)
    ON CONFLICT (turn, block) DO UPDATE SET jobs = jobs + 1, work = work + excluded.work;
"""
_TAKE = """
    UPDATE queue_counts SET jobs = jobs - 1, work = work - old.work WHERE turn = old.turn AND block = old.id / 256;
    DELETE FROM queue_counts WHERE turn = old.turn AND block = old.id / 256 AND jobs = 0;
"""
_COUNTING = (
    f"CREATE TRIGGER jobs_queued AFTER INSERT ON jobs WHEN new.state = 'queued' BEGIN {_ADD} END",
    f"CREATE TRIGGER jobs_forgotten AFTER DELETE ON jobs WHEN old.state = 'queued' BEGIN {_TAKE} END",
    f"CREATE TRIGGER jobs_left AFTER UPDATE OF state, turn, work ON jobs WHEN old.state = 'queued' BEGIN {_TAKE} END",
    f"CREATE TRIGGER jobs_came AFTER UPDATE OF state, turn, work ON jobs WHEN new.state = 'queued' BEGIN {_ADD} END",
)
