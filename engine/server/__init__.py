"""The far end of the engine's border: the process that owns the device and decodes what strangers send."""

from engine.server.host import serve

__all__ = ["serve"]
