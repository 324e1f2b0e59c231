"""The family of an artwork: what it was made from, and what was made from it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import artworks
from storage.records import Artwork
from storage.rows import batched
from storage.schema import lineage


@dataclass(frozen=True, slots=True)
class Family:
    """A part of the tree around one artwork, by generations."""

    generations: tuple[tuple[Artwork, ...], ...]
    """Oldest first; each in the order of ids. The artwork itself is in one of them."""
    left_out: int
    """Relatives that were too many, at least."""


async def family(tx: AsyncConnection, root: Artwork, *, most: int, generations: int) -> Family:
    """Return ancestors and descendants of an artwork, the nearest first where they are too many.

    Args:
        tx: A transaction.
        root: The artwork.
        most: Artworks of a generation.
        generations: Upwards and downwards.
    """
    known, left_out = {root.id}, 0
    rows: list[list[int]] = [[root.id]]
    for upwards in (True, False):
        nearest = [root.id]
        for _ in range(generations):
            found = sorted((await _relatives(tx, nearest, upwards=upwards)) - known)
            if not found:
                break
            # Of many children the first, of many parents too: they were shown in this order.
            nearest, left_out = found[:most], left_out + max(0, len(found) - most)
            known.update(nearest)
            rows.insert(0, nearest) if upwards else rows.append(nearest)
    works = {work.id: work for work in await artworks.several(tx, known)}
    return Family(tuple(tuple(works[one] for one in row if one in works) for row in rows), left_out)


async def _relatives(tx: AsyncConnection, ids: Collection[int], *, upwards: bool) -> set[int]:
    wanted, given = (lineage.c.parent_id, lineage.c.child_id) if upwards else (lineage.c.child_id, lineage.c.parent_id)
    found: set[int] = set()
    for some in batched(ids):
        chosen: ColumnElement[bool] = given.in_(some)
        found.update((await tx.execute(select(wanted).where(chosen).distinct())).scalars())
    return found
