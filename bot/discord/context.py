"""What the studio needs to know of an interaction: who asks, where, and in which language."""

from datetime import UTC, datetime
from typing import Any

import discord

from bot.discord.text import Text, text_for
from bot.studio.requests import Actor, Context, Origin
from bot.studio.studio import Studio

Interaction = discord.Interaction[Any]

_NEEDED = ("view_channel", "send_messages", "attach_files")
_NEEDED_IN_THREADS = ("view_channel", "send_messages_in_threads", "attach_files")


def actor_of(interaction: Interaction) -> Actor:
    """Return who asks. A moderator is whoever may manage the guild's messages."""
    rights = interaction.permissions
    member = interaction.user
    roles = frozenset(role.id for role in member.roles) if isinstance(member, discord.Member) else frozenset()
    return Actor(
        id=member.id,
        name=member.display_name,
        moderator=interaction.guild_id is not None and (rights.manage_messages or rights.manage_guild),
        guild_id=interaction.guild_id,
        roles=roles,
    )


def origin_of(interaction: Interaction, *, private: bool, locale: str, message_id: int | None = None) -> Origin:
    """Return where the request came from and where its answer goes."""
    channel = interaction.channel
    return Origin(
        interaction_id=interaction.id,
        token=interaction.token,
        application_id=interaction.application_id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        context=_context(interaction),
        user_install=by_member_alone(interaction),
        private=private,
        locale=locale,
        filesize_limit=interaction.filesize_limit,
        received_at=datetime.now(UTC),
        message_id=message_id,
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
        age_restricted=_age_restricted(channel),
    )


def _context(interaction: Interaction) -> Context:
    if interaction.guild_id is not None:
        return "guild"
    return "bot_dm" if interaction.context.dm_channel else "private"


def _age_restricted(channel: Any) -> bool:
    """Tell whether a channel is, or the channel of a thread; private conversations never are."""
    is_nsfw = getattr(channel, "is_nsfw", None)
    return bool(is_nsfw and is_nsfw())


def by_member_alone(interaction: Interaction) -> bool:
    """Tell whether only the member installed the bot, so that it is no member of the place."""
    return interaction.is_user_integration() and not interaction.is_guild_integration()


def locale_of(studio: Studio, interaction: Interaction) -> str:
    """Return the locale to answer in: the member's setting, else that of their client."""
    settings = studio.cached_settings(interaction.guild_id, interaction.user.id)
    return settings.member.language or interaction.locale.value


def text_of(studio: Studio, interaction: Interaction) -> Text:
    """Return the sentences to answer with."""
    return text_for(locale_of(studio, interaction), interaction.locale.value)


def missing_permissions(interaction: Interaction) -> list[str]:
    """Return which permissions the bot lacks to show its pictures to everybody here.

    Where the member alone installed the bot, Discord decides by the member's own permissions and nothing is missing.
    """
    if interaction.guild_id is None or by_member_alone(interaction):
        return []
    needed = _NEEDED_IN_THREADS if isinstance(interaction.channel, discord.Thread) else _NEEDED
    return [name for name in needed if not getattr(interaction.app_permissions, name)]


def missing_in(channel: discord.TextChannel) -> list[str]:
    """Return which permissions the bot lacks to post in a channel of a guild that has it."""
    rights = channel.permissions_for(channel.guild.me)
    return [name for name in _NEEDED if not getattr(rights, name)]
