"""What the studio does when storage refuses, when members press twice, and when it has to end."""

import asyncio
import errno
import sqlite3
from contextlib import asynccontextmanager

from sqlalchemy import text

from bot.settings import LimitSettings
from bot.studio import painting
from bot.studio.requests import Refusal
from storage import database
from storage.blobs import Blobs
from tests.bot.studio.stage import ANN, BEN, MOD, origin, wish
from tests.bot.studio.test_studio import painted, refused, told


@asynccontextmanager
async def locked(path):
    """Hold the database's lock as another program would; the studio may be in the middle of a transaction."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def rows(studio) -> int:
    async with studio._backstage.database.read() as tx:
        return (await tx.execute(text("SELECT count(*) FROM jobs"))).scalar_one()


def test_a_lock_held_for_a_moment_is_waited_for(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_S", 30.0)

    async def story(studio, post):
        async with locked(settings.database):
            asking = asyncio.create_task(studio.submit(ANN, origin(), wish()))
            await asyncio.sleep(0.2)
            # Meanwhile everything that memory or a reader can tell is told.
            assert await studio.history(ANN.id) == [] and not asking.done()
        assert (await post.until((await asking).job_id, "done")).pictures

    told(settings, tmp_path, story)


def test_a_lock_that_stays_is_said_and_leaves_nothing_counted(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_S", 0.2)

    async def story(studio, post):
        asked = origin()
        async with locked(settings.database):
            assert await refused(studio.submit(ANN, asked, wish())) == "busy"
            assert studio._backstage.memory.pending == 0
        assert (await post.until((await studio.submit(ANN, asked, wish())).job_id, "done")).pictures

    told(settings, tmp_path, story)


def test_a_full_disk_refuses_before_anything_is_promised_and_is_recovered_from(settings, tmp_path):
    async def fill(studio, jobs):
        while len(jobs) < 20:
            try:
                jobs.append((await studio.submit(ANN, origin(), wish("x" * 1500))).job_id)
            except Refusal as refusal:
                return refusal.key
        return "never full"

    async def story(studio, post):
        async with studio._backstage.database.write() as tx:
            pages = (await tx.execute(text("PRAGMA page_count"))).scalar_one()
            await tx.execute(text(f"PRAGMA max_page_count = {pages + 4}"))
        jobs = []
        assert await fill(studio, jobs) == "disk_full"
        assert await rows(studio) == len(jobs)
        async with studio._backstage.database.write() as tx:
            await tx.execute(text("PRAGMA max_page_count = 1000000"))
        for job in jobs:
            await post.until(job, "done")
        assert studio._backstage.memory.pending == 0

    told(settings.model_copy(update={"limits": LimitSettings(pending_per_member=0)}), tmp_path, story)


def test_pictures_wait_for_room_on_the_disk_and_no_row_names_what_is_not_there(settings, tmp_path, monkeypatch):
    put, tries = Blobs._put, []

    def full(self, data):
        tries.append(data)
        if len(tries) in (2, 3):
            raise OSError(errno.ENOSPC, "No space left on device")
        return put(self, data)

    monkeypatch.setattr(Blobs, "_put", full)
    monkeypatch.setattr(painting, "STORE_AGAIN_S", 0.01)

    async def story(studio, post):
        _, works = await painted(studio, post)
        files = {path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file()}
        async with studio._backstage.database.read() as tx:
            named = set((await tx.execute(text("SELECT sha256 FROM blobs"))).scalars())
        assert named == files and len(works) == 2
        assert all([await studio.picture(work) for work in works])

    told(settings, tmp_path, story)
    assert len(tries) > 4


def test_whoever_presses_twice_at_once_does_it_once(settings, tmp_path):
    async def both(*asked):
        done = await asyncio.gather(*asked, return_exceptions=True)
        return sorted(getattr(one, "key", "done") for one in done)

    async def story(studio, post):
        job, (first, second) = await painted(studio, post)
        kept = await asyncio.gather(studio.keep(BEN, first), studio.keep(BEN, first))
        assert kept[0] == kept[1]
        assert await both(*(studio.delete(ANN, second) for _ in range(2))) == ["done", "removed"]
        assert await both(*(studio.report(BEN, origin(), first, "odd") for _ in range(2))) == ["done", "reported"]
        assert await both(*(studio.hide(MOD, first) for _ in range(2))) == ["done", "removed"]
        waiting = (await studio.submit(ANN, origin(), wish("endless"))).job_id
        assert await both(studio.cancel(ANN, waiting), studio.cancel(MOD, waiting)) == ["done", "over"]
        assert await both(studio.forget(ANN.id), studio.forget(ANN.id)) == ["done", "done"]
        await post.until(job, "removed")
        assert studio._backstage.memory.pending == 0

    told(settings, tmp_path, story)


def test_what_is_asked_for_while_one_is_being_forgotten_is_forgotten_too(settings, tmp_path):
    async def story(studio, post):
        desk, late = studio._desk, []
        end_all = desk.end_all

        async def quick(**whose):
            await end_all(**whose)
            if not late:
                late.append((await studio.submit(ANN, origin(), wish("endless"))).job_id)

        desk.end_all = quick
        await studio.forget(ANN.id)
        job = await studio.job(late[0])
        assert (job.state, job.prompt) == ("cancelled", "")
        assert studio._backstage.memory.pending == 0

    told(settings, tmp_path, story)


def test_who_ends_gives_back_what_is_not_finished_and_takes_nothing_more(settings, tmp_path):
    async def story(studio, post):
        running = (await studio.submit(ANN, origin(), wish("endless"))).job_id
        await post.until(running, "progress")
        await studio.drain(0.05)
        job = await studio.job(running)
        assert (job.state, job.attempts) == ("queued", 0)
        assert await refused(studio.submit(ANN, origin(), wish())) == "paused"

    told(settings, tmp_path, story)
