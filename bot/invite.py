"""`salon invite`: the address that invites the bot, with exactly the permissions that it needs."""

import base64
import binascii
from urllib.parse import urlencode

from bot.settings import TOKEN, load_settings, read_token
from engine.api.errors import SettingsRefused

PERMISSIONS = {
    "view channels": 10,
    "send messages": 11,
    "embed links": 14,
    "attach files": 15,
    "read message history": 16,
    "send messages in threads": 38,
}
"""Name to bit. The history is read to find a message whose sending was interrupted."""
_SCOPES = "bot applications.commands"


def invitation() -> str:
    """Return the address.

    Raises:
        SettingsRefused: there is no token, or it is none.
    """
    token = read_token(load_settings())
    if token is None:
        raise SettingsRefused(f"Which bot to invite is in its token; set {TOKEN} or {TOKEN}_FILE.")
    query = {
        "client_id": application_id(token),
        "scope": _SCOPES,
        "permissions": sum(1 << bit for bit in PERMISSIONS.values()),
    }
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"


def application_id(token: str) -> int:
    """Return the id of the application that a token belongs to: its first part, in base 64.

    Raises:
        SettingsRefused: it is no token.
    """
    first = token.split(".")[0]
    try:
        return int(base64.b64decode(first + "=" * (-len(first) % 4), validate=True))
    except (binascii.Error, ValueError) as error:
        raise SettingsRefused(f"{TOKEN} is no bot token; copy it again from Discord's developer portal.") from error
