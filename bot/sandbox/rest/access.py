"""What the bot may see and do where: the checks that channel routes share."""

from aiohttp import web

from bot.sandbox import errors
from bot.sandbox.messages import Message
from bot.sandbox.permissions import Permission, in_channel
from bot.sandbox.sandbox import SANDBOX, Sandbox
from bot.sandbox.world import Channel, Guild


def channel_for(request: web.Request, needed: int = 0) -> Channel:
    """Return the channel of the path where the bot has all `needed` permissions.

    Raises:
        ApiError: 10003, 50001 for one that it cannot see, 50013 for a missing permission.
    """
    sandbox = request.app[SANDBOX]
    channel = sandbox.world.channel(int(request.match_info["channel_id"]))
    if channel is None:
        raise errors.unknown("Channel")
    own = in_channel(sandbox.world, channel, sandbox.world.bot.id)
    if not own & Permission.VIEW_CHANNEL:
        raise errors.missing_access()
    if own & needed != needed:
        raise errors.missing_permissions()
    return channel


def message_for(request: web.Request, channel: Channel) -> Message:
    """Return the message of the path; ephemeral ones do not exist here.

    Raises:
        ApiError: 10008.
    """
    message = request.app[SANDBOX].messages.get(int(request.match_info["message_id"]))
    if message is None or message.channel_id != channel.id or message.ephemeral_for is not None:
        raise errors.unknown("Message")
    return message


def guild_for(request: web.Request) -> Guild:
    """Return the guild of the path, if the bot is in it.

    Raises:
        ApiError: 10004.
    """
    guild = request.app[SANDBOX].world.guilds.get(int(request.match_info["guild_id"]))
    if guild is None or not guild.installed:
        raise errors.unknown("Guild")
    return guild


def check_application(request: web.Request, key: str = "application_id") -> Sandbox:
    """Return the sandbox if the path names its application.

    Raises:
        ApiError: 10002, or 10015 for a webhook.
    """
    sandbox = request.app[SANDBOX]
    if request.match_info[key] != str(sandbox.world.bot.id):
        raise errors.unknown("Application" if key == "application_id" else "Webhook")
    return sandbox
