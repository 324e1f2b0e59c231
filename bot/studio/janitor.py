"""Housekeeping: what expires, what takes too much room, what nobody names."""

import asyncio
import logging
from datetime import timedelta

from bot.studio.backstage import Backstage
from bot.studio.privacy import Privacy
from storage import artworks, backup, drafts, guilds, jobs, rosters, uploads
from storage.errors import StorageError

log = logging.getLogger(__name__)

TOKENS_S = 30.0
"""Seconds between two looks for expired tokens."""
ROUND_S = 3600.0
"""Seconds between two rounds of everything else."""
GUILD_KEPT = timedelta(days=30)
DRAFT_KEPT = timedelta(days=1)
UPLOAD_KEPT = timedelta(days=7)
"""Until then the same can be asked of a picture again."""
_AT_ONCE = 200


class Janitor:
    """Cleans up at the start, and then again and again."""

    def __init__(self, backstage: Backstage, privacy: Privacy) -> None:
        """Clean these stores."""
        self._backstage = backstage
        self._privacy = privacy

    async def sweep(self) -> None:
        """Delete the files that no row names: leavings of a life that was killed between a file and its row."""
        async with self._backstage.blobs.changing:
            async with self._backstage.database.read() as tx:
                named = await artworks.named(tx)
            if swept := await self._backstage.blobs.sweep(named):
                log.info("swept %d files that no picture names", swept)

    async def run(self) -> None:
        """Clean until cancelled."""
        loop = asyncio.get_running_loop()
        next_round = loop.time()
        while True:
            try:
                await self.wipe_tokens()
                if loop.time() >= next_round:
                    next_round = loop.time() + ROUND_S
                    await self.make_round()
            except (StorageError, OSError) as error:
                log.warning("housekeeping is put off: %s", error)
            await asyncio.sleep(TOKENS_S)

    async def wipe_tokens(self) -> None:
        """Forget interaction tokens that have expired."""
        async with self._backstage.database.write() as tx:
            await jobs.wipe_tokens(tx, self._backstage.clock())
            await rosters.expire(tx, self._backstage.clock() - jobs.TOKEN_LIFE)

    async def make_round(self) -> None:
        """Purge guilds that left, pictures that nobody kept, and old backups."""
        now, settings = self._backstage.clock(), self._backstage.settings
        async with self._backstage.database.read() as tx:
            gone = await guilds.left_before(tx, now - GUILD_KEPT)
        for guild_id in gone:
            done = await self._privacy.forget_guild(guild_id)
            log.info("purged a guild that removed the bot: %d requests, %d pictures", done.jobs, done.pictures)
        async with self._backstage.database.write() as tx:
            await drafts.expire(tx, now - DRAFT_KEPT)
        await self._drop_uploads()
        await self._drop_old()
        await self._make_room()
        await asyncio.to_thread(backup.expire, settings.backups, timedelta(days=settings.storage.backup_days), now)

    async def _drop_uploads(self) -> None:
        async with self._backstage.blobs.changing:
            async with self._backstage.database.write() as tx:
                strays = await uploads.expire(tx, self._backstage.clock() - UPLOAD_KEPT)
            await self._backstage.blobs.delete(strays)

    async def _drop_old(self) -> None:
        days = self._backstage.settings.storage.retention_days
        while days:
            async with self._backstage.database.read() as tx:
                old = await artworks.loose(tx, self._backstage.clock() - timedelta(days=days), _AT_ONCE)
            if not old:
                return
            await self._drop([artwork_id for artwork_id, _ in old])

    async def _make_room(self) -> None:
        quota = self._backstage.settings.storage.quota_gb * 1e9
        while True:
            async with self._backstage.database.read() as tx:
                excess = await artworks.stored_bytes(tx) - quota
                oldest = await artworks.loose(tx, None, _AT_ONCE) if excess > 0 else []
            if not oldest:
                if excess > 0:
                    log.warning("the pictures that were kept alone exceed the quota of %.1f GB", quota / 1e9)
                return
            chosen: list[int] = []
            for artwork_id, size in oldest:
                if excess <= 0:
                    break
                chosen.append(artwork_id)
                excess -= size
            await self._drop(chosen)

    async def _drop(self, ids: list[int]) -> None:
        async with self._backstage.blobs.changing:
            async with self._backstage.database.write() as tx:
                strays = await artworks.drop_pictures(tx, ids)
            await self._backstage.blobs.delete(strays)
        log.info("dropped %d pictures that nobody kept", len(ids))
