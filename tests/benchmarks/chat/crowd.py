"""Members who do twenty things a second, at their times, whether or not they were answered."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.bot.sandbox.member import Member, Message, labels_of, text_of

MIX = {"imagine": 6, "keep": 4, "autocomplete": 4, "queue": 2, "more": 2, "info": 1, "help": 1}
"""Interactions of each kind among twenty."""


@dataclass
class Crowd:
    """Uses the page's API as the page does; the addresses of commands are looked up once, before anything counts."""

    member: Member
    painted: Message
    """A finished message of the bot, with buttons."""
    prompt: str
    commands: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    """By the sandbox itself, on behalf of a client."""
    latest_s: float = 0.0
    """How late an interaction was sent at worst."""

    async def prepare(self) -> None:
        """Look the commands up."""
        for name in ("imagine", "queue", "info", "help"):
            self.commands[name] = await self.member._command(name, 1, "paintings")

    async def run(self, seconds: float, per_second: float) -> None:
        """Send all interactions, and wait until the last one is sent."""
        draw = random.Random(1)
        kinds = [kind for kind, parts in MIX.items() for _ in range(parts)]
        start, tasks = time.monotonic(), []
        for number in range(round(seconds * per_second)):
            if number % len(kinds) == 0:
                draw.shuffle(kinds)
            due = start + number / per_second
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.latest_s = max(self.latest_s, time.monotonic() - due)
            tasks.append(asyncio.create_task(self._do(kinds[number % len(kinds)], number)))
        await asyncio.gather(*tasks)

    async def _do(self, kind: str, number: int) -> None:
        self.sent[kind] += 1
        try:
            if kind == "keep":
                await self.member.press(self.painted, f"Keep {number % 2 + 1}")
            elif kind == "more":
                await self.member.press(self.painted, "More")
            else:
                await self._command(kind, number)
        except (AssertionError, aiohttp.ClientError):
            self.refused += 1

    async def _command(self, kind: str, number: int) -> None:
        action, typed = "commands", []
        if kind == "imagine":
            typed = [{"name": "prompt", "value": self.prompt}, {"name": "count", "value": 1}]
        elif kind == "autocomplete":
            kind, action = "imagine", "autocomplete"
            typed = [
                {"name": "prompt", "value": self.prompt},
                {"name": "style", "value": "aeiou"[number % 5], "focused": True},
            ]
        await self.member._do(action, self.commands[kind] | {"options": typed})


def finished(message: Message, asked: str) -> bool:
    """Whether a message shows the pictures of this interaction.

    Raises:
        RuntimeError: it says that there will be none.
    """
    if (message.get("interaction_metadata") or {}).get("id") != asked or "Again" not in labels_of(message):
        return False
    if "Keep 1" not in labels_of(message):
        raise RuntimeError(f"The engine failed; the bot says: {text_of(message)}")
    return True
