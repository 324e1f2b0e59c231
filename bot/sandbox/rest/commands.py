"""Application commands, global and per guild."""

from aiohttp import web

from bot.sandbox.commands import Commands
from bot.sandbox.rest.access import check_application, guild_for
from bot.sandbox.rest.bodies import BODY, answer, nothing

_CHANGED = {"type": "commands"}


def _scope(request: web.Request) -> tuple[Commands, int | None]:
    sandbox = check_application(request)
    if request.method != "GET":
        sandbox.broadcast.to_all(_CHANGED)
    return sandbox.commands, guild_for(request).id if "guild_id" in request.match_info else None


async def list_commands(request: web.Request) -> web.Response:
    """Answer the commands of a scope."""
    commands, guild_id = _scope(request)
    return answer(commands.scope(guild_id))


async def replace_commands(request: web.Request) -> web.Response:
    """Overwrite all commands of a scope."""
    commands, guild_id = _scope(request)
    return answer(commands.replace_all(guild_id, request[BODY].json or []))


async def create_command(request: web.Request) -> web.Response:
    """Add a command, or replace the one of its name."""
    commands, guild_id = _scope(request)
    command, new = commands.put(guild_id, request[BODY].json)
    return answer(command, 201 if new else 200)


async def get_command(request: web.Request) -> web.Response:
    """Answer one command."""
    commands, guild_id = _scope(request)
    return answer(commands.get(int(request.match_info["command_id"]), guild_id))


async def edit_command(request: web.Request) -> web.Response:
    """Change some fields of a command."""
    commands, guild_id = _scope(request)
    return answer(commands.edit(int(request.match_info["command_id"]), guild_id, request[BODY].json))


async def delete_command(request: web.Request) -> web.Response:
    """Remove a command."""
    commands, guild_id = _scope(request)
    commands.delete(int(request.match_info["command_id"]), guild_id)
    return nothing()
