"""The queue as a state machine: whatever happens, in whatever order, the order stays fair and the counts stay true."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from sqlalchemy import text

from storage import jobs, queue
from storage.database import Database
from tests.storage.stores import NOW, add, made, opened, run, values

MEMBERS = st.integers(1, 4)


def submitted(*counts_by_member: tuple[int, int], folder: Path) -> list[int]:
    """Queue jobs of (member, pictures) and return the members in the order in which they are leased one by one."""

    async def story():
        async with opened(folder) as database:
            for member, count in counts_by_member:
                await add(database, member, count=count)
            order = []
            for _ in counts_by_member:
                async with database.write() as tx:
                    (leased,) = await queue.lease(tx, "life", 1, NOW)
                    await queue.finish(tx, leased.id, "done", NOW)
                order.append(leased.member_id)
            return order

    return run(story())


def test_members_take_turns_whoever_came_first(tmp_path):
    assert submitted((1, 1), (1, 1), (1, 1), (2, 1), (2, 1), (3, 1), folder=tmp_path) == [1, 2, 3, 1, 2, 1]


def test_shares_are_counted_in_pictures(tmp_path):
    assert submitted((1, 4), (1, 4), (2, 1), (2, 1), (2, 1), (2, 1), folder=tmp_path) == [1, 2, 2, 2, 2, 1]


def test_who_comes_later_neither_overtakes_nor_waits_for_the_whole_queue_of_another(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            for _ in range(100):
                await add(database, 1)
            for _ in range(50):
                async with database.write() as tx:
                    (leased,) = await queue.lease(tx, "life", 1, NOW)
                    await queue.finish(tx, leased.id, "done", NOW)
            late = await add(database, 2)
            async with database.read() as tx:
                return (await queue.place(tx, late)).jobs

    assert run(story()) <= 1


def test_no_more_is_leased_than_there_is_room_for(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            for member in range(1, 11):
                await add(database, member, count=4)
            async with database.write() as tx:
                assert len(await queue.lease(tx, "life", 9, NOW)) == 3
                assert await queue.lease(tx, "life", 0, NOW) == []

    run(story())


def test_what_shared_a_batch_with_a_crash_is_painted_alone(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            for member in (1, 2, 3):
                await add(database, member)
            async with database.write() as tx:
                dead = [job.id for job in await queue.lease(tx, "life", 2, NOW)]
                assert [job.attempts for job in await queue.requeue_after_death(tx, dead)] == [1, 1]
                leased = []
                while found := await queue.lease(tx, "life", 10, NOW):
                    assert len(found) == 1
                    assert await queue.lease(tx, "life", 10, NOW) == []
                    leased.append(found[0].id)
                    await queue.finish(tx, found[0].id, "done", NOW)
                assert leased == [*dead, 3]

    run(story())


def test_a_lease_that_ran_out_is_taken_back_unless_its_holder_lives(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            for member in (1, 2, 3):
                await add(database, member)
            async with database.write() as tx:
                held, lost, fresh = [job.id for job in await queue.lease(tx, "life", 3, NOW)]
                late = NOW + queue.LEASE + timedelta(seconds=1)
                await queue.renew(tx, "life", [fresh], late)
                assert await queue.expire(tx, [held], late) == [lost]
                assert await queue.start(tx, fresh, "life", late)
                assert not await queue.start(tx, fresh, "another life", late)
                assert not await queue.start(tx, lost, "life", late)

    run(story())


def test_a_second_life_takes_everything_back_and_the_first_can_no_longer_finish(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            job = await add(database)
            async with database.write() as tx:
                await queue.lease(tx, "first", 1, NOW)
                assert await queue.release_all(tx) == [job.id]
                await queue.lease(tx, "second", 1, NOW)
                assert await queue.finish(tx, job.id, "done", NOW, life="first") is None
                assert await queue.finish(tx, job.id, "done", NOW, life="second") is not None
                assert await queue.finish(tx, job.id, "cancelled", NOW) is None

    run(story())


def test_the_order_of_many_is_counted_in_few_rows(tmp_path):
    """What keeps place and ETA quick: not a clock, but how much there is to add up."""

    async def story():
        async with opened(tmp_path) as database:
            async with database.write() as tx:
                for number in range(600):
                    last, _ = await queue.add(tx, values(1 + number))
            async with database.read() as tx:
                rows = (await tx.execute(text("SELECT count(*) FROM queue_counts"))).scalar_one()
                assert rows <= 600 // 256 + 1
                assert await queue.place(tx, last) == queue.Place(599, 5990.0)
                plan = " ".join(
                    row[3]
                    for row in await tx.execute(
                        text(
                            "EXPLAIN QUERY PLAN SELECT count(*) FROM jobs WHERE state = 'queued' AND turn = 0 "
                            "AND id >= 512 AND id < 600"
                        )
                    )
                )
                assert "ix_jobs_queue" in plan and "turn=? AND id>? AND id<?" in plan

    run(story())


class Queue(RuleBasedStateMachine):
    """Members submit and cancel, engines finish and die, bots restart."""

    waiting = Bundle("waiting")

    @initialize()
    def open(self):
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(made(Path(self.folder.name)))
        self.submitted: set[int] = set()
        self.ended: dict[int, str] = {}
        self.leased: set[int] = set()
        self.life = 1

    def teardown(self):
        self.loop.run_until_complete(self.database.close())
        self.loop.close()
        self.folder.cleanup()

    def write(self, action):
        async def story():
            async with self.database.write() as tx:
                return await action(tx)

        return self.loop.run_until_complete(story())

    @rule(target=waiting, member=MEMBERS, count=st.integers(1, 4))
    def submit(self, member, count):
        job, new = self.write(lambda tx: queue.add(tx, values(member, count=count)))
        assert new and job.id not in self.submitted
        self.submitted.add(job.id)
        return job

    @rule(job=waiting)
    def submit_again(self, job):
        same, new = self.write(lambda tx: queue.add(tx, values(5, interaction_id=job.interaction_id)))
        assert same.id == job.id and not new

    @rule(room=st.integers(0, 9))
    def lease(self, room):
        before = self.queued()
        leased = self.write(lambda tx: queue.lease(tx, str(self.life), room, NOW))
        # Fair: whatever is leased comes before everything that is left.
        left = [job for job in before if job.id not in {each.id for each in leased}]
        assert not left or not leased or max((j.turn, j.id) for j in leased) < min((j.turn, j.id) for j in left)
        self.leased |= {job.id for job in leased}

    @rule(data=st.data(), state=st.sampled_from(["done", "failed"]))
    def finish(self, data, state):
        if not self.leased:
            return
        job_id = data.draw(st.sampled_from(sorted(self.leased)))
        assert self.write(lambda tx: queue.finish(tx, job_id, state, NOW, life=str(self.life)))
        self.leased.discard(job_id)
        self.ended[job_id] = state

    @rule(job=consumes(waiting))
    def cancel(self, job):
        ended = self.write(lambda tx: queue.finish(tx, job.id, "cancelled", NOW))
        assert (ended is None) == (job.id in self.ended)
        self.ended.setdefault(job.id, "cancelled")
        self.leased.discard(job.id)

    @rule()
    def engine_dies(self):
        self.write(lambda tx: queue.requeue_after_death(tx, sorted(self.leased)))
        self.leased.clear()

    @rule()
    def restart(self):
        released = self.write(queue.release_all)
        assert set(released) == self.leased
        self.leased.clear()
        self.life += 1

    def queued(self):
        return [job for job in self.write(jobs.pending) if job.state == "queued"]

    @invariant()
    def nothing_is_lost_and_places_are_exact(self):
        if not hasattr(self, "database"):
            return
        queued = self.queued()
        assert {job.id for job in queued} == self.submitted - self.ended.keys() - self.leased
        for number, job in enumerate(queued):
            place = self.write(lambda tx, job=job: queue.place(tx, job))
            assert place == queue.Place(number, 10.0 * number)

    @invariant()
    def every_end_has_one_letter(self):
        if not hasattr(self, "database"):
            return

        async def letters(tx):
            return (await tx.execute(text("SELECT job_id, kind FROM outbox ORDER BY job_id"))).all()

        assert [tuple(row) for row in self.write(letters)] == sorted(self.ended.items())


Queue.TestCase.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
TestQueue = Queue.TestCase
