import discord
import pytest

from bot.discord.client import TokenRefused
from bot.discord.redirect import Server, redirect
from bot.discord.rights import DiscordAway, ask, needed_in
from bot.invite import PERMISSIONS

pytestmark = pytest.mark.asyncio


async def test_it_tells_what_is_missing_where(sandbox, redirected):
    redirect(Server(rest=sandbox.api, gateway=sandbox.gateway, cdn=sandbox.base))
    rights = await ask(sandbox.token, PERMISSIONS)
    assert rights.sessions_left == 1000
    corner, annex = sorted(rights.guilds, key=lambda guild: guild.name == "The Annex")
    assert (corner.name, annex.name, annex.channels) == ("Art Corner", "The Annex", 1)
    assert "send messages" in dict(corner.lacking)["read-only"]
    assert all("send messages" not in missing for name, missing in corner.lacking if name != "read-only")


async def test_what_is_needed_depends_on_the_kind_of_channel():
    kinds = discord.ChannelType
    for kind in (kinds.text, kinds.news):
        assert needed_in(kind, PERMISSIONS) == PERMISSIONS
    for kind in (kinds.voice, kinds.stage_voice):
        assert set(PERMISSIONS) - set(needed_in(kind, PERMISSIONS)) == {"send messages in threads"}
    for kind in (kinds.forum, kinds.media):
        assert set(PERMISSIONS) - set(needed_in(kind, PERMISSIONS)) == {"send messages"}
    assert needed_in(kinds.category, PERMISSIONS) == {}


async def test_a_wrong_token_and_a_discord_that_is_away_are_told_apart(sandbox, redirected):
    redirect(Server(rest=sandbox.api, gateway=sandbox.gateway, cdn=sandbox.base))
    with pytest.raises(TokenRefused):
        await ask("MTIz.wrong.token", PERMISSIONS)
    redirect(Server(rest="http://127.0.0.1:9/api/v10", gateway=sandbox.gateway, cdn=sandbox.base))
    with pytest.raises(DiscordAway):
        await ask(sandbox.token, PERMISSIONS)
