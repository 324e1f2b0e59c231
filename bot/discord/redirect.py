"""Pointing the unmodified library at another server than Discord's: the sandbox, in this process only.

The three places are no public interface of discord.py, so it is checked that they still exist.
"""

import logging
from dataclasses import dataclass

import discord.asset
import discord.gateway
import discord.http
from yarl import URL


@dataclass(frozen=True, slots=True)
class Server:
    """Where a Discord is."""

    rest: str
    """Such as `http://127.0.0.1:8123/api/v10`."""
    gateway: str
    """Such as `ws://127.0.0.1:8123/gateway`."""
    cdn: str
    """Such as `http://127.0.0.1:8123`."""


def redirect(server: Server) -> None:
    """Send every request of this process to `server`. Call it before the client logs in.

    Raises:
        RuntimeError: this version of discord.py keeps its addresses elsewhere.
    """
    places = (
        (discord.http.Route, "BASE", str),
        (discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", URL),
        (discord.asset.Asset, "BASE", str),
    )
    for owner, name, kind in places:
        if not isinstance(getattr(owner, name, None), kind):
            raise RuntimeError(
                f"discord.py {discord.__version__} has no {owner.__name__}.{name}; "
                "install discord.py>=2.7.1,<2.8 to use the sandbox."
            )
    discord.http.Route.BASE = server.rest
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(server.gateway)
    discord.asset.Asset.BASE = server.cdn
    logging.getLogger("discord.gateway").addFilter(_not_about_lag)


def _not_about_lag(record: logging.LogRecord) -> bool:
    """Drop a false alarm: on loopback the answer to a heartbeat may come before the library has noted its sending."""
    return not str(record.msg).startswith("Can't keep up")
