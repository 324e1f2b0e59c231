"""The mailbox: order is kept, what is out of date gives way, the end comes last."""

import asyncio

import pytest

from engine.wire.mailbox import Mailbox


def test_messages_come_in_order_and_keyed_ones_are_replaced_in_place():
    async def story() -> list[str]:
        box: Mailbox[str] = Mailbox()
        assert box.put("1%", "progress") is None
        box.put("a picture")
        assert box.put("2%", "progress") == "1%"
        box.put("a picture")
        return [await box.get() for _ in range(len(box))]

    assert asyncio.run(story()) == ["2%", "a picture", "a picture"]


def test_a_reader_waits_for_what_comes_later():
    async def story() -> str:
        box: Mailbox[str] = Mailbox()
        reading = asyncio.create_task(box.get())
        await asyncio.sleep(0)
        assert not reading.done()
        box.put("late")
        return await reading

    assert asyncio.run(story()) == "late"


def test_what_was_put_before_the_end_is_read_before_it():
    async def story() -> None:
        box: Mailbox[str] = Mailbox()
        box.put("last words")
        box.close(EOFError("gone"))
        box.close(EOFError("twice"))
        assert await box.get() == "last words"
        with pytest.raises(EOFError, match="gone"):
            await box.get()

    asyncio.run(story())
