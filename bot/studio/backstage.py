"""What all parts of the studio share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.settings import Settings
from bot.studio.memory import Memory
from storage.blobs import Blobs
from storage.database import Database

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backstage:
    """The stores, the settings, and who is to be woken by what."""

    settings: Settings
    database: Database
    blobs: Blobs
    memory: Memory = field(default_factory=Memory)
    clock: Clock = utc_now
    queue_changed: asyncio.Event = field(default_factory=asyncio.Event)
    """A job was queued, or there is room for one."""
    mail_posted: asyncio.Event = field(default_factory=asyncio.Event)
    """A letter lies in the outbox."""


async def wait_for(event: asyncio.Event, most_s: float) -> None:
    """Wait for an event, but not longer, and clear it."""
    try:
        async with asyncio.timeout(most_s):
            await event.wait()
    except TimeoutError:
        pass
    event.clear()
