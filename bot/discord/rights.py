"""What Discord lets the bot do, asked over REST alone, so that it can be asked beside a bot that runs."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import discord

from bot.discord.client import TokenRefused


class DiscordAway(Exception):
    """Discord cannot be reached or does not answer as it should."""


@dataclass(frozen=True, slots=True)
class GuildRights:
    """What the bot lacks in one guild."""

    name: str
    channels: int
    """Text channels that the bot sees."""
    lacking: Mapping[str, tuple[str, ...]]
    """Names of those channels where permissions are missing, with which."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What Discord said."""

    bot: str
    sessions_left: int
    """How often the bot may still log in within the present 24 hours."""
    guilds: tuple[GuildRights, ...]


async def ask(token: str, wanted: Mapping[str, int]) -> Rights:
    """Ask for the permissions in every channel of every guild.

    Args:
        token: the bot's.
        wanted: the permissions that it should have, name to bit.

    Raises:
        TokenRefused: Discord does not know the token.
        DiscordAway: it cannot be asked.
    """
    client = discord.Client(intents=discord.Intents.none())
    async with _logged_in(client, token):
        assert client.user is not None
        limit = (await client.http.request(discord.http.Route("GET", "/gateway/bot")))["session_start_limit"]
        guilds = [await _in_guild(client, guild.id, wanted) async for guild in client.fetch_guilds(limit=None)]
        return Rights(bot=str(client.user), sessions_left=int(limit["remaining"]), guilds=tuple(guilds))


@asynccontextmanager
async def _logged_in(client: discord.Client, token: str) -> AsyncIterator[None]:
    try:
        await client.login(token)
        yield
    except discord.LoginFailure as error:
        raise TokenRefused(str(TokenRefused.__doc__)) from error
    except (aiohttp.ClientError, OSError, discord.HTTPException) as error:
        raise DiscordAway(f"Discord cannot be asked ({error}).") from error
    finally:
        await client.close()


async def _in_guild(client: discord.Client, guild_id: int, wanted: Mapping[str, int]) -> GuildRights:
    guild = await client.fetch_guild(guild_id)
    assert client.user is not None
    me = await guild.fetch_member(client.user.id)
    texts = [one for one in await guild.fetch_channels() if isinstance(one, discord.TextChannel)]
    # One that the bot does not see is one that it was kept out of.
    rights = {one.name: one.permissions_for(me) for one in texts if one.permissions_for(me).view_channel}
    lacking = {
        name: tuple(permission for permission, bit in wanted.items() if not given.value >> bit & 1)
        for name, given in rights.items()
    }
    return GuildRights(guild.name, len(rights), {name: missing for name, missing in lacking.items() if missing})
