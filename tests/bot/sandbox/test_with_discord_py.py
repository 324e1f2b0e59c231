"""The unmodified discord.py over the real socket."""

import asyncio

import pytest

from tests.bot.sandbox.library_bot import PNG, redirected
from tests.bot.sandbox.member import EPHEMERAL, Refused, labels_of, pictures_of, text_of
from tests.bot.sandbox.process import RunningSandbox

pytestmark = pytest.mark.asyncio


async def test_a_command_is_deferred_and_answered_with_a_gallery(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox), sandbox.member("ada") as ada, sandbox.member("lin") as lin:
        asked = await ada.slash("imagine", prompt="a red fox", fruit="apple", count=2, image=0, files=[PNG])
        placeholder = await ada.event(lambda event: event["type"] == "message_create")
        assert placeholder["message"]["flags"] & 128
        message = await ada.reply(asked)
        assert text_of(message) == "a red fox apple 2 file0.png"
        assert message["edited_timestamp"] is None and message["attachments"] == []
        [picture] = pictures_of(message)
        assert (picture["description"], picture["media"]["width"]) == ("a red fox", 1)
        assert await ada.download(picture["media"]["url"]) == PNG
        assert (await lin.reply(asked))["id"] == message["id"]


async def test_buttons_selects_and_modals(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox), sandbox.member("ada") as ada, sandbox.member("lin") as lin:
        message = await ada.reply(await ada.slash("imagine", prompt="a fox"))
        assert labels_of(message) == ["Again", "More"]
        await ada.press(message, "Again")
        again = await ada.newest(message, lambda one: text_of(one) == "again")
        assert pictures_of(again)[0]["media"]["id"] == pictures_of(message)[0]["media"]["id"]
        chosen = await lin.reply(await lin.choose(again, "s1:style", "banana"))
        assert chosen["content"] == "chosen ['banana']" and chosen["flags"] & EPHEMERAL
        assert chosen["id"] not in ada.messages
        opened = await ada.press(again, "s1:more")
        assert (await ada.modal(opened))["title"] == "Remix"
        submitted = await ada.submit_modal(opened, {"fruit": ["cherry"], "file": [0]}, files=[PNG])
        answer = await ada.reply(submitted)
        # The first follow-up after a private defer fills its placeholder and stays private.
        assert answer["content"] == f"a fox ['cherry'] [{len(PNG)}]" and answer["flags"] == EPHEMERAL
        with pytest.raises(Refused, match="must be filled in"):
            await ada.submit_modal(opened, {"prompt": ""})
        with pytest.raises(Refused, match="not offered"):
            await lin.choose(again, "s1:style", "durian")


async def test_autocomplete_answers_from_what_was_typed(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox), sandbox.member("ada") as ada:
        choices = await ada.autocomplete("imagine", "fruit", "b", prompt="a fox")
        assert choices == [{"name": "banana", "value": "banana"}]


async def test_an_answer_at_once_with_a_follow_up_pings_nobody(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox), sandbox.member("ada") as ada, sandbox.member("mona") as mona:
        asked = await ada.slash("hello")
        first = await ada.reply(asked)
        assert first["type"] == 20 and not first["mention_everyone"] and first["mentions"] == []
        assert first["embeds"][0]["image"]["url"].startswith(sandbox.base) and first["attachments"] == []
        second = await mona.wait_for_message(lambda one: one["content"] == "and again")
        assert second["message_reference"]["message_id"] == first["id"]
        private = await ada.reply(await ada.slash("hello", private=True))
        assert private["flags"] & EPHEMERAL
        assert private["id"] not in {one["id"] for one in await mona.history()}
        await ada.delete(private)
        await ada.gone(private)


async def test_context_menus(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox), sandbox.member("ada") as ada:
        said = await ada.say("hello")
        details = await ada.reply(await ada.menu("Details", said))
        assert details["content"] == f"{said['id']} by {ada.id}" and details["type"] == 23
        about = await ada.reply(await ada.menu("Gallery", ada.id))
        assert about["content"].startswith("ada since 20")


async def test_commands_are_shown_to_those_who_may_use_them(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox), sandbox.member("ada") as ada, sandbox.member("mona") as mona:
        names = {one["name"] for one in await mona.commands()}
        assert names == {"imagine", "hello", "admin", "Details", "Gallery"}
        assert {one["name"] for one in await ada.commands()} == names - {"admin"}
        assert {one["name"] for one in await ada.commands("group")} == {"imagine"}
        with pytest.raises(Refused, match="no channel"):
            await ada.commands("lobby")


async def test_channel_messages_need_permissions_and_keep_their_nonce(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox), sandbox.member("mona") as mona:
        refused = await mona.reply(await mona.slash("admin post", nonce="n1", at="read-only"))
        assert refused["content"] == "forbidden 50013"
        first = await mona.reply(await mona.slash("admin post", nonce="n1"))
        assert (await mona.reply(await mona.slash("admin post", nonce="n1")))["content"] == first["content"]
        await sandbox.advance(600)
        assert (await mona.reply(await mona.slash("admin post", nonce="n1")))["content"] != first["content"]
        assert [one["content"] for one in await mona.history()].count("posted") == 2


@pytest.mark.parametrize("disturbance", ["drop", "reconnect", "resumable", "close"])
async def test_a_lost_connection_is_resumed_and_nothing_is_lost(sandbox: RunningSandbox, disturbance: str) -> None:
    async with redirected(sandbox) as bot, sandbox.member("ada") as ada:
        if disturbance == "resumable":
            await sandbox.disturb("invalidate", resumable=True)
        else:
            await sandbox.disturb(disturbance, **({"code": 4000} if disturbance == "close" else {}))
        asked = await ada.slash("imagine", prompt="a fox")
        assert text_of(await ada.reply(asked)).startswith("a fox")
        await asyncio.wait_for(bot.resumed.wait(), 20)
        counts = (await sandbox.state())["gateway"]
        assert (counts["identify"], counts["resume"]) == (1, 1)


async def test_an_invalid_session_is_identified_again(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox), sandbox.member("ada") as ada:
        await sandbox.disturb("invalidate")
        await sandbox.online(False)
        await sandbox.online()
        assert text_of(await ada.reply(await ada.slash("imagine", prompt="a fox"))).startswith("a fox")
        assert (await sandbox.state())["gateway"]["identify"] == 2


async def test_rate_limits_and_errors_are_survived(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox), sandbox.member("ada") as ada:
        for scope in ("user", "global", "shared"):
            await sandbox.fault("rate_limit", scope=scope, route="PATCH /webhooks/*")
        await sandbox.fault("slow", route="POST /interactions/*")
        assert text_of(await ada.reply(await ada.slash("imagine", prompt="a fox"))).startswith("a fox")


async def test_the_bot_leaves_a_guild_and_works_as_a_user_install(sandbox: RunningSandbox) -> None:
    async with redirected(sandbox) as bot, sandbox.member("ada") as ada:
        assert len(bot.guilds) == 2
        guild_id = ada.world["guilds"][0]["id"]
        await sandbox.control("PATCH", f"/guilds/{guild_id}", installed=False)
        message = await ada.reply(await ada.slash("imagine", prompt="a fox", at="group"))
        assert message["interaction_metadata"]["authorizing_integration_owners"] == {"1": ada.id}
        assert bot.guilds_left == [int(guild_id)]
        direct = await ada.reply(await ada.slash("imagine", prompt="an owl", at="dm"))
        assert text_of(direct).startswith("an owl")
