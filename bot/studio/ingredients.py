"""What the engine needs for a job: the brief, and the pictures that it names."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.studio.backstage import Backstage
from bot.studio.briefs import after_pictures, brief
from bot.studio.changes import IMAGINE, MIXING, Source, changed, read, source_of
from bot.studio.mixing import mixed, sources
from bot.studio.requests import Change, Piece, Refusal
from engine.api import Brief
from engine.api.guides import Reference, Role
from storage import artworks, uploads
from storage.errors import BlobMissing
from storage.records import Job


class PictureGone(Exception):
    """A picture that a job needs has been removed meanwhile."""


async def gather(backstage: Backstage, job: Job) -> tuple[Brief, dict[str, bytes]]:
    """Return the brief of a job, and the pictures that it names by their hashes.

    Raises:
        PictureGone: one of them is not there any more.
    """
    if job.mode in MIXING:
        return await _with_pictures(backstage, job, await _mixture(backstage, job))
    change, source, looks = read(job.change), None, []
    async with backstage.database.read() as tx:
        parents = await artworks.several(tx, job.parents)
        if job.mode != IMAGINE and change.upload is not None:
            sent = await uploads.get(tx, change.upload)
            source = None if sent is None else Source(blob=sent.blob, width=sent.width, height=sent.height)
        elif job.mode != IMAGINE:
            source = next((source_of(work) for work in parents if work.id == job.parents[0]), None)
        for upload_id in change.looks:
            look = await uploads.get(tx, upload_id)
            if look is None:
                raise PictureGone
            looks.append(look.blob)
    if job.mode != IMAGINE and source is None:
        raise PictureGone
    asked = changed(brief(job), job.mode, change, source, tuple(looks))
    if job.mode == IMAGINE:
        asked = after_pictures(await _guided(backstage, asked, change))
    if source is None:
        # A remix: nothing is read of its parents, but its recipe tells them.
        asked = replace(asked, parents=tuple(work.blob for work in parents if work.blob))
    return await _with_pictures(backstage, job, asked)


async def _guided(backstage: Backstage, asked: Brief, change: Change) -> Brief:
    roles: dict[Role, tuple[Piece, ...]] = {"content": change.like, "style": change.style_like}
    references = []
    async with backstage.database.read() as tx:
        for role, pieces in roles.items():
            for source in await _present(tx, pieces):
                references.append(Reference(picture=source.blob, role=role))
    return replace(asked, references=tuple(references))


async def _present(tx: AsyncConnection, pieces: Sequence[Piece]) -> list[Source]:
    try:
        return [source for source in await sources(tx, pieces) if source is not None]
    except Refusal as refusal:
        raise PictureGone from refusal


async def _mixture(backstage: Backstage, job: Job) -> Brief:
    change = read(job.change)
    async with backstage.database.read() as tx:
        parents = await artworks.several(tx, job.parents)
        try:
            found = await sources(tx, change.mixed)
        except Refusal as refusal:
            raise PictureGone from refusal
    asked = mixed(brief(job), job.mode, change, found)
    # One frame of a morph descends from that too.
    others = tuple(work.blob for work in parents if work.blob)
    return replace(asked, parents=tuple(dict.fromkeys((*asked.parents, *others))))


async def _with_pictures(backstage: Backstage, job: Job, asked: Brief) -> tuple[Brief, dict[str, bytes]]:
    try:
        return asked, {name: await backstage.blobs.get(name) for name in asked.pictures}
    except BlobMissing as error:
        if not (job.own_style or {}).get("references"):
            raise PictureGone from error
        # The style was deleted meanwhile, and its pictures with it: its words are still here.
        return await gather(backstage, replace(job, own_style=dict(job.own_style or {}) | {"references": []}))
