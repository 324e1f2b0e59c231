"""Questions: who may ask, about which pictures, and what they cost."""

import pytest

from bot.studio.requests import Refusal
from tests.bot.studio.modes_engine import listening
from tests.bot.studio.stage import ANN, BEN, MOD, Post, online, opened, origin, settings_in
from tests.engine.pictures.files import noise, saved
from tests.engine.processes import run


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with listening(tmp_path_factory.mktemp("engine")) as settings:
        yield settings


@pytest.fixture
def asked(engine, tmp_path):
    """Run a story in a studio whose engine answers no questions."""

    def ask(story):
        async def tell():
            async with opened(
                tmp_path, Post(), settings=settings_in(tmp_path, engine={"listen": engine.listen})
            ) as studio:
                await online(studio)
                await story(studio)

        run(tell())

    return ask


async def refused(awaitable) -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value.key, str(caught.value.values.get("message", ""))


def test_what_cannot_be_weighed_is_refused_and_costs_nothing(asked) -> None:
    async def story(studio):
        assert await refused(studio.shorten(ANN, origin(), "a {red|blue} fox")) == ("one_prompt", "")
        assert await refused(studio.shorten(ANN, origin(), " ")) == ("prompt_empty", "")
        key, said = await refused(studio.shorten(ANN, origin(), "a red fox"))
        assert key == "question" and "no model whose words" in said
        memory = studio._backstage.memory
        assert memory.pending == 0 and memory.last_request == {}

    asked(story)


def test_only_what_one_may_see_is_described(asked) -> None:
    async def story(studio):
        sent = await studio.take_in(ANN, saved(noise(8, 8)))
        assert (await refused(studio.describe(BEN, origin(), upload_id=sent.id)))[0] == "upload_gone"
        assert (await refused(studio.describe(ANN, origin(), artwork_id=999)))[0] == "no_artwork"

    asked(story)


def test_who_is_banned_asks_nothing(asked) -> None:
    async def story(studio):
        await studio.ban(MOD, ANN.id, "rude")
        sent = await studio.take_in(ANN, saved(noise(8, 8)))
        assert (await refused(studio.describe(ANN, origin(), upload_id=sent.id)))[0] == "banned"
        assert (await refused(studio.shorten(ANN, origin(), "a red fox")))[0] == "banned"

    asked(story)
