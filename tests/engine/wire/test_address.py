"""Addresses as people write them."""

from pathlib import Path

import pytest

from engine.api.errors import SettingsRefused
from engine.wire.address import TcpAddress, UnixAddress, parse


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:7000", TcpAddress("127.0.0.1", 7000)),
        ("engine:7000", TcpAddress("engine", 7000)),
        ("[::1]:0", TcpAddress("::1", 0)),
        ("/run/salon/engine.sock", UnixAddress(Path("/run/salon/engine.sock"))),
        ("engine.sock", UnixAddress(Path.cwd() / "engine.sock")),
        ("/run/a:1/engine.sock", UnixAddress(Path("/run/a:1/engine.sock"))),
    ],
)
def test_an_address_is_read_and_written(text, address):
    assert parse(text) == address
    assert parse(str(address)) == address


@pytest.mark.parametrize("text", ["", "engine", "7000", ":7000", "host:port", "host:70000", "::1:7000"])
def test_anything_else_is_refused_with_the_name_of_the_setting(text):
    with pytest.raises(SettingsRefused, match="SALON_ENGINE__LISTEN"):
        parse(text)
