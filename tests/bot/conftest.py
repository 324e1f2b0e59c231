from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.bot.sandbox.process import RunningSandbox


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[RunningSandbox]:
    """A Discord in a box, its clock standing still; afterwards everything that crossed is judged."""
    running = RunningSandbox.start(tmp_path / "sandbox")
    try:
        await running.control("POST", "/clock", frozen=True)
        yield running
        if running.process.poll() is None:
            await running.check()
    finally:
        running.stop()
