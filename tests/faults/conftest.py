from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.bot.sandbox.process import RunningSandbox


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[RunningSandbox]:
    """A Discord in a box, its clock standing still.

    It keeps no exchanges to be judged by the specification, which would take longer than a campaign.
    """
    running = RunningSandbox.start(tmp_path / "sandbox", record=False)
    try:
        await running.control("POST", "/clock", frozen=True)
        yield running
        records = await running.control("GET", "/records")
        assert not records["unknown"] and not records["refused"]
    finally:
        running.stop()
