"""What Discord lets the bot do, asked over REST alone, so that it can be asked beside a bot that runs."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import discord

from bot.discord.client import TokenRefused

_THREADS = ("send messages in threads",)
_WRITTEN_IN = frozenset(
    {
        discord.ChannelType.text,
        discord.ChannelType.news,
        discord.ChannelType.voice,
        discord.ChannelType.stage_voice,
        discord.ChannelType.forum,
        discord.ChannelType.media,
    }
)
_NOT_NEEDED_IN = {
    # Beside a voice there are no threads, and in a forum there is nothing else.
    discord.ChannelType.voice: _THREADS,
    discord.ChannelType.stage_voice: _THREADS,
    discord.ChannelType.forum: ("send messages",),
    discord.ChannelType.media: ("send messages",),
}


class DiscordAway(Exception):
    """Discord cannot be reached or does not answer as it should."""


@dataclass(frozen=True, slots=True)
class GuildRights:
    """What the bot lacks in one guild."""

    name: str
    channels: int
    """That the bot sees and where members could use it."""
    lacking: tuple[tuple[str, tuple[str, ...]], ...]
    """Names of those channels where permissions are missing, with which; two channels may have one name."""


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
    found = []
    for channel in await guild.fetch_channels():
        given, needed = channel.permissions_for(me), needed_in(channel.type, wanted)
        # One that the bot does not see is one that it was kept out of.
        if needed and given.view_channel:
            missing = tuple(name for name, bit in needed.items() if not given.value >> bit & 1)
            found.append((channel.name, missing))
    return GuildRights(guild.name, len(found), tuple((name, missing) for name, missing in found if missing))


def needed_in(kind: discord.ChannelType, wanted: Mapping[str, int]) -> dict[str, int]:
    """Return which of the wanted permissions matter in a kind of channel; none where nobody can write."""
    if kind not in _WRITTEN_IN:
        return {}
    return {name: bit for name, bit in wanted.items() if name not in _NOT_NEEDED_IN.get(kind, ())}
