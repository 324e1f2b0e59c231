"""How soon interactions are answered while the engine paints on every core, beside a control in which it stands still.

Real processes: the bot, the sandbox and the engine. Latency is what the sandbox measures, from just before it gives
the interaction to the gateway's socket until it has taken the answer in: a little more than from socket to socket.
"""

import asyncio
import itertools
import json
import signal
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bot.box import sandbox
from engine.client.launcher import COMMAND
from tests.benchmarks.chat.crowd import Crowd, finished
from tests.benchmarks.chat.measured_bot import FILE
from tests.bot.sandbox.member import Member, Message
from tests.engine.fake_engine import COMMAND as SCRIPTED
from tests.faults.lives import NO_LIMITS, Beside

ALLOWED_S, ALLOWED_RATIO = 0.250, 3.0
CALLBACK_S = 0.050
MEMORY_MIB = 200
_LATE_ANSWERS_S = 4.0
_FIRST_PICTURE_S = 600.0
_MODULE = "tests.benchmarks.chat.measured_bot"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Arm:
    """What one arm is."""

    name: str
    engine: Sequence[str]
    prompts: tuple[str, ...]
    """What occupies the engine before anything is measured."""
    hang_s: str
    """How long the engine may seem to hang."""


BUSY = Arm("engine painting", COMMAND, ("a fox in a meadow at noon",) * 8, "120")
"""The engine paints all the time, on every core."""

IDLE = Arm("idle control", SCRIPTED, ("hang",), "3600")
"""Jobs are accepted and queued in the same way, but the first is never finished, and costs nothing."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What one arm measured."""

    arm: str
    sent: int
    lost: int
    p50_s: float
    p99_s: float
    longest_s: float
    callbacks: int
    slowest_callback_s: float
    """CPU time of the bot's main thread."""
    slowest_callback: str
    memory_mib: float
    """Largest resident memory of the bot."""
    torch: bool
    """Whether the bot had imported it."""
    engine_cores: float
    """Cores that the engine kept busy on average."""
    sent_late_s: float
    """By how much the crowd itself was late at worst."""


async def measure(arm: Arm, folder: Path, seconds: float, per_second: float, say: Say) -> Acknowledged:
    """Run one arm."""
    folder.mkdir(parents=True)
    async with sandbox(folder / "sandbox", 0) as box:
        base, secret = box.url.split("/#")
        names = NO_LIMITS | {FILE: str(folder / "measured.json"), "SALON_ENGINE__HANG_S": arm.hang_s}
        bot = Beside.start(folder / "bot", box, engine=arm.engine, module=_MODULE, **names)
        try:
            say(f"{arm.name}: starting the bot")
            await bot.ready()
            async with Member(base, secret, "ada") as ada:
                crowd = Crowd(ada, await _prepared(ada, arm, say), arm.prompts[0])
                await crowd.prepare()
                return await _window(arm, crowd, bot, folder, seconds, per_second, say)
        finally:
            bot.kill()


async def _prepared(ada: Member, arm: Arm, say: Say) -> Message:
    """Have one result with buttons, and an engine that is at work, or stands still."""
    say(f"{arm.name}: waiting for the first pictures")
    asked = await ada.slash("imagine", prompt="a fox", count=2)
    done = await ada.wait_for_message(lambda one: finished(one, asked), _FIRST_PICTURE_S)
    for prompt in arm.prompts:
        await ada.slash("imagine", prompt=prompt, count=4)
    await asyncio.sleep(3)
    return done


async def _window(
    arm: Arm, crowd: Crowd, bot: Beside, folder: Path, seconds: float, per_second: float, say: Say
) -> Acknowledged:
    process = psutil.Process(bot.process.pid)
    (engine,) = bot.engines()
    await _control(crowd.member, "DELETE")
    memory = Memory(process)
    sampling = asyncio.create_task(memory.sample(arm.name, say))
    start, work = time.monotonic(), _cpu_s(engine)
    await crowd.run(seconds, per_second)
    cores = (_cpu_s(engine) - work) / (time.monotonic() - start)
    await asyncio.sleep(_LATE_ANSWERS_S)
    end = time.monotonic()
    sampling.cancel()
    bot.process.send_signal(signal.SIGUSR1)
    measured = await _told(folder / "measured.json")
    records = await _control(crowd.member, "GET")
    times = records["answer_times_s"]
    slow = max(((spent, name) for at, spent, name in measured["noted"] if start <= at <= end), default=(0.0, "none"))
    sent = sum(crowd.sent.values())
    return Acknowledged(
        arm=arm.name,
        sent=sent,
        lost=sent - len(times),
        p50_s=statistics.median(times),
        p99_s=statistics.quantiles(times, n=100)[98],
        longest_s=max(times),
        callbacks=measured["callbacks"],
        slowest_callback_s=slow[0],
        slowest_callback=slow[1],
        memory_mib=memory.largest / 2**20,
        torch=measured["torch"],
        engine_cores=cores,
        sent_late_s=crowd.latest_s,
    )


class Memory:
    """The largest resident memory of a process."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self.largest = process.memory_info().rss

    async def sample(self, name: str, say: Say) -> None:
        """Look once a second until cancelled."""
        for second in itertools.count(1):
            await asyncio.sleep(1)
            self.largest = max(self.largest, self._process.memory_info().rss)
            if second % 10 == 0:
                say(f"{name}: {second} s")


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


async def _told(path: Path) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while not path.exists():
            await asyncio.sleep(0.1)
    told: dict[str, Any] = json.loads(path.read_text())
    return told


async def _control(member: Member, method: str) -> Any:
    async with member._session.request(method, f"{member._base}/_sandbox/records") as answer:
        answer.raise_for_status()
        return await answer.json()


def verdicts(idle: Acknowledged, busy: Acknowledged) -> list[tuple[str, bool]]:
    """Return what is asked for, in words with the figures, and whether it was reached."""
    ratio = busy.p99_s / idle.p99_s
    slowest = max(idle.slowest_callback_s, busy.slowest_callback_s)
    memory = max(idle.memory_mib, busy.memory_mib)
    return [
        (
            f"acknowledgement p99 {busy.p99_s * 1000:.0f} ms, {ratio:.1f}x the idle control; "
            f"asked: {ALLOWED_S * 1000:.0f} ms or {ALLOWED_RATIO:.0f}x",
            busy.p99_s <= ALLOWED_S or ratio <= ALLOWED_RATIO,
        ),
        (f"{idle.lost + busy.lost} interactions lost; asked: none", idle.lost + busy.lost == 0),
        (
            f"slowest callback {slowest * 1000:.0f} ms of CPU time; asked: {CALLBACK_S * 1000:.0f} ms",
            slowest <= CALLBACK_S,
        ),
        (f"bot's memory {memory:.0f} MiB; asked: under {MEMORY_MIB} MiB", memory < MEMORY_MIB),
        ("the bot imports no torch", not (idle.torch or busy.torch)),
    ]
