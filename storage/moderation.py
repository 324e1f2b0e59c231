"""Reports, bans and the audit log."""

from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Artwork, AuditEntry, Ban, Report, ReportState
from storage.rows import columns
from storage.schema import audit, bans, reports

EVERYWHERE = 0
"""The guild of a ban that holds in all of them."""


async def report(tx: AsyncConnection, work: Artwork, member_id: int, reason: str, now: datetime) -> Report | None:
    """Store a report; None if this member reported this artwork before."""
    query = upsert(reports).values(
        artwork_id=work.id,
        job_id=work.job_id,
        guild_id=work.guild_id,
        member_id=member_id,
        reason=reason,
        state="open",
        created_at=now,
    )
    returning = query.on_conflict_do_nothing().returning(*columns(reports, Report))
    row = (await tx.execute(returning)).mappings().one_or_none()
    return None if row is None else Report(**row)


async def get_report(tx: AsyncConnection, report_id: int) -> Report | None:
    """Return a report."""
    query = select(*columns(reports, Report)).where(reports.c.id == report_id)
    row = (await tx.execute(query)).mappings().one_or_none()
    return None if row is None else Report(**row)


async def open_reports(tx: AsyncConnection, guild_id: int, most: int) -> list[Report]:
    """Return the open reports of a guild, oldest first."""
    query = select(*columns(reports, Report)).where(reports.c.guild_id == guild_id, reports.c.state == "open")
    rows = await tx.execute(query.order_by(reports.c.id).limit(most))
    return [Report(**row) for row in rows.mappings()]


async def set_post(tx: AsyncConnection, report_id: int, channel_id: int, message_id: int) -> None:
    """Take note of the post that tells moderators of a report."""
    await tx.execute(
        update(reports).where(reports.c.id == report_id).values(channel_id=channel_id, message_id=message_id)
    )


async def stale(tx: AsyncConnection, most: int) -> list[Report]:
    """Return reports whose posts show what was forgotten."""
    query = select(*columns(reports, Report)).where(reports.c.stale).order_by(reports.c.id).limit(most)
    return [Report(**row) for row in (await tx.execute(query)).mappings()]


async def redrawn(tx: AsyncConnection, report_id: int) -> None:
    """Take note that a report's post shows what is so now."""
    await tx.execute(update(reports).where(reports.c.id == report_id).values(stale=False))


async def close_reports(tx: AsyncConnection, artwork_id: int, state: ReportState) -> None:
    """Close all open reports about an artwork."""
    await tx.execute(
        update(reports).where(reports.c.artwork_id == artwork_id, reports.c.state == "open").values(state=state)
    )


async def ban(tx: AsyncConnection, new: Ban) -> None:
    """Store a ban, instead of an older one of the same member there."""
    values = {"reason": new.reason, "by_id": new.by_id, "created_at": new.created_at}
    query = upsert(bans).values(member_id=new.member_id, guild_id=new.guild_id or EVERYWHERE, **values)
    await tx.execute(query.on_conflict_do_update(index_elements=["member_id", "guild_id"], set_=values))


async def unban(tx: AsyncConnection, member_id: int, guild_id: int | None) -> bool:
    """Take a ban back; return whether there was one."""
    here = bans.c.member_id == member_id, bans.c.guild_id == (guild_id or EVERYWHERE)
    return (await tx.execute(delete(bans).where(*here))).rowcount > 0


async def all_bans(tx: AsyncConnection) -> list[Ban]:
    """Return all bans."""
    rows = await tx.execute(select(*columns(bans, Ban)))
    return [Ban(**dict(row) | {"guild_id": row["guild_id"] or None}) for row in rows.mappings()]


async def bans_of(tx: AsyncConnection, member_id: int) -> list[Ban]:
    """Return a member's bans."""
    return [ban for ban in await all_bans(tx) if ban.member_id == member_id]


async def reports_by(tx: AsyncConnection, member_id: int) -> list[Report]:
    """Return what a member complained about, in order."""
    rows = await tx.execute(
        select(*columns(reports, Report)).where(reports.c.member_id == member_id).order_by(reports.c.id)
    )
    return [Report(**row) for row in rows.mappings()]


async def entries_of(tx: AsyncConnection, member_id: int) -> list[AuditEntry]:
    """Return what a member did as a moderator, and what moderators did to them, in order."""
    concerned = or_(audit.c.actor_id == member_id, audit.c.subject == f"member {member_id}")
    rows = await tx.execute(select(*columns(audit, AuditEntry)).where(concerned).order_by(audit.c.id))
    return [AuditEntry(**row) for row in rows.mappings()]


async def write(
    tx: AsyncConnection, guild_id: int | None, actor_id: int, verb: str, subject: str, now: datetime, detail: str = ""
) -> None:
    """Write into the audit log."""
    await tx.execute(
        insert(audit).values(guild_id=guild_id, actor_id=actor_id, verb=verb, subject=subject, detail=detail, at=now)
    )


async def about(tx: AsyncConnection, guild_id: int | None, artwork_id: int) -> list[AuditEntry]:
    """Return what was done about an artwork and, because of it, its author, oldest first."""
    named = f"artwork {artwork_id}"
    query = select(*columns(audit, AuditEntry)).where(
        audit.c.guild_id == guild_id, or_(audit.c.subject == named, audit.c.detail == named)
    )
    return [AuditEntry(**row) for row in (await tx.execute(query.order_by(audit.c.id))).mappings()]


async def entries(tx: AsyncConnection, guild_id: int | None, limit: int) -> list[AuditEntry]:
    """Return what was done in a guild, newest first."""
    rows = await tx.execute(
        select(*columns(audit, AuditEntry)).where(audit.c.guild_id == guild_id).order_by(audit.c.id.desc()).limit(limit)
    )
    return [AuditEntry(**row) for row in rows.mappings()]
