"""Pictures and colours that a request to paint is guided by."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.studio.requests import StyleChoice
from tests.bot.discord import records
from tests.bot.discord.conftest import RunningBot
from tests.bot.discord.test_changes import painted
from tests.bot.sandbox.member import EPHEMERAL, Member, labels_of, text_of, walk

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def ada(bot: RunningBot) -> AsyncIterator[Member]:
    async with bot.sandbox.member("ada") as member:
        yield member


async def test_words_are_painted_after_an_artwork_and_files(bot: RunningBot, ada: Member) -> None:
    _, (fox,) = await painted(bot, ada)
    assert [one["value"] for one in await ada.autocomplete("imagine", "picture", "fox", prompt="x")] == [str(fox.id)]
    files = [records.png(), records.png(9)]
    options = {"prompt": "a wolf", "picture": str(fox.id), "like": 0, "style_like": 1}
    said = text_of(await ada.reply(await ada.slash("imagine", files=files, **options)))
    job = bot.studio.last
    first, second = job.change["like"]
    assert first["artwork"] == fox.id and bot.studio.sent[second["upload"]] == files[0]
    assert bot.studio.sent[job.change["style_like"][0]["upload"]] == files[1]
    assert (job.mode, job.prompt) == ("imagine", "a wolf") and "after other pictures" in said


async def test_choices_share_the_picture_they_are_painted_after(bot: RunningBot, ada: Member) -> None:
    question = await ada.reply(
        await ada.slash("imagine", prompt="a {red|blue} fox", like=0, files=[records.png()], private=True)
    )
    assert len(bot.studio.uploads) == 1
    await ada.press(question, "Paint all 2")
    await ada.newest(question, lambda one: "Paint all 2" not in labels_of(one))
    jobs = list(bot.studio.jobs.values())
    assert len(jobs) == 2 and jobs[0].change == jobs[1].change and jobs[0].change["like"][0]["upload"]


async def test_a_remix_is_painted_after_the_same_pictures(bot: RunningBot, ada: Member) -> None:
    message = await ada.reply(await ada.slash("imagine", prompt="a fox", style_like=0, count=1, files=[records.png()]))
    kept = bot.studio.last.change
    await bot.studio.finish(bot.studio.last.id)
    done = await ada.newest(message, lambda one: "Remix" in labels_of(one) and "More" in labels_of(one))
    form = await ada.press(done, "Remix")
    await ada.modal(form)
    await ada.reply(await ada.submit_modal(form, {"prompt": "a wolf"}))
    assert bot.studio.last.prompt == "a wolf" and bot.studio.last.change == kept


@pytest.mark.parametrize(
    ("options", "said"),
    [({"picture": "the red one"}, "does not exist"), ({"like": 0}, "not a picture that I can read")],
)
async def test_what_cannot_be_looked_at_is_said_at_once(bot: RunningBot, ada: Member, options: dict, said: str) -> None:
    refused = await ada.reply(await ada.slash("imagine", prompt="a fox", files=[b"GIF89a"], **options))
    assert said in text_of(refused) and refused["flags"] & EPHEMERAL
    assert not bot.studio.jobs


async def test_colours_are_suggested_as_typed(bot: RunningBot, ada: Member) -> None:
    found = await ada.autocomplete("imagine", "palette", "#102040,#fff", prompt="x")
    assert [one["value"] for one in found] == ["#102040,#fff"]


async def test_a_picture_keeps_its_colours_and_may_wear_the_servers_own_styles(bot: RunningBot, ada: Member) -> None:
    _, (fox,) = await painted(bot, ada)
    bot.studio.own = [
        StyleChoice(name="moss", title="moss", description="mossy", own=True),
        StyleChoice(name="our wall", title="our wall", description="", own=True, pictures=2),
    ]
    found = await ada.autocomplete("restyle", "style", "o", picture=str(fox.id))
    assert {"our wall"} == {one["value"] for one in found} & {"moss", "our wall"}
    said = text_of(await ada.reply(await ada.slash("restyle", picture=str(fox.id), style="oil", keep_colours=True)))
    assert bot.studio.last.change == {"keep_colours": True} and "in its own colours" in said
    posted = await ada.say("look", at="paintings", files=[records.png()])
    menus = [
        one for one in walk((await ada.reply(await ada.menu("Restyle", posted)))["components"]) if one["type"] == 3
    ]
    offered = [option["value"] for menu in menus for option in menu["options"]]
    assert "our wall" in offered and "moss" not in offered
