"""What a long queue costs whoever asks: submit, place and ETA with 10,000 queued jobs beside 100, on real files.

The engine is a stand-in that never finishes anything, so that the queues keep their length.
"""

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import insert

from bot.settings import Settings
from bot.studio import eta
from bot.studio.opening import open_studio
from bot.studio.requests import Actor
from bot.studio.studio import Studio
from engine.api import Brief, Description, Event
from storage.database import Database
from storage.migrate import migrate
from storage.schema import jobs
from tests.bot.studio.stage import GUILD, online, origin, settings_in, wish
from tests.bot.studio.test_checks import model
from tests.storage.stores import values

SHORT, LONG = 100, 10_000
ALLOWED_RATIO = 2.0
_JOBS_OF_A_MEMBER = 20
_FILLED = 10**9
"""The first interaction of the jobs that are queued beforehand."""

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """One operation at one length of the queue."""

    operation: str
    queued: int
    median_ms: float
    p95_ms: float
    against: float
    """How many times the median at the short queue."""


class Standstill:
    """An engine that has measured its steps, takes every job and finishes none."""

    async def describe(self) -> Description:
        return Description(
            engine_version="0",
            protocol=1,
            device="none",
            threads=1,
            memory_bytes=0,
            models=(model(),),
            default_model="mini",
            styles=(),
            max_prompt=1500,
            max_count=4,
            max_upload_bytes=0,
            running=0,
        )

    async def paint(self, brief: Brief) -> AsyncGenerator[Event, None]:
        await asyncio.Event().wait()
        yield  # type: ignore[misc]


async def measure(folder: Path, rounds: int, say: Say) -> list[Cost]:
    """Measure all operations in turn at both lengths, so that a noisy machine is noisy to both."""
    spent: dict[tuple[str, int], list[float]] = {}
    chance = random.Random(1)
    async with _queued(folder / "short", SHORT, say) as short, _queued(folder / "long", LONG, say) as long:
        studios = [(SHORT, short), (LONG, long)]
        for number in range(rounds):
            chance.shuffle(studios)
            member = chance.random()
            for queued, studio in studios:
                for operation, seconds in (await _once(studio, _member(queued, member))).items():
                    spent.setdefault((operation, queued), []).append(seconds)
            if (number + 1) % 50 == 0:
                say(f"queue: round {number + 1} of {rounds}")
    return [_cost(spent, operation, queued) for operation, queued in sorted(spent, key=lambda key: (key[0], key[1]))]


async def _once(studio: Studio, member: int) -> dict[str, float]:
    actor = Actor(id=member, name="Ann", moderator=False, guild_id=GUILD)
    accepted, submit_s = await _timed(studio.submit(actor, origin(), wish()))
    standing, standing_s = await _timed(studio.standing(accepted.job_id))
    assert standing.place > 0 and standing.eta_s and accepted.eta_s
    await studio.cancel(actor, accepted.job_id)
    return {"submit (with place and ETA)": submit_s, "place and ETA": standing_s}


async def _timed(work: Awaitable[T]) -> tuple[T, float]:
    start = time.perf_counter()
    return await work, time.perf_counter() - start


@asynccontextmanager
async def _queued(folder: Path, number: int, say: Say) -> AsyncIterator[Studio]:
    """Open a studio with so many queued jobs."""
    folder.mkdir(parents=True)
    settings = settings_in(folder, pending=0, pending_per_member=0, pending_per_guild=0)
    migrate(settings.database, settings.backups, datetime.now(UTC))
    say(f"queue: filling one with {number} jobs")
    await _fill(settings, number)
    async with open_studio(settings, Standstill()) as studio:  # type: ignore[arg-type]
        await online(studio)
        yield studio


async def _fill(settings: Settings, number: int) -> None:
    """Queue the jobs, those of each member mixed with the others', and as many more as the engine takes."""
    chance = random.Random(2)
    ends: Counter[int] = Counter()
    rows = []
    for job in range(number + eta.room(model())):
        member, count = _member(number, chance.random()), chance.randint(1, 4)
        # As the queue decides it where nothing was served yet.
        turn = {"turn": ends[member], "state": "queued"}
        rows.append(values(member, interaction_id=_FILLED + job, count=count, token=None) | turn)
        ends[member] += count
    database = Database(settings.database)
    async with database.write() as tx:
        await tx.execute(insert(jobs), rows)
    await database.close()


def _member(queued: int, place: float) -> int:
    """Return a member of a crowd that grows with the queue."""
    return 1 + int(place * max(1, queued // _JOBS_OF_A_MEMBER))


def _cost(spent: dict[tuple[str, int], list[float]], operation: str, queued: int) -> Cost:
    seconds = spent[operation, queued]
    return Cost(
        operation,
        queued,
        statistics.median(seconds) * 1000,
        statistics.quantiles(seconds, n=20)[18] * 1000,
        statistics.median(seconds) / statistics.median(spent[operation, SHORT]),
    )


def verdicts(costs: list[Cost]) -> list[tuple[str, bool]]:
    """Return what is asked for, in words with the figures, and whether it was reached."""
    return [
        (
            f"{cost.operation}: {cost.against:.2f}x at {LONG} jobs; asked: {ALLOWED_RATIO:.0f}x",
            cost.against <= ALLOWED_RATIO,
        )
        for cost in costs
        if cost.queued == LONG
    ]
