"""Forgetting members and guilds. Rows that others' pictures come from stay, emptied."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import artworks as artwork_rows
from storage import drafts, own, rosters, uploads
from storage.outbox import post
from storage.schema import artworks, audit, bans, events, guilds, jobs, keeps, outbox, people, reports

NOBODY = 0
"""Who owns what a forgotten member made."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was emptied."""

    jobs: int
    pictures: int
    posts: int
    strays: list[str]
    """Blobs that nothing names any more: see `storage.artworks.remove`."""


async def forget_member(tx: AsyncConnection, member_id: int, now: datetime) -> Forgotten:
    """Remove what a member asked for and made; what they chose and kept stays under a random number.

    Their pending jobs must have been cancelled. Bans stay, or forgetting would lift them.
    """
    alias = -secrets.randbelow(2**62) - 1
    theirs = select(jobs.c.id).where(jobs.c.member_id == member_id)
    posted = reports.c.message_id.is_not(None), or_(reports.c.job_id.in_(theirs), reports.c.member_id == member_id)
    await tx.execute(update(reports).where(*posted).values(stale=True))
    mine = await _empty(tx, jobs.c.member_id == member_id, now)
    await tx.execute(update(jobs).where(jobs.c.member_id == member_id).values(member_id=NOBODY))
    await tx.execute(update(artworks).where(artworks.c.member_id == member_id).values(member_id=NOBODY))
    for table in (events, keeps):
        await tx.execute(update(table).where(table.c.member_id == member_id).values(member_id=alias))
    await tx.execute(update(reports).where(reports.c.member_id == member_id).values(member_id=alias, reason=""))
    await tx.execute(update(audit).where(audit.c.actor_id == member_id).values(actor_id=alias))
    await tx.execute(
        update(audit).where(audit.c.subject == f"member {member_id}").values(subject=f"member {alias}", detail="")
    )
    await tx.execute(delete(people).where(people.c.id == member_id))
    await drafts.forget_member(tx, member_id)
    await rosters.forget_member(tx, member_id)
    strays = [*await own.forget_member(tx, member_id), *await uploads.forget_member(tx, member_id)]
    return replace(mine, strays=[*mine.strays, *strays])


async def forget_guild(tx: AsyncConnection, guild_id: int, now: datetime) -> Forgotten:
    """Remove what was made in a guild, its settings, bans, reports and audit log."""
    theirs = await _empty(tx, jobs.c.guild_id == guild_id, now, posts=False)
    await tx.execute(update(reports).where(reports.c.guild_id == guild_id).values(reason=""))
    for table in (bans, audit):
        await tx.execute(delete(table).where(table.c.guild_id == guild_id))
    await tx.execute(delete(guilds).where(guilds.c.id == guild_id))
    return replace(theirs, strays=[*theirs.strays, *await own.forget_guild(tx, guild_id)])


async def _empty(tx: AsyncConnection, chosen: ColumnElement[bool], now: datetime, *, posts: bool = True) -> Forgotten:
    ids = (await tx.execute(select(jobs.c.id).where(chosen))).scalars().all()
    works = select(artworks.c.id).where(artworks.c.job_id.in_(select(jobs.c.id).where(chosen)))
    pictures = await tx.execute(select(func.count()).where(artworks.c.id.in_(works), artworks.c.blob.is_not(None)))
    painted = pictures.scalar_one()
    strays = await artwork_rows.remove(tx, (await tx.execute(works)).scalars().all(), now)
    shown = await _shown(tx, chosen) if posts else []
    await tx.execute(
        update(jobs)
        .where(chosen)
        .values(
            prompt="",
            negative=None,
            palette=None,
            style=None,
            seed=0,
            locale="",
            error_values={},
            notices=[],
            own_style=None,
            change=None,
        )
    )
    unsent = outbox.c.job_id.in_(select(jobs.c.id).where(chosen)), outbox.c.settled_at.is_(None)
    await tx.execute(update(outbox).where(*unsent).values(settled_at=now, outcome="forgotten"))
    for job_id in shown:
        await post(tx, job_id, "removed", now, new_message=False)
    return Forgotten(jobs=len(ids), pictures=painted, posts=len(shown), strays=strays)


async def _shown(tx: AsyncConnection, chosen: ColumnElement[bool]) -> Collection[int]:
    """Return the jobs of which a message may still be edited."""
    reachable = or_(jobs.c.message_id.is_not(None), jobs.c.direct_message_id.is_not(None), jobs.c.token.is_not(None))
    return (await tx.execute(select(jobs.c.id).where(chosen, reachable))).scalars().all()
