"""`salon serve`: an engine process in the foreground."""

from engine.server.become import become
from engine.server.host import listening_address
from engine.settings import load_settings


def serve(listen: str | None) -> None:
    """Serve until a signal comes; never returns.

    Raises:
        SettingsRefused: there is nowhere to listen.
    """
    settings = load_settings()
    become(["-m", "engine.server"], settings, listening_address(settings, listen))
