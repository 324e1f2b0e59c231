"""The bot with no address changed: Discord's own names lead, by the connector alone, to the sandbox behind TLS."""

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest
import trustme
from discord.http import Route

from bot.discord.client import SalonBot, run
from tests.bot.discord.fake_studio import FakeStudio
from tests.bot.sandbox.member import pictures_of, text_of
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.sandbox.test_zero_patching import NAMES, Loopback, behind_tls

pytestmark = pytest.mark.asyncio


async def test_the_bot_as_it_meets_discord(sandbox: RunningSandbox, tmp_path: Path) -> None:
    assert Route.BASE == "https://discord.com/api/v10"
    authority = trustme.CA()
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    studio = FakeStudio()
    async with behind_tls(sandbox, authority) as port, sandbox.member("ada") as ada:
        resolver = Loopback(port)
        connector = aiohttp.TCPConnector(resolver=resolver, ssl=trusted, use_dns_cache=False)
        client = SalonBot(studio, tmp_path / "commands", connector=connector, guild_ready_timeout=0.05)
        task = asyncio.create_task(run(client, sandbox.token))
        await sandbox.online()
        queued = await ada.reply(await ada.slash("imagine", prompt="a fox", count=1))
        await studio.finish(studio.last.id)
        done = await ada.newest(queued, lambda one: bool(pictures_of(one)))
        assert "Kept" in text_of(await ada.reply(await ada.press(done, "Keep")))
        form = await ada.press(done, "Remix")
        await ada.modal(form)
        assert "a wolf" in text_of(await ada.reply(await ada.submit_modal(form, {"prompt": "a wolf"})))
        await client.close()
        with suppress(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
    assert resolver.asked == set(NAMES)
