"""Letters that must reach their reader: posted in the transaction that makes them true."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import OutboxKind, Outgoing
from storage.rows import columns
from storage.schema import outbox

_COLUMNS = columns(outbox, Outgoing)


async def post(tx: AsyncConnection, job_id: int, kind: OutboxKind, now: datetime, *, new_message: bool) -> None:
    """Post a letter. Without `new_message` it only edits one that is there."""
    await tx.execute(
        insert(outbox).values(job_id=job_id, kind=kind, new_message=new_message, due_at=now, created_at=now)
    )


async def due(tx: AsyncConnection, now: datetime, busy: Collection[int], limit: int) -> list[Outgoing]:
    """Return letters to be carried now: of each job the oldest, and none of the jobs that are busy."""
    oldest = select(func.min(outbox.c.id)).where(outbox.c.settled_at.is_(None)).group_by(outbox.c.job_id)
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(outbox.c.id.in_(oldest), outbox.c.due_at <= now, outbox.c.job_id.not_in(busy))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
    )
    return [Outgoing(**row) for row in rows.mappings()]


async def next_due(tx: AsyncConnection) -> datetime | None:
    """Return when the next letter is due."""
    found: datetime | None = (
        await tx.execute(select(func.min(outbox.c.due_at)).where(outbox.c.settled_at.is_(None)))
    ).scalar_one_or_none()
    return found


async def note_sending(tx: AsyncConnection, letter_id: int) -> None:
    """Take note, before it is sent, that a new message may be there from now on."""
    await tx.execute(update(outbox).where(outbox.c.id == letter_id).values(sending=True))


async def retry(tx: AsyncConnection, letter_id: int, due_at: datetime) -> None:
    """Carry a letter again, later."""
    await tx.execute(
        update(outbox).where(outbox.c.id == letter_id).values(attempts=outbox.c.attempts + 1, due_at=due_at)
    )


async def settle(tx: AsyncConnection, letter_id: int, outcome: str, now: datetime) -> None:
    """Take note of what became of a letter, such as `replied`, `sent`, `kept`."""
    await tx.execute(update(outbox).where(outbox.c.id == letter_id).values(settled_at=now, outcome=outcome))
