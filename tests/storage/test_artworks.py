from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from storage import artworks, events, jobs, lineage, outbox, privacy, queue, rows, uploads
from tests.storage.stores import NOW, add, opened, painted, run

DAY = timedelta(days=1)


async def paint(database, *blobs, member_id=1, at=NOW, **fields):
    job = await add(database, member_id, **fields)
    async with database.write() as tx:
        await queue.lease(tx, "life", 99, at)
        await queue.finish(tx, job.id, "done", at)
        return await artworks.record(tx, job, [painted(blob, number) for number, blob in enumerate(blobs)], at)


async def blobs_named(database):
    async with database.read() as tx:
        return await artworks.named(tx)


def test_every_candidate_is_kept_with_its_score_and_the_shown_ones_in_their_order(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            job = await add(database)
            several = [
                painted("aa", 0, position=None, score=0.1),
                painted("bb", 1, position=1, score=0.5),
                painted("cc", 2, position=0, score=0.9),
            ]
            async with database.write() as tx:
                works = await artworks.record(tx, job, several, NOW)
                await events.add(tx, "keep", 5, works[0], NOW)
            assert [(work.blob, work.position) for work in works] == [("cc", 0), ("bb", 1)]
            async with database.read() as tx:
                found = await artworks.candidates_of(tx, job.id)
                assert await artworks.of_job(tx, job.id) == works
                (event,) = await events.of_job(tx, job.id)
            assert [(one.number, one.score, one.position) for one in found] == [
                (0, 0.1, None),
                (1, 0.5, 1),
                (2, 0.9, 0),
            ]
            assert found[2].artwork_id == works[0].id and found[2].scorer == "test 1"
            assert (event.kind, event.model_hash, event.position) == ("keep", "abc", 0)
            assert await blobs_named(database) == {"cc", "bb"}

    run(story())


def test_a_file_that_two_pictures_share_is_deleted_with_the_second(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            (first,), (second,) = await paint(database, "aa"), await paint(database, "aa")
            async with database.write() as tx:
                assert await artworks.remove(tx, [first.id], NOW) == []
                assert await artworks.remove(tx, [second.id], NOW) == ["aa"]
            async with database.read() as tx:
                left = await artworks.get(tx, first.id)
            assert left.removed and left.recipe == {} and left.alt == ""

    run(story())


def test_pictures_that_nobody_kept_go_first_and_oldest_first(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            (old,) = await paint(database, "a1", at=NOW - 3 * DAY)
            (kept,) = await paint(database, "b2", at=NOW - 2 * DAY)
            (new,) = await paint(database, "c3", at=NOW)
            async with database.write() as tx:
                assert await artworks.keep(tx, kept.id, 5, NOW)
                assert not await artworks.keep(tx, kept.id, 5, NOW)
                assert await artworks.stored_bytes(tx) == 3 * 110
                assert await artworks.loose(tx, None, 10) == [(old.id, 100), (new.id, 100)]
                assert await artworks.loose(tx, NOW - DAY, 10) == [(old.id, 100)]
                assert sorted(await artworks.drop_pictures(tx, [old.id])) == ["1a", "a1"]
                dropped = await artworks.get(tx, old.id)
            assert dropped.removed and dropped.recipe and dropped.deleted_at is None

    run(story())


def test_a_forgotten_member_leaves_children_and_choices_but_no_words(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            (parent,) = await paint(database, "aa", prompt="my secret garden", message_id=77)
            (child,) = await paint(database, "bb", member_id=2, parents=[parent.id])
            async with database.write() as tx:
                await events.add(tx, "keep", 1, child, NOW)
                await artworks.keep(tx, child.id, 1, NOW)
                done = await privacy.forget_member(tx, 1, NOW)
                assert (done.jobs, done.pictures, done.posts, sorted(done.strays)) == (1, 1, 1, ["aa"])
            async with database.read() as tx:
                gone, left = await artworks.get(tx, parent.id), await artworks.get(tx, child.id)
                job = await jobs.get(tx, parent.job_id)
                letters = await outbox.due(tx, NOW, (), 10)
                (event,) = await events.of_job(tx, child.job_id)
                kept = (await tx.execute(text("SELECT member_id FROM keeps"))).scalar_one()
            assert gone.removed and gone.member_id == privacy.NOBODY
            assert left.parents == (parent.id,) and left.blob == "bb"
            assert job.prompt == "" and job.member_id == privacy.NOBODY
            assert [(one.kind, one.new_message) for one in letters if one.job_id == job.id] == [("removed", False)]
            assert event.member_id == kept < 0
        assert b"secret garden" not in b"".join(path.read_bytes() for path in tmp_path.glob("salon.db*"))

    run(story())


def test_a_purged_guild_leaves_nothing_of_its_own(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            await paint(database, "aa", guild_id=10)
            (other,) = await paint(database, "bb", guild_id=11)
            async with database.write() as tx:
                assert (await privacy.forget_guild(tx, 10, NOW)).strays == ["aa"]
            assert await blobs_named(database) == {"bb"}
            async with database.read() as tx:
                assert not (await artworks.get(tx, other.id)).removed

    run(story())


def test_tokens_are_wiped_after_a_quarter_of_an_hour(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            old = await add(database, received_at=NOW - timedelta(minutes=15))
            new = await add(database, received_at=NOW - timedelta(minutes=14))
            async with database.write() as tx:
                assert await jobs.wipe_tokens(tx, NOW) == 1
                assert await jobs.wipe_tokens(tx, NOW) == 0
                assert (await jobs.get(tx, old.id)) == replace(old, token=None)
                assert (await jobs.get(tx, new.id)) == new

    run(story())


def test_more_pictures_than_one_statement_can_name(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "_MOST_PARAMETERS", 3)

    async def story():
        async with opened(tmp_path) as database:
            works = await paint(database, *(f"{number}x" for number in range(10)))
            async with database.write() as tx:
                assert len(await artworks.remove(tx, [work.id for work in works], NOW)) == 20
            assert await blobs_named(database) == set()

    run(story())


def test_a_file_that_an_upload_names_outlives_the_picture_and_goes_with_its_member(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            (work,) = await paint(database, "aa", member_id=2)
            async with database.write() as tx:
                sent = await uploads.add(tx, 1, ("aa", 100), ("bb", 10), (8, 8), NOW)
                assert await uploads.get(tx, sent.id) == sent
                assert await artworks.drop_pictures(tx, [work.id]) == []
            async with database.write() as tx:
                gone = await privacy.forget_member(tx, 1, NOW)
                assert sorted(gone.strays) == ["aa", "bb"]
                assert await uploads.of_member(tx, 1) == []

    run(story())


def test_uploads_expire(tmp_path):
    async def story():
        async with opened(tmp_path) as database, database.write() as tx:
            for number in range(3):
                await uploads.add(tx, 1, (f"{number}", 100), ("bb", 10), (8, 8), NOW + number * DAY)
            assert await uploads.expire(tx, NOW + DAY) == ["0"]
            assert len(await uploads.of_member(tx, 1)) == 2

    run(story())


def test_a_family_is_told_by_generations_and_not_beyond_its_bounds(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            (old,), (other,) = await paint(database, "a"), await paint(database, "b")
            (root,) = await paint(database, "c", parents=[old.id, other.id])
            children = await paint(database, "d", "e", "f", parents=[root.id])
            await paint(database, "g", parents=[children[0].id])
            await paint(database, "h", parents=[old.id])
            async with database.read() as tx:
                found = await lineage.family(tx, root, most=2, generations=1)
                alone = await lineage.family(tx, old, most=9, generations=3)
            assert [[work.blob for work in row] for row in found.generations] == [["a", "b"], ["c"], ["d", "e"]]
            assert found.left_out == 1 and found.generations[1][0].parents == (old.id, other.id)
            assert [[work.blob for work in row] for row in alone.generations] == [
                ["a"],
                ["c", "h"],
                ["d", "e", "f"],
                ["g"],
            ]

    run(story())
