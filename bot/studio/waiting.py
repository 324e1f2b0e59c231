"""Tells those who wait next that they have come nearer."""

import asyncio
import logging

from bot.studio.desk import Desk
from storage.errors import StorageError

log = logging.getLogger(__name__)

EVERY_S = 10.0
STARTING_S = 1.0
"""Likewise while the engine starts, for then everybody's state changes at once."""


class Waiting:
    """Shows the first jobs of the queue where they stand, whenever that has changed."""

    def __init__(self, desk: Desk) -> None:
        """Ask this desk."""
        self._desk = desk

    async def run(self) -> None:
        """Show until cancelled."""
        while True:
            await asyncio.sleep(STARTING_S if self._desk.starting else EVERY_S)
            try:
                await self.look()
            except StorageError as error:
                log.warning("the queue cannot be read: %s", error.message)

    async def look(self) -> None:
        """Show what is no longer as it was told."""
        for standing in await self._desk.first():
            if standing.job.state == "queued" and self._desk.has_moved(standing):
                self._desk.show_queued(standing)
