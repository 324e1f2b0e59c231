from dataclasses import replace

import pytest

from bot.studio.requests import Refusal
from tests.bot.discord import records
from tests.bot.discord.conftest import RunningBot
from tests.bot.sandbox.member import EPHEMERAL, labels_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_choices_are_painted_only_once_they_are_confirmed(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        asked = await ada.reply(await ada.slash("imagine", prompt="a {red|*blue*} fox --chaos 5", count=1))
        assert asked["flags"] & EPHEMERAL
        assert "make 2 requests" in text_of(asked) and "2. a \\*blue\\* fox" in text_of(asked)
        assert "--chaos 5" in text_of(asked)
        assert labels_of(asked) == ["Paint all 2", "Paint none"]
        assert bot.studio.jobs == {}
        await ada.press(asked, "Paint all 2")
        told = await ada.newest(asked, lambda one: "are queued" in text_of(one))
        assert labels_of(told) == []
        assert [job.prompt for job in bot.studio.jobs.values()] == ["a red fox", "a *blue* fox"]
        assert {job.token for job in bot.studio.jobs.values()} == {None}
        assert "1. a red fox · comes next\n2. a \\*blue\\* fox · one request before it" in text_of(told)
        (roster,) = bot.studio.followed
        first, second = bot.studio.listed()
        painted = replace(second, job=replace(second.job, state="running"), step=6, steps=24)
        await bot.studio.postman.edit_roster(roster, [replace(first, job=replace(first.job, state="done")), painted])
        await ada.newest(asked, lambda one: "fox · painted\n2. a \\*blue\\* fox · 25% painted" in text_of(one))
        gone = replace(second.job, state="failed", error_key="crashed", error_values={"attempts": 3})
        await bot.studio.postman.edit_roster(roster, [replace(second, job=gone)])
        over = await ada.newest(asked, lambda one: "1 requests have ended" in text_of(one))
        assert "the painter broke down 3 times" in text_of(over)


async def test_choices_may_be_left(bot: RunningBot) -> None:
    async with bot.sandbox.member("lin") as lin:
        asked = await lin.reply(await lin.slash("imagine", prompt="{红|蓝}狐狸", private=True))
        assert labels_of(asked) == ["全部画 2 个", "都不画"]
        await lin.press(asked, "都不画")
        await lin.newest(asked, lambda one: "什么都没有画" in text_of(one))
        assert (bot.studio.jobs, bot.studio.drafts) == ({}, {})


async def test_what_was_confirmed_elsewhere_is_not_painted_twice(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        asked = await ada.reply(await ada.slash("imagine", prompt="a {red|blue} fox"))
        bot.studio.drafts.clear()
        refusal = await ada.reply(await ada.press(asked, "Paint all 2"))
        assert "confirmed or left already" in text_of(refusal)
        assert bot.studio.jobs == {}


async def test_choices_that_cannot_be_are_refused_at_once(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        refused = await ada.reply(await ada.slash("imagine", prompt="a " + "{a|b}" * 9))
        assert refused["flags"] & EPHEMERAL and "make 512 requests; at most 16" in text_of(refused)
        assert "没有闭合" in text_of(await lin.reply(await lin.slash("imagine", prompt="a {red|blue fox")))
        bot.studio.refusal = Refusal("quota", most=3, resets_at=1_800_000_000)
        assert "your 3 pictures" in text_of(await ada.reply(await ada.slash("imagine", prompt="a {red|blue} fox")))
        assert bot.studio.drafts == {}


async def test_parameters_are_taken_and_the_others_answered(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        queued = await ada.reply(
            await ada.slash("imagine", prompt="a fox --ar 3:2 --seed 5 --no fog --chaos 5", count=1)
        )
        job = bot.studio.last
        assert (job.prompt, job.size, job.seed, job.negative) == ("a fox", "3:2", 5, "fog")
        await bot.studio.finish(job.id)
        done = await ada.newest(queued, lambda one: "--chaos 5 was left out" in text_of(one))
        assert "Again" in labels_of(done)


async def test_a_server_makes_and_deletes_styles(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        assert "no styles yet" in text_of(await ada.reply(await ada.slash("style list")))
        made = await ada.reply(await ada.slash("style create", called="Moss", words="over*grown*"))
        assert made["flags"] & EPHEMERAL
        assert "The style **Moss** is there" in text_of(made) and "over\\*grown\\*" in text_of(made)
        again = await ada.reply(await ada.slash("style create", called="Moss", words="x"))
        assert "something called “Moss” already" in text_of(again)
        names = [choice["value"] for choice in await ada.autocomplete("imagine", "style", "mos")]
        assert names == ["Moss"]
        assert await ada.autocomplete("settings me", "style", "mos") == []
        assert "**Moss** is gone" in text_of(await ada.reply(await ada.slash("style delete", which="Moss")))
        assert "no style called" in text_of(await ada.reply(await ada.slash("style delete", which="Moss")))


async def test_a_style_is_shown_by_pictures(bot: RunningBot) -> None:
    looks = [records.png(), records.png()]
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        made = await ada.reply(await ada.slash("style create", called="Dusk", like=0, like2=1, files=looks))
        assert "**Dusk**: pictures that show it: 2" in text_of(made)
        assert list(bot.studio.sent.values()) == looks
        assert "展示它的图片：2 张" in text_of(await lin.reply(await lin.slash("styles")))
        wrong = await ada.reply(await ada.slash("style create", called="Dawn", like=0, files=[b"GIF89a"]))
        assert "is not a picture that I can read" in text_of(wrong)
        bot.studio.unreadable = Refusal("upload", message="It is damaged.")
        damaged = await ada.reply(await ada.slash("style create", called="Dawn", words="pink", like=0, files=looks[:1]))
        assert "It is damaged." in text_of(damaged) and len(bot.studio.own) == 1


async def test_a_server_makes_and_deletes_word_lists(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        assert "\\_\\_animal\\_\\_" in text_of(await ada.reply(await ada.slash("wildcard list")))
        assert "\\_\\_动物\\_\\_" in text_of(await lin.reply(await lin.slash("wildcard list")))
        made = await ada.reply(await ada.slash("wildcard create", called="pet", entries="newt, axolotl"))
        assert "newt, axolotl" in text_of(made)
        assert "**pet** is gone" in text_of(await ada.reply(await ada.slash("wildcard delete", which="pet")))


async def test_a_remix_understands_what_imagine_does(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        queued = await ada.reply(await ada.slash("imagine", prompt=r"a \{red\|blue\} fox", count=1, size="512x768"))
        (picture,) = await bot.studio.finish(bot.studio.last.id)
        done = await ada.newest(queued, lambda one: "Remix" in labels_of(one))
        opened = await ada.press(done, "Remix")
        fields = {one["component"]["custom_id"]: one["component"] for one in (await ada.modal(opened))["components"]}
        assert fields["prompt"]["value"] == r"a \{red\|blue\} fox"
        await ada.reply(await ada.submit_modal(opened, {"prompt": "a wolf --ar 3:2 --no fog"}))
        job = bot.studio.last
        assert (job.prompt, job.size, job.negative, job.parents) == ("a wolf", "3:2", "fog", (picture.id,))
        opened = await ada.press(done, "Remix")
        await ada.modal(opened)
        asked = await ada.reply(await ada.submit_modal(opened, {"prompt": "a {red|blue} wolf"}))
        assert labels_of(asked) == ["Paint all 2", "Paint none"]
        (draft,) = bot.studio.drafts.values()
        assert {(wish.size, wish.parents) for wish in draft} == {("512x768", (picture.id,))}
