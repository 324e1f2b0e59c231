"""Helpers of the tests that run real engine processes."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import psutil

from engine.api import Brief
from engine.settings import EngineSettings

DEADLINE_S = 60.0
"""Beyond this a test gives up; nothing that passes comes near it."""


def settings_in(folder: Path, **overrides: Any) -> EngineSettings:
    return EngineSettings(data_dir=folder, threads=1, **overrides)


def brief(prompt: str = "a cat", **fields: Any) -> Brief:
    return Brief(**{"id": "b1", "prompt": prompt, "count": 2, "steps": 3, "seed": 7, **fields})


def run(story: Coroutine[Any, Any, Any]) -> Any:
    """Run a story to its end, but not for ever."""
    return asyncio.run(asyncio.wait_for(story, DEADLINE_S))


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something outside this process is so."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.01)


def pids(folder: Path) -> set[int]:
    """Return every engine process that was ever started with this data folder."""
    return {int(path.name) for path in (folder / "pids").glob("*")}


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def now() -> float:
    return time.monotonic()
