"""Tells those who wait next that they have come nearer."""

import asyncio
import logging

from bot.studio.desk import Desk
from storage.errors import StorageError

log = logging.getLogger(__name__)

EVERY_S = 10.0


class Waiting:
    """Shows the first jobs of the queue where they stand, whenever that has changed."""

    def __init__(self, desk: Desk) -> None:
        """Ask this desk."""
        self._desk = desk

    async def run(self) -> None:
        """Show until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.look()
            except StorageError as error:
                log.warning("the queue cannot be read: %s", error.message)

    async def look(self) -> None:
        """Show what is no longer as it was told."""
        for standing in await self._desk.first():
            if standing.job.state == "queued" and self._desk.told.get(standing.job.id) != standing.place:
                self._desk.show_queued(standing)
