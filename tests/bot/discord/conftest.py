import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord.client import SalonBot, run
from bot.discord.postman import DiscordPostman
from bot.discord.redirect import Server, redirect
from tests.bot.discord.fake_studio import FakeStudio
from tests.bot.sandbox import spec
from tests.bot.sandbox.process import RunningSandbox


@pytest.fixture
def redirected() -> Iterator[None]:
    """Put the library's addresses back after a test."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before


@dataclass
class RunningBot:
    """The real bot, connected to a sandbox, with a studio in memory."""

    client: SalonBot
    studio: FakeStudio
    sandbox: RunningSandbox
    task: asyncio.Task[None]

    @property
    def postman(self) -> DiscordPostman:
        assert self.studio.postman is not None
        return self.studio.postman

    async def stop(self) -> None:
        await self.client.close()
        with contextlib.suppress(BaseException):
            await self.task
        await asyncio.sleep(0)  # lets the library's last event handlers begin, which it schedules as it ends


async def start(sandbox: RunningSandbox, studio: FakeStudio, remembered: Path) -> RunningBot:
    redirect(Server(rest=sandbox.api, gateway=sandbox.gateway, cdn=sandbox.base))
    client = SalonBot(studio, remembered, guild_ready_timeout=0.05)
    task = asyncio.create_task(run(client, sandbox.token))
    ready = asyncio.create_task(sandbox.online())
    done, _ = await asyncio.wait({task, ready}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    assert ready in done, task.exception() if task.done() else "not ready"
    return RunningBot(client, studio, sandbox, task)


@pytest_asyncio.fixture
async def bot(sandbox: RunningSandbox, tmp_path: Path, redirected: None) -> AsyncIterator[RunningBot]:
    running = await start(sandbox, FakeStudio(), tmp_path / "commands.sha256")
    try:
        yield running
    finally:
        await running.stop()


@pytest.fixture
def ids_as_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library write ids of people as numbers, which Discord takes although its specification says text."""
    judged = spec._with_text_ids

    def with_text(body: Any) -> Any:
        body = judged(body)
        if isinstance(body, dict) and "recipient_id" in body:
            body["recipient_id"] = str(body["recipient_id"])
        if isinstance(body, dict) and "users" in (body.get("allowed_mentions") or {}):
            body["allowed_mentions"]["users"] = [str(one) for one in body["allowed_mentions"]["users"]]
        return body

    monkeypatch.setattr(spec, "_with_text_ids", with_text)
