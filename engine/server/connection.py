"""One client's connection: reads its requests, keeps count of what they hold, sends what they are answered."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from engine.api import EngineError
from engine.api.errors import EngineBusy, ProtocolError
from engine.server.exchange import Exchange
from engine.server.operations import Operations
from engine.server.outbox import Outbox
from engine.server.workshop import Workshop
from engine.wire import frames
from engine.wire.frames import Frame
from engine.wire.messages import Abandon, Failed, Heartbeat, Hello, Put, pack, unpack

log = logging.getLogger(__name__)

HELLO_S = 10.0
"""A client must say hello within this time."""
FAREWELL_S = 1.0
"""A client that is refused is given so long to read why."""
MOST_REQUESTS = 256
"""Requests of one client under way at once."""
MOST_HELD = 256 * 1024 * 1024
"""Bytes that the requests of one client under way may have brought along."""


class Connection:
    """Serves one client until it leaves or misbehaves; then whatever it asked for is cancelled."""

    def __init__(
        self,
        client: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        workshop: Callable[[], Awaitable[Workshop]],
        key: str,
    ) -> None:
        """Serve this stream; a client must know the key."""
        self._reader = reader
        self._writer = writer
        self._key = key
        self._operations = Operations(client, workshop)
        self._exchanges: dict[int, Exchange] = {}
        self._held: dict[int, int] = {}
        self._welcomed = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.outbox = Outbox(writer)

    async def serve(self) -> None:
        """Serve until the connection ends."""
        sending = asyncio.ensure_future(self.outbox.run())
        reading = asyncio.ensure_future(self._read())
        try:
            await asyncio.wait({sending, reading}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done() and isinstance(sending.exception(), TimeoutError):
                log.warning("a client stopped reading and is dropped")
            if reading.done() and not sending.done():
                await self._farewell(reading.exception())
        finally:
            for task in (sending, reading):
                task.cancel()
            self.stop(None)
            self.hang_up()
            await asyncio.gather(sending, reading, return_exceptions=True)

    def beat(self, busy_s: float) -> None:
        """Show a sign of life."""
        if self._welcomed:
            self.outbox.send(pack(0, Heartbeat(busy_s)), "heartbeat")

    def stop(self, reason: EngineError | None) -> None:
        """End all of this client's requests, with this error or silently."""
        for exchange in list(self._exchanges.values()):
            exchange.stop(reason)

    async def finished(self) -> None:
        """Wait until no request is under way."""
        await self._idle.wait()

    async def close(self) -> None:
        """Send what is unsent, then hang up."""
        with suppress(OSError):
            await self.outbox.flushed()
            self._writer.close()
            await self._writer.wait_closed()

    def hang_up(self) -> None:
        """End the connection now, whatever is unsent."""
        self._writer.transport.abort()

    async def _farewell(self, error: BaseException | None) -> None:
        if isinstance(error, EngineError):
            log.warning("a client is refused: %s", error.message)
            self.outbox.send(pack(0, Failed.of(error)))
            with suppress(TimeoutError):
                await asyncio.wait_for(self.close(), FAREWELL_S)
        elif error is not None and not isinstance(error, OSError | TimeoutError):
            log.error("a connection failed", exc_info=error)

    async def _read(self) -> None:
        async with asyncio.timeout(HELLO_S):
            hello = await frames.read(self._reader)
        if hello is not None:  # else somebody only looked whether an engine listens here
            self._greet(hello)
        while (frame := await frames.read(self._reader)) is not None:
            self._receive(frame)
            async with self.outbox.room(0):
                pass  # who does not read its answers is not read either, or refusals alone would fill the memory

    def _greet(self, frame: Frame) -> None:
        hello = unpack(frame)
        if not isinstance(hello, Hello) or not hmac.compare_digest(hello.key.encode(), self._key.encode()):
            raise ProtocolError("This engine belongs to another client; start one of your own.")
        self._welcomed = True
        self.beat(0.0)

    def _receive(self, frame: Frame) -> None:
        number = frame.request
        exchange = self._exchanges.get(number)
        try:
            message = unpack(frame)
        except EngineError as error:
            self._refuse(number, error)
            return
        if isinstance(message, Abandon):
            if exchange:
                exchange.stop(None)
        elif isinstance(message, Put):
            if exchange and self._hold(number, frame.size):
                exchange.puts.put(message)
        elif exchange is not None:
            raise ProtocolError(f"Request {number} is under way already.")
        elif len(self._exchanges) >= MOST_REQUESTS:
            self._refuse(number, EngineBusy())
        elif self._hold(number, frame.size):
            exchange = self._exchanges[number] = Exchange(number, self.outbox)
            self._idle.clear()
            task = exchange.start(lambda own: self._operations.answer(own, message))
            task.add_done_callback(lambda _: self._forget(number))

    def _hold(self, number: int, size: int) -> bool:
        if sum(self._held.values()) + size > MOST_HELD:
            self._refuse(number, EngineBusy("Too many pictures were sent at once; wait for the earlier ones."))
            return False
        self._held[number] = self._held.get(number, 0) + size
        return True

    def _refuse(self, number: int, error: EngineError) -> None:
        if number in self._exchanges:
            self._exchanges[number].stop(error)
        else:
            self.outbox.send(pack(number, Failed.of(error)))

    def _forget(self, number: int) -> None:
        self._exchanges.pop(number, None)
        self._held.pop(number, None)
        if not self._exchanges:
            self._idle.set()
