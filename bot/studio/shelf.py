"""The pictures: seeing, keeping, deleting, hiding and reporting them."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.studio.backstage import Backstage
from bot.studio.checks import clean
from bot.studio.requests import Actor, Refusal
from bot.studio.rights import may_change, may_see, moderates
from storage import artworks, events, jobs, moderation, outbox
from storage.errors import BlobMissing
from storage.records import Artwork, EventKind, Report

LONGEST_REASON = 1000


class Shelf:
    """Handles pictures. What its methods promise is written at `bot.studio.studio.Studio`."""

    def __init__(self, backstage: Backstage) -> None:
        """Handle the pictures of these stores."""
        self._backstage = backstage

    async def artwork(self, artwork_id: int, actor: Actor | None = None) -> Artwork:
        """Return a picture's record."""
        async with self._backstage.database.read() as tx:
            return await _get(tx, artwork_id, actor, removed=True)

    async def of_job(self, job_id: int) -> list[Artwork]:
        """Return a job's pictures."""
        async with self._backstage.database.read() as tx:
            return await artworks.of_job(tx, job_id)

    async def history(self, member_id: int, before: int | None, limit: int) -> list[Artwork]:
        """Return a member's pictures."""
        async with self._backstage.database.read() as tx:
            return await artworks.of_member(tx, member_id, before, limit)

    async def picture(self, artwork_id: int, *, thumbnail: bool = False) -> bytes:
        """Return a picture or its thumbnail."""
        async with self._backstage.database.read() as tx:
            work = await _get(tx, artwork_id)
        sha256 = work.thumbnail if thumbnail else work.blob
        if sha256 is None:
            raise Refusal("removed")
        try:
            return await self._backstage.blobs.get(sha256)
        except BlobMissing as error:
            raise Refusal("removed") from error

    async def keep(self, actor: Actor, artwork_id: int) -> Artwork:
        """Keep a picture."""
        async with self._backstage.database.write() as tx:
            work, now = await _get(tx, artwork_id, actor), self._backstage.clock()
            if self._backstage.memory.banned(actor.id, work.guild_id):
                raise Refusal("banned")
            if await artworks.keep(tx, artwork_id, actor.id, now):
                await events.add(tx, "keep", actor.id, work, now)
            return await _get(tx, artwork_id, actor)

    async def delete(self, actor: Actor, artwork_id: int) -> Artwork:
        """Delete a picture."""
        return await self._take_away(actor, artwork_id, "delete")

    async def hide(self, actor: Actor, artwork_id: int) -> Artwork:
        """Hide a picture."""
        return await self._take_away(actor, artwork_id, "hide")

    async def show(self, actor: Actor, artwork_id: int) -> Artwork:
        """Show a hidden picture again."""
        async with self._backstage.database.write() as tx:
            work, now = await _get(tx, artwork_id, removed=True), self._backstage.clock()
            if not moderates(actor, work.guild_id):
                raise Refusal("not_moderator")
            if work.blob is None or work.deleted_at is not None:
                raise Refusal("removed")
            if work.hidden_at is None:
                return work
            await artworks.show(tx, artwork_id)
            await moderation.write(tx, work.guild_id, actor.id, "show", f"artwork {artwork_id}", now)
            await correct_post(tx, work.job_id, self._backstage)
            shown = await _get(tx, artwork_id)
        self._backstage.mail_posted.set()
        return shown

    async def report(self, actor: Actor, artwork_id: int, reason: str) -> Report:
        """Take a complaint."""
        async with self._backstage.database.write() as tx:
            work, now = await _get(tx, artwork_id, actor), self._backstage.clock()
            report = await moderation.report(tx, work, actor.id, clean(reason)[:LONGEST_REASON], now)
            if report is None:
                raise Refusal("reported")
            await events.add(tx, "report", actor.id, work, now)
            return report

    async def _take_away(self, actor: Actor, artwork_id: int, verb: EventKind) -> Artwork:
        strays: list[str] = []
        async with self._backstage.blobs.changing:
            async with self._backstage.database.write() as tx:
                work, now = await _get(tx, artwork_id, removed=verb == "delete"), self._backstage.clock()
                if work.deleted_at is not None:
                    raise Refusal("removed")
                by_moderator = moderates(actor, work.guild_id) and actor.id != work.member_id
                if not (may_change(actor, work) if verb == "delete" else moderates(actor, work.guild_id)):
                    raise Refusal("not_yours" if verb == "delete" else "not_moderator")
                await events.add(tx, verb, actor.id, work, now)
                if verb == "delete":
                    strays = await artworks.remove(tx, [artwork_id], now)
                else:
                    await artworks.hide(tx, artwork_id, now)
                await moderation.close_reports(tx, artwork_id, "deleted" if verb == "delete" else "hidden")
                if by_moderator or verb == "hide":
                    await moderation.write(tx, work.guild_id, actor.id, verb, f"artwork {artwork_id}", now)
                await correct_post(tx, work.job_id, self._backstage)
                changed = await artworks.get(tx, artwork_id)
            await self._backstage.blobs.delete(strays)
        self._backstage.mail_posted.set()
        assert changed is not None
        return changed


async def correct_post(tx: AsyncConnection, job_id: int, backstage: Backstage) -> None:
    """Have a job's message show what is left of its pictures."""
    left = [work for work in await artworks.of_job(tx, job_id) if not work.removed]
    if await jobs.get(tx, job_id):
        await outbox.post(tx, job_id, "done" if left else "removed", backstage.clock(), new_message=False)


async def _get(tx: AsyncConnection, artwork_id: int, actor: Actor | None = None, *, removed: bool = False) -> Artwork:
    work = await artworks.get(tx, artwork_id)
    if work is None:
        raise Refusal("no_artwork")
    if actor is not None and not may_see(actor, work):
        raise Refusal("not_yours")
    if work.removed and not removed:
        raise Refusal("removed")
    return work
