import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
import pytest_asyncio
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord.client import SalonBot, run
from bot.discord.postman import DiscordPostman
from bot.discord.redirect import Server, redirect
from tests.bot.discord.fake_studio import FakeStudio
from tests.bot.sandbox.process import RunningSandbox


@contextlib.contextmanager
def addresses_put_back() -> Iterator[None]:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before


@pytest.fixture
def redirected() -> Iterator[None]:
    """Put the library's addresses back after a test."""
    with addresses_put_back():
        yield


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

    def forget(self) -> None:
        """Begin with an empty studio."""
        self.studio = FakeStudio()
        self.client.studio = self.client.tree.studio = self.studio
        self.studio.open_for(DiscordPostman(self.client, self.studio))

    async def stop(self) -> None:
        await self.client.close()
        with contextlib.suppress(BaseException):
            await self.task
        await asyncio.sleep(0)  # lets the library's last event handlers begin, which it schedules as it ends


async def start(sandbox: RunningSandbox, studio: FakeStudio, remembered: Path) -> RunningBot:
    redirect(Server(rest=sandbox.api, gateway=sandbox.gateway, cdn=sandbox.base))
    client = SalonBot(studio, remembered, guild_ready_timeout=0.05)
    task = asyncio.create_task(run(client, sandbox.token))
    async with asyncio.timeout(20):
        while not client.is_ready():
            if task.done():
                task.result()
            await asyncio.sleep(0.01)
    return RunningBot(client, studio, sandbox, task)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningBot]:
    """One bot and one sandbox for a whole file; everything that crossed is judged at the end."""
    folder = tmp_path_factory.mktemp("bot")
    sandbox = RunningSandbox.start(folder / "sandbox")
    with addresses_put_back():
        running = None
        try:
            await sandbox.control("POST", "/clock", frozen=True)
            running = await start(sandbox, FakeStudio(), folder / "commands.sha256")
            yield running
            await sandbox.check()
        finally:
            if running:
                await running.stop()
            sandbox.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def bot(one_bot: RunningBot) -> AsyncIterator[RunningBot]:
    """The bot of this file with an empty studio; what earlier tests posted is still in the channels."""
    one_bot.forget()
    yield one_bot
    await one_bot.sandbox.control("DELETE", "/faults")


@pytest_asyncio.fixture
async def own_bot(sandbox: RunningSandbox, tmp_path: Path, redirected: None) -> AsyncIterator[RunningBot]:
    """A bot and a sandbox for one test, which may do to them what it likes."""
    running = await start(sandbox, FakeStudio(), tmp_path / "commands.sha256")
    try:
        yield running
    finally:
        await running.stop()
