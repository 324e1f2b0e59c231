"""Members who ask while things go wrong, and what they see of it at the end."""

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import aiohttp

from tests.bot.sandbox.member import Member, Refused, pictures_of, walk

EVERYTHING = 1_000_000
_PATIENCE_S = 60.0
_ASKED = 20
_PROMPTS = ("a fox", "steady fox", "steady owl", "broken")
"""At once, in some steps, and never (the scripted engine's words)."""


async def ask(member: Member, chance: random.Random, pause_s: float, *, private: float = 0.0) -> None:
    """Ask again and again, until cancelled or somebody who asked that much would only make the queue longer."""
    for _ in range(_ASKED):
        wish = {"prompt": chance.choice(_PROMPTS), "count": chance.randint(1, 3), "private": chance.random() < private}
        await member.slash("imagine", **wish)
        await asyncio.sleep(chance.random() * pause_s)


async def seen(members: list[Member], happened: Callable[[dict[str, Any]], bool], number: int) -> None:
    """Wait until so many more events of one kind have come, but not for ever: they may have become impossible."""
    looked = {one.name: len(one.events) for one in members}
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            while number > 0:
                for one in members:
                    number -= sum(happened(event) for event in one.events[looked[one.name] :])
                    looked[one.name] = len(one.events)
                await asyncio.sleep(0.005)


def is_answer(event: dict[str, Any]) -> bool:
    """Whether an event tells that an interaction has its first answer."""
    return event["type"] == "interaction" and event["state"] == "answered"


def is_result(event: dict[str, Any]) -> bool:
    """Whether an event shows how a job ended."""
    told = job_of(event["message"]) if event["type"] in ("message_create", "message_update") else None
    return told is not None and told[0] != "waiting"


async def stop(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks; what went wrong in them is raised."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception) and not isinstance(result, aiohttp.ClientError | Refused):
            raise result


async def everything(member: Member, at: str) -> list[dict[str, Any]]:
    """Return every message of a channel that the member sees."""
    path = f"channels/{member.channel(at)}/messages?limit={EVERYTHING}"
    found: list[dict[str, Any]] = (await member._call("GET", path))["messages"]
    return found


def job_of(message: dict[str, Any]) -> tuple[str, int] | None:
    """Return how a message shows a job, `done`, `failed` or `waiting`, and which; None for other messages."""
    ids = [one["custom_id"].split(":") for one in walk(message["components"]) if "custom_id" in one]
    jobs = {parts[1]: int(parts[2]) for parts in ids if parts[1] in ("again", "cancel")}
    if "cancel" in jobs:
        return "waiting", jobs["cancel"]
    if "again" in jobs:
        return ("done" if pictures_of(message) else "failed"), jobs["again"]
    return None


def shown(messages: Iterable[dict[str, Any]]) -> dict[int, list[tuple[str, int]]]:
    """Return, by job, how its messages show it and with how many pictures."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for message in messages:
        if told := job_of(message):
            found[told[1]].append((told[0], len(pictures_of(message))))
    return found


def tally(values: Iterable[str]) -> str:
    """Return how often each value came."""
    return json.dumps(dict(sorted(Counter(values).items())))
