"""Framing: whatever bytes arrive, there is a frame, a clean end, or one ProtocolError, and no large allocation."""

import asyncio
import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.errors import ProtocolError
from engine.wire import frames
from engine.wire.frames import MAGIC, MAX_ATTACHED, MAX_JSON, PROTOCOL, Frame

FRAMES = st.builds(
    Frame,
    kind=st.integers(0, 255),
    request=st.integers(0, frames.MAX_REQUEST),
    json=st.binary(max_size=200),
    attachments=st.lists(st.binary(max_size=200), max_size=frames.MAX_ATTACHMENTS).map(tuple),
)


def read_all(data: bytes) -> list[Frame]:
    async def read() -> list[Frame]:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        got = []
        while (frame := await frames.read(reader)) is not None:
            got.append(frame)
        return got

    return asyncio.run(read())


def bytes_of(frame: Frame) -> bytes:
    return b"".join(frames.encode(frame))


def header(*, magic=MAGIC, version=PROTOCOL, kind=1, count=0, request=1, length=2) -> bytes:
    return struct.pack("!4sHBBII", magic, version, kind, count, request, length)


@given(st.lists(FRAMES, max_size=4))
def test_frames_come_back_as_they_were_sent(sent):
    assert read_all(b"".join(map(bytes_of, sent))) == sent


@given(FRAMES)
def test_the_size_of_a_frame_is_what_it_takes_on_the_wire(frame):
    assert frame.size == len(bytes_of(frame))


@given(FRAMES, st.data())
def test_a_frame_that_breaks_off_is_refused(frame, data):
    whole = bytes_of(frame)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(ProtocolError, match="broke off"):
        read_all(whole[:cut])


@given(st.binary(min_size=1, max_size=400))
def test_garbage_is_refused(garbage):
    with pytest.raises(ProtocolError):
        read_all(garbage)


@given(FRAMES, st.data())
def test_a_damaged_frame_is_read_as_some_frames_or_refused(frame, data):
    damaged = bytearray(bytes_of(frame))
    at = data.draw(st.integers(0, len(damaged) - 1))
    damaged[at] ^= data.draw(st.integers(1, 255))
    try:
        read_all(bytes(damaged))
    except ProtocolError as error:
        assert error.message


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "not a message"),
        (header(version=PROTOCOL + 1), "the same Salon on both"),
        (header(count=255), "255 attachments"),
        (header(length=MAX_JSON + 1), "bytes of text"),
        (header(length=2**32 - 1), "bytes of text"),
        (header(count=1) + struct.pack("!I", MAX_ATTACHED + 1), "bytes of pictures"),
        (header(count=4) + struct.pack("!4I", *[MAX_ATTACHED // 3] * 4), "bytes of pictures"),
    ],
)
def test_what_is_refused_says_why(data, says):
    with pytest.raises(ProtocolError, match=says):
        read_all(data)


def test_a_claimed_length_costs_no_memory():
    tracemalloc.start()
    try:
        for data in (
            header(length=2**32 - 1),
            header(length=MAX_JSON),
            header(count=1) + struct.pack("!I", MAX_ATTACHED),
        ):
            with pytest.raises(ProtocolError):
                read_all(data)
        assert tracemalloc.get_traced_memory()[1] < MAX_JSON
    finally:
        tracemalloc.stop()


def test_a_frame_that_the_other_end_would_refuse_is_not_sent():
    with pytest.raises(ProtocolError):
        frames.encode(Frame(1, 1, b"x" * (MAX_JSON + 1)))
    with pytest.raises(ProtocolError):
        frames.encode(Frame(1, 1, b"{}", (bytes(MAX_ATTACHED), b"x")))
