"""`salon serve`: an engine process in the foreground."""

import logging

from engine.server.host import listening_address
from engine.server.host import serve as run
from engine.settings import load_settings


def serve(listen: str | None) -> None:
    """Serve until a signal comes; never returns.

    Raises:
        SettingsRefused: there is nowhere to listen.
    """
    from engine.families.catalogue import build_families

    settings = load_settings()
    address = listening_address(settings, listen)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    run(build_families, settings, address)
