"""The messages that list confirmed requests, with a real studio and a postman who may fail."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot.studio import rosters
from bot.studio.delivery import Expired, Unreachable
from bot.studio.rosters import over
from storage import rosters as stored
from tests.bot.studio.stage import ANN, Post, online, opened, origin, wish
from tests.engine.processes import run

HERE = origin()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(rosters, "EVERY_S", 0.02)


async def confirmed(studio, prompt="a {red|blue} fox"):
    draft = await studio.draft(ANN, origin(), studio.wishes(HERE, wish(prompt, count=1)))
    roster, _ = await studio.confirm(ANN, origin(token="listed"), draft)
    studio.follow(roster)


async def kept(studio):
    async with studio._backstage.database.read() as tx:
        return await stored.everything(tx)


async def until(condition):
    while not condition():
        await asyncio.sleep(0.01)


def shown(post):
    return [tuple(one.job.state for one in standings) for _, standings in post.rosters]


def test_confirmed_requests_are_listed_until_all_have_ended(settings, tmp_path):
    async def story():
        post = Post()
        post.fail("edit_roster", Unreachable())
        async with opened(tmp_path, post, settings=settings) as studio:
            await online(studio)
            await confirmed(studio, "endless {red|blue} fox")
            await until(lambda: post.rosters and any(one.step for one in post.rosters[-1][1]))
            for one in post.rosters[-1][1]:
                await studio.cancel(ANN, one.job.id)
            await until(lambda: shown(post)[-1] == ("cancelled", "cancelled"))
            while await kept(studio):
                await asyncio.sleep(0.01)
            told = [tuple((one.job.state, one.place, one.step) for one in standings) for _, standings in post.rosters]
            assert all(before != after for before, after in itertools.pairwise(told))
            assert {roster.token for roster, _ in post.rosters} == {"listed"}

    run(story())


def test_a_list_is_kept_true_in_the_next_life(settings, tmp_path):
    async def story():
        post = Post()
        async with opened(tmp_path, settings=settings) as studio:
            await online(studio)
            await confirmed(studio)
        async with opened(tmp_path, post, settings=settings):
            await until(lambda: post.rosters and over(post.rosters[-1][1]))

    run(story())


@pytest.mark.parametrize("why", ["time", "said", "bug"])
def test_a_list_that_cannot_be_edited_any_more_is_left_alone(settings, tmp_path, why):
    moment = datetime.now(UTC)

    def clock():
        return moment

    async def story():
        nonlocal moment
        post = Post()
        if why != "time":
            post.fail("edit_roster", Expired() if why == "said" else RuntimeError("a bug"))
        async with opened(tmp_path, None if why == "time" else post, settings=settings, clock=clock) as studio:
            await online(studio)
            await confirmed(studio, "endless {red|blue} fox")
            if why == "time":
                moment += timedelta(minutes=16)
                studio.open_for(post)
            while await kept(studio):
                await asyncio.sleep(0.01)
            assert post.rosters == []

    run(story())
