"""Blends and morphs, as members ask for them and see them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.studio.requests import Refusal
from tests.bot.discord import records
from tests.bot.discord.conftest import RunningBot
from tests.bot.discord.test_changes import asked, painted
from tests.bot.sandbox.member import EPHEMERAL, Member, labels_of, pictures_of, text_of, walk

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOVING = b"RIFF\x00\x00\x00\x00WEBPVP8X"


@pytest_asyncio.fixture(loop_scope="module")
async def ada(bot: RunningBot) -> AsyncIterator[Member]:
    async with bot.sandbox.member("ada") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="module")
async def lin(bot: RunningBot) -> AsyncIterator[Member]:
    async with bot.sandbox.member("lin") as member:
        yield member


async def test_pictures_files_and_words_are_blended_by_their_weights(bot: RunningBot, ada: Member, lin: Member) -> None:
    _, (fox,) = await painted(bot, ada)
    _, (newt,) = await painted(bot, lin, prompt="a newt")
    said = await asked(
        ada,
        "blend",
        first=str(fox.id),
        second=f"#{newt.id}",
        upload=0,
        prompt="stars --seed 5",
        weights="2, 1，0.5 1",
        files=[records.png()],
    )
    job = bot.studio.last
    pieces = job.change["mixed"]
    assert [one["weight"] for one in pieces] == [2, 1, 0.5, 1]
    assert [one["artwork"] for one in pieces] == [fox.id, newt.id, None, None]
    assert bot.studio.sent[pieces[2]["upload"]] == records.png() and pieces[3]["prompt"] == "stars"
    assert (job.mode, job.seed) == ("blend", 5) and "blended" in said


async def test_words_and_anybodys_public_pictures_are_suggested(bot: RunningBot, ada: Member, lin: Member) -> None:
    _, (newt,) = await painted(bot, lin, prompt="a newt")
    await painted(bot, lin, prompt="a secret newt", private=True)
    _, (fox,) = await painted(bot, ada, prompt="a fox")
    found = await ada.autocomplete("blend", "first", "")
    assert [one["value"] for one in found] == [str(fox.id), str(newt.id)]
    found = await ada.autocomplete("morph", "second", "newt", first="1")
    assert [one["value"] for one in found] == [str(newt.id), "newt"]
    assert found[1]["name"] == "In words: newt"


async def test_a_morph_of_words_and_pictures_in_their_order(bot: RunningBot, ada: Member) -> None:
    _, (fox,) = await painted(bot, ada)
    await asked(ada, "morph", first="an owl at night", second=str(fox.id), third="a red boat", count=12)
    job = bot.studio.last
    assert [one["artwork"] or one["prompt"] for one in job.change["mixed"]] == ["an owl at night", fox.id, "a red boat"]
    assert (job.mode, job.count) == ("morph", 12)


@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("blend", {}, "Name two to 5"),
        ("morph", {"first": "an owl"}, "Name two to 5"),
        ("blend", {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "prompt": "x"}, "two to 5"),
        ("blend", {"first": "a", "second": "b", "weights": "1"}, "There are 1 weights for 2"),
        ("blend", {"first": "a", "second": "b", "weights": "1,@everyone"}, "\\@everyone"),
        ("blend", {"first": "a", "second": "b", "weights": "-1,2"}, "no list of weights"),
        ("blend", {"first": "a", "second": "b", "weights": "0 0"}, "nothing to mix"),
        ("morph", {"first": "a {red|blue} fox", "second": "b"}, "Write one of them"),
    ],
)
async def test_what_cannot_be_mixed_is_said_before_anything_is_promised(
    bot: RunningBot, ada: Member, command: str, options: dict, said: str
) -> None:
    refused = await ada.reply(await ada.slash(command, **options))
    assert said in text_of(refused) and refused["flags"] & EPHEMERAL
    assert not bot.studio.jobs


async def test_private_pictures_of_others_are_not_mixed(bot: RunningBot, ada: Member, lin: Member) -> None:
    _, (secret,) = await painted(bot, lin, private=True)
    before = len(bot.studio.jobs)
    refused = await ada.reply(await ada.slash("morph", first=str(secret.id), second="a fox"))
    assert "does not exist" in text_of(refused) and refused["flags"] & EPHEMERAL
    assert len(bot.studio.jobs) == before


@pytest.mark.parametrize(("label", "mode"), [("Blend with…", "blend"), ("Morph into…", "morph")])
async def test_the_panel_of_a_picture_asks_for_the_others(bot: RunningBot, ada: Member, label: str, mode: str) -> None:
    _, (owl,) = await painted(bot, ada, prompt="an owl")
    done, (fox,) = await painted(bot, ada)
    tools = await ada.reply(await ada.press(await ada.reply(await ada.press(done, "More")), "Edit"))
    form = await ada.press(tools, label)
    modal = await ada.modal(form)
    (menu,) = [one for one in walk([part["component"] for part in modal["components"]]) if one["type"] == 3]
    assert [one["value"] for one in menu["options"]] == [str(owl.id)]
    mixed = await ada.reply(await ada.submit_modal(form, {"which": [str(owl.id)], "words": "in the rain"}))
    assert not mixed["flags"] & EPHEMERAL
    job = bot.studio.last
    pieces = job.change["mixed"]
    assert job.mode == mode and [one["artwork"] for one in pieces] == [fox.id, owl.id, None]
    assert pieces[2]["prompt"] == "in the rain"
    form = await ada.press(tools, label)
    await ada.modal(form)
    assert "Name two to 5" in text_of(await ada.reply(await ada.submit_modal(form, {})))


async def test_what_moves_is_shown_and_can_be_gone_on_from(bot: RunningBot, ada: Member, lin: Member) -> None:
    message = await ada.reply(await ada.slash("morph", first="a fox", second="an owl"))
    frames = tuple({"weights": [1 - n / 5, n / 5], "strength": 0.0} for n in range(6))
    recipe = {"mode": "morph", "ingredients": [{"prompt": "a fox"}, {"prompt": ""}]}
    (work,) = await bot.studio.finish_moving(bot.studio.last.id, MOVING, frames=frames, recipe=recipe)
    done = await ada.newest(message, lambda one: bool(pictures_of(one)))
    (picture,) = pictures_of(done)
    assert picture["description"].startswith("A moving picture that passes")
    assert await ada.download(picture["media"]["url"]) == MOVING
    (menu,) = [one for one in walk(done["components"]) if one["type"] == 3]
    assert [one["label"] for one in menu["options"]] == [f"Frame {n}" for n in range(1, 7)]
    assert menu["options"][0]["description"] == "100% a fox"
    assert menu["options"][1]["description"] == "80% a fox · 20% Picture 2"
    assert {"Keep", "Again", "More"} <= set(labels_of(done))
    painted_alone = await lin.reply(await lin.choose(done, "s1:frame", "3"))
    assert not painted_alone["flags"] & EPHEMERAL
    job = bot.studio.last
    assert (job.mode, job.prompt, job.parents) == ("morph", "frame 3", (work.id,))
    assert job.change == {"frame": 3} and "渐变中的一帧" in text_of(painted_alone)


async def test_a_picture_that_cannot_be_read_costs_nothing(bot: RunningBot, ada: Member) -> None:
    bot.studio.unreadable = Refusal("upload", message="This is no picture.")
    refused = await ada.reply(await ada.slash("blend", first="a fox", upload=0, files=[records.png()]))
    assert "cannot be read: This is no picture" in text_of(refused) and refused["flags"] & EPHEMERAL
    assert not bot.studio.jobs
