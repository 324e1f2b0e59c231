"""The real engine process against clients that speak badly: each costs a closed connection at most."""

import asyncio
import os
import struct
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.client import connect
from engine.server import connection
from engine.server.outbox import Outbox
from engine.wire import frames
from engine.wire.frames import MAGIC, MAX_JSON, Frame
from engine.wire.messages import Abandon, Describe, Failed, Heartbeat, Hello, Paint, Put, pack, unpack
from tests.engine.processes import brief, events, idle, listening, pictures, run, until


@pytest.fixture(scope="module")
def engine_settings(tmp_path_factory):
    with listening(tmp_path_factory.mktemp("engine")) as found:
        run(serves(found))  # wait until it is there
        yield found


async def serves(found):
    async with connect(found) as engine:
        assert len(pictures(await events(engine, brief()))) == 2


async def say(found, *pieces: bytes | Frame, end: bool = True):
    """Write pieces to the engine and return every message that it answers until it hangs up."""
    reader, writer = await asyncio.open_unix_connection(found.listen)
    for piece in pieces:
        writer.writelines(frames.encode(piece) if isinstance(piece, Frame) else [piece])
    if end:
        writer.write_eof()
    heard = []
    try:
        while (frame := await frames.read(reader)) is not None:
            heard.append((frame.request, unpack(frame)))
    except ConnectionResetError:
        pass
    writer.close()
    return [(number, message) for number, message in heard if not isinstance(message, Heartbeat)]


HELLO = pack(0, Hello())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbage=st.binary(max_size=300), greeted=st.booleans())
def test_garbage_leaves_the_engine_alive(engine_settings, garbage, greeted):
    for _, answer in run(say(engine_settings, *([HELLO] if greeted else []), garbage)):
        assert isinstance(answer, Failed)
        assert answer.code == "protocol"


def test_after_all_that_it_still_paints(engine_settings):
    run(serves(engine_settings))


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01" + os.urandom(500),
        struct.pack("!4sHBBII", MAGIC, 9, 1, 0, 1, 2) + b"{}",
        struct.pack("!4sHBBII", MAGIC, 1, 1, 0, 1, MAX_JSON + 1),
        struct.pack("!4sHBBIII", MAGIC, 1, 8, 1, 1, 2, 2**32 - 1),
    ],
)
def test_what_is_refused_is_told_why_and_hung_up_on(engine_settings, data):
    # Without an end of its own: the engine must be the one that hangs up.
    ((number, answer),) = run(say(engine_settings, HELLO, data, end=False))
    assert (number, answer.code) == (0, "protocol")
    assert answer.message
    run(serves(engine_settings))


def test_who_does_not_say_hello_first_is_refused(engine_settings):
    ((number, answer),) = run(say(engine_settings, pack(1, Describe()), end=False))
    assert (number, answer.code) == (0, "protocol")


@pytest.mark.parametrize(
    "frame",
    [
        Frame(200, 5, b"{}"),
        Frame(7, 5, b"not json"),
        Frame(7, 5, b"{}", (b"unexpected",)),
        Frame(2, 5, b"[]"),
        pack(5, Heartbeat(1.0)),
        pack(5, Hello()),
    ],
)
def test_a_bad_message_costs_only_its_own_request(engine_settings, frame):
    async def story():
        reader, writer = await asyncio.open_unix_connection(engine_settings.listen)
        for piece in (HELLO, frame, pack(6, Describe())):
            writer.writelines(frames.encode(piece))
        answers = {}
        while 6 not in answers:
            got = await frames.read(reader)
            answers[got.request] = unpack(got)
        writer.close()
        return answers

    answers = run(story())
    assert answers[5].code == "protocol"
    assert answers[5].message.endswith(".")
    assert answers[6].models


def test_a_request_number_under_way_may_not_be_used_again(engine_settings):
    endless = pack(1, Paint(brief("endless")))
    answers = run(say(engine_settings, HELLO, endless, pack(1, Describe()), end=False))
    assert (0, "protocol") in [(number, getattr(answer, "code", None)) for number, answer in answers]


def test_pictures_nobody_asked_for_and_unknown_abandons_are_ignored(engine_settings):
    assert run(say(engine_settings, HELLO, pack(9, Put("0" * 64, b"x")), pack(8, Abandon()))) == []


def test_a_picture_that_cannot_be_encoded_fails_its_brief_alone(engine_settings):
    async def story():
        async with connect(engine_settings) as engine:
            with pytest.raises(Exception, match="its log says more") as failure:
                await events(engine, brief("broken"))
            return failure.value.code, await events(engine, brief())

    code, seen = run(story())
    assert code == "internal"
    assert len(pictures(seen)) == 2


def test_too_many_requests_at_once_are_refused_as_busy(engine_settings):
    asked = [pack(n, Paint(brief("endless", id=str(n), count=1))) for n in range(1, 80)]

    async def story():
        reader, writer = await asyncio.open_unix_connection(engine_settings.listen)
        for piece in (HELLO, *asked):
            writer.writelines(frames.encode(piece))
        refused = 0
        while refused < 79 - engine_settings.max_briefs:
            message = unpack(await frames.read(reader))
            refused += isinstance(message, Failed) and message.code == "engine_busy"
        writer.close()
        async with connect(engine_settings) as engine:
            await idle(engine)

    run(story())
    run(serves(engine_settings))


def test_an_engine_that_is_still_loading_shows_signs_of_life(tmp_path):
    async def story(found):
        await until(lambda: Path(found.listen).exists())
        reader, writer = await asyncio.open_unix_connection(found.listen)
        for piece in (HELLO, pack(1, Describe())):
            writer.writelines(frames.encode(piece))
        heard = [unpack(await frames.read(reader)) for _ in range(3)]
        (tmp_path / "gate").touch()
        while isinstance(heard[-1], Heartbeat):
            heard.append(unpack(await frames.read(reader)))
        writer.close()
        return heard

    with listening(tmp_path, model="gated") as found:
        *beats, answer = run(story(found))
    assert len(beats) >= 3
    assert answer.default_model == "gated"


def test_a_client_that_does_not_read_its_answers_is_not_read_either(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "Outbox", partial(Outbox, room=100_000))
    nonsense = b"".join(frames.encode(Frame(200, 1, b"{}"))) * 1000

    async def nothing():
        raise AssertionError

    async def story():
        server = await asyncio.start_unix_server(
            lambda *stream: connection.Connection(1, *stream, nothing, "").serve(), tmp_path / "socket"
        )
        async with server:
            _, writer = await asyncio.open_unix_connection(tmp_path / "socket")
            writer.writelines(frames.encode(HELLO))
            with pytest.raises(TimeoutError):
                for _ in range(10_000):
                    writer.write(nonsense)
                    await asyncio.wait_for(writer.drain(), 0.2)
            writer.transport.abort()

    run(story())


def test_a_client_that_does_not_read_stalls_nobody(engine_settings):
    async def story():
        _, writer = await asyncio.open_unix_connection(engine_settings.listen)
        for piece in [HELLO, *(pack(n, Paint(brief("noisy", id=str(n), count=4))) for n in range(1, 4))]:
            writer.writelines(frames.encode(piece))
        await writer.drain()
        await serves(engine_settings)
        writer.close()

    run(story())
