"""Members who used the bot, and their settings."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import MemberSettings, Person
from storage.rows import columns, member_settings, stored
from storage.schema import people


async def meet(tx: AsyncConnection, member_id: int, name: str, now: datetime) -> None:
    """Take note of a member and their present name."""
    query = upsert(people).values(id=member_id, name=name, settings={}, created_at=now)
    await tx.execute(
        query.on_conflict_do_update(index_elements=["id"], set_={"name": name}, where=people.c.name != name)
    )


async def change(tx: AsyncConnection, member_id: int, name: str, settings: MemberSettings, now: datetime) -> None:
    """Store a member's settings."""
    values = stored(settings)
    query = upsert(people).values(id=member_id, name=name, settings=values, created_at=now)
    await tx.execute(query.on_conflict_do_update(index_elements=["id"], set_={"settings": values}))


async def get(tx: AsyncConnection, member_id: int) -> Person | None:
    """Return a member."""
    query = select(*columns(people, Person)).where(people.c.id == member_id)
    row = (await tx.execute(query)).mappings().one_or_none()
    return None if row is None else Person(**dict(row) | {"settings": member_settings(row["settings"])})


async def all_settings(tx: AsyncConnection) -> dict[int, MemberSettings]:
    """Return the settings of all members who have any."""
    rows = await tx.execute(select(people.c.id, people.c.settings))
    return {row[0]: member_settings(row[1]) for row in rows if row[1]}
