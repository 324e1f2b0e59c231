"""Artworks: what was painted, what it was painted from, and what became of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Artwork, Candidate, Job
from storage.rows import artwork, batched, columns
from storage.schema import artworks, blobs, candidates, keeps, lineage, metadata, reports

_COLUMNS = columns(artworks, Artwork)
_NAMING = [
    column for table in metadata.tables.values() for column in table.columns if column.references(blobs.c.sha256)
]
"""Every column that names a blob."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """A finished candidate, whose files are in the blob store."""

    number: int
    position: int | None
    """Where it is shown; None: it is not, and has no file."""
    blob: str
    bytes: int
    thumbnail: str
    thumbnail_bytes: int
    width: int
    height: int
    media_type: str
    recipe: Mapping[str, Any]
    alt: str
    score: float | None = None
    scorer: str | None = None
    moving: tuple[str, int] | None = None
    """Blob and bytes of a file that moves, of which the picture is a still."""
    frames: tuple[Mapping[str, Any], ...] = ()


async def record(tx: AsyncConnection, job: Job, painted: Sequence[Painted], now: datetime) -> list[Artwork]:
    """Store what a job gave: every candidate with its score, and those that are shown as artworks, in their order."""
    works: list[Artwork] = []
    for one in sorted(painted, key=lambda each: (each.position is None, each.position or 0)):
        work = None if one.position is None else await _add(tx, job, one, now)
        if work is not None:
            works.append(work)
        await tx.execute(
            insert(candidates).values(
                job_id=job.id,
                number=one.number,
                score=one.score,
                scorer=one.scorer,
                position=one.position,
                artwork_id=work and work.id,
                model=str(one.recipe.get("model", "")),
                model_hash=str(one.recipe.get("model_hash", "")),
            )
        )
    return works


async def get(tx: AsyncConnection, artwork_id: int) -> Artwork | None:
    """Return an artwork."""
    found = await _select(tx, artworks.c.id == artwork_id)
    return found[0] if found else None


async def several(tx: AsyncConnection, ids: Collection[int]) -> list[Artwork]:
    """Return those of these artworks that there are, in the order of their ids."""
    return [work for some in batched(sorted(ids)) for work in await _select(tx, artworks.c.id.in_(some))]


async def of_job(tx: AsyncConnection, job_id: int) -> list[Artwork]:
    """Return a job's artworks in the order they were shown."""
    return await _select(tx, artworks.c.job_id == job_id, order=[artworks.c.position])


async def of_member(tx: AsyncConnection, member_id: int, before: int | None, limit: int | None) -> list[Artwork]:
    """Return what a member made or kept and still has a picture, newest first, with ids below `before`."""
    kept = select(keeps.c.artwork_id).where(keeps.c.member_id == member_id)
    theirs = or_(artworks.c.member_id == member_id, artworks.c.id.in_(kept))
    conditions = [theirs, artworks.c.blob.is_not(None), artworks.c.hidden_at.is_(None)]
    if before is not None:
        conditions.append(artworks.c.id < before)
    return await _select(tx, *conditions, order=[artworks.c.id.desc()], limit=limit)


async def public_in(tx: AsyncConnection, guild_id: int, limit: int) -> list[Artwork]:
    """Return the newest pictures that everybody in a guild may see."""
    conditions = (
        artworks.c.guild_id == guild_id,
        artworks.c.private.is_(False),
        artworks.c.blob.is_not(None),
        artworks.c.hidden_at.is_(None),
    )
    return await _select(tx, *conditions, order=[artworks.c.id.desc()], limit=limit)


async def all_of_member(tx: AsyncConnection, member_id: int) -> list[Artwork]:
    """Return all artworks of a member, in order."""
    return await _select(tx, artworks.c.member_id == member_id, order=[artworks.c.id])


async def candidates_of(tx: AsyncConnection, job_id: int) -> list[Candidate]:
    """Return all that a job painted, in the brief's order."""
    query = select(*columns(candidates, Candidate)).where(candidates.c.job_id == job_id).order_by(candidates.c.number)
    return [Candidate(**row) for row in (await tx.execute(query)).mappings()]


async def keep(tx: AsyncConnection, artwork_id: int, member_id: int, now: datetime) -> bool:
    """Keep an artwork for a member; return whether that is new."""
    done = await tx.execute(
        upsert(keeps).values(artwork_id=artwork_id, member_id=member_id, at=now).on_conflict_do_nothing()
    )
    await tx.execute(
        update(artworks).where(artworks.c.id == artwork_id, artworks.c.kept_at.is_(None)).values(kept_at=now)
    )
    return done.rowcount == 1


async def hide(tx: AsyncConnection, artwork_id: int, now: datetime) -> None:
    """Show an artwork no more, without deleting it."""
    await tx.execute(update(artworks).where(artworks.c.id == artwork_id).values(hidden_at=now))


async def show(tx: AsyncConnection, artwork_id: int) -> None:
    """Show an artwork again that was hidden."""
    await tx.execute(update(artworks).where(artworks.c.id == artwork_id).values(hidden_at=None))


async def remove(tx: AsyncConnection, ids: Collection[int], now: datetime) -> list[str]:
    """Delete artworks for good; what remains is that there was one. Return the blobs that nothing names any more.

    Those are to be deleted once the transaction is committed; hold `Blobs.changing` from before it until then.
    """
    for some in batched(ids):
        # What moderators were shown goes too.
        posted = reports.c.artwork_id.in_(some), reports.c.message_id.is_not(None)
        await tx.execute(update(reports).where(*posted).values(stale=True))
    return await _drop(tx, ids, deleted_at=now, recipe={}, alt="", frames=[])


async def drop_pictures(tx: AsyncConnection, ids: Collection[int]) -> list[str]:
    """Drop the pictures of artworks to save room; their recipes stay. Return the blobs, as `remove` does."""
    return await _drop(tx, ids)


async def loose(tx: AsyncConnection, before: datetime | None, limit: int) -> list[tuple[int, int]]:
    """Return the id and bytes of pictures that nobody kept, oldest first, made before a moment if one is given."""
    query = (
        select(artworks.c.id, blobs.c.bytes)
        .join(blobs, blobs.c.sha256 == artworks.c.blob)
        .where(artworks.c.kept_at.is_(None), artworks.c.blob.is_not(None))
        .order_by(artworks.c.created_at, artworks.c.id)
        .limit(limit)
    )
    if before is not None:
        query = query.where(artworks.c.created_at < before)
    return [(row[0], row[1]) for row in await tx.execute(query)]


async def strays(tx: AsyncConnection, hashes: Collection[str]) -> list[str]:
    """Forget those of these blobs that no row names any more, and return them, as `remove` does."""
    still = or_(*(exists().where(column == blobs.c.sha256) for column in _NAMING))
    gone = await tx.execute(delete(blobs).where(blobs.c.sha256.in_(hashes), ~still).returning(blobs.c.sha256))
    return list(gone.scalars())


async def stored_bytes(tx: AsyncConnection) -> int:
    """Return the bytes of all blobs."""
    return int((await tx.execute(select(func.total(blobs.c.bytes)))).scalar_one())


async def named(tx: AsyncConnection, hashes: Sequence[str] | None = None) -> set[str]:
    """Return the hashes of all blobs that there should be, or those among `hashes`."""
    query = select(blobs.c.sha256)
    if hashes is not None:
        query = query.where(blobs.c.sha256.in_(hashes))
    return set((await tx.execute(query)).scalars())


async def _add(tx: AsyncConnection, job: Job, one: Painted, now: datetime) -> Artwork:
    files = [(one.blob, one.bytes), (one.thumbnail, one.thumbnail_bytes)]
    for sha256, size in [*files, one.moving] if one.moving else files:
        await tx.execute(upsert(blobs).values(sha256=sha256, bytes=size, created_at=now).on_conflict_do_nothing())
    row = await tx.execute(
        insert(artworks)
        .values(
            job_id=job.id,
            position=one.position,
            member_id=job.member_id,
            guild_id=job.guild_id,
            private=job.private,
            blob=one.blob,
            thumbnail=one.thumbnail,
            width=one.width,
            height=one.height,
            media_type=one.media_type,
            recipe=dict(one.recipe),
            score=one.score,
            alt=one.alt,
            created_at=now,
            moving=one.moving and one.moving[0],
            frames=[dict(frame) for frame in one.frames],
        )
        .returning(*_COLUMNS)
    )
    work = artwork(row.mappings().one(), job.parents)
    for position, parent in enumerate(job.parents):
        await tx.execute(insert(lineage).values(child_id=work.id, position=position, parent_id=parent))
    return work


async def _select(
    tx: AsyncConnection,
    *conditions: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]] = (),
    limit: int | None = None,
) -> list[Artwork]:
    query = select(*_COLUMNS).where(*conditions).order_by(*order).limit(limit)
    rows = (await tx.execute(query)).mappings().all()
    parents: dict[int, list[int]] = {}
    for ids in batched(row["id"] for row in rows):
        found = select(lineage.c.child_id, lineage.c.parent_id).where(lineage.c.child_id.in_(ids))
        for child, parent in await tx.execute(found.order_by(lineage.c.child_id, lineage.c.position)):
            parents.setdefault(child, []).append(parent)
    return [artwork(row, tuple(parents.get(row["id"], ()))) for row in rows]


async def _drop(tx: AsyncConnection, ids: Collection[int], **values: Any) -> list[str]:
    return [stray for some in batched(ids) for stray in await _drop_some(tx, some, values)]


async def _drop_some(tx: AsyncConnection, ids: Sequence[int], values: Mapping[str, Any]) -> list[str]:
    chosen = artworks.c.id.in_(ids)
    had = (await tx.execute(select(artworks.c.blob, artworks.c.thumbnail, artworks.c.moving).where(chosen))).all()
    gone = {"blob": None, "thumbnail": None, "moving": None}
    await tx.execute(update(artworks).where(chosen).values(**gone, **values))
    return await strays(tx, {sha256 for row in had for sha256 in row if sha256 is not None})
