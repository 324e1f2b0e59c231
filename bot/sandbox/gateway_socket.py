"""One client's gateway socket: compression, limits, frames in their order."""

import asyncio
import json
import zlib
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

_PAYLOAD_LIMIT_BYTES = 4096
_SENDS, _PER_S = 120, 60.0
_DECODE_ERROR, _RATE_LIMITED, _SESSION_TIMED_OUT = 4002, 4008, 4009
_LOOPBACK = ("127.0.0.1", "localhost")


class Socket:
    """Sends in order through a queue, so that a dispatch never waits for a slow client.

    Attributes:
        response: The aiohttp response to return from the handler.
        url: The address under which the client came, for its resume.
    """

    def __init__(self, request: web.Request, response: web.WebSocketResponse) -> None:
        self.response = response
        self.url = _address(request)
        self._transport = request.transport
        self._queue: asyncio.Queue[dict[str, Any] | int] = asyncio.Queue()
        # One zlib stream a connection, flushed at each message ("Transport compression").
        self._compressor = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._writer = asyncio.create_task(self._write())

    @classmethod
    async def accept(cls, request: web.Request) -> "Socket":
        """Answer the upgrade request; zstd is not spoken, such clients get plain text, which they take too."""
        response = web.WebSocketResponse(compress=False, max_msg_size=2**20)
        await response.prepare(request)
        return cls(request, response)

    def send(self, frame: dict[str, Any]) -> None:
        """Queue a frame."""
        self._queue.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close after all that was queued."""
        self._queue.put_nowait(code)

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    async def finish(self) -> None:
        """Stop writing."""
        self._writer.cancel()
        with suppress(asyncio.CancelledError):
            await self._writer

    async def payloads(self, patience_s: float) -> AsyncIterator[dict[str, Any]]:
        """Yield what the client sends until it closes, breaks a limit or is silent for `patience_s`."""
        received: deque[float] = deque(maxlen=_SENDS)
        while not self.response.closed:
            try:
                message = await self.response.receive(timeout=patience_s)
            except TimeoutError:
                await self.response.close(code=_SESSION_TIMED_OUT)
                return
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            now = asyncio.get_running_loop().time()
            if len(received) == _SENDS and now - received[0] < _PER_S:
                await self.response.close(code=_RATE_LIMITED)
                return
            received.append(now)
            payload = _decoded(message.data)
            if payload is None:
                await self.response.close(code=_DECODE_ERROR)
                return
            yield payload

    async def _write(self) -> None:
        with suppress(ConnectionError, RuntimeError):
            while True:
                frame = await self._queue.get()
                if isinstance(frame, int):
                    await self.response.close(code=frame)
                    return
                text = json.dumps(frame)
                if self._compressor is None:
                    await self.response.send_str(text)
                else:
                    data = self._compressor.compress(text.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
                    await self.response.send_bytes(data)


def _decoded(data: str | bytes) -> dict[str, Any] | None:
    if len(data if isinstance(data, bytes) else data.encode()) > _PAYLOAD_LIMIT_BYTES:
        return None
    try:
        payload = json.loads(data)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None


def _address(request: web.Request) -> str:
    host = request.host
    if host.split(":")[0] in _LOOPBACK:
        return f"ws://{host}/gateway"
    # Somebody redirected Discord's own name to here, with TLS before us.
    return f"wss://{host}"
