"""Hours of trouble in minutes: `make soak` lets members ask, cancel and change their minds while engines are killed."""

import asyncio
import os
import random
import signal
from contextlib import aclosing
from dataclasses import replace

import psutil
import pytest

from engine.api import Adjustment, Finished, Picture
from engine.api.errors import Cancelled, EngineLost, InvalidBrief
from engine.client.engine import Engine
from engine.client.keeper import Keeper
from engine.client.launcher import Launcher
from engine.client.timing import Timing
from tests.engine.fake_engine import COMMAND
from tests.engine.processes import alive, brief, idle, pids, settings_in

MEMBERS = 12
WISHES = 150
"""Briefs of each member."""
KILLS = 15
ROUND_S = 0.7
"""Seconds from an engine's first answer to its death."""
GROWTH = 64 * 2**20
"""Bytes that an engine's memory may grow by over the whole run."""


async def _wish(engine: Engine, draw: random.Random, name: str) -> str:
    """Paint one brief as a moody member would; returns how it ended."""
    asked = brief(
        "steady", id=name, count=draw.randint(1, 4), steps=draw.randint(1, 12), guidance=draw.choice([1.0, 4.0])
    )
    patience = draw.choice([None, None, 2, 5])
    got = 0
    try:
        async with aclosing(engine.paint(asked)) as events:
            async for event in events:
                got += isinstance(event, Picture)
                if isinstance(event, Finished):
                    assert got == asked.count
                    return "finished"
                if patience == 2:
                    return "left"
                if patience == 5:
                    patience = None
                    if draw.random() < 0.5:
                        await engine.cancel(name)
                    else:
                        await engine.adjust(name, Adjustment(guidance=2.0))
    except (Cancelled, EngineLost, InvalidBrief) as error:
        return error.code
    raise AssertionError("a stream ended without a word")


async def _member(engine: Engine, number: int, endings: list[str]) -> None:
    draw = random.Random(number)
    for wish in range(WISHES):
        endings.append(await _wish(engine, draw, f"m{number}-{wish}"))


async def _kill(engine: Engine, launcher: Launcher) -> None:
    for _ in range(KILLS):
        await _answered(engine)  # on a loaded machine an engine would else be killed before it paints
        await asyncio.sleep(ROUND_S)
        if launcher.process is not None and launcher.process.returncode is None:
            os.kill(launcher.process.pid, signal.SIGKILL)


async def _answered(engine: Engine) -> None:
    """Wait until an engine answers; the last kill may not have been noticed yet."""
    while True:
        try:
            await engine.describe()
            return
        except EngineLost:
            continue


@pytest.mark.soak
def test_members_and_killers_for_as_long_as_it_takes(tmp_path):
    timing = replace(Timing(first_delay_s=0.01, longest_delay_s=0.05), most_starts=None)
    endings: list[str] = []

    async def story() -> int:
        launcher = Launcher(settings_in(tmp_path), timing, command=COMMAND)
        keeper = Keeper(launcher, timing)
        keeper.start()
        engine = Engine(keeper)
        try:
            members = [asyncio.create_task(_member(engine, number, endings)) for number in range(MEMBERS)]
            await _kill(engine, launcher)
            await _answered(engine)
            before = psutil.Process(launcher.process.pid).memory_info().rss
            await asyncio.gather(*members)
            await idle(engine)
            return psutil.Process(launcher.process.pid).memory_info().rss - before
        finally:
            await keeper.stop()

    grown = asyncio.run(story())
    assert len(endings) == MEMBERS * WISHES
    assert endings.count("finished") > len(endings) / 3
    assert EngineLost.code in endings and Cancelled.code in endings
    assert grown < GROWTH
    assert not [pid for pid in pids(tmp_path) if alive(pid)]
