"""The sandbox's switches, for tests and for developers at the page. Same address and secret as `bot.sandbox.page_api`.

- `GET /_sandbox/state` -> `{"now", "frozen", "online", "gateway"}`; `gateway` counts `connect`, `identify`, `resume`
  and `invalid_session`.
- `POST /_sandbox/clock`: `{"frozen"?: bool, "advance"?: seconds}`. All deadlines run by this clock.
- `POST /_sandbox/faults`: the fields of `bot.sandbox.faults.Fault`; `DELETE /_sandbox/faults` switches all off.
- `POST /_sandbox/gateway`: `{"action": "drop"}` cuts the sockets, `"reconnect"` sends op 7, `"invalidate"` op 9 (with
  `"resumable": bool`), `"close"` closes with `"code"`.
- `PATCH /_sandbox/settings`: `{"upload_limit"?: bytes, "token_revoked"?: bool, "heartbeat"?: seconds}`.
- `PATCH /_sandbox/people/USER`: `{"takes_direct_messages": bool}`.
- `PATCH /_sandbox/channels/CHANNEL`: `{"bot_denied": permission bits}` in place of what the bot is denied there now.
- `PATCH /_sandbox/guilds/GUILD`: `{"installed": bool}`: the bot is removed from the guild, or added again.
- `GET /_sandbox/records` -> `{"exchanges", "events", "unknown", "refused", "answer_times_s", "unanswered"}`
  (`bot.sandbox.recorder`; exchanges and events with `--record`); `DELETE` forgets them.
"""

from typing import Any

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.options import Misuse
from bot.sandbox.rest.bodies import answer
from bot.sandbox.sandbox import SANDBOX
from bot.sandbox.world import Overwrite

_REVOKED_CLOSE = 4004


async def state(request: web.Request) -> web.Response:
    """Answer how things are."""
    sandbox = request.app[SANDBOX]
    return answer(
        {
            "now": sandbox.clock.timestamp(),
            "frozen": sandbox.clock.frozen,
            "online": sandbox.gateway.online,
            "gateway": dict.fromkeys(("connect", "identify", "resume", "invalid_session"), 0) | sandbox.gateway.counts,
        }
    )


async def clock(request: web.Request) -> web.Response:
    """Stop, start or advance the clock."""
    sandbox, body = request.app[SANDBOX], await _json(request)
    if "frozen" in body:
        sandbox.clock.freeze(body["frozen"])
    sandbox.clock.advance(body.get("advance", 0))
    sandbox.interactions.fail_overdue()
    return await state(request)


async def add_fault(request: web.Request) -> web.Response:
    """Switch a fault on."""
    try:
        request.app[SANDBOX].faults.add(Fault(**await _json(request)))
    except (TypeError, ValueError) as error:
        raise Misuse(str(error)) from error
    return answer({})


async def clear_faults(request: web.Request) -> web.Response:
    """Switch all faults off."""
    request.app[SANDBOX].faults.clear()
    return answer({})


async def disturb_gateway(request: web.Request) -> web.Response:
    """Drop, reconnect, invalidate or close."""
    gateway, body = request.app[SANDBOX].gateway, await _json(request)
    match body["action"]:
        case "drop":
            gateway.drop()
        case "reconnect":
            gateway.ask_to_reconnect()
        case "invalidate":
            gateway.invalidate(resumable=body.get("resumable", False))
        case "close":
            gateway.close(body["code"])
        case other:
            raise Misuse(f"There is no action {other}; there are drop, reconnect, invalidate, close.")
    return answer({})


async def change_settings(request: web.Request) -> web.Response:
    """Change the upload limit or the heartbeat's interval, revoke the token and give it back."""
    sandbox, body = request.app[SANDBOX], await _json(request)
    sandbox.attachments.limit_bytes = body.get("upload_limit", sandbox.attachments.limit_bytes)
    sandbox.gateway.heartbeat_s = body.get("heartbeat", sandbox.gateway.heartbeat_s)
    if "token_revoked" in body:
        sandbox.gateway.token = None if body["token_revoked"] else sandbox.token
        if body["token_revoked"]:
            sandbox.gateway.close(_REVOKED_CLOSE)
    return answer({})


async def change_person(request: web.Request) -> web.Response:
    """Open or close somebody's direct messages."""
    user = request.app[SANDBOX].world.users[int(request.match_info["user_id"])]
    user.takes_direct_messages = (await _json(request))["takes_direct_messages"]
    return answer({})


async def change_channel(request: web.Request) -> web.Response:
    """Deny the bot permissions in a channel."""
    world = request.app[SANDBOX].world
    channel = world.channel(int(request.match_info["channel_id"]))
    if channel is None:
        raise Misuse("There is no such channel.")
    denied = int((await _json(request))["bot_denied"])
    others = [one for one in channel.overwrites if one.id != world.bot.id]
    channel.overwrites = [*others, Overwrite(world.bot.id, member=True, deny=denied)]
    return answer({})


async def change_guild(request: web.Request) -> web.Response:
    """Remove the bot from a guild, or add it again."""
    sandbox = request.app[SANDBOX]
    guild = sandbox.world.guilds[int(request.match_info["guild_id"])]
    guild.installed = (await _json(request))["installed"]
    sandbox.broadcast.guild(guild)
    return answer({})


async def records(request: web.Request) -> web.Response:
    """Answer what was recorded."""
    return answer(request.app[SANDBOX].recorder.to_document())


async def forget_records(request: web.Request) -> web.Response:
    """Forget what was recorded."""
    request.app[SANDBOX].recorder.clear()
    return answer({})


async def _json(request: web.Request) -> dict[str, Any]:
    body: dict[str, Any] = await request.json()
    return body


ROUTES = [
    ("GET", "/state", state),
    ("POST", "/clock", clock),
    ("POST", "/faults", add_fault),
    ("DELETE", "/faults", clear_faults),
    ("POST", "/gateway", disturb_gateway),
    ("PATCH", "/settings", change_settings),
    ("PATCH", "/people/{user_id}", change_person),
    ("PATCH", "/channels/{channel_id}", change_channel),
    ("PATCH", "/guilds/{guild_id}", change_guild),
    ("GET", "/records", records),
    ("DELETE", "/records", forget_records),
]
