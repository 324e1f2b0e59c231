"""SIGKILL of the bot or its engine at random moments, under the real bot at a Discord that lives on.

Whatever was accepted, which is to say whose row was committed, is finished or apologised for. Its end is told by one
message, wherever the delivery ladder promises one, and of the pictures neither a file nor a row is left alone.
"""

import asyncio
import random
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.bot.sandbox.member import Member
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.studio.audit import Entry, audited, unfinished
from tests.faults.chat import ask, everything, is_answer, is_result, seen, shown, stop, tally
from tests.faults.lives import NO_LIMITS, Beside
from tests.faults.rounds import rounds, say

SEED = 20261121
FINISH_S = 1200.0
TROUBLES = (
    {"kind": "drop_after", "route": "POST /interactions/*"},
    {"kind": "drop_after", "route": "POST /channels/*"},
    {"kind": "drop_after", "route": "PATCH /webhooks/*"},
    {"kind": "drop_before", "route": "PATCH /*"},
    {"kind": "status", "route": "PATCH /webhooks/*"},
)
TOKEN_LIFE_S = 901.0

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]


async def moment(askers: list[Member], chance: random.Random) -> None:
    """Let some requests be answered or some results come, and a little time pass.

    Counted, because the same seconds are much to one machine and nothing to another.
    """
    await seen(askers, chance.choice((is_answer, is_result)), chance.randint(1, 6))
    await asyncio.sleep(chance.random() * 0.5)


async def killed_life(
    sandbox: RunningSandbox, folder: Path, askers: list[Member], chance: random.Random, *, early: bool
) -> None:
    """Let the bot live for a moment while members ask, or kill it while it still starts."""
    bot = Beside.start(folder, sandbox, **NO_LIMITS)
    try:
        if early:
            await asyncio.sleep(chance.random() * 3)
            return
        await bot.ready()
        asking = [asyncio.create_task(ask(one, random.Random(chance.random()), 0.4, private=0.15)) for one in askers]
        if chance.random() < 0.6:
            await moment(askers, chance)
            bot.kill_engine()
        await moment(askers, chance)
        bot.kill()
        await stop(asking)
    finally:
        bot.kill()


async def last_life(sandbox: RunningSandbox, folder: Path) -> None:
    """Let the bot finish what is left."""
    bot = Beside.start(folder, sandbox, **NO_LIMITS)
    try:
        await bot.ready()
        async with asyncio.timeout(FINISH_S):
            while unfinished(folder):
                await asyncio.sleep(0.1)
        bot.process.terminate()
        assert await asyncio.to_thread(bot.process.wait, 30) == 0
    finally:
        bot.kill()


def check(entry: Entry, public: list[tuple[str, int]], alone: list[tuple[str, int]]) -> None:
    """Hold one job's messages, in the channel and where only its member sees them, against its row."""
    ended = (entry.state, entry.pictures)
    told = [one for one in public if one[0] != "waiting"]
    private = [one for one in alone if one[0] != "waiting"]
    if entry.private:
        assert not public, f"{entry} is private"
        # Ephemeral where the token lived; a direct message is promised at least once.
        assert set(private) == {ended}, f"{entry} is shown as {private}"
    else:
        assert entry.outcome in ("replied", "edited", "sent"), entry
        assert told == [ended], f"{entry} is shown as {told}"
        assert not private


@rounds(2)
async def test_whatever_is_killed_each_job_ends_once(sandbox: RunningSandbox, tmp_path: Path, rounds: int) -> None:
    chance, folder = random.Random(SEED), tmp_path / "bot"
    async with AsyncExitStack() as stack:
        ada, mona, lin = [await stack.enter_async_context(sandbox.member(name)) for name in ("ada", "mona", "lin")]
        for number in range(rounds):
            if chance.random() < 0.5:
                await sandbox.fault(**chance.choice(TROUBLES))
            await killed_life(sandbox, folder, [ada, mona], chance, early=number % 8 == 5)
            if chance.random() < 0.4:
                await sandbox.advance(TOKEN_LIFE_S)
            left = unfinished(folder) if (folder / "salon.db").exists() else 0
            say(f"round {number + 1} of {rounds}: {left} jobs and letters under way when the bot was killed")
        await sandbox.control("DELETE", "/faults")
        await last_life(sandbox, folder)
        entries = audited(folder)
        public = shown(await everything(lin, "paintings"))
        alone = shown([one for each in (ada, mona) for one in await everything(each, "dm")])
        for each in (ada, mona):
            for job, messages in shown(one for one in await everything(each, "paintings") if one["flags"] & 64).items():
                alone.setdefault(job, []).extend(messages)
    endings = tally(one.error or one.state for one in entries.values())
    say(f"seed {SEED}, {rounds} rounds: {len(entries)} jobs accepted, {endings}")
    say(f"how their letters went: {tally(one.outcome for one in entries.values())}")
    left = sum(kind == "waiting" for told in public.values() for kind, _ in told)
    say(f"{left} messages say for ever that a job waits, whose result was told in another message")
    assert len(entries) > rounds
    assert public.keys() <= entries.keys()
    for number, entry in entries.items():
        check(entry, public.get(number, []), alone.get(number, []))
