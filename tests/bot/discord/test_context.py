"""What the studio is told of a place."""

from typing import Any

import discord
import pytest

from bot.discord.context import origin_of
from tests.bot.discord.conftest import RunningBot

pytestmark = pytest.mark.asyncio(loop_scope="module")


USER = {"id": "7", "username": "ada", "discriminator": "0", "avatar": None, "global_name": None}


def in_thread(bot: RunningBot, parent: discord.abc.GuildChannel, kind: discord.ChannelType) -> discord.Interaction[Any]:
    """Return a command given in a thread that the bot has never heard of before."""
    state = bot.client._connection
    channel = {
        "id": "123456789012345678",
        "type": kind.value,
        "guild_id": str(parent.guild.id),
        "parent_id": str(parent.id),
        "owner_id": "5",
        "name": "a thread",
        "message_count": 0,
        "member_count": 1,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": "2026-11-21T12:00:00+00:00",
        },
    }
    payload = {
        "id": "1",
        "type": 2,
        "token": "token",
        "version": 1,
        "application_id": "2",
        "guild_id": str(parent.guild.id),
        "channel_id": channel["id"],
        "channel": channel,
        "attachment_size_limit": 1000,
        "context": 0,
        "member": {"user": USER, "roles": [], "joined_at": None, "flags": 0, "permissions": "0"},
        "authorizing_integration_owners": {"0": str(parent.guild.id)},
    }
    return discord.Interaction(data=payload, state=state)  # type: ignore[arg-type]


async def test_a_thread_belongs_to_its_channel(bot: RunningBot) -> None:
    by_name = {one.name: one for one in bot.client.get_all_channels()}
    for name, age_restricted in (("general", False), ("after-dark", True)):
        for kind in (discord.ChannelType.public_thread, discord.ChannelType.private_thread):
            interaction = in_thread(bot, by_name[name], kind)
            origin = origin_of(interaction, private=False, locale="en-GB")
            assert (origin.channel_id, origin.parent_id) == (123456789012345678, by_name[name].id)
            assert origin.age_restricted is age_restricted


async def test_forums_can_be_allowed(bot: RunningBot) -> None:
    settings = bot.client.tree.get_command("settings")
    assert isinstance(settings, discord.app_commands.Group)
    server = settings.get_command("server")
    assert isinstance(server, discord.app_commands.Command)
    [option] = [one for one in server.parameters if one.name == "channel"]
    assert {discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum} <= set(option.channel_types)
