"""Where an engine listens: a Unix socket, or TCP on loopback or a private network.

The connection is neither encrypted nor, beyond the one-time key of an engine started by its client, authenticated:
never let an engine listen on a public address.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from engine.api.errors import SettingsRefused

_HOST_PORT = re.compile(r"^(?P<host>\[[0-9a-fA-F:.]+\]|[^:/\\\[\]\s]+):(?P<port>\d{1,5})$")


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A socket in the file system."""

    path: Path

    def __str__(self) -> str:
        """Return it as it is written in settings."""
        return str(self.path)


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A port of a host; port 0 takes any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as it is written in settings."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


Address = UnixAddress | TcpAddress


def parse(text: str) -> Address:
    """Read `host:port`, `[ipv6]:port` or the path of a socket.

    Raises:
        SettingsRefused: it is none of them.
    """
    if match := _HOST_PORT.match(text):
        port = int(match["port"])
        if port < 65536:
            return TcpAddress(match["host"].strip("[]"), port)
    elif "/" in text or text.endswith(".sock"):
        return UnixAddress(Path(text).expanduser().absolute())
    raise SettingsRefused(
        f"SALON_ENGINE__LISTEN: {text!r} is neither a socket's path nor host:port; write one of them."
    )
