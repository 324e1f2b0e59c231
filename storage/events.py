"""What people did with artworks, with the version of the model that painted them. Later models learn from these."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Artwork, Event, EventKind
from storage.rows import columns
from storage.schema import events


async def add(tx: AsyncConnection, kind: EventKind, member_id: int, work: Artwork, now: datetime) -> None:
    """Take note of an act."""
    await tx.execute(
        insert(events).values(
            kind=kind,
            member_id=member_id,
            artwork_id=work.id,
            job_id=work.job_id,
            guild_id=work.guild_id,
            position=work.position,
            model=str(work.recipe.get("model", "")),
            model_hash=str(work.recipe.get("model_hash", "")),
            at=now,
        )
    )


async def of_job(tx: AsyncConnection, job_id: int) -> list[Event]:
    """Return what happened to a job's artworks, in order."""
    rows = await tx.execute(select(*columns(events, Event)).where(events.c.job_id == job_id).order_by(events.c.id))
    return [Event(**row) for row in rows.mappings()]


async def of_member(tx: AsyncConnection, member_id: int) -> list[Event]:
    """Return what a member did, in order."""
    rows = await tx.execute(
        select(*columns(events, Event)).where(events.c.member_id == member_id).order_by(events.c.id)
    )
    return [Event(**row) for row in rows.mappings()]
