"""The life of a job: from the wish to the message, with the real engine process."""

import asyncio

import pytest

from bot.studio.requests import Refusal
from tests.bot.studio.stage import ANN, BEN, MOD, Post, opened, origin, wish
from tests.engine.processes import run


def test_a_wish_becomes_a_message_with_pictures(tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, post) as studio:
            accepted = await studio.submit(ANN, origin(), wish(count=3, seed=7))
            letter = await post.until(accepted.job_id, "done")
            works = await studio.job_artworks(accepted.job_id)
            assert [work.position for work in works] == [0, 1, 2]
            assert letter.artworks == tuple(works)
            assert letter.pictures == tuple([await studio.picture(work.id) for work in works])
            assert all(data.startswith(b"\x89PNG") for data in letter.pictures)
            assert works[0].recipe["seed"] == 7 and works[0].alt == "a fox"
            assert await studio.history(ANN.id) == works[::-1]
            kinds = [letter.kind for _, letter in post.log]
            assert kinds[0] == "queued" and kinds[-1] == "done" and len(post.messages) == 1

    run(story())


def test_the_same_interaction_gives_the_same_job(tmp_path):
    async def story():
        async with opened(tmp_path, Post()) as studio:
            asked = origin()
            both = await asyncio.gather(*(studio.submit(ANN, asked, wish()) for _ in range(5)))
            assert len({accepted.job_id for accepted in both}) == 1
            assert len(await studio.queue(None, ANN.id)) <= 1

    run(story())


def test_a_running_job_can_be_cancelled_by_its_owner_and_a_moderator_alone(tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, post) as studio:
            first = await studio.submit(ANN, origin(), wish("endless"))
            while (await studio.standing(first.job_id)).step is None:
                await asyncio.sleep(0.01)
            with pytest.raises(Refusal, match="not_yours"):
                await studio.cancel(BEN, first.job_id)
            await studio.cancel(MOD, first.job_id)
            assert (await post.until(first.job_id, "cancelled")).job.state == "cancelled"
            with pytest.raises(Refusal, match="over"):
                await studio.cancel(ANN, first.job_id)
            # The engine is free again.
            second = await studio.submit(ANN, origin(), wish())
            await post.until(second.job_id, "done")

    run(story())


def test_a_restart_in_the_middle_finishes_the_job(tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, post) as studio:
            accepted = await studio.submit(ANN, origin(), wish("steady", count=4))
            while (await studio.standing(accepted.job_id)).step is None:
                await asyncio.sleep(0.01)
        async with opened(tmp_path, post) as studio:
            letter = await post.until(accepted.job_id, "done")
            assert letter.job.attempts == 0 and len(post.messages) == 1

    run(story())


def test_a_job_that_kills_the_engine_gets_an_apology_and_its_batch_mates_their_pictures(tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, post) as studio:
            mates = [await studio.submit(BEN, origin(), wish("steady fox", count=1)) for _ in range(2)]
            bad = await studio.submit(ANN, origin(), wish("crash", count=1))
            letter = await post.until(bad.job_id, "failed")
            assert letter.error_key == "crashed" and letter.error_values == {"attempts": 3}
            for mate in mates:
                assert (await post.until(mate.job_id, "done", "failed")).kind == "done"

    run(story())


def test_an_error_of_the_engines_own_is_told_as_a_bug_of_ours(tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, post) as studio:
            accepted = await studio.submit(ANN, origin(), wish("broken"))
            letter = await post.until(accepted.job_id, "failed")
            assert (letter.error_key, letter.error_values) == ("internal", {})

    run(story())
