"""What the library logs when its connection is lost: a sentence, without the trace of calls that says no more."""

import asyncio
import logging

import aiohttp
import discord

_LOST = (OSError, aiohttp.ClientError, asyncio.TimeoutError, discord.ConnectionClosed, discord.GatewayNotFound)


class LostConnections(logging.Filter):
    """Takes the traceback from records about lost connections; the library comes back from those by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, shortened where it is about a connection."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, _LOST):
            record.msg, record.args = f"{record.getMessage()}: {error or type(error).__name__}", ()
            record.exc_info = record.exc_text = None
        return True


lost_connections = LostConnections()
