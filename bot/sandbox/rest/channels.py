"""Channels and their messages."""

from itertools import islice
from typing import Any

from aiohttp import web

from bot.sandbox import errors, payloads
from bot.sandbox.messages import Message, payload
from bot.sandbox.permissions import Permission
from bot.sandbox.rest.access import channel_for, message_for
from bot.sandbox.rest.bodies import BODY, Body, answer, nothing
from bot.sandbox.sandbox import SANDBOX, Sandbox
from bot.sandbox.world import DIRECT, Channel

_NONCE_HOLDS_S = 300.0
_NONCE_LENGTH = 25
_LIST_DEFAULT, _LIST_MOST = 50, 100
_REPLY = 19


async def get_channel(request: web.Request) -> web.Response:
    """Answer the channel object."""
    sandbox, channel = request.app[SANDBOX], channel_for(request)
    newest = next(sandbox.messages.in_channel(channel.id), None)
    return answer(payloads.channel(sandbox.world, channel, None if newest is None else newest.id))


async def type_in(request: web.Request) -> web.Response:
    """Take note that the bot is typing."""
    sandbox, channel = request.app[SANDBOX], channel_for(request, Permission.SEND_MESSAGES)
    sandbox.broadcast.to_all({"type": "typing", "channel_id": str(channel.id)})
    return nothing()


async def list_messages(request: web.Request) -> web.Response:
    """Answer a page of messages, newest first; nothing without the permission to read the history."""
    sandbox, channel = request.app[SANDBOX], channel_for(request)
    try:
        channel_for(request, Permission.READ_MESSAGE_HISTORY)
    except errors.ApiError:
        return answer([])
    limit = int(request.query.get("limit", _LIST_DEFAULT))
    if not 1 <= limit <= _LIST_MOST:
        raise errors.invalid_form("limit", "NUMBER_TYPE_MAX", f"int value should be between 1 and {_LIST_MOST}.")
    found = (one for one in sandbox.messages.in_channel(channel.id) if one.ephemeral_for is None)
    return answer([_payload(sandbox, one) for one in _page(list(found), request.query, limit)])


def _page(newest_first: list[Message], query: Any, limit: int) -> list[Message]:
    if "after" in query:
        after = int(query["after"])
        return [one for one in newest_first if one.id > after][-limit:]
    if "around" in query:
        around = int(query["around"])
        nearest = sorted(newest_first, key=lambda one: abs(one.id - around))[:limit]
        return sorted(nearest, key=lambda one: -one.id)
    before = int(query.get("before", 2**63))
    return list(islice((one for one in newest_first if one.id < before), limit))


async def get_message(request: web.Request) -> web.Response:
    """Answer one message."""
    channel = channel_for(request, Permission.READ_MESSAGE_HISTORY)
    return answer(_payload(request.app[SANDBOX], message_for(request, channel)))


async def create_message(request: web.Request) -> web.Response:
    """Send a message; with `enforce_nonce` the same nonce within some minutes gives the message that it gave before."""
    sandbox, body = request.app[SANDBOX], request[BODY]
    channel = channel_for(request, _needed(body))
    _check_direct(sandbox, channel)
    nonce = body.json.get("nonce")
    if nonce is not None and len(str(nonce)) > _NONCE_LENGTH:
        raise errors.invalid_form("nonce", "BASE_TYPE_MAX_LENGTH", f"Must be {_NONCE_LENGTH} or fewer in length.")
    if nonce is not None and body.json.get("enforce_nonce"):
        earlier = _with_nonce(sandbox, channel, nonce)
        if earlier is not None:
            return answer(_payload(sandbox, earlier))
    message = Message(sandbox.ids.next(), channel.id, sandbox.world.bot.id, sandbox.clock.now(), nonce=nonce)
    reference = body.json.get("message_reference")
    if reference:
        message.type, message.reference = _REPLY, int(reference["message_id"])
    message = sandbox.composer.apply(message, body.json, body.uploads, edit=False)
    sandbox.messages.save(message)
    sandbox.broadcast.message("create", message)
    return answer(_payload(sandbox, message))


async def edit_message(request: web.Request) -> web.Response:
    """Edit a message of the bot."""
    sandbox, body = request.app[SANDBOX], request[BODY]
    message = message_for(request, channel_for(request))
    if message.author_id != sandbox.world.bot.id:
        raise errors.not_the_author()
    return answer(_payload(sandbox, sandbox.answers.edit(message, body.json, body.uploads)))


async def delete_message(request: web.Request) -> web.Response:
    """Delete a message: its own, or any where it may manage messages."""
    sandbox = request.app[SANDBOX]
    message = message_for(request, channel_for(request))
    if message.author_id != sandbox.world.bot.id:
        channel_for(request, Permission.MANAGE_MESSAGES)
    sandbox.answers.delete(message)
    return nothing()


def _needed(body: Body) -> int:
    needed = Permission.SEND_MESSAGES
    if body.uploads:
        needed |= Permission.ATTACH_FILES
    return int(needed)


def _check_direct(sandbox: Sandbox, channel: Channel) -> None:
    if channel.type == DIRECT:
        others = [sandbox.world.users[one] for one in channel.recipients if one != sandbox.world.bot.id]
        if not all(one.takes_direct_messages for one in others):
            raise errors.closed_dms()


def _with_nonce(sandbox: Sandbox, channel: Channel, nonce: str | int) -> Message | None:
    since = sandbox.clock.now() - _NONCE_HOLDS_S
    own = (one for one in sandbox.messages.in_channel(channel.id) if one.author_id == sandbox.world.bot.id)
    return next((one for one in own if one.sent_at > since and str(one.nonce) == str(nonce)), None)


def _payload(sandbox: Sandbox, message: Message) -> dict[str, Any]:
    return payload(sandbox.world, sandbox.attachments, message)
