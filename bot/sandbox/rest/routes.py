"""Which routes of the REST API the sandbox has; every other one answers 501."""

from aiohttp import web

from bot.sandbox.rest import channels, commands, interactions, people
from bot.sandbox.rest.middleware import no_such_route, rest
from bot.sandbox.sandbox import SANDBOX, Sandbox

_COMMANDS = "/applications/{application_id}/commands"
_GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
_MESSAGES = "/channels/{channel_id}/messages"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"

ROUTES = [
    ("GET", "/gateway", people.get_gateway),
    ("GET", "/gateway/bot", people.get_gateway_bot),
    ("GET", "/users/@me", people.get_own_user),
    ("GET", "/users/@me/guilds", people.list_own_guilds),
    ("POST", "/users/@me/channels", people.create_direct_channel),
    ("GET", r"/users/{user_id:\d+}", people.get_user),
    ("GET", "/oauth2/applications/@me", people.get_application),
    ("GET", "/applications/@me", people.get_application),
    *(
        route
        for path in (_COMMANDS, _GUILD_COMMANDS)
        for route in (
            ("GET", path, commands.list_commands),
            ("PUT", path, commands.replace_commands),
            ("POST", path, commands.create_command),
            ("GET", path + r"/{command_id:\d+}", commands.get_command),
            ("PATCH", path + r"/{command_id:\d+}", commands.edit_command),
            ("DELETE", path + r"/{command_id:\d+}", commands.delete_command),
        )
    ),
    ("GET", "/guilds/{guild_id}", people.get_guild),
    ("GET", "/guilds/{guild_id}/channels", people.list_guild_channels),
    ("GET", "/guilds/{guild_id}/roles", people.list_roles),
    ("GET", r"/guilds/{guild_id}/members/{user_id:\d+}", people.get_member),
    ("GET", "/channels/{channel_id}", channels.get_channel),
    ("POST", "/channels/{channel_id}/typing", channels.type_in),
    ("GET", _MESSAGES, channels.list_messages),
    ("POST", _MESSAGES, channels.create_message),
    ("GET", _MESSAGES + r"/{message_id:\d+}", channels.get_message),
    ("PATCH", _MESSAGES + r"/{message_id:\d+}", channels.edit_message),
    ("DELETE", _MESSAGES + r"/{message_id:\d+}", channels.delete_message),
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", interactions.callback),
    ("POST", _WEBHOOK, interactions.follow_up),
    ("GET", _WEBHOOK + r"/messages/{message_id:@original|\d+}", interactions.get_message),
    ("PATCH", _WEBHOOK + r"/messages/{message_id:@original|\d+}", interactions.edit_message),
    ("DELETE", _WEBHOOK + r"/messages/{message_id:@original|\d+}", interactions.delete_message),
]


def rest_application(sandbox: Sandbox) -> web.Application:
    """Return the application that serves the REST API below its prefix."""
    application = web.Application(middlewares=[rest])
    application[SANDBOX] = sandbox
    for method, path, handler in ROUTES:
        application.router.add_route(method, path, handler)
    application.router.add_route("*", "/{rest:.*}", no_such_route)
    return application
