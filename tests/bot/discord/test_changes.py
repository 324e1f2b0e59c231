"""Commands, panels and forms that make something of a picture."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.studio.requests import Refusal
from storage.records import Artwork
from tests.bot.discord import records
from tests.bot.discord.conftest import RunningBot
from tests.bot.sandbox.member import EPHEMERAL, Member, Message, labels_of, pictures_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def ada(bot: RunningBot) -> AsyncIterator[Member]:
    async with bot.sandbox.member("ada") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="module")
async def lin(bot: RunningBot) -> AsyncIterator[Member]:
    async with bot.sandbox.member("lin") as member:
        yield member


async def painted(bot: RunningBot, member: Member, **options: object) -> tuple[Message, list[Artwork]]:
    message = await member.reply(await member.slash("imagine", **{"prompt": "a fox", "count": 1, **options}))
    artworks = await bot.studio.finish(bot.studio.last.id)
    return await member.newest(message, lambda one: bool(pictures_of(one))), artworks


async def asked(member: Member, command: str, **options: object) -> str:
    return text_of(await member.reply(await member.slash(command, **options)))


async def test_vary_by_command(bot: RunningBot, ada: Member) -> None:
    _, (art,) = await painted(bot, ada)
    said = await asked(ada, "vary", picture=str(art.id), how="strong", strength=40, prompt="a wolf --seed 5", count=2)
    job = bot.studio.last
    assert "a wolf" in said and "strong variation" in said
    assert (job.mode, job.parents, job.change, job.count, job.seed) == ("strong", (art.id,), {"strength": 0.4}, 2, 5)
    await asked(ada, "vary", picture=f"#{art.id}")
    assert (bot.studio.last.mode, bot.studio.last.prompt) == ("vary", "")
    await ada.reply(await ada.slash("vary", upload=0, files=[records.png()]))
    job = bot.studio.last
    assert job.mode == "strong" and bot.studio.sent[job.change["upload"]] == records.png()
    choices = await ada.reply(await ada.slash("vary", picture=str(art.id), prompt="a {red|blue} fox"))
    await ada.press(choices, "Paint all 2")
    await ada.newest(choices, lambda one: "Paint all 2" not in labels_of(one))
    assert bot.studio.last.mode == "vary" and bot.studio.last.parents == (art.id,)


async def test_suggestions_are_ones_own_latest_pictures(bot: RunningBot, ada: Member, lin: Member) -> None:
    await painted(bot, lin, prompt="a newt")
    _, (fox,) = await painted(bot, ada, prompt="a fox in snow")
    _, (owl,) = await painted(bot, ada, prompt="an owl")
    found = await ada.autocomplete("enlarge", "picture", "")
    assert [one["value"] for one in found] == [str(owl.id), str(fox.id)]
    assert found[0]["name"].startswith(f"{owl.id} · an owl")
    assert [one["value"] for one in await ada.autocomplete("edit pan", "picture", "snow", side="left")] == [str(fox.id)]
    assert [one["value"] for one in await ada.autocomplete("lineage", "picture", f"#{fox.id}")] == [str(fox.id)]
    bot.studio.slow_s = 5.0
    areas = await lin.autocomplete("edit repaint", "box", "左")
    assert [one["value"] for one in areas] == ["left"]


@pytest.mark.parametrize(
    ("command", "options", "mode", "change"),
    [
        ("edit repaint", {"what": "the fox"}, "edit", {"find": "the fox"}),
        ("edit repaint", {"box": "50,0,100,100%", "strength": 30}, "edit", {"box": (0.5, 0, 1, 1), "strength": 0.3}),
        ("edit erase", {"box": "middle"}, "erase", {"box": (0.25, 0.25, 0.75, 0.75)}),
        ("edit pan", {"side": "left"}, "edit", {"place": (0.25, 0, 1.25, 1), "whole": True}),
        ("edit pan", {"side": "bottom", "percent": 50}, "edit", {"place": (0, -0.5, 1, 0.5), "whole": True}),
        ("edit zoom", {}, "edit", {"place": (0.25, 0.25, 0.75, 0.75), "whole": True}),
        ("edit extend", {"side": "all", "percent": 50}, "edit", {"place": (0.25, 0.25, 0.75, 0.75)}),
        ("edit extend", {"side": "right", "percent": 100}, "edit", {"place": (0, 0, 0.5, 1)}),
        ("enlarge", {"times": 4}, "enlarge", {"times": 4}),
        ("restyle", {"style": "oil", "strength": 80}, "restyle", {"strength": 0.8}),
    ],
)
async def test_commands_say_what_is_done(
    bot: RunningBot, ada: Member, command: str, options: dict, mode: str, change: dict
) -> None:
    _, (art,) = await painted(bot, ada)
    await ada.reply(await ada.slash(command, picture=str(art.id), **options))
    job = bot.studio.last
    assert (job.mode, job.parents, dict(job.change)) == (mode, (art.id,), change)


async def test_an_avatar_is_restyled_like_pictures(bot: RunningBot, ada: Member, lin: Member) -> None:
    looks = [records.png(10), records.png(20)]
    await ada.reply(await ada.slash("restyle", upload=0, like=1, like2=2, files=[records.png(), *looks]))
    change = bot.studio.last.change
    assert [bot.studio.sent[one] for one in change["looks"]] == looks
    assert bot.studio.sent[change["upload"]] == records.png() and bot.studio.last.style is None


@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("vary", {}, "Say which picture"),
        ("vary", {"picture": "the red one"}, "does not exist"),
        ("vary", {"picture": "12", "upload": 0}, "more than one picture"),
        ("edit repaint", {"picture": "1"}, "Say which part"),
        ("edit erase", {"picture": "1", "box": "0,0,0,50"}, "no part of a picture"),
        ("edit erase", {"picture": "1", "box": "@everyone"}, "\\@everyone"),
        ("restyle", {"picture": "1"}, "in which style"),
        ("restyle", {"picture": "1", "style": "oil", "like": 0}, "not both"),
    ],
)
async def test_what_is_missing_is_said_to_the_member_alone(
    bot: RunningBot, ada: Member, command: str, options: dict, said: str
) -> None:
    files = [records.png()] if {"upload", "like"} & set(options) else None
    refused = await ada.reply(await ada.slash(command, files=files, **options))
    assert said in text_of(refused) and refused["flags"] & EPHEMERAL
    assert not bot.studio.jobs and not bot.studio.uploads


async def test_files_are_looked_at_before_anything_is_promised(bot: RunningBot, ada: Member) -> None:
    big = await ada.reply(await ada.slash("enlarge", upload=0, files=[records.png() + bytes(1_100_000)]))
    assert "at most 1 MB" in text_of(big) and big["flags"] & EPHEMERAL
    animated = await ada.reply(await ada.slash("enlarge", upload=0, files=[b"GIF89a"]))
    assert "not a picture that I can read" in text_of(animated) and animated["flags"] & EPHEMERAL
    bot.studio.unreadable = Refusal("upload", message="This is no picture.")
    refused = await ada.reply(await ada.slash("enlarge", upload=0, files=[records.png()]))
    assert "cannot be read: This is no picture" in text_of(refused) and refused["flags"] & EPHEMERAL
    assert not bot.studio.jobs


async def test_a_file_that_cannot_be_read_is_refused_under_the_command(bot: RunningBot, ada: Member) -> None:
    bot.studio.unreadable = Refusal("upload_damaged_picture")
    sent = await ada.slash("enlarge", upload=0, files=[records.png()])
    refused = await ada.reply(sent)
    assert text_of(refused).startswith("The picture is damaged or incomplete.")
    assert refused["flags"] & EPHEMERAL and "message_reference" not in refused


async def test_the_tools_of_a_picture(bot: RunningBot, ada: Member) -> None:
    done, (art,) = await painted(bot, ada)
    tools = await ada.reply(await ada.press(await ada.reply(await ada.press(done, "More")), "Edit"))
    assert tools["flags"] & EPHEMERAL and len(pictures_of(tools)) == 1
    for label, mode, change in (
        ("→ Pan", "edit", {"place": (-0.25, 0, 0.75, 1), "whole": True}),
        ("Zoom out 2×", "edit", {"place": (0.25, 0.25, 0.75, 0.75), "whole": True}),
        ("Enlarge 4×", "enlarge", {"times": 4}),
    ):
        public = await ada.reply(await ada.press(tools, label))
        assert not public["flags"] & EPHEMERAL, "the picture is public, and so is what is made of it"
        job = bot.studio.last
        assert (job.mode, job.parents, dict(job.change)) == (mode, (art.id,), change)
    for label, typed, mode, change in (
        ("Repaint a part…", {"what": "the fox", "words": "a wolf"}, "edit", {"find": "the fox"}),
        ("Take something out…", {"area": ["left"]}, "erase", {"box": (0, 0, 0.5, 1)}),
    ):
        form = await ada.press(tools, label)
        await ada.modal(form)
        await ada.reply(await ada.submit_modal(form, typed))
        assert (bot.studio.last.mode, dict(bot.studio.last.change)) == (mode, change)
        assert bot.studio.last.prompt == typed.get("words", "")
        form = await ada.press(tools, label)
        await ada.modal(form)
        assert "Say which part" in text_of(await ada.reply(await ada.submit_modal(form, {})))


async def test_a_family_is_drawn_and_told(bot: RunningBot, ada: Member, lin: Member) -> None:
    done, (fox,) = await painted(bot, ada)
    alone = await ada.reply(await ada.slash("lineage", picture=str(fox.id)))
    assert "nothing has been made from it" in text_of(alone) and not pictures_of(alone)
    await lin.reply(await lin.press(done, "Vary"))
    await bot.studio.finish(bot.studio.last.id)
    await ada.reply(await ada.slash("vary", picture=str(fox.id), prompt="a wolf", private=True, count=2))
    await bot.studio.finish(bot.studio.last.id)
    panel = await ada.reply(await ada.press(done, "More"))
    tree = await ada.reply(await ada.press(await ada.reply(await ada.press(panel, "Edit")), "Family tree"))
    assert tree["flags"] & EPHEMERAL
    (drawing,) = pictures_of(tree)
    assert drawing["description"].startswith("A family tree of 7 pictures in 2 generations; number 1")
    assert (await ada.download(drawing["media"]["url"]))[8:12] == b"WEBP"
    assert "**1. a fox**" in text_of(tree) and "7. a wolf" in text_of(tree) and "subtle variation" in text_of(tree)
    others = text_of(await lin.reply(await lin.slash("lineage", picture=str(fox.id))))
    assert "7. 一张私密图片" in others and "wolf" not in others


async def test_menus_of_styles_are_their_members_alone(bot: RunningBot, ada: Member) -> None:
    said = await ada.say("look", at="paintings", files=[records.png()])
    question = await ada.reply(await ada.menu("Restyle", said))
    bot.studio.uploads.clear()
    refused = await ada.reply(await ada.choose(question, "s1:wear", "oil"))
    assert "not kept any more" in text_of(refused) and refused["flags"] & EPHEMERAL
