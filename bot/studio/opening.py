"""Opening the studio: what happens at the start, what runs beside it, and how it ends."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from bot.settings import Settings
from bot.studio.backstage import Backstage, Clock, utc_now
from bot.studio.dispatcher import Dispatcher
from bot.studio.publisher import Publisher
from bot.studio.studio import Studio
from bot.studio.watch import Watch
from engine.client import Engine
from storage import queue
from storage.blobs import Blobs
from storage.database import Database

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_studio(settings: Settings, engine: Engine, *, clock: Clock = utc_now) -> AsyncIterator[Studio]:
    """Open the studio on a database that is locked and up to date.

    Leaving gives what is being painted back to the queue; `Studio.drain` waits for it before. A part that fails, which
    is a bug, ends the context with that exception.

    Raises:
        SettingsRefused: the engine of this process cannot start with its settings.
    """
    backstage = Backstage(
        settings=settings, database=Database(settings.database), blobs=Blobs(settings.blobs), clock=clock
    )
    watch = Watch(engine, backstage.queue_changed.set, own=settings.engine.listen is None)
    publisher = Publisher(backstage)
    dispatcher = Dispatcher(backstage, engine, watch, publisher)
    studio = Studio(backstage, engine, watch, dispatcher, publisher)
    try:
        await _begin(backstage, studio)
        with _alone():
            async with asyncio.TaskGroup() as group:
                running = [
                    group.create_task(part)
                    for part in (
                        watch.run(),
                        dispatcher.run(),
                        publisher.run(),
                        studio.janitor.run(),
                        studio.waiting.run(),
                        studio.corrections.run(),
                        studio.rosters.run(),
                    )
                ]
                try:
                    yield studio
                finally:
                    await dispatcher.drain(0)
                    for task in running:
                        task.cancel()
    finally:
        await backstage.database.close()


async def _begin(backstage: Backstage, studio: Studio) -> None:
    async with backstage.database.write() as tx:
        if released := await queue.release_all(tx):
            log.info("%d jobs of the last life go back to the queue", len(released))
    await backstage.memory.load(backstage.database, backstage.clock())
    await studio.janitor.sweep()


@contextmanager
def _alone() -> Iterator[None]:
    """Raise an exception that came alone as itself: whoever opened the studio expects their own."""
    try:
        yield
    except BaseExceptionGroup as group:
        if len(group.exceptions) > 1:
            raise
        raise group.exceptions[0] from group.exceptions[0].__cause__
