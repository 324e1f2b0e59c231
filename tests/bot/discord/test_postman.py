import asyncio
from dataclasses import replace

import pytest

from bot.studio.delivery import Expired, Gone, Letter, Unclear, Unreachable
from tests.bot.discord.conftest import RunningBot
from tests.bot.discord.undelivered import address, finished
from tests.bot.sandbox.member import pictures_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

_QUARTER_H_S = 15 * 60 + 1


async def test_the_reply_is_edited_by_its_token(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        before = await ada.history()
        message, letter = await finished(bot, ada)
        assert await bot.postman.edit_reply(letter, *address(letter.job)) == int(message["id"])
        await ada.newest(message, lambda one: len(pictures_of(one)) == 1)
        # The same letter twice does no harm.
        await bot.postman.edit_reply(letter, *address(letter.job))
        assert len(await ada.history()) == len(before) + 1


async def test_after_a_quarter_of_an_hour_the_message_is_edited_by_its_id(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        message, letter = await finished(bot, ada)
        await bot.sandbox.advance(_QUARTER_H_S)
        with pytest.raises(Expired):
            await bot.postman.edit_reply(letter, *address(letter.job))
        assert letter.job.channel_id and letter.job.message_id
        await bot.postman.edit_message(letter, letter.job.channel_id, letter.job.message_id)
        await ada.newest(message, lambda one: len(pictures_of(one)) == 1)


async def test_a_deleted_reply_is_gone(bot: RunningBot) -> None:
    async with bot.sandbox.member("mona") as mona:
        message, letter = await finished(bot, mona)
        await mona.delete(message)
        await mona.gone(message)
        assert letter.job.channel_id and letter.job.message_id
        with pytest.raises(Gone):
            await bot.postman.edit_reply(letter, *address(letter.job))
        with pytest.raises(Gone):
            await bot.postman.edit_message(letter, letter.job.channel_id, letter.job.message_id)
        with pytest.raises(Gone):
            await bot.postman.send(letter, 12345, "nonce")


async def test_a_new_message_is_sent_once_and_found_again(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        _, letter = await finished(bot, ada)
        channel = int(ada.channel("general"))
        assert await bot.postman.find(channel, letter.job.id) is None
        await ada.say(f"s1:again:{letter.job.id}")
        first = await bot.postman.send(letter, channel, f"job-{letter.job.id}")
        assert await bot.postman.send(letter, channel, f"job-{letter.job.id}") == first, "the nonce"
        assert await bot.postman.find(channel, letter.job.id) == first
        assert await bot.postman.find(channel, letter.job.id + 1) is None
        assert len([one for one in await ada.history("general") if int(one["id"]) >= first]) == 1


async def test_a_new_message_may_ping_the_one_who_asked_and_nobody_else(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        _, letter = await finished(bot, ada)
        letter = replace(letter, job=replace(letter.job, prompt="<@1> @everyone"))
        channel = int(ada.channel("general"))
        await bot.postman.send(letter, channel, "quiet")
        await bot.postman.send(replace(letter, mention=int(ada.id)), channel, "loud")
        quiet, loud = (await ada.history("general"))[-2:]
        assert quiet["mentions"] == [] and not loud["mention_everyone"]
        assert [one["id"] for one in loud["mentions"]] == [ada.id]


async def test_a_reply_that_took_long_calls_its_owner(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        message, letter = await finished(bot, ada)
        await bot.postman.edit_reply(replace(letter, mention=int(ada.id)), *address(letter.job))
        call = await ada.wait_for_message(lambda one: "are ready" in text_of(one))
        assert [one["id"] for one in call["mentions"]] == [ada.id]
        assert call["id"] != message["id"]


async def test_a_private_result_calls_nobody_in_public(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        before = await lin.history()
        _, letter = await finished(bot, ada, private=True)
        await bot.postman.edit_reply(replace(letter, mention=int(ada.id)), *address(letter.job))
        assert await lin.history() == before


@pytest.mark.parametrize(
    ("kind", "meaning"), [("drop_before", Unclear), ("drop_after", Unclear)], ids=["dropped", "answer lost"]
)
async def test_a_lost_answer_is_unclear_and_the_message_can_be_looked_for(
    bot: RunningBot, kind: str, meaning: type[Exception]
) -> None:
    async with bot.sandbox.member("ada") as ada:
        _, letter = await finished(bot, ada)
        channel = int(ada.channel("general"))
        await bot.sandbox.fault(kind, route="POST /channels/*/messages")
        with pytest.raises(meaning):
            await bot.postman.send(letter, channel, "n")
        assert bool(await bot.postman.find(channel, letter.job.id)) == (kind == "drop_after")


async def test_rate_limits_are_waited_for(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        message, letter = await finished(bot, ada)
        for scope in ("user", "shared", "global"):
            await bot.sandbox.fault("rate_limit", route="PATCH /webhooks/*", scope=scope, seconds=0.05)
            await bot.postman.edit_reply(letter, *address(letter.job))
        await ada.newest(message, lambda one: len(pictures_of(one)) == 1)


async def test_a_ban_by_the_cdn_is_not_argued_with(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        _, letter = await finished(bot, ada)
        await bot.sandbox.fault("rate_limit", route="*/messages*", via=False, times=2)
        with pytest.raises(Unreachable):
            await bot.postman.edit_reply(letter, *address(letter.job))
        with pytest.raises(Unreachable):
            await bot.postman.send(letter, int(ada.channel("general")), "n")


async def test_a_storm_of_rate_limits_ends_and_everything_arrived_once(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        letters = [(await finished(bot, ada))[1] for _ in range(4)]
        before = len(await ada.history())
        await bot.sandbox.fault("rate_limit", route="*", scope="global", times=30, seconds=0.01)

        async def carry(letter: Letter) -> int:
            while True:
                try:
                    return await bot.postman.edit_reply(letter, *address(letter.job))
                except Unreachable:
                    await asyncio.sleep(0.01)

        carried = await asyncio.gather(*(carry(letter) for letter in letters))
        assert len(set(carried)) == len(letters) and len(await ada.history()) == before


async def test_a_token_that_is_refused_costs_no_letter(bot: RunningBot) -> None:
    """What cannot be sent because the bot itself was shut out is sent when it is let in again."""
    async with bot.sandbox.member("ada") as ada:
        message, letter = await finished(bot, ada)
        channel = int(ada.channel("general"))
        await bot.sandbox.fault("status", route="* /channels/*", status=401, times=3)
        for attempt in (
            bot.postman.send(letter, channel, "shut out"),
            bot.postman.edit_message(letter, channel, int(message["id"])),
            bot.postman.find(channel, letter.job.id),
        ):
            with pytest.raises(Unreachable):
                await attempt
