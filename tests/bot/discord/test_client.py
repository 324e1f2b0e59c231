import asyncio
from pathlib import Path

import discord
import pytest

from bot.discord import cogs
from bot.discord.client import SalonBot, TokenRefused, run
from bot.discord.redirect import Server, redirect
from tests.bot.discord.conftest import RunningBot, start
from tests.bot.discord.fake_studio import FakeStudio
from tests.bot.sandbox.member import text_of
from tests.bot.sandbox.process import RunningSandbox

pytestmark = pytest.mark.asyncio


async def registrations(sandbox: RunningSandbox) -> int:
    exchanges = (await sandbox.control("GET", "/records"))["exchanges"]
    return len([one for one in exchanges if one["method"] == "PUT" and one["path"].endswith("/commands")])


async def test_it_asks_for_no_privilege_and_pings_nobody(own_bot: RunningBot) -> None:
    assert own_bot.client.intents == discord.Intents(guilds=True)
    assert own_bot.client.allowed_mentions is not None
    assert own_bot.client.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_commands_are_registered_only_when_they_changed(
    sandbox: RunningSandbox, tmp_path: Path, redirected: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered = tmp_path / "commands.sha256"
    for expected in (1, 1):
        running = await start(sandbox, FakeStudio(), remembered)
        assert await registrations(sandbox) == expected
        await running.stop()
        await sandbox.online(False)
    monkeypatch.setattr(cogs, "ALL", [cog for cog in cogs.ALL if cog.__name__ != "Lineage"])
    running = await start(sandbox, FakeStudio(), remembered)
    assert await registrations(sandbox) == 2, "a command is gone"
    async with sandbox.member("ada") as ada:
        assert "lineage" not in {one["name"] for one in await ada.commands()}
    await running.stop()


async def test_commands_that_somebody_removed_come_back(
    sandbox: RunningSandbox, tmp_path: Path, redirected: None
) -> None:
    remembered = tmp_path / "commands.sha256"
    running = await start(sandbox, FakeStudio(), remembered)
    await running.client.http.bulk_upsert_global_commands(int(sandbox.application_id), [])
    await running.stop()
    await sandbox.online(False)
    running = await start(sandbox, FakeStudio(), remembered)
    async with sandbox.member("ada") as ada:
        assert "imagine" in {one["name"] for one in await ada.commands()}
    await running.stop()


async def test_a_wrong_token_is_said_and_not_tried_again(
    sandbox: RunningSandbox, tmp_path: Path, redirected: None
) -> None:
    redirect(Server(rest=sandbox.api, gateway=sandbox.gateway, cdn=sandbox.base))
    client = SalonBot(FakeStudio(), tmp_path / "commands")
    with pytest.raises(TokenRefused, match="SALON_DISCORD__TOKEN") as caught:
        await run(client, "MTIz.x.y")
    assert caught.value.exit_code == 78 and client.is_closed()


async def test_a_revoked_token_ends_the_bot(own_bot: RunningBot) -> None:
    await own_bot.sandbox.settings(token_revoked=True)
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(asyncio.shield(own_bot.task), 20)


async def test_a_dropped_gateway_is_resumed(own_bot: RunningBot) -> None:
    before = (await own_bot.sandbox.state())["gateway"]["identify"]
    for drop in range(1, 4):
        await own_bot.sandbox.disturb("drop")
        async with asyncio.timeout(20):
            while own_bot.client.health.resumed < drop:
                await asyncio.sleep(0.02)
    assert (await own_bot.sandbox.state())["gateway"]["identify"] == before
    assert own_bot.client.health.connected
    async with own_bot.sandbox.member("ada") as ada:
        assert "Yours is next" in text_of(await ada.reply(await ada.slash("imagine", prompt="a fox")))
        assert len(own_bot.studio.jobs) == 1


async def test_guilds_that_are_there_and_that_leave_are_told(own_bot: RunningBot) -> None:
    async with asyncio.timeout(10):
        while len(own_bot.studio.guilds) < 2:
            await asyncio.sleep(0.02)
    assert set(own_bot.studio.guilds.values()) == {"Art Corner", "The Annex"}
    guild = next(id_ for id_, name in own_bot.studio.guilds.items() if name == "The Annex")
    await own_bot.sandbox.control("PATCH", f"/guilds/{guild}", installed=False)
    async with asyncio.timeout(10):
        while guild in own_bot.studio.guilds:
            await asyncio.sleep(0.02)
    await own_bot.sandbox.control("PATCH", f"/guilds/{guild}", installed=True)
    async with asyncio.timeout(10):
        while own_bot.studio.guilds.get(guild) != "The Annex":
            await asyncio.sleep(0.02)


async def test_a_guild_whose_name_was_not_known_yet_is_told_with_it_later(own_bot: RunningBot) -> None:
    async with asyncio.timeout(10):
        while len(own_bot.studio.guilds) < 2:
            await asyncio.sleep(0.02)
    # As after an outage: READY named the guild as unavailable, its GUILD_CREATE comes long after.
    guild = own_bot.client.guilds[0]
    own_bot.studio.guilds[guild.id] = ""
    own_bot.client.dispatch("guild_available", guild)
    async with asyncio.timeout(10):
        while own_bot.studio.guilds[guild.id] != guild.name:
            await asyncio.sleep(0.02)


async def test_a_discord_that_is_not_up_yet_is_waited_for(
    sandbox: RunningSandbox, tmp_path: Path, redirected: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.discord.client._FIRST_WAIT_S", 0.05)
    await sandbox.fault("drop_before", route="GET /users/@me", times=2)
    running = await start(sandbox, FakeStudio(), tmp_path / "commands")
    assert running.client.user is not None
    await running.stop()


async def test_an_interaction_that_came_too_late_begins_nothing(
    own_bot: RunningBot,
) -> None:
    await own_bot.sandbox.fault("slow", route="POST /interactions/*", seconds=0.5)
    async with own_bot.sandbox.member("ada") as ada:
        asked = await ada.slash("imagine", prompt="a fox")
        await own_bot.sandbox.advance(3.5)
        assert await ada.outcome(asked) == "failed"
        await asyncio.sleep(0.7)
        assert own_bot.studio.jobs == {}
