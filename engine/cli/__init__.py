"""The engine's commands. Importing this package imports nothing heavy: each command loads what it needs."""

import logging

from engine.cli.commands import app

__all__ = ["app"]

# Commands say what a person needs to know. Without a handler, Python would print the client's warnings as well.
logging.getLogger("engine").addHandler(logging.NullHandler())
