import asyncio

import pytest

from bot.studio import progress
from bot.studio.progress import Progress
from engine.api import Progress as Step
from tests.bot.discord import records

pytestmark = pytest.mark.asyncio


class Board:
    """Takes letters as a publisher does."""

    def __init__(self):
        self.letters = []
        self.changed = asyncio.Event()

    async def show(self, letter):
        self.letters.append(letter)
        self.changed.set()
        return True

    async def next(self):
        await self.changed.wait()
        self.changed.clear()
        return self.letters[-1]


async def test_who_waits_inside_the_engine_is_told_once_that_nobody_comes_before(monkeypatch):
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    board = Board()
    shown = Progress(board, records.job())
    running = asyncio.create_task(shown.run())
    first = await board.next()
    assert (first.kind, first.steps, first.eta_s) == ("progress", None, None)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(board.letters) == 1
    shown.take(Step(step=3, steps=12, eta_s=9.0))
    second = await board.next()
    assert (second.step, second.steps, second.eta_s) == (3, 12, 9.0)
    running.cancel()


async def test_what_is_left_is_told_by_the_pace_that_is_seen_where_that_is_slower(monkeypatch):
    seconds = 0.0
    shown, told = Progress(Board(), records.job()), []
    with monkeypatch.context() as patched:
        patched.setattr(asyncio.get_running_loop(), "time", lambda: seconds)
        for step in (0, 10, 50, 90):
            seconds = step * 0.4
            shown.take(Step(step=step, steps=100, eta_s=0.05 * (100 - step)))
            told.append(shown.eta_s)
    assert told == pytest.approx([5.0, 36.0, 20.0, 4.0])


async def test_a_promised_time_wavers_only_where_the_estimate_is_far_off():
    shown = Progress(Board(), records.job())
    assert shown.eta_s is None
    told = []
    for estimate in (100.0, 120.0, 149.0, 90.0, 400.0, None):
        shown.take(Step(step=1, steps=12, eta_s=estimate))
        told.append(shown.eta_s)
    assert told[0] == 100.0
    assert 99.0 < told[2] <= told[1] <= 100.0
    assert told[3:] == [90.0, 400.0, None]
