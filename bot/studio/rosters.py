"""The messages that list jobs which were asked for together, kept true while these are painted."""

import asyncio
import logging
from collections.abc import Sequence

from bot.studio.backstage import Backstage
from bot.studio.delivery import Postman, Unclear, Undelivered, Unreachable
from bot.studio.desk import Desk
from bot.studio.requests import Standing
from storage import rosters
from storage.errors import StorageError
from storage.jobs import TOKEN_LIFE
from storage.records import Roster

log = logging.getLogger(__name__)

EVERY_S = 3.0


class Rosters:
    """Draws each list anew when something on it has changed, until all has ended or the list cannot be edited."""

    def __init__(self, backstage: Backstage, desk: Desk) -> None:
        """Ask this desk how the jobs are."""
        self._backstage = backstage
        self._desk = desk
        self._postman: Postman | None = None
        self._open: dict[int, Roster] = {}
        self._told: dict[int, tuple[object, ...]] = {}

    def open_for(self, postman: Postman) -> None:
        """Begin."""
        self._postman = postman

    def follow(self, roster: Roster) -> None:
        """Keep a list true that was shown just now."""
        self._open[roster.draft_id] = roster

    async def run(self) -> None:
        """Draw until cancelled, the lists of an earlier life first."""
        known = False
        while True:
            try:
                if not known:
                    async with self._backstage.database.read() as tx:
                        self._open |= {roster.draft_id: roster for roster in await rosters.everything(tx)}
                    known = True
                await asyncio.gather(*(self._look(roster) for roster in list(self._open.values())))
            except StorageError as error:
                log.warning("the lists of requests cannot be read: %s", error.message)
            await asyncio.sleep(EVERY_S)

    async def _look(self, roster: Roster) -> None:
        if self._postman is None:
            return
        standings = await self._desk.together(roster)
        told = tuple(map(_told, standings))
        if self._backstage.clock() >= roster.received_at + TOKEN_LIFE or not standings:
            await self._close(roster)
            return
        if told != self._told.get(roster.draft_id):
            try:
                await self._postman.edit_roster(roster, standings)
            except (Unclear, Unreachable) as error:
                log.debug("the list of draft %d is not drawn yet: %r", roster.draft_id, error)
                return
            except Undelivered:
                await self._close(roster)
                return
            except Exception:
                # That a list cannot be drawn must not cost the jobs on it.
                log.exception("the list of draft %d could not be drawn", roster.draft_id)
                await self._close(roster)
                return
            self._told[roster.draft_id] = told
        if over(standings):
            await self._close(roster)

    async def _close(self, roster: Roster) -> None:
        async with self._backstage.database.write() as tx:
            await rosters.drop(tx, roster.draft_id)
        self._open.pop(roster.draft_id, None)
        self._told.pop(roster.draft_id, None)


def over(standings: Sequence[Standing]) -> bool:
    """Whether all of these have ended."""
    return all(standing.job.state in ("done", "failed", "cancelled") for standing in standings)


def _told(standing: Standing) -> tuple[object, ...]:
    """Return what a list shows of a job."""
    return standing.job.state, standing.place, standing.step, standing.steps
