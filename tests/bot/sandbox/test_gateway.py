"""The gateway's own rules, below any library."""

import json
import zlib
from typing import Any

import aiohttp
import pytest

from tests.bot.sandbox.process import RunningSandbox

pytestmark = pytest.mark.asyncio


def identify(sandbox: RunningSandbox, **fields: Any) -> dict[str, Any]:
    return {"op": 2, "d": {"token": sandbox.token, "intents": 1, "properties": {}} | fields}


async def close_code(socket: aiohttp.ClientWebSocketResponse) -> int:
    async for _ in socket:
        pass
    return socket.close_code or 0


BAD_FRAMES = {
    "an unknown opcode": ('{"op": 99, "d": null}', 4001),
    "no JSON": ("hello", 4002),
    "a list": ("[]", 4002),
    "an identify without an object": ('{"op": 2, "d": 3}', 4002),
    "too large": (json.dumps({"op": 1, "d": "x" * 4096}), 4002),
    "an event before identify": ('{"op": 3, "d": {}}', 4003),
    "a wrong token": ('{"op": 2, "d": {"token": "wrong", "intents": 1}}', 4004),
}


async def test_bad_frames_close_the_socket(sandbox: RunningSandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for name, (frame, code) in BAD_FRAMES.items():
            async with session.ws_connect(sandbox.gateway) as socket:
                assert (await socket.receive_json())["op"] == 10
                await socket.send_str(frame)
                assert (name, await close_code(socket)) == (name, code)


async def test_one_identification_for_one_shard_is_taken(sandbox: RunningSandbox) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(sandbox.gateway) as socket:
            await socket.send_json(identify(sandbox))
            await socket.send_json(identify(sandbox))
            assert await close_code(socket) == 4005
        async with session.ws_connect(sandbox.gateway) as socket:
            await socket.send_json(identify(sandbox, shard=[0, 2]))
            assert await close_code(socket) == 4010


async def test_too_many_sends_close_the_socket(sandbox: RunningSandbox) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway) as socket:
        for _ in range(121):
            await socket.send_json({"op": 1, "d": None})
        assert await close_code(socket) == 4008


async def test_a_heartbeat_is_acknowledged_and_members_can_be_asked_for(sandbox: RunningSandbox) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        await socket.send_json(identify(sandbox))
        ready = (await socket.receive_json())["d"]
        guild = (await socket.receive_json())["d"]
        assert guild["id"] == ready["guilds"][0]["id"] and not guild["unavailable"]
        await socket.receive_json()
        await socket.send_json({"op": 8, "d": {"guild_id": guild["id"], "query": "", "limit": 0, "nonce": "n"}})
        chunk = (await socket.receive_json())["d"]
        assert {one["user"]["username"] for one in chunk["members"]} >= {"mona", "ada", "nova", "salon"}


async def test_a_guild_that_the_bot_joins_later_is_not_called_available(sandbox: RunningSandbox) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway) as socket:
        await socket.receive_json()
        await socket.send_json(identify(sandbox))
        guilds = (await socket.receive_json())["d"]["guilds"]
        assert [(await socket.receive_json())["d"]["unavailable"] for _ in guilds] == [False, False]
        for installed in (False, True):
            await sandbox.control("PATCH", f"/guilds/{guilds[1]['id']}", installed=installed)
        frames = [await socket.receive_json() for _ in range(2)]
        assert [one["t"] for one in frames] == ["GUILD_DELETE", "GUILD_CREATE"]
        assert all("unavailable" not in one["d"] for one in frames)


async def test_zlib_streams_are_one_stream(sandbox: RunningSandbox) -> None:
    url = sandbox.gateway + "?v=10&encoding=json&compress=zlib-stream"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        inflate = zlib.decompressobj()
        first = await socket.receive_bytes()
        assert first.endswith(b"\x00\x00\xff\xff")
        assert json.loads(inflate.decompress(first))["op"] == 10
        await socket.send_json(identify(sandbox))
        assert json.loads(inflate.decompress(await socket.receive_bytes()))["t"] == "READY"


async def test_only_known_sessions_resume_and_get_what_they_missed(sandbox: RunningSandbox) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(sandbox.gateway) as socket:
            await socket.receive_json()
            await socket.send_json(identify(sandbox))
            session_id = (await socket.receive_json())["d"]["session_id"]
        for identifier, seq, expected in (("unknown", 1, [9]), (session_id, 99, [9]), (session_id, 1, [0, 0, 0])):
            async with session.ws_connect(sandbox.gateway) as socket:
                await socket.receive_json()
                resume = {"token": sandbox.token, "session_id": identifier, "seq": seq}
                await socket.send_json({"op": 6, "d": resume})
                frames = [await socket.receive_json() for _ in expected]
                assert [one["op"] for one in frames] == expected
        assert [one["t"] for one in frames] == ["GUILD_CREATE", "GUILD_CREATE", "RESUMED"]
        assert [one["s"] for one in frames] == [2, 3, 4]


async def test_a_client_that_falls_silent_is_cut_off(sandbox: RunningSandbox) -> None:
    await sandbox.settings(heartbeat=0.1)
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway) as socket:
        assert await close_code(socket) == 4009
