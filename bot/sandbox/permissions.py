"""Permissions as Discord computes them ("Permissions", section on overwrites)."""

from enum import IntFlag

from bot.sandbox.world import Channel, Guild, World


class Permission(IntFlag):
    """The permissions that the sandbox asks for."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MODERATE_MEMBERS = 1 << 40


ALL = (1 << 53) - 1
READ = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
WRITE = READ | Permission.SEND_MESSAGES | Permission.EMBED_LINKS | Permission.ATTACH_FILES
EVERYONE = WRITE | Permission.ADD_REACTIONS | Permission.USE_EXTERNAL_EMOJIS | Permission.USE_APPLICATION_COMMANDS
MODERATOR = (
    Permission.KICK_MEMBERS
    | Permission.BAN_MEMBERS
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_GUILD
    | Permission.MANAGE_MESSAGES
    | Permission.MENTION_EVERYONE
    | Permission.MODERATE_MEMBERS
)


def in_channel(world: World, channel: Channel, user_id: int) -> int:
    """Return the permission bits of a user in a channel; 0 for somebody who is not in its guild or group."""
    guild = world.guild_of(channel)
    if guild is None:
        return int(EVERYONE) if user_id in channel.recipients else 0
    if user_id == world.bot.id and not guild.installed:
        return 0
    base = in_guild(guild, user_id)
    if base == ALL or base == 0:
        return base
    return _overwritten(base, guild, channel, user_id)


def in_guild(guild: Guild, user_id: int) -> int:
    """Return the permission bits of a member before any channel's overwrites."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        bits |= guild.roles[role_id].permissions
    return ALL if user_id == guild.owner_id or bits & Permission.ADMINISTRATOR else bits


def _overwritten(bits: int, guild: Guild, channel: Channel, user_id: int) -> int:
    everyone = [one for one in channel.overwrites if one.id == guild.id]
    roles = [one for one in channel.overwrites if one.id in guild.members[user_id].roles]
    own = [one for one in channel.overwrites if one.member and one.id == user_id]
    for group in (everyone, roles, own):
        for one in group:
            bits &= ~one.deny
        for one in group:
            bits |= one.allow
    return bits if bits & Permission.VIEW_CHANNEL else 0
