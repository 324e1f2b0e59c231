"""Keeps a link to an engine alive: notices the loss of one, clears away what is left, and opens the next."""

import asyncio
import logging

from engine.api import EngineError, Kind
from engine.api.errors import EngineLost, EngineResting, EngineSilent, InternalError, from_code
from engine.client.launcher import Source
from engine.client.link import Link
from engine.client.timing import Patience, Restarts, Timing

log = logging.getLogger(__name__)

UNKEPT = (
    "Salon no longer looks after its engine because of an error of its own, which the log tells; "
    "start it again, and report the error."
)


class Keeper:
    """Gives the current link to whoever asks, or waits with them for the next one."""

    def __init__(self, source: Source, timing: Timing) -> None:
        """Keep links from this source; `start` begins."""
        self._source = source
        self._timing = timing
        self._restarts = Restarts(timing)
        self._patience = Patience(timing)
        self._link: Link | None = None
        self._left: set[Link] = set()
        """Links to an engine that is ending, on which requests are still under way."""
        self._reason: EngineError | None = None
        """Why the last link ended or could not be opened."""
        self._refusal: EngineError | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the background, to keep a link open."""
        self._task = asyncio.get_running_loop().create_task(self._keep())
        self._task.add_done_callback(self._noted)

    def _noted(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (bug := task.exception()):
            log.error("nobody looks after the engine any more", exc_info=bug)
            self._set(None, InternalError(UNKEPT))

    async def over(self) -> None:
        """Wait until this keeper fails, which only a bug can make it do.

        Raises:
            InternalError: it has; no link will be opened any more.
        """
        assert self._task is not None
        await asyncio.wait([self._task])
        raise InternalError(UNKEPT)

    async def stop(self) -> None:
        """Close the link and end the engine, if it is one's own."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        for link in self._left | ({self._link} if self._link else set()):
            link.fail(EngineLost("The connection to the engine was closed."))
        self._set(None, EngineLost("The connection to the engine was closed."))
        await self._source.close(kill=False)

    async def link(self) -> Link:
        """Return a live link, waiting for the engine to be there.

        Raises:
            EngineError: there is none and there will not be one soon; the sentence says why.
        """
        try:
            async with asyncio.timeout(self._timing.patience_s):
                while True:
                    if self._link is not None and not self._link.leaving.done():
                        return self._link
                    if self._refusal is not None:
                        raise from_code(self._refusal.code, self._refusal.message)
                    await self._changed.wait()
        except TimeoutError as error:
            if self._reason is not None:
                raise from_code(self._reason.code, self._reason.message) from error
            raise EngineLost(f"There is no answer from {self._source}; ask again in a minute.") from error

    def _set(self, link: Link | None, refusal: EngineError | None) -> None:
        self._link, self._refusal = link, refusal
        self._changed.set()
        self._changed = asyncio.Event()

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        said = ""
        while True:
            if blocked_s := self._restarts.blocked_s(loop.time()):
                self._set(None, EngineResting(self._why_blocked()))
                log.error("%s", self._why_blocked())
                await asyncio.sleep(blocked_s)
                self._set(None, None)
            started_at = loop.time()
            self._restarts.started(started_at)
            error = self._reason = await self._live()
            self._restarts.stopped(loop.time())
            self._patience.ended(loop.time() - started_at, silent=isinstance(error, EngineSilent))
            if error.message != said:  # an engine that is away for hours is no news every half minute
                log.warning("no link to %s: %s", self._source, error.message)
                said = error.message
            # What the installation must change first is said at once; anything else may be over after the next start.
            self._set(None, error if error.kind is Kind.PERMANENT else None)
            await asyncio.sleep(self._restarts.pause_s())

    async def _live(self) -> EngineError:
        """Open a link and return, once it is lost, the reason."""
        try:
            link = await self._source.open(self._patience.timing)
            self._set(link, None)
            over = link.leaving if self._source.shared else link.lost
            error = await asyncio.shield(over)  # stopping the keeper must not count as losing the link
            if not link.lost.done():
                self._left.add(link)
                link.lost.add_done_callback(lambda _: self._left.discard(link))
        except EngineError as refused:
            error = refused
        except Exception as bug:
            log.exception("starting the engine failed")
            error = InternalError(f"The engine could not be started: {bug}")
        self._link = None
        await self._source.close(kill=True)
        return error

    def _why_blocked(self) -> str:
        return (
            f"The engine stopped {self._timing.most_starts} times within {self._timing.window_s / 60:.0f} minutes "
            f"and is given a rest; look at {self._source} for the reason."
        )
