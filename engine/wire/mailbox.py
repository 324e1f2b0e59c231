"""A queue between one writer and one reader in which what is out of date gives way to what is new."""

import asyncio
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Messages in order; one put under a key replaces the unread one under the same key, in its place.

    So a slow reader meets the latest progress instead of all of it, and what waits stays bounded by what must not be
    lost. For use within one event loop.
    """

    def __init__(self) -> None:
        self._messages: dict[Hashable, T] = {}
        self._serial = 0
        self._arrival = asyncio.Event()
        self._end: BaseException | None = None

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, message: T, key: Hashable = None) -> T | None:
        """Add a message; return the unread one that it replaced."""
        self._serial += 1
        slot = ("unique", self._serial) if key is None else ("keyed", key)
        replaced = self._messages.get(slot)
        self._messages[slot] = message
        self._arrival.set()
        return replaced

    def close(self, error: BaseException) -> None:
        """Let the reader read what is there and then meet this error. Only the first call counts."""
        self._end = self._end or error
        self._arrival.set()

    async def get(self) -> T:
        """Return the oldest unread message, waiting for one; raise what the mailbox was closed with after the last."""
        while not self._messages:
            if self._end is not None:
                raise self._end
            self._arrival.clear()
            await self._arrival.wait()
        return self._messages.pop(next(iter(self._messages)))
