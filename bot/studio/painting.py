"""One job's way through the engine and into the database."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from pydantic import TypeAdapter

from bot.studio import meters
from bot.studio.absence import failure
from bot.studio.backstage import Backstage
from bot.studio.ingredients import PictureGone, gather
from bot.studio.mixing import frame_of
from bot.studio.progress import Progress
from bot.studio.publisher import Publisher
from engine.api import (
    Brief,
    Description,
    EngineError,
    Event,
    Finished,
    Kind,
    Moving,
    Picture,
    Preview,
    Queued,
    Recipe,
)
from engine.api import Progress as Step
from engine.api.errors import Cancelled, EngineLost
from storage import artworks, queue
from storage.artworks import Painted
from storage.errors import StorageError
from storage.records import Job

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
STORE_AGAIN_S = 5.0
ALT_LENGTH = 1024
_RECIPE: TypeAdapter[Recipe] = TypeAdapter(Recipe)


class Paints(Protocol):
    """The part of `engine.client.Engine` that is needed here."""

    def paint(self, brief: Brief, inputs: Mapping[str, bytes] = ...) -> AsyncGenerator[Event, None]:
        """Yield what happens to the brief."""
        ...

    async def describe(self) -> Description:
        """Tell what the engine can do."""
        ...


@dataclass(frozen=True, slots=True)
class Results:
    """What the engine painted."""

    pictures: Sequence[Picture]
    """To be shown, in order; of what moves, the frame that is its still."""
    notices: tuple[str, ...] = ()
    moving: Moving | None = None
    frames: tuple[Mapping[str, Any], ...] = ()
    """Of what moves, all of them."""


class Requeue(Exception):
    """The job goes back to the queue, and this was nobody's fault."""


@dataclass(slots=True)
class Painting:
    """Paints one leased job."""

    backstage: Backstage
    engine: Paints
    publisher: Publisher
    job: Job
    life: str
    progress: Progress = field(init=False)
    handed_over: bool = False
    """Whether a living engine was given the job: from then on its death counts as an attempt."""

    started_at: datetime | None = None

    def __post_init__(self) -> None:
        self.progress = Progress(self.publisher, self.job)

    async def run(self) -> None:
        """Paint and store; every end but a cancellation and `Requeue` is written into the database.

        Raises:
            Requeue: the engine is busy or not there.
        """
        showing = asyncio.create_task(self.progress.run())
        try:
            results = await self._paint()
        except Cancelled:
            return
        except EngineLost as error:
            if not self.handed_over:
                raise Requeue from error
            log.warning("job %d: the engine was lost: %s", self.job.id, error.message)
            await self._died()
            return
        except PictureGone:
            await self._fail("parent_removed")
            return
        except EngineError as error:
            if error.kind is Kind.TRANSIENT:
                raise Requeue from error
            key, values = failure(error)
            log.info("job %d: the engine refused: %s", self.job.id, error.message)
            await self._fail(key, **values)
            return
        finally:
            showing.cancel()
            with suppress(asyncio.CancelledError):
                await showing
        await self._store(results)

    async def _paint(self) -> Results:
        pictures: list[Picture] = []
        moving: Moving | None = None
        asked, inputs = await gather(self.backstage, self.job)
        # A job may kill the engine before that can say that it has it; so whether one was there is asked before.
        await self.engine.describe()
        self.handed_over = True
        async with aclosing(self.engine.paint(asked, inputs)) as events:
            async for event in events:
                match event:
                    case Queued():
                        await self._started()
                    case Step() | Preview():
                        self.progress.take(event)
                    case Picture():
                        pictures.append(event)
                    case Moving():
                        moving = event
                    case Finished():
                        return _results(pictures, moving, event.notices)
        raise EngineLost

    async def _started(self) -> None:
        async with self.backstage.database.write() as tx:
            now = self.backstage.clock()
            if not await queue.start(tx, self.job.id, self.life, now):
                raise Cancelled
        self.started_at = now
        meters.WAITED.observe((now - self.job.created_at).total_seconds())

    async def _store(self, results: Results) -> None:
        while True:
            try:
                await self._store_once(results)
            except StorageError as error:
                # The pictures are painted: they wait here until there is room again, or until the bot ends.
                log.warning("job %d: cannot be stored yet: %s", self.job.id, error.message)
            except OSError as error:
                log.warning("job %d: its pictures cannot be stored yet: %s", self.job.id, error)
            else:
                return
            await asyncio.sleep(STORE_AGAIN_S)

    async def _store_once(self, results: Results) -> None:
        database, blobs = self.backstage.database, self.backstage.blobs
        async with blobs.changing:
            hashes: list[str] = []
            stored = False
            try:
                painted = [await self._keep(number, one, hashes) for number, one in enumerate(results.pictures)]
                if results.moving is not None:
                    painted = [await self._set_moving(painted[0], results.moving, results.frames, hashes)]
                async with database.write() as tx:
                    now = self.backstage.clock()
                    finished = await queue.finish(
                        tx, self.job.id, "done", now, life=self.life, notices=(*self.job.notices, *results.notices)
                    )
                    if finished:
                        await artworks.record(tx, self.job, painted, now)
                stored = finished is not None
            finally:
                if not stored:
                    await self._discard(hashes)
        if stored:
            meters.PICTURES.inc(len(results.pictures))
            self._ended("done")

    async def _keep(self, position: int, picture: Picture, hashes: list[str]) -> Painted:
        for data in (picture.image, picture.thumbnail):
            hashes.append(await self.backstage.blobs.put(data))
        recipe: dict[str, Any] = _RECIPE.dump_python(picture.recipe, mode="json")
        return Painted(
            number=picture.index,
            position=position,
            blob=hashes[-2],
            bytes=len(picture.image),
            thumbnail=hashes[-1],
            thumbnail_bytes=len(picture.thumbnail),
            width=picture.width,
            height=picture.height,
            media_type=picture.mime,
            recipe=recipe,
            alt=alt_text(self.job),
        )

    async def _set_moving(
        self, still: Painted, moving: Moving, frames: tuple[Mapping[str, Any], ...], hashes: list[str]
    ) -> Painted:
        hashes.append(await self.backstage.blobs.put(moving.image))
        recipe: dict[str, Any] = _RECIPE.dump_python(moving.recipe, mode="json")
        return replace(still, moving=(hashes[-1], len(moving.image)), frames=frames, recipe=recipe)

    async def _discard(self, hashes: Sequence[str]) -> None:
        """Delete files that no row came to name. What this misses is swept at the next start."""
        with suppress(StorageError, OSError):
            async with self.backstage.database.read() as tx:
                named = await artworks.named(tx, hashes)
            await self.backstage.blobs.delete([sha256 for sha256 in hashes if sha256 not in named])

    async def _died(self) -> None:
        meters.DEATHS.inc()
        async with self.backstage.database.write() as tx:
            now = self.backstage.clock()
            for job in await queue.requeue_after_death(tx, [self.job.id]):
                if job.attempts >= MOST_ATTEMPTS:
                    values = {"attempts": job.attempts}
                    await queue.finish(tx, job.id, "failed", now, error=("crashed", values))
                    self._ended("failed")

    async def _fail(self, key: str, **values: str) -> None:
        log.info("job %d failed: %s %s", self.job.id, key, values)
        async with self.backstage.database.write() as tx:
            ended = await queue.finish(
                tx, self.job.id, "failed", self.backstage.clock(), life=self.life, error=(key, values)
            )
        if ended:
            self._ended("failed")

    def _ended(self, state: str) -> None:
        memory, job = self.backstage.memory, self.job
        meters.ENDED.labels(state).inc()
        if self.started_at is not None:
            meters.PAINTED.observe((self.backstage.clock() - self.started_at).total_seconds())
        memory.ended(job.member_id, job.guild_id)
        if state == "failed":
            memory.refund(job.member_id, job.guild_id, job.count, job.created_at)
        self.backstage.mail_posted.set()

    async def fail_internally(self) -> None:
        """End the job because of a bug of ours, which is logged elsewhere."""
        await self._fail("internal")


def _results(pictures: Sequence[Picture], moving: Moving | None, notices: tuple[str, ...]) -> Results:
    ordered = sorted(pictures, key=lambda each: each.index)
    if moving is None:
        return Results(ordered, notices)
    still = ordered[len(ordered) // 2]
    return Results([still], notices, moving, tuple(frame_of(picture.recipe) for picture in ordered))


def alt_text(job: Job) -> str:
    """Describe a job's pictures for those who cannot see them, in at most 1,024 characters."""
    if not job.prompt:
        return job.style or ""
    style = f" ({job.style})" if job.style else ""
    room = ALT_LENGTH - len(style)
    prompt = job.prompt if len(job.prompt) <= room else job.prompt[: room - 1] + "…"
    return f"{prompt}{style}"
