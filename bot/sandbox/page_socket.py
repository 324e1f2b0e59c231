"""The stream of events to one open page (contract: `bot.sandbox.page_api`)."""

import asyncio
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from bot.command import salon
from bot.sandbox import payloads
from bot.sandbox.broadcast import Watcher
from bot.sandbox.keyboard import Keyboard
from bot.sandbox.permissions import Permission, in_channel, in_guild
from bot.sandbox.rest.bodies import answer
from bot.sandbox.sandbox import SANDBOX, Sandbox
from bot.sandbox.snowflakes import created_at
from bot.sandbox.world import GROUP, Channel, User

_NEW_FOR_S = 7 * 86_400


async def stream(request: web.Request) -> web.WebSocketResponse:
    """Send `ready`, then every event that the acting member may see, until the page goes."""
    sandbox = request.app[SANDBOX]
    user_id = int(request.query["as"])
    Keyboard(sandbox, user_id)
    response = web.WebSocketResponse(heartbeat=20)
    await response.prepare(request)
    watcher = Watcher(user_id)
    watcher.queue.put_nowait(ready(sandbox, user_id))
    sandbox.broadcast.watchers.add(watcher)
    sender = asyncio.create_task(_send(response, watcher))
    try:
        async for message in response:
            if message.type == WSMsgType.ERROR:
                break
    finally:
        sandbox.broadcast.watchers.discard(watcher)
        sender.cancel()
    return response


async def list_people(request: web.Request) -> web.Response:
    """Answer who there is to act as, and how `salon` is called in a shell."""
    sandbox = request.app[SANDBOX]
    people = [_person(sandbox, one) for one in sandbox.world.people()]
    return answer({"people": people, "salon": salon()})


async def _send(response: web.WebSocketResponse, watcher: Watcher) -> None:
    with suppress(ConnectionError):
        while True:
            await response.send_json(await watcher.queue.get())


def ready(sandbox: Sandbox, user_id: int) -> dict[str, Any]:
    """Return the first event: the world as a member sees it."""
    world = sandbox.world
    return {
        "type": "ready",
        "me": str(user_id),
        "bot": payloads.user(world.bot),
        "online": sandbox.gateway.online,
        "now": sandbox.clock.timestamp(),
        "frozen": sandbox.clock.frozen,
        "upload_limit": sandbox.attachments.limit_bytes,
        "people": [_person(sandbox, one) for one in world.people()],
        "guilds": [
            {
                "id": str(guild.id),
                "name": guild.name,
                "installed": guild.installed,
                "roles": [payloads.role(one) for one in guild.roles.values()],
                "members": [str(one) for one in guild.members],
                "channels": _seen(sandbox, list(guild.channels.values()), user_id),
            }
            for guild in world.guilds.values()
            if user_id in guild.members
        ],
        "private": _seen(sandbox, list(world.private.values()), user_id),
    }


def _seen(sandbox: Sandbox, channels: list[Channel], user_id: int) -> list[dict[str, Any]]:
    world, result = sandbox.world, []
    for channel in channels:
        own = in_channel(world, channel, user_id)
        if not own & Permission.VIEW_CHANNEL:
            continue
        payload = payloads.channel(world, channel) | {"writable": bool(own & Permission.SEND_MESSAGES)}
        if channel.guild_id is None:
            with_bot = channel.type != GROUP
            payload |= {"title": world.bot.global_name if with_bot else channel.name, "with_bot": with_bot}
        result.append(payload)
    return result


def _person(sandbox: Sandbox, user: User) -> dict[str, Any]:
    guilds = [guild for guild in sandbox.world.guilds.values() if user.id in guild.members]
    if any(guild.owner_id == user.id for guild in guilds):
        role = "owner"
    elif any(in_guild(guild, user.id) & Permission.MANAGE_GUILD for guild in guilds):
        role = "moderator"
    else:
        role = "new" if sandbox.clock.now() - created_at(user.id) < _NEW_FOR_S else "member"
    return payloads.user(user) | {"locale": user.locale, "role": role}
