"""What a guild made for itself: styles, and lists of words for wildcards. Names are compared by keys made elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.artworks import strays
from storage.records import GuildStyle, WordList
from storage.rows import columns
from storage.schema import style_pictures, styles, word_lists

Kind = Literal["style", "list"]

_TABLES: dict[Kind, Table] = {"style": styles, "list": word_lists}


async def add_style(
    tx: AsyncConnection,
    guild_id: int,
    member_id: int,
    key: str,
    name: str,
    prompt: str,
    negative: str,
    now: datetime,
    pictures: Sequence[str] = (),
) -> GuildStyle | None:
    """Store a style of a guild, with stored pictures of it; return None where it has one of that key already."""
    words = {"prompt": prompt, "negative": negative}
    row = await _add(tx, styles, GuildStyle, guild_id, member_id, key, name, now, words)
    if row is None:
        return None
    for position, sha256 in enumerate(pictures):
        await tx.execute(insert(style_pictures).values(style_id=row["id"], position=position, blob=sha256))
    return GuildStyle(**row, pictures=tuple(pictures))


async def add_list(
    tx: AsyncConnection, guild_id: int, member_id: int, key: str, name: str, entries: Sequence[str], now: datetime
) -> WordList | None:
    """Store a list of words of a guild; return None where it has one of that key already."""
    row = await _add(tx, word_lists, WordList, guild_id, member_id, key, name, now, {"entries": list(entries)})
    return None if row is None else _list(row)


async def remove(tx: AsyncConnection, kind: Kind, guild_id: int, key: str) -> list[str]:
    """Delete what a guild has under a key; return the blobs that nothing names any more: see `artworks.remove`."""
    table = _TABLES[kind]
    return await _delete(tx, table, (table.c.guild_id == guild_id) & (table.c.key == key))


async def number(tx: AsyncConnection, kind: Kind, guild_id: int) -> int:
    """Count what a guild has of a kind."""
    table = _TABLES[kind]
    counted = await tx.execute(select(func.count()).select_from(table).where(table.c.guild_id == guild_id))
    return int(counted.scalar_one())


async def all_styles(tx: AsyncConnection, member_id: int | None = None) -> list[GuildStyle]:
    """Return the styles of all guilds, or those that a member made, oldest first."""
    shown: dict[int, list[str]] = {}
    for style_id, sha256 in await tx.execute(
        select(style_pictures.c.style_id, style_pictures.c.blob).order_by(style_pictures.c.position)
    ):
        shown.setdefault(style_id, []).append(sha256)
    found = await _select(tx, styles, GuildStyle, member_id)
    return [GuildStyle(**row, pictures=tuple(shown.get(row["id"], ()))) for row in found]


async def all_lists(tx: AsyncConnection, member_id: int | None = None) -> list[WordList]:
    """Return the lists of all guilds, or those that a member made, oldest first."""
    return [_list(row) for row in await _select(tx, word_lists, WordList, member_id)]


async def forget_member(tx: AsyncConnection, member_id: int) -> list[str]:
    """Delete what a member made; return the blobs, as `remove`."""
    return await _forget(tx, lambda table: table.c.member_id == member_id)


async def forget_guild(tx: AsyncConnection, guild_id: int) -> list[str]:
    """Delete what a guild has; return the blobs, as `remove`."""
    return await _forget(tx, lambda table: table.c.guild_id == guild_id)


async def _forget(tx: AsyncConnection, chosen: Any) -> list[str]:
    return [sha256 for table in _TABLES.values() for sha256 in await _delete(tx, table, chosen(table))]


async def _delete(tx: AsyncConnection, table: Table, chosen: ColumnElement[bool]) -> list[str]:
    hashes: list[str] = []
    if table is styles:
        mine = style_pictures.c.style_id.in_(select(styles.c.id).where(chosen))
        gone = await tx.execute(delete(style_pictures).where(mine).returning(style_pictures.c.blob))
        hashes = list(gone.scalars())
    await tx.execute(delete(table).where(chosen))
    return await strays(tx, hashes)


async def _add(
    tx: AsyncConnection,
    table: Table,
    record: type,
    guild_id: int,
    member_id: int,
    key: str,
    name: str,
    now: datetime,
    words: dict[str, Any],
) -> dict[str, Any] | None:
    known = select(table.c.id).where(table.c.guild_id == guild_id, table.c.key == key)
    if (await tx.execute(known)).first() is not None:
        return None
    values = {"guild_id": guild_id, "member_id": member_id, "key": key, "name": name, "created_at": now} | words
    row = await tx.execute(insert(table).values(**values).returning(*columns(table, record)))
    return dict(row.mappings().one())


async def _select(tx: AsyncConnection, table: Table, record: type, member_id: int | None) -> list[dict[str, Any]]:
    query = select(*columns(table, record)).order_by(table.c.id)
    if member_id is not None:
        query = query.where(table.c.member_id == member_id)
    return [dict(row) for row in (await tx.execute(query)).mappings()]


def _list(row: dict[str, Any]) -> WordList:
    return WordList(**row | {"entries": tuple(row["entries"])})
