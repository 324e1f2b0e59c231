"""What the engine needs for a job: the brief, and the pictures that it names."""

from dataclasses import replace

from bot.studio.backstage import Backstage
from bot.studio.briefs import after_pictures, brief
from bot.studio.changes import IMAGINE, Source, changed, read, source_of
from engine.api import Brief
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
        asked = after_pictures(asked)
    if source is None:
        # A remix: nothing is read of its parents, but its recipe tells them.
        asked = replace(asked, parents=tuple(work.blob for work in parents if work.blob))
    try:
        return asked, {name: await backstage.blobs.get(name) for name in asked.pictures}
    except BlobMissing as error:
        if not (job.own_style or {}).get("references"):
            raise PictureGone from error
        # The style was deleted meanwhile, and its pictures with it: its words are still here.
        return await gather(backstage, replace(job, own_style=dict(job.own_style or {}) | {"references": []}))
