"""Making pictures small enough for where they are sent.

The engine encodes each picture for the place where it was asked for, so this is needed only when one goes to a place
with a lower limit, or Discord lowered its own. Pictures are decoded in a short-lived process: the bot loads no imaging
library.
"""

import asyncio
import logging
import sys

log = logging.getLogger(__name__)

DEFAULT_LIMIT = 10 * 1024 * 1024
"""Bytes of one file where nothing tells another limit."""
REQUEST_LIMIT = 25 * 1024 * 1024 - 256 * 1024
"""Bytes of all files of one message, less what surrounds them."""
_PATIENCE_S = 30.0


async def fitted(pictures: tuple[bytes, ...], limit: int) -> tuple[bytes, ...]:
    """Return the pictures, each within `limit` bytes and all of them within one request.

    One that cannot be made to fit is returned as it is, and Discord's answer decides.
    """
    if not pictures:
        return pictures
    each = min(limit, REQUEST_LIMIT // len(pictures))
    return tuple([data if len(data) <= each else await _smaller(data, each) for data in pictures])


async def _smaller(data: bytes, limit: int) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.discord.shrink",
        str(limit),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            smaller, _ = await process.communicate(data)
    except TimeoutError:
        smaller = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if not smaller or len(smaller) > limit:
        log.warning("A picture of %s bytes cannot be made to fit into %s.", len(data), limit)
        return data
    return smaller
