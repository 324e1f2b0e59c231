"""What waits to be sent to one client: bounded, and never a reason for anybody else to wait."""

import asyncio
import logging
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from engine.wire import frames
from engine.wire.frames import Frame
from engine.wire.mailbox import Mailbox

log = logging.getLogger(__name__)

ROOM = 64 * 1024 * 1024
"""Bytes that may wait unsent before further pictures are not even encoded."""
MOST_PENDING = 256 * 1024 * 1024
"""Bytes of finished pictures that may wait for such room, uncompressed; a client that lets more come is dropped."""
STALL_S = 60.0
"""A client that takes longer to accept one frame is dropped."""


class Outbox:
    """Frames on their way to a client. For use within one event loop."""

    def __init__(self, writer: asyncio.StreamWriter, *, room: int = ROOM, stall_s: float = STALL_S) -> None:
        """Write to this stream."""
        self._writer = writer
        self._frames: Mailbox[Frame] = Mailbox()
        self._room = room
        self._stall_s = stall_s
        self._unsent = 0
        self._pending = 0
        self._idle = asyncio.Event()
        self._roomy = asyncio.Event()
        self._settle()

    @property
    def has_room(self) -> bool:
        """Whether little enough waits that another picture may be added."""
        return self._unsent < self._room

    def send(self, frame: Frame, key: Hashable = None) -> None:
        """Add a frame; one under a key replaces the unsent one under the same key."""
        replaced = self._frames.put(frame, key)
        self._unsent += frame.size - (replaced.size if replaced else 0)
        self._settle()

    @asynccontextmanager
    async def room(self, pending: int) -> AsyncIterator[None]:
        """Wait until another picture may be added; its `pending` bytes count until the context is left."""
        self._pending += pending
        try:
            if self._pending > MOST_PENDING and not self.has_room:
                log.warning("a client that asks for much and reads nothing is dropped")
                self._writer.transport.abort()
            await self._roomy.wait()
            yield
        finally:
            self._pending -= pending

    async def flushed(self) -> None:
        """Wait until everything is sent."""
        await self._idle.wait()

    async def run(self) -> None:
        """Send frames until cancelled.

        Raises:
            OSError: the client is gone.
            TimeoutError: it stopped reading.
        """
        while True:
            frame = await self._frames.get()
            self._writer.writelines(frames.encode(frame))
            async with asyncio.timeout(self._stall_s):
                await self._writer.drain()
            self._unsent -= frame.size
            self._settle()

    def _settle(self) -> None:
        for event, holds in ((self._roomy, self.has_room), (self._idle, self._unsent == 0)):
            if holds:
                event.set()
            else:
                event.clear()
