"""The API of the browser page: what a member sees and does. The page's files lie in `bot/sandbox/page/`, served at `/`.

# Contract

The sandbox prints `http://127.0.0.1:PORT/#SECRET`. The page takes the secret from the fragment and sends it with every
request as `Authorization: Bearer SECRET`, to the WebSocket as `?secret=SECRET`. It is new in every run; a page that was
left open exchanges its old one by `POST /_sandbox/secret` -> `{"secret"}`. Requests from another origin get 403,
without the secret 401; all else that is refused gets `{"error": "one sentence"}` to show. Ids are decimal strings.
Messages, channels, users, roles, commands and components are Discord's own JSON objects (API v10); addresses in them
are signed and valid for a day, so take them from the newest object.

`GET /_sandbox/people` -> `{"people": [user + {"locale", "role"}]}`: whom one may act as; `role` as in `ready` below.

## Events: `GET /_sandbox/socket?secret=SECRET&as=USER_ID`

A WebSocket for one acting member; to act as another, open another. JSON text frames, from the server only:

- `ready`, always first: `{"type", "me": user id, "bot": user, "online": bool, "now": ISO time, "frozen": bool,
  "upload_limit": bytes, "people": [user + {"locale", "role": "owner"|"moderator"|"member"|"new"}],
  "guilds": [{"id", "name", "installed", "roles": [role], "members": [user id], "channels": [channel + {"writable"}]}],
  "private": [channel + {"title", "with_bot": bool, "writable"}]}`. Only what this member sees. A channel's `nsfw` means
  age-restricted. `type` 0 is a guild's channel, 1 the member's direct channel with the bot, 3 a group without the bot,
  in which its commands run as a user install.
- `message_create`, `message_update`: `{"type", "message"}`; a `message_delete` has only the ids in it. Flag 64:
  ephemeral, only this member has it, offer to dismiss it (a `DELETE`). Flag 128: the "is thinking" placeholder of a
  defer; one older than 15 minutes will not be filled any more. Flag 32768: components V2, no `content`.
  `interaction_metadata.user` is who asked, `interaction.name` the command that they used.
- `interaction`: `{"type", "interaction_id", "state": "answered"|"failed"}`; failed means that the bot did not answer in
  three seconds or is not there: "The application did not respond".
- `modal`: `{"type", "interaction_id", "modal": {"custom_id", "title", "components"}}`; show it.
- `choices`: `{"type", "interaction_id", "choices": [{"name", "value", "name_localizations"?}]}`; for autocomplete.
- `commands`: the bot changed its commands; fetch them again.
- `presence`: `{"type", "online": bool}`: the bot came or went.
- `typing`: `{"type", "channel_id"}`.
- `guild`: `{"type", "guild_id", "installed"}`.
- `problem`: `{"type", "text"}`: the bot broke a rule of form or asked for what the sandbox lacks; for its developer.

## Reading, as a member

- `GET /_sandbox/as/USER/channels/CHANNEL/messages?before=ID&limit=50` -> `{"messages": [message]}`, oldest first.
- `GET /_sandbox/as/USER/channels/CHANNEL/commands` -> `{"commands": [command]}` that this member may use there: `type`
  1 slash, 2 on a user, 3 on a message. Names and descriptions in the member's `locale` are in `name_localizations`.

## Doing, as a member

All take JSON, or a multipart form with the JSON in `payload_json` and files in `files[0]`, `files[1]`... All that
open an interaction answer `{"interaction_id"}`; what the bot makes of it comes as events.

- `POST /_sandbox/as/USER/commands`: `{"channel_id", "command_id", "options": [{"name", "value"}], "target_id"?}`.
  Subcommands: `{"name", "options": [...]}`. The value of an attachment option is the number of its file. `target_id` is
  the user or the message of a context menu.
- `POST /_sandbox/as/USER/autocomplete`: the same; the option that is being typed has `"focused": true`.
- `POST /_sandbox/as/USER/components`: `{"message_id", "custom_id", "values"?}`: a button, or a select with its values.
- `POST /_sandbox/as/USER/modals`: `{"interaction_id", "values": {custom_id: value}}`, `interaction_id` from the `modal`
  event. Text for text inputs, a list for selects and checkbox groups, a list of file numbers for file uploads, a value
  for radio groups, a bool for checkboxes; what is left out keeps its prefilled value.
- `POST /_sandbox/as/USER/messages`: `{"channel_id", "content", "reply_to"?}` -> `{"message"}`.
- `DELETE /_sandbox/as/USER/messages/MESSAGE` -> 204. Own messages, any as a moderator, ephemeral ones to dismiss them.

The page comes with a Content-Security-Policy: scripts, styles and pictures from its own files and from the sandbox,
nothing inline. The switches that it may offer to a developer (faults, clock, ...) are in `bot/sandbox/control.py`.
"""

from typing import Any

from aiohttp import web

from bot.sandbox.guard import RENEWAL
from bot.sandbox.interaction import Interaction
from bot.sandbox.keyboard import Keyboard
from bot.sandbox.rest.bodies import answer, nothing, read_body
from bot.sandbox.sandbox import SANDBOX

_PAGE = 50


def _keyboard(request: web.Request) -> Keyboard:
    return Keyboard(request.app[SANDBOX], int(request.match_info["user_id"]))


def _opened(interaction: Interaction) -> web.Response:
    return answer({"interaction_id": str(interaction.id)})


def _optional(value: Any) -> int | None:
    return None if value is None else int(value)


async def renew_secret(request: web.Request) -> web.Response:
    """Answer this run's secret to a page that knows one of an earlier run."""
    return answer({"secret": request.app[SANDBOX].secret})


async def list_messages(request: web.Request) -> web.Response:
    """Answer a page of a channel's messages."""
    before, limit = _optional(request.query.get("before")), int(request.query.get("limit", _PAGE))
    found = _keyboard(request).history(int(request.match_info["channel_id"]), before, limit)
    return answer({"messages": found})


async def list_commands(request: web.Request) -> web.Response:
    """Answer the commands that may be used in a channel."""
    return answer({"commands": _keyboard(request).commands(int(request.match_info["channel_id"]))})


async def use_command(request: web.Request) -> web.Response:
    """Send a command."""
    body = await read_body(request)
    typed, target = body.json.get("options") or [], _optional(body.json.get("target_id"))
    channel_id, command_id = int(body.json["channel_id"]), int(body.json["command_id"])
    return _opened(_keyboard(request).use_command(channel_id, command_id, typed, target, body.uploads))


async def complete(request: web.Request) -> web.Response:
    """Ask for choices."""
    body = (await read_body(request)).json
    return _opened(_keyboard(request).complete(int(body["channel_id"]), int(body["command_id"]), body["options"]))


async def use_component(request: web.Request) -> web.Response:
    """Press or choose."""
    body = (await read_body(request)).json
    return _opened(_keyboard(request).use_component(int(body["message_id"]), body["custom_id"], body.get("values")))


async def submit_modal(request: web.Request) -> web.Response:
    """Submit a modal."""
    body = await read_body(request)
    interaction_id, values = int(body.json["interaction_id"]), body.json.get("values") or {}
    return _opened(_keyboard(request).submit_modal(interaction_id, values, body.uploads))


async def post_message(request: web.Request) -> web.Response:
    """Post a message."""
    body = await read_body(request)
    reply_to = _optional(body.json.get("reply_to"))
    posted = _keyboard(request).post(
        int(body.json["channel_id"]), body.json.get("content") or "", reply_to, body.uploads
    )
    return answer({"message": posted})


async def delete_message(request: web.Request) -> web.Response:
    """Delete or dismiss a message."""
    _keyboard(request).delete(int(request.match_info["message_id"]))
    return nothing()


ROUTES = [
    ("POST", RENEWAL, renew_secret),
    ("GET", "/as/{user_id}/channels/{channel_id}/messages", list_messages),
    ("GET", "/as/{user_id}/channels/{channel_id}/commands", list_commands),
    ("POST", "/as/{user_id}/commands", use_command),
    ("POST", "/as/{user_id}/autocomplete", complete),
    ("POST", "/as/{user_id}/components", use_component),
    ("POST", "/as/{user_id}/modals", submit_modal),
    ("POST", "/as/{user_id}/messages", post_message),
    ("DELETE", "/as/{user_id}/messages/{message_id}", delete_message),
]
