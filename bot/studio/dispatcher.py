"""Leases jobs as the engine has room for them, and sees each to its end."""

import asyncio
import logging
import secrets
from collections.abc import Callable

from bot.studio import eta
from bot.studio.backstage import Backstage, wait_for
from bot.studio.painting import Painting, Paints, Requeue
from bot.studio.progress import Progress
from bot.studio.publisher import Publisher
from bot.studio.watch import Watch
from storage import queue
from storage.errors import StorageError
from storage.records import Job

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""Longest time between two looks into the queue."""
RENEW_S = 10.0
PAUSE_S = 1.0
"""After the engine turned a job away."""
DRAIN_S = 15.0


class Dispatcher:
    """The only one who leases."""

    def __init__(self, backstage: Backstage, engine: Paints, watch: Watch, publisher: Publisher) -> None:
        """Have jobs painted by this engine."""
        self._backstage = backstage
        self._engine = engine
        self._watch = watch
        self._publisher = publisher
        self._life = secrets.token_hex(8)
        self._paintings: dict[int, Painting] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._resting_until = 0.0
        self.draining = False

    @property
    def running(self) -> dict[int, Job]:
        """The jobs that are leased now."""
        return {job_id: painting.job for job_id, painting in self._paintings.items()}

    def shown_progress(self, job_id: int) -> Progress | None:
        """Return how far a running job is."""
        painting = self._paintings.get(job_id)
        return painting.progress if painting else None

    def work_left(self) -> float:
        """Return the row-steps that the running jobs still need."""
        return sum(_left(painting) for painting in self._paintings.values())

    async def run(self) -> None:
        """Dispatch until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._renew())
            while True:
                try:
                    await self._fill()
                except StorageError as error:
                    log.warning("no job can be leased: %s", error.message)
                await wait_for(self._backstage.queue_changed, LOOK_S)

    def stop(self, job_id: int) -> None:
        """Stop painting a job whose end is in the database already."""
        if task := self._tasks.get(job_id):
            task.cancel()

    async def drain(self, within_s: float = DRAIN_S) -> None:
        """Lease no more and wait for what is being painted, but not for ever; the rest goes back to the queue."""
        self.draining = True
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=within_s)
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)

    async def _fill(self) -> None:
        loop = asyncio.get_running_loop()
        if self.draining or not self._watch.online or loop.time() < self._resting_until:
            return
        room = eta.room(self._watch.model(None)) - sum(painting.job.count for painting in self._paintings.values())
        if room <= 0 or self._backstage.memory.pending <= len(self._paintings):
            return
        async with self._backstage.database.write() as tx:
            leased = await queue.lease(tx, self._life, room, self._backstage.clock())
        for job in leased:
            self._start(job)

    def _start(self, job: Job) -> None:
        painting = Painting(self._backstage, self._engine, self._publisher, job, self._life)
        self._paintings[job.id] = painting
        task = self._tasks[job.id] = asyncio.create_task(self._see_through(painting))
        task.add_done_callback(self._ended(job.id))

    def _ended(self, job_id: int) -> Callable[[asyncio.Task[None]], None]:
        def end(task: asyncio.Task[None]) -> None:
            del self._paintings[job_id], self._tasks[job_id]
            self._backstage.queue_changed.set()
            if not task.cancelled() and (error := task.exception()):
                log.error("job %d could not be seen through", job_id, exc_info=error)

        return end

    async def _see_through(self, painting: Painting) -> None:
        try:
            await painting.run()
        except (Requeue, StorageError) as reason:
            # If the database cannot be written for long, the lease runs out and gives the job back.
            log.info("job %d goes back to the queue: %s", painting.job.id, reason.__cause__ or reason)
            self._resting_until = asyncio.get_running_loop().time() + PAUSE_S
            await self._give_back(painting)
        except asyncio.CancelledError:
            # Cancelled by the member, then it has ended already; or the bot is ending, then the next life takes it.
            await self._give_back(painting)
            raise
        except Exception:
            log.exception("job %d: a bug", painting.job.id)
            await painting.fail_internally()

    async def _give_back(self, painting: Painting) -> None:
        async with self._backstage.database.write() as tx:
            await queue.requeue(tx, [painting.job.id])

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            held = list(self._paintings)
            try:
                async with self._backstage.database.write() as tx:
                    now = self._backstage.clock()
                    await queue.renew(tx, self._life, held, now)
                    if lost := await queue.expire(tx, held, now):
                        log.warning("leases ran out, requeued: %s", lost)
                        self._backstage.queue_changed.set()
            except StorageError as error:
                log.warning("leases cannot be renewed: %s", error.message)


def _left(painting: Painting) -> float:
    step = painting.progress.latest
    if step is None or not step.steps:
        return painting.job.work
    return painting.job.work * max(0.0, 1 - step.step / step.steps)
