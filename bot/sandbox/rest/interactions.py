"""First answers to interactions, and the messages that their tokens reach afterwards."""

from typing import Any

from aiohttp import web

from bot.sandbox import errors
from bot.sandbox.answers import DEFER, REPLY, UPDATE
from bot.sandbox.interaction import Interaction
from bot.sandbox.messages import Message, payload
from bot.sandbox.rest.access import check_application
from bot.sandbox.rest.bodies import BODY, TRUE, answer, nothing
from bot.sandbox.sandbox import SANDBOX, Sandbox


async def callback(request: web.Request) -> web.Response:
    """Take the first answer."""
    sandbox, body = request.app[SANDBOX], request[BODY]
    path = request.match_info
    interaction = sandbox.interactions.for_answer(int(path["interaction_id"]), path["interaction_token"])
    message = sandbox.answers.answer(interaction, body.json, body.uploads)
    if request.query.get("with_response") not in TRUE:
        return nothing()
    result: dict[str, Any] = {"interaction": _summary(sandbox, interaction, body.json["type"])}
    # A defer has a message, but the resource of the answer is for types 4 and 7 alone.
    if message is not None and body.json["type"] in (REPLY, UPDATE):
        result["resource"] = {"type": body.json["type"], "message": _payload(sandbox, message)}
    return answer(result)


def _summary(sandbox: Sandbox, interaction: Interaction, kind: int) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "id": str(interaction.id),
        "type": interaction.type,
        "channel_id": str(interaction.channel_id),
    }
    channel = sandbox.world.channel(interaction.channel_id)
    if channel is not None and channel.guild_id is not None:
        summary["guild_id"] = str(channel.guild_id)
    if kind in (REPLY, DEFER):
        summary |= {
            "response_message_id": str(interaction.original_id),
            "response_message_loading": interaction.loading,
            "response_message_ephemeral": interaction.ephemeral,
        }
    return summary


async def follow_up(request: web.Request) -> web.Response:
    """Send a message after the first answer."""
    sandbox, interaction = _reached(request)
    body = request[BODY]
    message = sandbox.answers.follow_up(interaction, body.json, body.uploads)
    return answer(_payload(sandbox, message)) if request.query.get("wait") in TRUE else nothing()


async def get_message(request: web.Request) -> web.Response:
    """Answer the original or a follow-up."""
    sandbox, interaction = _reached(request)
    return answer(_payload(sandbox, _message(request, sandbox, interaction)))


async def edit_message(request: web.Request) -> web.Response:
    """Edit the original or a follow-up."""
    sandbox, interaction = _reached(request)
    message, body = _message(request, sandbox, interaction), request[BODY]
    if message.id == interaction.original_id:
        message = sandbox.answers.edit_original(interaction, message, body.json, body.uploads)
    else:
        message = sandbox.answers.edit(message, body.json, body.uploads)
    return answer(_payload(sandbox, message))


async def delete_message(request: web.Request) -> web.Response:
    """Delete the original or a follow-up."""
    sandbox, interaction = _reached(request)
    sandbox.answers.delete(_message(request, sandbox, interaction))
    return nothing()


def _reached(request: web.Request) -> tuple[Sandbox, Interaction]:
    sandbox = check_application(request, "webhook_id")
    return sandbox, sandbox.interactions.for_webhook(request.match_info["webhook_token"])


def _message(request: web.Request, sandbox: Sandbox, interaction: Interaction) -> Message:
    identifier = request.match_info["message_id"]
    if identifier == "@original":
        return sandbox.answers.original(interaction)
    message = sandbox.messages.get(int(identifier))
    if message is None or not (message.id == interaction.original_id or _answers(message, interaction)):
        raise errors.unknown("Message")
    return message


def _answers(message: Message, interaction: Interaction) -> bool:
    return message.webhook and (message.metadata or {}).get("id") == str(interaction.id)


def _payload(sandbox: Sandbox, message: Message) -> dict[str, Any]:
    return payload(sandbox.world, sandbox.attachments, message)
