"""Carries letters to their readers: the final ones until they arrive, the passing ones if it is convenient."""

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta

from bot.studio import letters, meters
from bot.studio.backstage import Backstage, wait_for
from bot.studio.delivery import Expired, Forbidden, Gone, Letter, Postman, Undelivered
from bot.studio.ladder import Climb, Delivered, token_serves
from storage import events, jobs, outbox
from storage.errors import StorageError
from storage.records import Job, Outgoing

log = logging.getLogger(__name__)

LOOK_S = 5.0
"""Longest time between two looks into the outbox."""
AT_ONCE = 8
FAREWELL_S = 1.0
LONGEST_PAUSE = timedelta(minutes=5)
MOST_OVER = 4096
GIVE_UP = timedelta(days=1)
"""A letter that could not be carried for so long stays undelivered; its pictures are in the history."""


class Publisher:
    """Letters of one job go one after the other, so that progress never overwrites a result."""

    def __init__(self, backstage: Backstage) -> None:
        """Carry the letters of this outbox, once there is a postman."""
        self._backstage = backstage
        self._postman: Postman | None = None
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._busy: set[int] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._passing: set[asyncio.Task[bool]] = set()
        self._messages: dict[int, int] = {}
        """The message of each job that was shown."""
        self._over: dict[int, None] = {}
        """Jobs, the latest last, that no passing letter may be shown of any more."""

    @property
    def idle(self) -> bool:
        """Whether no letter is on its way."""
        return not self._carrying

    def open_for(self, postman: Postman) -> None:
        """Begin to carry letters."""
        self._postman = postman
        self._backstage.mail_posted.set()

    async def run(self) -> None:
        """Carry letters until cancelled; those on their way then are brought to their end, if that comes soon."""
        try:
            while True:
                try:
                    await self._look()
                except StorageError as error:
                    log.warning("the outbox cannot be read: %s", error.message)
                await wait_for(self._backstage.mail_posted, LOOK_S)
        finally:
            await self._leave()

    async def drain(self, within_s: float = 5.0) -> None:
        """Carry what is due, but not for ever; the rest goes out in the next life."""
        try:
            async with asyncio.timeout(within_s):
                await self._look()
                while self._carrying:
                    await asyncio.wait(self._carrying)
                    await self._look()
        except (TimeoutError, StorageError) as error:
            log.info("letters are left for the next start: %r", error)

    async def _leave(self) -> None:
        if self._carrying:
            await asyncio.wait(self._carrying, timeout=FAREWELL_S)
        rest = [*self._passing, *self._carrying]
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest)

    def show_soon(self, letter: Letter) -> None:
        """Show a passing letter without waiting for it."""
        task = asyncio.create_task(self.show(letter))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def show(self, letter: Letter) -> bool:
        """Show a passing letter (queued, progress) by editing; return whether it was shown. Failures do not matter."""
        job = letter.job
        if self._postman is None or job.id in self._busy:
            return False
        async with self._locks[job.id]:
            if job.id in self._over:
                return False
            try:
                return await self._edit(letter)
            except Gone:
                self._end(job.id)
            except (Undelivered, StorageError) as error:
                log.debug("job %d: %s not shown: %r", job.id, letter.kind, error)
            except Exception:
                # That a passing letter cannot be shown must not cost the job.
                log.exception("job %d: %s could not be shown", job.id, letter.kind)
            return False

    def _end(self, job_id: int) -> None:
        """Show nothing passing of a job any more: its result was, or its message was deleted."""
        self._messages.pop(job_id, None)
        self._over[job_id] = None
        if len(self._over) > MOST_OVER:
            oldest = next(iter(self._over))
            del self._over[oldest]
            self._locks.pop(oldest, None)

    async def _edit(self, letter: Letter) -> bool:
        job, postman = letter.job, self._postman
        assert postman is not None
        if token_serves(job, self._backstage.clock()) and job.token is not None:
            try:
                await self._know_message(job, await postman.edit_reply(letter, job.token, job.application_id))
                return True
            except (Expired, Forbidden):
                pass
        message_id = self._messages.get(job.id, job.message_id)
        if job.private or message_id is None or job.channel_id is None:
            return False
        await postman.edit_message(letter, job.channel_id, message_id)
        return True

    async def _look(self) -> None:
        if self._postman is None:
            return
        while len(self._carrying) < AT_ONCE:
            async with self._backstage.database.read() as tx:
                due = await outbox.due(tx, self._backstage.clock(), self._busy, AT_ONCE - len(self._carrying))
            if not due:
                return
            for outgoing in due:
                self._busy.add(outgoing.job_id)
                task = asyncio.create_task(self._carry(outgoing))
                self._carrying.add(task)
                task.add_done_callback(self._carried)

    def _carried(self, task: asyncio.Task[None]) -> None:
        self._carrying.discard(task)
        self._backstage.mail_posted.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("a letter could not be carried", exc_info=error)

    async def _carry(self, outgoing: Outgoing) -> None:
        try:
            async with self._locks[outgoing.job_id]:
                self._end(outgoing.job_id)
                try:
                    await self._deliver(outgoing)
                except Exception:
                    # A bug met by one letter must not make a loop of it.
                    await self._retry(outgoing)
                    raise
        finally:
            self._busy.discard(outgoing.job_id)

    async def _deliver(self, outgoing: Outgoing) -> None:
        letter = await letters.write(self._backstage, outgoing)
        if letter is None:
            await self._settle(outgoing, None, Delivered("kept"))
            return
        assert self._postman is not None
        climb = Climb(
            postman=self._postman,
            letter=letter,
            now=self._backstage.clock(),
            new_message=outgoing.new_message,
            maybe_sent=outgoing.sending,
            nonce=f"salon-{outgoing.id}",
            note_sending=lambda: self._note_sending(outgoing),
        )
        try:
            delivered = await climb.deliver()
        except Undelivered as error:
            log.info("job %d: %s not delivered yet: %r", outgoing.job_id, outgoing.kind, error)
            await self._retry(outgoing)
        else:
            await self._settle(outgoing, letter, delivered)

    async def _note_sending(self, outgoing: Outgoing) -> None:
        async with self._backstage.database.write() as tx:
            await outbox.note_sending(tx, outgoing.id)

    async def _retry(self, outgoing: Outgoing) -> None:
        now = self._backstage.clock()
        if now - outgoing.created_at > GIVE_UP:
            await self._settle(outgoing, None, Delivered("kept"))
            return
        meters.RETRIES.inc()
        pause = min(timedelta(seconds=2 ** min(outgoing.attempts, 16)), LONGEST_PAUSE)
        async with self._backstage.database.write() as tx:
            await outbox.retry(tx, outgoing.id, now + pause)

    async def _settle(self, outgoing: Outgoing, letter: Letter | None, delivered: Delivered) -> None:
        now = self._backstage.clock()
        async with self._backstage.database.write() as tx:
            await outbox.settle(tx, outgoing.id, delivered.outcome, now)
            if letter is None:
                return
            if delivered.message_id is not None and delivered.channel_id is not None:
                await jobs.set_direct(tx, letter.job.id, delivered.channel_id, delivered.message_id)
            elif delivered.message_id is not None and not letter.job.private:
                await jobs.set_message(tx, letter.job.id, delivered.message_id)
            if delivered.outcome in ("replied", "edited", "sent", "direct") and outgoing.new_message:
                for work in letter.artworks:
                    await events.add(tx, "shown", letter.job.member_id, work, now)
        meters.LETTERS.labels(delivered.outcome).inc()
        if delivered.outcome == "kept" and outgoing.new_message:
            log.warning("job %d: nobody could be reached; it is in the member's history", outgoing.job_id)

    async def _know_message(self, job: Job, message_id: int) -> None:
        if job.private or self._messages.get(job.id, job.message_id) == message_id:
            return
        self._messages[job.id] = message_id
        async with self._backstage.database.write() as tx:
            await jobs.set_message(tx, job.id, message_id)
