"""The outbox against a real socket whose other end reads, or does not."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest

from engine.api.errors import ProtocolError
from engine.server import outbox as module
from engine.server.outbox import Outbox
from engine.wire import frames
from engine.wire.frames import Frame
from tests.engine.processes import run

HEAVY = Frame(40, 1, b"{}", (bytes(4 * 1024 * 1024),))


@asynccontextmanager
async def pair(**limits):
    """Yield an outbox that is being sent, the task that sends it, and the reader at the other end."""
    near, far = socket.socketpair()
    reader, far_writer = await asyncio.open_connection(sock=far, limit=1024)
    _, writer = await asyncio.open_connection(sock=near)
    box = Outbox(writer, **limits)
    sending = asyncio.ensure_future(box.run())
    try:
        yield box, sending, reader
    finally:
        sending.cancel()
        writer.transport.abort()
        far_writer.transport.abort()


def test_while_nobody_reads_there_is_no_room_and_afterwards_there_is():
    async def story():
        async with pair(room=6 * 1024 * 1024) as (box, _, reader):
            assert box.has_room
            box.send(HEAVY)
            box.send(HEAVY)
            assert not box.has_room
            entering = asyncio.ensure_future(box.room(1).__aenter__())
            await asyncio.sleep(0)
            assert not entering.done()
            assert [await frames.read(reader) for _ in range(2)] == [HEAVY, HEAVY]
            await entering
            await box.flushed()

    run(story())


def test_signs_of_life_do_not_pile_up_behind_what_is_unread():
    async def story():
        async with pair() as (box, _, reader):
            box.send(HEAVY)
            for n in range(1000):
                box.send(Frame(36, 0, b"%d" % n), "heartbeat")
            assert await frames.read(reader) == HEAVY
            seen = [await frames.read(reader)]
            while seen[-1].json != b"999":
                seen.append(await frames.read(reader))
            assert len(seen) <= 2

    run(story())


def test_a_client_that_stops_reading_is_given_up():
    async def story():
        async with pair(stall_s=0.05) as (box, sending, _):
            box.send(HEAVY)
            with pytest.raises(TimeoutError):
                await sending

    run(story())


def test_a_client_that_asks_for_much_and_reads_nothing_is_dropped(monkeypatch):
    monkeypatch.setattr(module, "MOST_PENDING", 1000)

    async def story():
        async with pair(room=1024) as (box, _, reader):
            box.send(HEAVY)
            waiting = [asyncio.ensure_future(box.room(400).__aenter__()) for _ in range(2)]
            await asyncio.sleep(0)
            waiting.append(asyncio.ensure_future(box.room(400).__aenter__()))
            with pytest.raises(ProtocolError, match="broke off"):
                await frames.read(reader)
            for task in waiting:
                task.cancel()

    run(story())
