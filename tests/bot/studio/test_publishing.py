"""Letters on their way, with a real studio and a postman who fails."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.studio import progress, publisher, waiting
from bot.studio.delivery import Expired, Forbidden, Gone, Unclear, Unreachable
from tests.bot.studio.stage import ANN, BEN, MOD, Post, opened, origin, wish
from tests.engine.processes import run


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(progress, "EVERY_S", 0.02)
    monkeypatch.setattr(publisher, "LOOK_S", 0.05)


def kinds(post):
    return [letter.kind for _, letter in post.log]


def test_letters_wait_for_a_postman(settings, tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, settings=settings) as studio:
            accepted = await studio.submit(ANN, origin(), wish())
            while (await studio.job(accepted.job_id)).state != "done":
                await asyncio.sleep(0.01)
            studio.open_for(post)
            await post.until(accepted.job_id, "done")
            assert kinds(post) == ["done"]

    run(story())


def test_progress_is_shown_with_a_preview_and_never_after_the_result(settings, tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, post, settings=settings) as studio:
            accepted = await studio.submit(ANN, origin(), wish("endless"))
            while not any(letter.preview for _, letter in post.log):
                await asyncio.sleep(0.01)
            await studio.cancel(ANN, accepted.job_id)
            await post.until(accepted.job_id, "cancelled")
            await asyncio.sleep(0.1)
            assert kinds(post)[-1] == "cancelled"
            (shown,) = {letter.preview[8:12] for _, letter in post.log if letter.preview}
            assert shown == b"WEBP"

    run(story())


def test_what_went_to_the_direct_messages_is_corrected_there(settings, tmp_path):
    async def story():
        post = Post()
        post.fail("edit_reply", *[Expired] * 20)
        async with opened(tmp_path, post, settings=settings) as studio:
            accepted = await studio.submit(ANN, origin(private=True), wish(count=1))
            done = await post.until(accepted.job_id, "done")
            await studio.hide(MOD, done.artworks[0].id)
            await post.until(accepted.job_id, "removed")
            again = await studio.submit(ANN, origin(private=True), wish(count=1))
            await post.until(again.job_id, "done")
            await studio.forget(ANN.id)
            await post.until(again.job_id, "removed")
        assert len(post.directs) == 2 and not post.messages

    run(story())


@pytest.mark.parametrize(
    ("faults", "messages"),
    [
        ({"edit_reply": [Unreachable] * 3}, 1),
        ({"edit_reply": [("after", Unclear())] * 4}, 1),
        ({"edit_reply": [Expired] * 9}, 1),
        ({"edit_reply": [Expired] * 9, "send": [("after", Unclear())]}, 1),
        ({"edit_reply": [Expired] * 9, "send": [Unreachable, Unclear]}, 1),
        ({"edit_reply": [Expired] * 9, "send": [Forbidden]}, 0),
    ],
)
def test_every_result_arrives_once(settings, tmp_path, faults, messages, monkeypatch):
    monkeypatch.setattr(publisher, "LONGEST_PAUSE", timedelta(milliseconds=10))

    async def story():
        post = Post()
        for method, errors in faults.items():
            post.fail(method, *errors)
        async with opened(tmp_path, post, settings=settings) as studio:
            accepted = await studio.submit(ANN, origin(), wish())
            await post.until(accepted.job_id, "done")
        assert len(post.messages) == messages and len(post.directs) == 1 - messages

    run(story())


def test_a_deleted_reply_stays_deleted_and_the_pictures_are_in_the_history(settings, tmp_path):
    async def story():
        post = Post()
        post.fail("edit_reply", *[Gone] * 9)
        async with opened(tmp_path, post, settings=settings) as studio:
            accepted = await studio.submit(ANN, origin(), wish())
            while not await studio.history(ANN.id) or not studio._publisher.idle:
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.1)
            assert post.shown(accepted.job_id) == []

    run(story())


def test_a_result_that_took_long_mentions_its_member_unless_they_mind(settings, tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, post, settings=settings) as studio:
            await studio.change_member(BEN, ping=False)
            long_ago = datetime.now(UTC) - timedelta(minutes=3)
            mentions = []
            for actor, fields in ((ANN, {}), (BEN, {}), (ANN, {"private": True})):
                accepted = await studio.submit(actor, origin(received_at=long_ago, **fields), wish())
                mentions.append((await post.until(accepted.job_id, "done")).mention)
            quick = await studio.submit(ANN, origin(), wish())
            assert [*mentions, (await post.until(quick.job_id, "done")).mention] == [ANN.id, None, None, None]

    run(story())


def test_what_was_shown_is_remembered_in_its_order(settings, tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, post, settings=settings) as studio:
            accepted = await studio.submit(ANN, origin(), wish(count=3))
            await post.until(accepted.job_id, "done")
            await studio.drain()
            exported = await studio.export(ANN.id)
        import io
        import json
        import zipfile

        acts = json.loads(zipfile.ZipFile(io.BytesIO(exported)).read("acts.json"))
        assert [(act["kind"], act["position"], act["model"]) for act in acts] == [
            ("shown", position, "counting") for position in range(3)
        ]

    run(story())


def test_those_who_wait_see_themselves_come_nearer(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(waiting, "EVERY_S", 0.05)

    async def story():
        post = Post()
        async with opened(tmp_path, post, settings=settings) as studio:
            # Two fill the engine; the others wait.
            jobs = [(await studio.submit(ANN, origin(), wish("endless", count=4))).job_id for _ in range(4)]
            for place in (1, 0):
                while [letter.place for letter in post.shown(jobs[3])] != [place]:
                    await asyncio.sleep(0.01)
                await studio.cancel(ANN, jobs[2 * place])

    run(story())
