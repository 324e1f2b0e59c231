"""Jobs, once the queue has taken them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Job
from storage.rows import JOB, job
from storage.schema import PENDING, jobs

TOKEN_LIFE = timedelta(minutes=15)
"""An interaction's token serves for so long after it was received."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a member asked for in a guild (None: elsewhere) since some moment, but for what failed or was cancelled."""

    member_id: int
    guild_id: int | None
    pictures: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many jobs of a member are pending in a guild (None: elsewhere)."""

    member_id: int
    guild_id: int | None
    jobs: int


async def get(tx: AsyncConnection, job_id: int) -> Job | None:
    """Return a job."""
    row = (await tx.execute(select(*JOB).where(jobs.c.id == job_id))).mappings().one_or_none()
    return None if row is None else job(row)


async def pending(
    tx: AsyncConnection, *, guild_id: int | None = None, member_id: int | None = None, most: int | None = None
) -> list[Job]:
    """Return the pending jobs of a guild, a member, or a member in a guild, in the order in which they come."""
    query = select(*JOB).where(PENDING).order_by(jobs.c.turn, jobs.c.id)
    if guild_id is not None:
        query = query.where(jobs.c.guild_id == guild_id)
    if member_id is not None:
        query = query.where(jobs.c.member_id == member_id)
    return [job(row) for row in (await tx.execute(query.limit(most))).mappings()]


async def visible_pending(tx: AsyncConnection, guild_id: int, member_id: int, most: int) -> list[Job]:
    """Return the pending jobs of a guild that this member may see: all but others' private ones."""
    rows = await tx.execute(
        select(*JOB)
        .where(PENDING, jobs.c.guild_id == guild_id, or_(~jobs.c.private, jobs.c.member_id == member_id))
        .order_by(jobs.c.turn, jobs.c.id)
        .limit(most)
    )
    return [job(row) for row in rows.mappings()]


async def between(tx: AsyncConnection, first: int, last: int) -> list[Job]:
    """Return the jobs whose interactions have ids from `first` to `last`, in the order in which they were queued."""
    rows = await tx.execute(
        select(*JOB).where(jobs.c.interaction_id >= first, jobs.c.interaction_id <= last).order_by(jobs.c.id)
    )
    return [job(row) for row in rows.mappings()]


async def waiting(tx: AsyncConnection) -> list[Waiting]:
    """Count the pending jobs by member and guild."""
    rows = await tx.execute(
        select(jobs.c.member_id, jobs.c.guild_id, func.count())
        .where(PENDING)
        .group_by(jobs.c.member_id, jobs.c.guild_id)
    )
    return [Waiting(*row) for row in rows]


async def usage(tx: AsyncConnection, since: datetime) -> list[Usage]:
    """Count the pictures asked for since a moment, by member and guild."""
    rows = await tx.execute(
        select(jobs.c.member_id, jobs.c.guild_id, func.sum(jobs.c.count))
        .where(jobs.c.created_at >= since, jobs.c.state.not_in(("failed", "cancelled")))
        .group_by(jobs.c.member_id, jobs.c.guild_id)
    )
    return [Usage(*row) for row in rows]


async def set_message(tx: AsyncConnection, job_id: int, message_id: int) -> None:
    """Take note of the message that shows a job."""
    await tx.execute(update(jobs).where(jobs.c.id == job_id).values(message_id=message_id))


async def set_direct(tx: AsyncConnection, job_id: int, channel_id: int, message_id: int) -> None:
    """Take note of the direct message that shows a job."""
    await tx.execute(
        update(jobs).where(jobs.c.id == job_id).values(direct_channel_id=channel_id, direct_message_id=message_id)
    )


async def wipe_tokens(tx: AsyncConnection, now: datetime) -> int:
    """Forget the interaction tokens that have expired; return how many."""
    done = await tx.execute(
        update(jobs).where(jobs.c.token.is_not(None), jobs.c.received_at <= now - TOKEN_LIFE).values(token=None)
    )
    return done.rowcount


async def ids_of_member(tx: AsyncConnection, member_id: int) -> Sequence[int]:
    """Return the ids of all jobs of a member."""
    return (await tx.execute(select(jobs.c.id).where(jobs.c.member_id == member_id))).scalars().all()


async def all_of_member(tx: AsyncConnection, member_id: int) -> list[Job]:
    """Return all jobs of a member, in order."""
    rows = await tx.execute(select(*JOB).where(jobs.c.member_id == member_id).order_by(jobs.c.id))
    return [job(row) for row in rows.mappings()]
