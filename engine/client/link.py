"""One live connection to an engine: many requests at once over one stream, and a watch over its signs of life."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.api import EngineError, Moving, Picture, Preview, Progress, Queued
from engine.api.errors import EngineLost, EngineSilent, ProtocolError, from_code
from engine.client.timing import WATCH_S, Pulse, Timing
from engine.wire import frames
from engine.wire.address import Address, UnixAddress
from engine.wire.mailbox import Mailbox
from engine.wire.messages import Abandon, Failed, Heartbeat, Hello, Missing, pack, unpack

log = logging.getLogger(__name__)

_READ_AHEAD = 1024 * 1024
_GOES_ON = (Missing, Queued, Progress, Preview, Picture, Moving)
"""Answers after which more follow."""


class Exchange:
    """One request and its answers."""

    def __init__(self, link: "Link", number: int) -> None:
        """Belong to a link; `number` tells this request from the link's others."""
        self._link = link
        self._number = number
        self.answers: Mailbox[Any] = Mailbox()
        self.ended = False

    async def send(self, message: object) -> None:
        """Send a message of this request; waits while the engine is slow to read."""
        await self._link.send(self._number, message)

    async def get(self) -> Any:
        """Return the next answer.

        Raises:
            EngineError: what the engine answered with, or EngineLost when it is gone.
        """
        answer = await self.answers.get()
        if isinstance(answer, Failed):
            self.ended = True
            raise answer.error()
        self.ended = not isinstance(answer, _GOES_ON)
        return answer


class Link:
    """A connection. When it is lost, all its exchanges fail with the reason and `lost` is set to it.

    `leaving` is set to the reason when no further request should be made here: it is lost, or the engine is ending, in
    which case the requests under way may still come to their end.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timing: Timing) -> None:
        """Take over a connected stream; `open_link` makes one."""
        self._reader = reader
        self._writer = writer
        self._timing = timing
        self._loop = asyncio.get_running_loop()
        self._exchanges: dict[int, Exchange] = {}
        self._last = 0
        self._pulse = Pulse(self._loop.time())
        self._settled = asyncio.Event()
        self.lost: asyncio.Future[EngineError] = self._loop.create_future()
        self.leaving: asyncio.Future[EngineError] = self._loop.create_future()
        self._tasks = [self._loop.create_task(self._receive()), self._loop.create_task(self._watch())]

    async def greet(self, key: str) -> None:
        """Say hello and wait for the engine's first heartbeat.

        Raises:
            EngineError: the connection was refused or lost.
        """
        await self.send(0, Hello(key))
        await self._settled.wait()
        self._check()

    @contextmanager
    def exchange(self) -> Iterator[Exchange]:
        """Open a request; leaving it before its last answer tells the engine that nobody waits any more."""
        self._check()
        self._last = self._last % frames.MAX_REQUEST + 1
        exchange = self._exchanges[self._last] = Exchange(self, self._last)
        number = self._last
        try:
            yield exchange
        finally:
            del self._exchanges[number]
            if not exchange.ended and not self.lost.done():
                self._write(number, Abandon())
            if self.leaving.done() and not self._exchanges:
                self.fail(self.leaving.result())

    async def send(self, number: int, message: object) -> None:
        """Write a message and wait while too much is unread at the other end."""
        self._check()
        self._write(number, message)
        try:
            await self._writer.drain()
        except OSError as error:
            self.fail(EngineLost())
            raise EngineLost from error

    def fail(self, error: EngineError) -> None:
        """Close the connection for this reason; only the first one counts."""
        if self.lost.done():
            return
        self.lost.set_result(error)
        self._leave(error)
        self._settled.set()
        for exchange in self._exchanges.values():
            exchange.answers.close(from_code(error.code, error.message))
        self._writer.transport.abort()
        for task in self._tasks:
            task.cancel()

    def _leave(self, error: EngineError) -> None:
        if not self.leaving.done():
            self.leaving.set_result(error)

    def _check(self) -> None:
        if self.lost.done():
            error = self.lost.result()
            raise from_code(error.code, error.message)

    def _write(self, number: int, message: object) -> None:
        self._writer.writelines(frames.encode(pack(number, message)))

    async def _receive(self) -> None:
        try:
            while (frame := await frames.read(self._reader)) is not None:
                self._pulse.beat(self._loop.time())
                self._sort(frame.request, unpack(frame))
            self.fail(EngineLost())
        except EngineError as error:
            self.fail(error)
        except OSError:
            self.fail(EngineLost())
        except Exception:
            log.exception("the connection to the engine failed")
            self.fail(ProtocolError())

    def _sort(self, number: int, message: object) -> None:
        if isinstance(message, Heartbeat):
            self._settled.set()
            if message.busy_s > self._timing.step_s:
                self.fail(EngineLost(f"The engine hung: one step ran for {message.busy_s:.0f} s. Ask again."))
        elif number in self._exchanges:
            if isinstance(message, Failed) and message.code == EngineLost.code:
                self._leave(message.error())
            key = "progress" if isinstance(message, Progress) else None
            self._exchanges[number].answers.put(message, key)
        elif number == 0 and isinstance(message, Failed):
            self.fail(message.error())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            silence_s = self._pulse.silence_s(self._loop.time())
            if silence_s > self._timing.silence_s:
                when = "; ask again in a moment" if self._settled.is_set() else " while it started"
                self.fail(EngineSilent(f"The engine gave no sign of life for {silence_s:.0f} s{when}."))


async def open_link(address: Address, key: str, timing: Timing) -> Link:
    """Connect to an engine.

    Raises:
        OSError: nobody listens there.
        EngineError: whoever listens there refused, or is no engine of this version.
    """
    if isinstance(address, UnixAddress):
        reader, writer = await asyncio.open_unix_connection(address.path, limit=_READ_AHEAD)
    else:
        reader, writer = await asyncio.open_connection(address.host, address.port, limit=_READ_AHEAD)
    link = Link(reader, writer, timing)
    try:
        await link.greet(key)
    except BaseException:
        link.fail(EngineLost())
        raise
    return link
