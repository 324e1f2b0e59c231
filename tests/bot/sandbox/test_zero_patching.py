"""discord.py untouched: Discord's own names lead, by the client's connector alone, to the sandbox behind TLS."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.bot.sandbox.library_bot import LibraryBot, running
from tests.bot.sandbox.member import text_of
from tests.bot.sandbox.process import RunningSandbox

NAMES = ("discord.com", "gateway.discord.gg")


class Loopback(AbstractResolver):
    """Every name is this machine, at one port; nothing can leave it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.asked: set[str] = set()

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        self.asked.add(host)
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=self._port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def behind_tls(sandbox: RunningSandbox, authority: trustme.CA) -> AsyncIterator[int]:
    """Unwrap TLS for the sandbox; yields the port."""

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", sandbox.port)
        await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*NAMES).configure_cert(context)
    server = await asyncio.start_server(relay, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, ssl.SSLError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.mark.asyncio
async def test_a_conversation_and_a_resume_without_any_patch(sandbox: RunningSandbox) -> None:
    authority = trustme.CA()
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    async with behind_tls(sandbox, authority) as port, sandbox.member("ada") as ada:
        resolver = Loopback(port)
        connector = aiohttp.TCPConnector(resolver=resolver, ssl=trusted, use_dns_cache=False)
        async with running(LibraryBot(connector=connector), sandbox.token) as bot:
            message = await ada.reply(await ada.slash("imagine", prompt="a fox"))
            await sandbox.disturb("drop")
            await asyncio.wait_for(bot.resumed.wait(), 20)
            await ada.press(message, "Again")
            await ada.newest(message, lambda one: text_of(one) == "again")
        assert resolver.asked == set(NAMES)
    assert (await sandbox.state())["gateway"]["identify"] == 1
