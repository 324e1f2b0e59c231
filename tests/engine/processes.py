"""Helpers of the tests that run real engine processes."""

import asyncio
import hashlib
import io
import os
import subprocess
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from PIL import Image

from engine.api import Brief, Event, Picture
from engine.client import Engine
from engine.client.environment import scrubbed
from engine.settings import EngineSettings
from tests.engine.fake_engine import COMMAND

DEADLINE_S = 60.0
"""Beyond this a test gives up; nothing that passes comes near it."""


def settings_in(folder: Path, **overrides: Any) -> EngineSettings:
    return EngineSettings(data_dir=folder, threads=1, **overrides)


def brief(prompt: str = "a cat", **fields: Any) -> Brief:
    return Brief(**{"id": "b1", "prompt": prompt, "count": 2, "steps": 3, "seed": 7, **fields})


def run(story: Coroutine[Any, Any, Any]) -> Any:
    """Run a story to its end, but not for ever."""
    return asyncio.run(asyncio.wait_for(story, DEADLINE_S))


async def until(condition: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
    """Wait until something outside this process is so."""
    async with asyncio.timeout(deadline_s):
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


@contextmanager
def listening(folder: Path, *, listen: str | None = None, **overrides: Any) -> Iterator[EngineSettings]:
    """Run the fake engine for other processes; yield the settings with which clients reach it."""
    settings = settings_in(folder, listen=listen or str(folder / "engine.sock"), **overrides)
    log = folder / "listening.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*COMMAND, "--listen", settings.listen or "", "--scrubbed"],
            env=scrubbed(os.environ, settings),
            stderr=errors,
        )
    try:
        yield settings
    finally:
        process.kill()
        process.wait()


async def idle(engine: Engine) -> None:
    """Wait until the engine holds no brief."""
    while (await engine.describe()).running:
        await asyncio.sleep(0.01)


async def events(engine: Engine, brief: Brief, inputs: Mapping[str, bytes] | None = None) -> list[Event]:
    return [event async for event in engine.paint(brief, inputs or {})]


def pictures(told: list[Event]) -> list[Picture]:
    return [event for event in told if isinstance(event, Picture)]


def png(width: int = 16, height: int = 16, colour: str = "teal") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
