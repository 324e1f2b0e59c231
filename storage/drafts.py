"""Requests that wait for their member to confirm them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Draft
from storage.rows import columns
from storage.schema import drafts

_COLUMNS = columns(drafts, Draft)


async def add(
    tx: AsyncConnection, member_id: int, wishes: Sequence[Mapping[str, Any]], now: datetime, *, private: bool
) -> int:
    """Store requests until they are confirmed; return the draft's id."""
    values = {"member_id": member_id, "wishes": list(wishes), "private": private, "created_at": now}
    return int((await tx.execute(insert(drafts).values(**values).returning(drafts.c.id))).scalar_one())


async def get(tx: AsyncConnection, draft_id: int) -> Draft | None:
    """Return a draft; None where it was taken, or has expired."""
    row = (await tx.execute(select(*_COLUMNS).where(drafts.c.id == draft_id))).mappings().one_or_none()
    return None if row is None else Draft(**dict(row) | {"wishes": tuple(row["wishes"])})


async def take(tx: AsyncConnection, draft_id: int) -> bool:
    """Delete a draft; return whether it was there, which it is for one taker only."""
    return (await tx.execute(delete(drafts).where(drafts.c.id == draft_id))).rowcount > 0


async def expire(tx: AsyncConnection, before: datetime) -> None:
    """Delete the drafts that were made before a moment."""
    await tx.execute(delete(drafts).where(drafts.c.created_at < before))


async def forget_member(tx: AsyncConnection, member_id: int) -> None:
    """Delete a member's drafts."""
    await tx.execute(delete(drafts).where(drafts.c.member_id == member_id))
