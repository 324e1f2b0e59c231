"""Guilds that have the bot, or had it lately."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Guild, GuildSettings
from storage.rows import columns, guild_settings, stored
from storage.schema import guilds


async def joined(tx: AsyncConnection, guild_id: int, name: str, now: datetime) -> None:
    """Take note that a guild has the bot; an empty name, as of a guild that is unavailable, leaves the known one."""
    query = upsert(guilds).values(id=guild_id, name=name, settings={}, joined_at=now)
    named = {"name": name} if name else {}
    await tx.execute(query.on_conflict_do_update(index_elements=["id"], set_={**named, "left_at": None}))


async def left(tx: AsyncConnection, guild_id: int, now: datetime) -> None:
    """Take note that a guild removed the bot."""
    await tx.execute(update(guilds).where(guilds.c.id == guild_id, guilds.c.left_at.is_(None)).values(left_at=now))


async def left_but(tx: AsyncConnection, present: Collection[int], now: datetime) -> None:
    """Take note that all guilds but these removed the bot."""
    known = (await tx.execute(select(guilds.c.id).where(guilds.c.left_at.is_(None)))).scalars().all()
    for guild_id in set(known) - set(present):
        await left(tx, guild_id, now)


async def left_before(tx: AsyncConnection, moment: datetime) -> list[int]:
    """Return the guilds that removed the bot before a moment."""
    return list((await tx.execute(select(guilds.c.id).where(guilds.c.left_at < moment))).scalars())


async def change(tx: AsyncConnection, guild_id: int, settings: GuildSettings, now: datetime) -> None:
    """Store a guild's settings."""
    values = stored(settings)
    query = upsert(guilds).values(id=guild_id, name="", settings=values, joined_at=now)
    await tx.execute(query.on_conflict_do_update(index_elements=["id"], set_={"settings": values}))


async def everything(tx: AsyncConnection) -> list[Guild]:
    """Return all guilds."""
    rows = await tx.execute(select(*columns(guilds, Guild)))
    return [Guild(**dict(row) | {"settings": guild_settings(row["settings"])}) for row in rows.mappings()]
