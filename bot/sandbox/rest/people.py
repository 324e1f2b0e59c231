"""Users, the application, guilds and their members, the gateway's address."""

from aiohttp import web

from bot.sandbox import errors, payloads
from bot.sandbox.rest.access import guild_for
from bot.sandbox.rest.bodies import BODY, TRUE, answer
from bot.sandbox.sandbox import SANDBOX
from bot.sandbox.world import Guild


async def get_gateway(request: web.Request) -> web.Response:
    """Answer the gateway's address."""
    return answer({"url": f"ws://{request.host}/gateway"})


async def get_gateway_bot(request: web.Request) -> web.Response:
    """Answer the gateway's address with the session limits."""
    limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    return answer({"url": f"ws://{request.host}/gateway", "shards": 1, "session_start_limit": limit})


async def get_application(request: web.Request) -> web.Response:
    """Answer the bot's own application."""
    return answer(payloads.application(request.app[SANDBOX].world))


async def get_own_user(request: web.Request) -> web.Response:
    """Answer the bot's user."""
    return answer(payloads.own_user(request.app[SANDBOX].world.bot))


async def get_user(request: web.Request) -> web.Response:
    """Answer any user."""
    user = request.app[SANDBOX].world.users.get(int(request.match_info["user_id"]))
    if user is None:
        raise errors.unknown("User")
    return answer(payloads.user(user))


async def create_direct_channel(request: web.Request) -> web.Response:
    """Answer the direct channel with a user."""
    world = request.app[SANDBOX].world
    channel = world.direct_channel(int(request[BODY].json["recipient_id"]))
    if channel is None:
        raise errors.unknown("User")
    return answer(payloads.channel(world, channel))


async def list_own_guilds(request: web.Request) -> web.Response:
    """Answer a page of the guilds that the bot is in, by their ids."""
    before, after = int(request.query.get("before", 2**63)), int(request.query.get("after", 0))
    guilds = [one for one in request.app[SANDBOX].world.guilds.values() if one.installed and after < one.id < before]
    return answer([payloads.listed_guild(one) | _counts(request, one) for one in guilds])


async def get_guild(request: web.Request) -> web.Response:
    """Answer a guild."""
    guild = guild_for(request)
    return answer(payloads.guild(guild) | _counts(request, guild))


def _counts(request: web.Request, guild: Guild) -> payloads.Payload:
    return payloads.counts(guild) if request.query.get("with_counts") in TRUE else {}


async def list_guild_channels(request: web.Request) -> web.Response:
    """Answer a guild's channels."""
    world = request.app[SANDBOX].world
    return answer([payloads.channel(world, one) for one in guild_for(request).channels.values()])


async def list_roles(request: web.Request) -> web.Response:
    """Answer a guild's roles."""
    return answer([payloads.role(one) for one in guild_for(request).roles.values()])


async def get_member(request: web.Request) -> web.Response:
    """Answer a member of a guild."""
    world, guild = request.app[SANDBOX].world, guild_for(request)
    member = guild.members.get(int(request.match_info["user_id"]))
    if member is None:
        raise errors.unknown("Member")
    return answer(payloads.member(member, world.users[member.user_id]))
