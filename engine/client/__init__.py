"""The near end of the engine's border: reaches an engine or starts one, and keeps it alive. No torch here."""

from engine.client.engine import Engine, connect

__all__ = ["Engine", "connect"]
