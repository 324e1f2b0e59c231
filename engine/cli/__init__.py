"""The engine's commands. Importing this package imports nothing heavy: each command loads what it needs."""

from engine.cli.commands import app

__all__ = ["app"]
