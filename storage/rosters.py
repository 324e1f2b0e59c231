"""Messages that list jobs which were asked for together."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Roster
from storage.rows import columns
from storage.schema import rosters

_COLUMNS = columns(rosters, Roster)


async def add(tx: AsyncConnection, roster: Roster) -> None:
    """Take note of a message."""
    await tx.execute(insert(rosters).values(**asdict(roster)))


async def everything(tx: AsyncConnection) -> list[Roster]:
    """Return all of them, oldest first."""
    rows = await tx.execute(select(*_COLUMNS).order_by(rosters.c.received_at, rosters.c.draft_id))
    return [Roster(**row) for row in rows.mappings()]


async def drop(tx: AsyncConnection, draft_id: int) -> None:
    """Forget a message: it shows how all ended, or cannot be edited any more."""
    await tx.execute(delete(rosters).where(rosters.c.draft_id == draft_id))


async def expire(tx: AsyncConnection, before: datetime) -> None:
    """Forget the messages whose button was pressed before a moment, and their tokens with them."""
    await tx.execute(delete(rosters).where(rosters.c.received_at <= before))


async def forget_member(tx: AsyncConnection, member_id: int) -> None:
    """Forget the messages of a member."""
    await tx.execute(delete(rosters).where(rosters.c.member_id == member_id))
