"""The gateway is lost again and again while members ask: sessions are taken up, and nothing is done twice."""

import asyncio
import json
import random
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from tests.bot.sandbox.member import Member
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.studio.audit import audited, unfinished
from tests.faults.chat import everything, shown
from tests.faults.lives import NO_LIMITS, Beside
from tests.faults.rounds import rounds, say

SEED = 20261121
RESUMED_S = 60.0
FINISH_S = 300.0
_MOST_UNDER_WAY = 10
"""More would in the end be refused by a slow machine, whose database is too busy."""
RESUMABLE = (
    ("drop", {}),
    ("reconnect", {}),
    ("invalidate", {"resumable": True}),
    ("close", {"code": 4000}),
    ("close", {"code": 4009}),
)
"""A socket that is cut, op 7, op 9 with true, and closes after which Discord lets a session be resumed."""

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]


async def taken_up(sandbox: RunningSandbox, resumes: int) -> None:
    async with asyncio.timeout(RESUMED_S):
        while (await sandbox.state())["gateway"]["resume"] < resumes:
            await asyncio.sleep(0.01)


async def settled(folder: Path, most: int) -> None:
    """Wait until no more jobs and letters than that are under way."""
    async with asyncio.timeout(FINISH_S):
        while unfinished(folder) > most:
            await asyncio.sleep(0.05)


async def drops(
    sandbox: RunningSandbox, folder: Path, askers: list[Member], chance: random.Random, number: int
) -> list[str]:
    """Lose the gateway so often, with requests before, in and after each loss; return their interactions."""
    asked = []
    for drop in range(1, number + 1):
        asked.append(await chance.choice(askers).slash("imagine", prompt="a fox", count=1))
        action, fields = chance.choice(RESUMABLE)
        await asyncio.sleep(chance.choice((0.0, chance.random() * 0.1)))
        await sandbox.disturb(action, **fields)
        asked.append(await chance.choice(askers).slash("imagine", prompt="a fox", count=1))
        await taken_up(sandbox, drop)
        await settled(folder, _MOST_UNDER_WAY)
        say(f"drop {drop} of {number}: {action} {fields or ''}, resumed")
    return asked


def jobs(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "salon.db")) as database:
        return int(database.execute("SELECT count(*) FROM jobs").fetchone()[0])


@rounds(4)
async def test_what_can_be_resumed_is_and_nothing_is_done_twice(
    sandbox: RunningSandbox, tmp_path: Path, rounds: int
) -> None:
    folder = tmp_path / "bot"
    bot = Beside.start(folder, sandbox, **NO_LIMITS)
    try:
        async with AsyncExitStack() as stack:
            ada, mona = [await stack.enter_async_context(sandbox.member(name)) for name in ("ada", "mona")]
            await bot.ready()
            asked = await drops(sandbox, folder, [ada, mona], random.Random(SEED), rounds)
            async with asyncio.timeout(FINISH_S):
                while jobs(folder) < len(asked):
                    await asyncio.sleep(0.05)
            await settled(folder, 0)
            gateway = (await sandbox.state())["gateway"]
            public = shown(await everything(ada, "paintings"))
    finally:
        bot.kill()
    entries = audited(folder)
    say(f"seed {SEED}, {rounds} drops: {json.dumps(gateway)}, {len(entries)} jobs")
    assert (gateway["identify"], gateway["resume"]) == (1, rounds)
    assert sorted(str(one.interaction_id) for one in entries.values()) == sorted(asked)
    assert {job: [kind for kind, _ in messages] for job, messages in public.items()} == {
        one: ["done"] for one in entries
    }
