"""Users, members, channels, guilds and the application as Discord's JSON objects."""

from typing import Any

from bot.sandbox.clock import iso
from bot.sandbox.permissions import EVERYONE, in_channel
from bot.sandbox.world import DIRECT, GROUP, Channel, Guild, Member, Role, User, World

Payload = dict[str, Any]

_TEXT_EXTRAS = {"rate_limit_per_user": 0, "default_auto_archive_duration": 1440, "parent_id": None}


def user(one: User) -> Payload:
    """Return the user object."""
    return {
        "id": str(one.id),
        "username": one.username,
        "global_name": one.global_name,
        "discriminator": "0001" if one.bot else "0",
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "bot": one.bot,
        "system": False,
        "public_flags": 0,
        "flags": 0,
    }


def own_user(one: User) -> Payload:
    """Return the user object that only its owner gets."""
    return user(one) | {"mfa_enabled": True, "locale": one.locale, "verified": True, "email": None}


def member(one: Member, with_user: User | None = None, permissions: int | None = None) -> Payload:
    """Return the member object; interactions add the permissions in their channel."""
    payload: Payload = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": iso(one.joined_at),
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in one.roles],
        "mute": False,
        "deaf": False,
    }
    if with_user is not None:
        payload["user"] = user(with_user)
    if permissions is not None:
        payload["permissions"] = str(permissions)
    return payload


def role(one: Role) -> Payload:
    """Return the role object."""
    payload: Payload = {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(one.permissions),
        "position": one.position,
        "color": one.colour,
        "colors": {"primary_color": one.colour, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": one.managed_by is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if one.managed_by is not None:
        payload["tags"] = {"bot_id": str(one.managed_by)}
    return payload


def channel(world: World, one: Channel, last_message_id: int | None = None) -> Payload:
    """Return the channel object."""
    payload: Payload = {"id": str(one.id), "type": one.type, "flags": 0}
    payload["last_message_id"] = None if last_message_id is None else str(last_message_id)
    if one.type in (DIRECT, GROUP):
        # As in Discord, the one who asks is not among the recipients.
        others = [world.users[identifier] for identifier in one.recipients if identifier != world.bot.id]
        payload["recipients"] = [user(other) for other in others]
        if one.type == GROUP:
            payload |= {"name": one.name, "icon": None, "owner_id": str(one.recipients[0]), "managed": False}
        return payload
    return (
        payload
        | _TEXT_EXTRAS
        | {
            "guild_id": str(one.guild_id),
            "name": one.name,
            "position": one.position,
            "topic": one.topic,
            "nsfw": one.nsfw,
            "permission_overwrites": [
                {"id": str(each.id), "type": int(each.member), "allow": str(each.allow), "deny": str(each.deny)}
                for each in one.overwrites
            ],
        }
    )


def interaction_channel(world: World, one: Channel, user_id: int) -> Payload:
    """Return the partial channel of an interaction, with the permissions of the one who interacts."""
    return channel(world, one) | {"permissions": str(in_channel(world, one, user_id))}


def guild(one: Guild) -> Payload:
    """Return the guild object of the REST API."""
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "roles": [role(each) for each in one.roles.values()],
        "preferred_locale": one.locale,
    } | _GUILD_DEFAULTS


def guild_create(world: World, one: Guild, *, joined: bool) -> Payload:
    """Return the guild object of GUILD_CREATE; without the members intent only the bot is among the members.

    Discord says `unavailable` of the guilds that follow READY, and nothing of one that the bot has just `joined`:
    by that libraries tell the two apart.
    """
    own = one.members[world.bot.id]
    return guild(one) | {
        "joined_at": iso(own.joined_at),
        "large": False,
        **({} if joined else {"unavailable": False}),
        "member_count": len(one.members),
        "voice_states": [],
        "members": [member(own, world.bot)],
        "channels": [channel(world, each) for each in one.channels.values()],
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def partial_guild(one: Guild) -> Payload:
    """Return the guild object of an interaction."""
    return {"id": str(one.id), "locale": one.locale, "features": []}


def counts(one: Guild) -> Payload:
    """Return what `with_counts` adds to a guild object."""
    return {"approximate_member_count": len(one.members), "approximate_presence_count": len(one.members)}


def listed_guild(one: Guild) -> Payload:
    """Return the guild object of the list of one's own guilds."""
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(int(EVERYONE)),
        "features": [],
    }


def application(world: World) -> Payload:
    """Return the application object that its own bot gets."""
    owner = next(iter(world.people()))
    return {
        "id": str(world.bot.id),
        "name": world.bot.global_name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(owner),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": {}, "1": {}},
    }


_GUILD_DEFAULTS: Payload = {
    "icon": None,
    "description": None,
    "home_header": None,
    "splash": None,
    "discovery_splash": None,
    "features": [],
    "banner": None,
    "application_id": None,
    "region": "deprecated",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "widget_channel_id": None,
    "verification_level": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_presences": None,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "vanity_url_code": None,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
    "emojis": [],
    "stickers": [],
    "incidents_data": None,
    "hub_type": None,
}
