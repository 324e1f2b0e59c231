"""Draws the posts of reports anew whose words or picture were forgotten."""

import asyncio
import logging

from bot.studio.backstage import Backstage, wait_for
from bot.studio.delivery import Forbidden, Gone, Postman, Undelivered
from storage import moderation
from storage.errors import StorageError
from storage.records import Report

log = logging.getLogger(__name__)

LOOK_S = 30.0
"""Longest time between two looks for such posts."""
AT_ONCE = 20


class Corrections:
    """Tries until a post is as it should be, or is gone; across restarts."""

    def __init__(self, backstage: Backstage) -> None:
        """Correct what the database says is to be corrected, once there is a postman."""
        self._backstage = backstage
        self._postman: Postman | None = None
        self.wanted = asyncio.Event()
        """There may be something to correct."""

    def open_for(self, postman: Postman) -> None:
        """Begin."""
        self._postman = postman
        self.wanted.set()

    async def run(self) -> None:
        """Correct until cancelled."""
        while True:
            try:
                await self._look()
            except StorageError as error:
                log.warning("the reports cannot be read: %s", error.message)
            await wait_for(self.wanted, LOOK_S)

    async def _look(self) -> None:
        if self._postman is None:
            return
        async with self._backstage.database.read() as tx:
            stale = await moderation.stale(tx, AT_ONCE)
        for report in stale:
            if await self._redraw(self._postman, report):
                async with self._backstage.database.write() as tx:
                    await moderation.redrawn(tx, report.id)

    async def _redraw(self, postman: Postman, report: Report) -> bool:
        """Return whether there is nothing left to do."""
        assert report.channel_id is not None and report.message_id is not None
        try:
            await postman.redraw_report(report, report.channel_id, report.message_id)
        except (Gone, Forbidden):
            return True
        except Undelivered as error:
            log.info("the post of report %d is not drawn anew yet: %r", report.id, error)
            return False
        except Exception:
            # Tried again by the next look: what was to be forgotten still stands there.
            log.exception("the post of report %d could not be drawn anew", report.id)
            return False
        return True
