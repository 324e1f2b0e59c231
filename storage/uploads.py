"""Pictures that members sent, to be painted from. They are kept for as long as somebody may ask for the same again."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.artworks import strays
from storage.records import Upload
from storage.rows import columns
from storage.schema import blobs, uploads

_COLUMNS = columns(uploads, Upload)


async def add(
    tx: AsyncConnection,
    member_id: int,
    blob: tuple[str, int],
    thumbnail: tuple[str, int],
    sides: tuple[int, int],
    now: datetime,
) -> Upload:
    """Take note of a picture whose files are in the blob store, each given by its hash and its bytes."""
    for sha256, size in (blob, thumbnail):
        await tx.execute(upsert(blobs).values(sha256=sha256, bytes=size, created_at=now).on_conflict_do_nothing())
    row = await tx.execute(
        insert(uploads)
        .values(
            member_id=member_id,
            blob=blob[0],
            thumbnail=thumbnail[0],
            width=sides[0],
            height=sides[1],
            created_at=now,
        )
        .returning(*_COLUMNS)
    )
    return Upload(**row.mappings().one())


async def get(tx: AsyncConnection, upload_id: int) -> Upload | None:
    """Return an upload."""
    row = (await tx.execute(select(*_COLUMNS).where(uploads.c.id == upload_id))).mappings().one_or_none()
    return None if row is None else Upload(**row)


async def of_member(tx: AsyncConnection, member_id: int) -> list[Upload]:
    """Return what a member sent, in order."""
    rows = await tx.execute(select(*_COLUMNS).where(uploads.c.member_id == member_id).order_by(uploads.c.id))
    return [Upload(**row) for row in rows.mappings()]


async def expire(tx: AsyncConnection, before: datetime) -> list[str]:
    """Forget what was sent before a moment; return the blobs that nothing names any more: see `artworks.remove`."""
    return await _forget(tx, uploads.c.created_at < before)


async def forget_member(tx: AsyncConnection, member_id: int) -> list[str]:
    """Forget what a member sent; return the blobs, as `expire`."""
    return await _forget(tx, uploads.c.member_id == member_id)


async def _forget(tx: AsyncConnection, chosen: ColumnElement[bool]) -> list[str]:
    gone = await tx.execute(delete(uploads).where(chosen).returning(uploads.c.blob, uploads.c.thumbnail))
    return await strays(tx, {sha256 for row in gone for sha256 in row})
