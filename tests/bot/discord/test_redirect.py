import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.discord.redirect import Server, redirect

SERVER = Server(rest="http://127.0.0.1:1/api/v10", gateway="ws://127.0.0.1:1/gateway", cdn="http://127.0.0.1:1")


def test_every_address_is_replaced(redirected: None) -> None:
    redirect(SERVER)
    assert Route("GET", "/users/@me").url == "http://127.0.0.1:1/api/v10/users/@me"
    assert URL("ws://127.0.0.1:1/gateway") == DiscordWebSocket.DEFAULT_GATEWAY
    assert discord.Asset.BASE == "http://127.0.0.1:1"


def test_a_library_that_keeps_them_elsewhere_is_refused(redirected: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Route, "BASE")
    with pytest.raises(RuntimeError, match=r"Route\.BASE"):
        redirect(SERVER)
