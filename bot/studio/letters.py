"""Writing letters from what the database holds now."""

from datetime import timedelta

from bot.studio.backstage import Backstage
from bot.studio.delivery import Letter, LetterKind
from storage import artworks, jobs
from storage.errors import BlobMissing
from storage.records import Artwork, Job, Outgoing

LONG = timedelta(minutes=2)
"""A member is mentioned when a result took longer than this."""


async def write(backstage: Backstage, outgoing: Outgoing) -> Letter | None:
    """Write a letter; None if there is nobody any more to whom it could go."""
    async with backstage.database.read() as tx:
        job = await jobs.get(tx, outgoing.job_id)
        works = await artworks.of_job(tx, outgoing.job_id)
    if job is None:
        return None
    pictures = [(work, data) for work in works if (data := await _picture(backstage, work)) is not None]
    kind: LetterKind = outgoing.kind
    if kind == "done" and not pictures:
        kind = "removed"
    if kind != "done":
        pictures = []
    return Letter(
        kind=kind,
        job=job,
        artworks=tuple(work for work, _ in pictures),
        pictures=tuple(data for _, data in pictures),
        error_key=job.error_key,
        error_values=job.error_values,
        mention=_mention(backstage, job, outgoing),
    )


async def _picture(backstage: Backstage, work: Artwork) -> bytes | None:
    if work.removed or work.blob is None:
        return None
    try:
        return await backstage.blobs.get(work.moving or work.blob)
    except BlobMissing:
        return None


def _mention(backstage: Backstage, job: Job, outgoing: Outgoing) -> int | None:
    if outgoing.kind != "done" or not outgoing.new_message or job.private or job.finished_at is None:
        return None
    wanted = backstage.memory.settings(job.guild_id, job.member_id).member.ping
    return job.member_id if wanted and job.finished_at - job.received_at > LONG else None
