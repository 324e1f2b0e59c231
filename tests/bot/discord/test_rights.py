import pytest

from bot.discord.client import TokenRefused
from bot.discord.redirect import Server, redirect
from bot.discord.rights import DiscordAway, ask
from bot.invite import PERMISSIONS

pytestmark = pytest.mark.asyncio


async def test_it_tells_what_is_missing_where(sandbox, redirected):
    redirect(Server(rest=sandbox.api, gateway=sandbox.gateway, cdn=sandbox.base))
    rights = await ask(sandbox.token, PERMISSIONS)
    assert rights.sessions_left == 1000
    corner, annex = sorted(rights.guilds, key=lambda guild: guild.name == "The Annex")
    assert (corner.name, annex.name, annex.channels) == ("Art Corner", "The Annex", 1)
    assert "send messages" in corner.lacking["read-only"]
    assert all("send messages" not in missing for name, missing in corner.lacking.items() if name != "read-only")


async def test_a_wrong_token_and_a_discord_that_is_away_are_told_apart(sandbox, redirected):
    redirect(Server(rest=sandbox.api, gateway=sandbox.gateway, cdn=sandbox.base))
    with pytest.raises(TokenRefused):
        await ask("MTIz.wrong.token", PERMISSIONS)
    redirect(Server(rest="http://127.0.0.1:9/api/v10", gateway=sandbox.gateway, cdn=sandbox.base))
    with pytest.raises(DiscordAway):
        await ask(sandbox.token, PERMISSIONS)
