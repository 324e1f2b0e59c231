"""One client's connection, from the server's side."""

import asyncio
import gc
import socket

from engine.server import connection
from engine.server.connection import Connection
from tests.engine.processes import run


class Broken(asyncio.StreamWriter):
    """To a client that turns out to be gone just when sending is given up."""

    async def drain(self) -> None:
        try:
            await asyncio.Future()
        except asyncio.CancelledError:
            raise BrokenPipeError from None


def test_a_client_that_breaks_off_while_it_is_refused_leaves_no_failed_task_behind(monkeypatch):
    monkeypatch.setattr(connection, "FAREWELL_S", 0.01)
    complaints = []

    async def story():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context["message"]))
        near, far = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=near)
        broken = Broken(writer.transport, writer.transport.get_protocol(), reader, loop)
        far.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await Connection(1, reader, broken, lambda: asyncio.Future(), "").serve()
        far.close()

    run(story())
    gc.collect()
    assert complaints == []
