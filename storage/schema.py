"""The tables. `storage.migrations` builds the same step by step; a test compares them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from storage.types import Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Snowflake = BigInteger

guilds = Table(
    "guilds",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("joined_at", Moment, nullable=False),
    Column("left_at", Moment),
)

people = Table(
    "people",
    metadata,
    Column("id", Snowflake, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

QUEUED = text("state = 'queued'")
"""A literal, for SQLite uses a partial index only where the query repeats its condition."""
ACTIVE = text("state IN ('leased', 'running')")
PENDING = text("state IN ('queued', 'leased', 'running')")

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interaction_id", Snowflake, nullable=False, unique=True),
    Column("member_id", Snowflake, nullable=False),
    Column("guild_id", Snowflake),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("application_id", Snowflake, nullable=False),
    Column("token", String),
    Column("context", String, nullable=False),
    Column("user_install", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("locale", String, nullable=False),
    Column("filesize_limit", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("prompt", String, nullable=False),
    Column("negative", String),
    Column("style", String),
    Column("size", String),
    Column("count", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("model", String),
    Column("palette", String),
    Column("mode", String, nullable=False),
    Column("parents", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("alone", Boolean, nullable=False, server_default="0"),
    Column("turn", Integer, nullable=False),
    Column("work", Float, nullable=False),
    Column("leased_by", String),
    Column("lease_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("error_key", String),
    Column("error_values", JSON, nullable=False, server_default="{}"),
    Column("notices", JSON, nullable=False, server_default="[]"),
    Column("own_style", JSON(none_as_null=True)),
    Column("direct_channel_id", Snowflake),
    Column("direct_message_id", Snowflake),
    Column("change", JSON(none_as_null=True)),
    CheckConstraint("state IN ('queued', 'leased', 'running', 'done', 'failed', 'cancelled')", name="state"),
    Index("ix_jobs_queue", "turn", "id", "work", sqlite_where=QUEUED),
    Index("ix_jobs_active", "turn", sqlite_where=ACTIVE),
    Index("ix_jobs_pending", "member_id", "turn", "count", sqlite_where=PENDING),
    Index("ix_jobs_pending_guild", "guild_id", sqlite_where=PENDING),
    Index("ix_jobs_member_id_created_at", "member_id", "created_at"),
    Index("ix_jobs_guild_id", "guild_id"),
    Index("ix_jobs_created_at", "created_at"),
    Index("ix_jobs_token", "received_at", sqlite_where=text("token IS NOT NULL")),
    sqlite_autoincrement=True,
)

BLOCK = 256
"""Neighbouring job ids counted together in `queue_counts`."""

queue_counts = Table(
    "queue_counts",
    metadata,
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("block", Integer, primary_key=True, autoincrement=False),
    Column("jobs", Integer, nullable=False),
    Column("work", Float, nullable=False),
    sqlite_with_rowid=False,
)
"""How many jobs are queued, by turn and block of ids, kept by triggers: to count ten thousand rows takes too long."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("new_message", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("sending", Boolean, nullable=False, server_default="0"),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("outcome", String),
    Index("ix_outbox_due", "due_at", "id", sqlite_where=text("settled_at IS NULL")),
    sqlite_autoincrement=True,
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("bytes", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
)

artworks = Table(
    "artworks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", ForeignKey("jobs.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("member_id", Snowflake, nullable=False),
    Column("guild_id", Snowflake),
    Column("private", Boolean, nullable=False),
    Column("blob", ForeignKey("blobs.sha256"), index=True),
    Column("thumbnail", ForeignKey("blobs.sha256"), index=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("media_type", String, nullable=False),
    Column("recipe", JSON, nullable=False),
    Column("score", Float),
    Column("alt", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("kept_at", Moment),
    Column("deleted_at", Moment),
    Column("hidden_at", Moment),
    Column("moving", ForeignKey("blobs.sha256"), index=True),
    Column("frames", JSON, nullable=False, server_default="[]"),
    UniqueConstraint("job_id", "position"),
    Index("ix_artworks_member_id", "member_id", "id"),
    Index("ix_artworks_guild_id", "guild_id", "id"),
    Index("ix_artworks_loose", "created_at", sqlite_where=text("kept_at IS NULL AND blob IS NOT NULL")),
    sqlite_autoincrement=True,
)

lineage = Table(
    "lineage",
    metadata,
    Column("child_id", ForeignKey("artworks.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("parent_id", ForeignKey("artworks.id"), nullable=False, index=True),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("member_id", Snowflake, nullable=False, index=True),
    Column("blob", ForeignKey("blobs.sha256"), nullable=False, index=True),
    Column("thumbnail", ForeignKey("blobs.sha256"), nullable=False, index=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    sqlite_autoincrement=True,
)

candidates = Table(
    "candidates",
    metadata,
    Column("job_id", ForeignKey("jobs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("score", Float),
    Column("scorer", String),
    Column("position", Integer),
    Column("artwork_id", ForeignKey("artworks.id"), index=True),
    Column("model", String, nullable=False),
    Column("model_hash", String, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("member_id", Snowflake, nullable=False, index=True),
    Column("artwork_id", ForeignKey("artworks.id"), index=True),
    Column("job_id", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("guild_id", Snowflake, index=True),
    Column("position", Integer),
    Column("model", String, nullable=False),
    Column("model_hash", String, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

keeps = Table(
    "keeps",
    metadata,
    Column("artwork_id", ForeignKey("artworks.id"), primary_key=True),
    Column("member_id", Snowflake, primary_key=True, index=True),
    Column("at", Moment, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("artwork_id", ForeignKey("artworks.id"), nullable=False),
    Column("job_id", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("guild_id", Snowflake, index=True),
    Column("member_id", Snowflake, nullable=False, index=True),
    Column("reason", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("stale", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("artwork_id", "member_id"),
    Index("ix_reports_stale", "id", sqlite_where=text("stale")),
    sqlite_autoincrement=True,
)

bans = Table(
    "bans",
    metadata,
    Column("member_id", Snowflake, primary_key=True, autoincrement=False),
    Column("guild_id", Snowflake, primary_key=True, autoincrement=False, index=True),
    Column("reason", String, nullable=False),
    Column("by_id", Snowflake, nullable=False),
    Column("created_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", Snowflake, index=True),
    Column("actor_id", Snowflake, nullable=False, index=True),
    Column("verb", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

styles = Table(
    "styles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("prompt", String, nullable=False),
    Column("negative", String, nullable=False),
    Column("member_id", Snowflake, nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("guild_id", "key"),
    sqlite_autoincrement=True,
)

style_pictures = Table(
    "style_pictures",
    metadata,
    Column("style_id", ForeignKey("styles.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("blob", ForeignKey("blobs.sha256"), nullable=False, index=True),
)

word_lists = Table(
    "word_lists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", Snowflake, nullable=False),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("entries", JSON, nullable=False),
    Column("member_id", Snowflake, nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("guild_id", "key"),
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("member_id", Snowflake, nullable=False, index=True),
    Column("private", Boolean, nullable=False),
    Column("wishes", JSON, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    sqlite_autoincrement=True,
)

rosters = Table(
    "rosters",
    metadata,
    Column("draft_id", Integer, primary_key=True, autoincrement=False),
    Column("member_id", Snowflake, nullable=False, index=True),
    Column("guild_id", Snowflake),
    Column("application_id", Snowflake, nullable=False),
    Column("token", String, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("locale", String, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("received_at", Moment, nullable=False, index=True),
)
