import asyncio

import pytest

from bot.discord.context import _NEEDED
from bot.studio.requests import Refusal
from storage.records import GuildSettings, MemberSettings
from tests.bot.discord.conftest import RunningBot, start
from tests.bot.discord.fake_studio import FakeStudio
from tests.bot.sandbox.member import EPHEMERAL, Refused, labels_of, pictures_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_from_the_words_to_the_pictures(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        asked = await ada.slash("imagine", prompt="a fox in the rain", style="oil", count=4)
        queued = await ada.reply(asked)
        assert "fox in the rain" in text_of(queued)
        assert "Yours is next" in text_of(queued)
        assert labels_of(queued) == ["Cancel"]
        assert not queued["flags"] & EPHEMERAL
        job = bot.studio.last
        assert job.message_id == int(queued["id"]), "the public reply's id is known from the defer"

        await bot.studio.progress(job.id, 3, 12)
        await ada.newest(queued, lambda one: "25% painted" in text_of(one))

        artworks = await bot.studio.finish(job.id)
        done = await ada.newest(queued, lambda one: len(pictures_of(one)) == 4)
        numbered = [f"{verb} {number}" for verb in ("Keep", "Vary") for number in (1, 2, 3, 4)]
        assert labels_of(done) == [*numbered, "Again", "Remix", "More"]
        assert [one["description"] for one in pictures_of(done)] == [art.alt for art in artworks]
        assert await ada.download(pictures_of(done)[0]["media"]["url"]) == bot.studio.pictures[artworks[0].id]


async def test_every_option_reaches_the_studio(bot: RunningBot) -> None:
    options = {
        "prompt": "a fox",
        "style": "oil",
        "size": "512x768",
        "seed": 2**53 - 1,
        "count": 2,
        "negative": "rain",
        "model": "mini",
        "palette": "ice",
        "private": True,
    }
    async with bot.sandbox.member("ada") as ada:
        queued = await ada.reply(await ada.slash("imagine", **options))
        assert queued["flags"] & EPHEMERAL
        job = bot.studio.last
        assert {name: getattr(job, name) for name in options} == options
        assert (job.context, job.user_install, job.locale) == ("guild", False, "en-GB")
        assert str(job.guild_id) == ada.world["guilds"][0]["id"]
        assert job.message_id is None, "an ephemeral reply cannot be edited by its id"


async def test_what_memory_can_refuse_is_refused_at_once_and_privately(bot: RunningBot) -> None:
    bot.studio.refusal = Refusal("quota", most=3, resets_at=1_800_000_000)
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        refused = await ada.reply(await ada.slash("imagine", prompt="a fox"))
        assert "your 3 pictures of today" in text_of(refused)
        assert refused["flags"] & EPHEMERAL
        seen = [event for event in lin.events if event["type"] == "message_create"]
        assert seen == [], "nobody else saw even a placeholder"


async def test_a_late_refusal_takes_the_public_placeholder_away(bot: RunningBot) -> None:
    bot.studio.late_refusal = Refusal("busy")
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        before = await lin.history()
        asked = await ada.slash("imagine", prompt="a fox")
        placeholder = await ada.event(lambda event: event["type"] == "message_create")
        await ada.gone(placeholder["message"])
        refused = await ada.reply(asked)
        assert "database is busy" in text_of(refused)
        assert refused["flags"] & EPHEMERAL
        assert await lin.history() == before


async def test_a_late_refusal_of_a_private_request_stays_in_its_reply(bot: RunningBot) -> None:
    bot.studio.late_refusal = Refusal("disk_full")
    async with bot.sandbox.member("ada") as ada:
        refused = await ada.reply(await ada.slash("imagine", prompt="a fox", private=True))
        assert "disk is full" in text_of(refused) and refused["flags"] & EPHEMERAL


async def test_a_fault_of_ours_is_said_and_logged(bot: RunningBot, caplog: pytest.LogCaptureFixture) -> None:
    bot.studio.late_refusal = ZeroDivisionError("for a test")  # type: ignore[assignment]
    async with bot.sandbox.member("ada") as ada:
        refused = await ada.reply(await ada.slash("imagine", prompt="a fox"))
        assert "went wrong inside Salon" in text_of(refused) and refused["flags"] & EPHEMERAL
    assert "for a test" in caplog.text


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
async def test_an_answer_whose_confirmation_is_lost_is_given_once(bot: RunningBot, kind: str) -> None:
    await bot.sandbox.fault(kind, route="POST /interactions/*")
    async with bot.sandbox.member("ada") as ada:
        queued = await ada.reply(await ada.slash("imagine", prompt="a fox"))
        assert "Yours is next" in text_of(queued) and len(bot.studio.jobs) == 1
        bot.studio.late_refusal = Refusal("busy")
        await bot.sandbox.fault(kind, route="POST /interactions/*")
        refused = await ada.reply(await ada.slash("imagine", prompt="a fox"))
        assert "database is busy" in text_of(refused) and refused["flags"] & EPHEMERAL


async def test_what_another_process_answered_is_left_to_it(bot: RunningBot, caplog: pytest.LogCaptureFixture) -> None:
    other = await start(bot.sandbox, FakeStudio(), bot.client._remembered)
    async with bot.sandbox.member("ada") as ada:
        await ada.reply(await ada.slash("imagine", prompt="a fox"))
        async with asyncio.timeout(10):
            while "another process" not in caplog.text:
                await asyncio.sleep(0.02)
        assert len(bot.studio.jobs) + len(other.studio.jobs) == 1
    await other.stop()


async def test_members_who_set_it_get_private_answers(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        bot.studio.members[int(ada.id)] = MemberSettings(private=True)
        assert (await ada.reply(await ada.slash("imagine", prompt="a fox")))["flags"] & EPHEMERAL
        assert not (await ada.reply(await ada.slash("imagine", prompt="a fox", private=False)))["flags"] & EPHEMERAL


async def test_where_the_bot_may_not_write_the_member_is_told(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        refused = await ada.reply(await ada.slash("imagine", at="read-only", prompt="a fox"))
        assert "Send Messages" in text_of(refused) and refused["flags"] & EPHEMERAL
        assert bot.studio.jobs == {}
        private = await ada.reply(await ada.slash("imagine", at="read-only", prompt="a fox", private=True))
        assert "Yours is next" in text_of(private)
    assert len(_NEEDED) == 3


async def test_direct_messages_and_conversations_without_the_bot(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        await ada.reply(await ada.slash("imagine", at="dm", prompt="a fox"))
        assert (bot.studio.last.context, bot.studio.last.guild_id) == ("bot_dm", None)
        await ada.reply(await ada.slash("imagine", at="group", prompt="a fox"))
        assert (bot.studio.last.context, bot.studio.last.user_install) == ("private", True)


async def test_a_member_reads_their_own_language(bot: RunningBot) -> None:
    async with bot.sandbox.member("lin") as lin:
        queued = await lin.reply(await lin.slash("imagine", prompt="雨中的狐狸"))
        assert "雨中的狐狸" in text_of(queued) and "下一个就是你的" in text_of(queued)
        bot.studio.members[int(lin.id)] = MemberSettings(language="en")
        assert "Yours is next" in text_of(await lin.reply(await lin.slash("imagine", prompt="a fox")))


async def test_spoilers_where_the_guild_wants_them(bot: RunningBot) -> None:
    bot.studio.guild = GuildSettings(spoiler=True)
    async with bot.sandbox.member("ada") as ada:
        queued = await ada.reply(await ada.slash("imagine", prompt="a fox", count=1))
        await bot.studio.finish(bot.studio.last.id)
        done = await ada.newest(queued, lambda one: bool(pictures_of(one)))
        assert pictures_of(done)[0]["spoiler"]


async def test_nobody_is_pinged_by_a_prompt(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        queued = await ada.reply(await ada.slash("imagine", prompt="@everyone <@1> @\u202eeveryone"))
        assert not queued["mention_everyone"] and queued["mentions"] == []
        await bot.studio.finish(bot.studio.last.id)
        done = await ada.newest(queued, lambda one: bool(pictures_of(one)))
        assert not done["mention_everyone"]


async def test_suggestions_come_from_memory(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        assert (await ada.autocomplete("imagine", "style", "o", prompt="x"))[0] == {
            "name": "Oil painting",
            "value": "oil",
        }
        assert len(await ada.autocomplete("imagine", "style", "", prompt="x")) == 25
        assert await ada.autocomplete("imagine", "style", "zzz", prompt="x") == []
        assert await ada.autocomplete("imagine", "style", "none", prompt="x") == []
        bot.studio.guild = GuildSettings(style="oil")
        assert (await ada.autocomplete("imagine", "style", "", prompt="x"))[0]["value"] == "none"
        sizes = await ada.autocomplete("imagine", "size", "", prompt="x")
        assert sizes[0] == {"name": "Square 1:1", "value": "square"}
        assert (await ada.autocomplete("imagine", "size", "512x7", prompt="x"))[0]["value"] == "512x7"
        assert all(one["value"] != "51" for one in await ada.autocomplete("imagine", "size", "51", prompt="x"))
        assert [one["value"] for one in await ada.autocomplete("imagine", "model", "M", prompt="x")] == ["mini"]
    async with bot.sandbox.member("lin") as lin:
        assert await lin.autocomplete("imagine", "palette", "冷", prompt="x") == [{"name": "冷色调", "value": "ice"}]


async def test_discord_itself_keeps_to_the_limits(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        with pytest.raises(Refused):
            await ada.slash("imagine", prompt="x" * 1501)
        with pytest.raises(Refused):
            await ada.slash("imagine", prompt="x", count=5)
        await ada.reply(await ada.slash("imagine", prompt="x" * 1500))
