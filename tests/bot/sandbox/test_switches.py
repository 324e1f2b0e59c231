"""Faults and other switches, and who may turn them."""

import aiohttp
import pytest

from tests.bot.sandbox.library_bot import PNG
from tests.bot.sandbox.process import RunningSandbox, SandboxError
from tests.bot.sandbox.raw_bot import RawBot

pytestmark = pytest.mark.asyncio


async def test_a_rate_limit_is_complete(sandbox: RunningSandbox) -> None:
    async with RawBot(sandbox), aiohttp.ClientSession() as session:
        for scope in ("user", "global", "shared"):
            await sandbox.fault("rate_limit", scope=scope, seconds=1.5, via=scope != "shared")
            async with session.get(sandbox.api + "/users/@me") as response:
                body = await response.json()
                assert (response.status, body["retry_after"], body["global"]) == (429, 1.5, scope == "global")
                assert response.headers["X-RateLimit-Scope"] == scope
                assert ("Via" in response.headers) == (scope != "shared")
                assert ("X-RateLimit-Global" in response.headers) == (scope == "global")
                assert response.headers["Content-Type"] == "application/json"


async def test_faults_meet_their_route_as_often_as_told(sandbox: RunningSandbox) -> None:
    async with RawBot(sandbox) as bot:
        await sandbox.fault("status", status=502, route="GET /gateway*", times=2)
        assert (await bot.call("GET", "/users/@me"))[0] == 200
        assert [(await bot.call("GET", "/gateway"))[0] for _ in range(3)] == [502, 502, 200]
        await sandbox.fault("status", times=None)
        assert (await bot.call("GET", "/users/@me"))[0] == 503
        await sandbox.control("DELETE", "/faults")
        assert (await bot.call("GET", "/users/@me"))[0] == 200
        with pytest.raises(SandboxError, match="There is no fault flood"):
            await sandbox.fault("flood")


@pytest.mark.parametrize(("kind", "sent"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_lost_answer_leaves_the_outcome_open(sandbox: RunningSandbox, kind: str, sent: int) -> None:
    async with RawBot(sandbox) as bot, sandbox.member("ada") as ada:
        path = f"/channels/{ada.channel('general')}/messages"
        await sandbox.fault(kind, route="POST /channels/*")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await bot.call("POST", path, {"content": "did it arrive?", "nonce": "n1", "enforce_nonce": True})
        assert len(await ada.history("general")) == sent
        status, message = await bot.call("POST", path, {"content": "again", "nonce": "n1", "enforce_nonce": True})
        assert status == 200 and message["nonce"] == "n1"
        assert len(await ada.history("general")) == 1


async def test_a_revoked_token_is_refused_everywhere(sandbox: RunningSandbox) -> None:
    async with RawBot(sandbox) as bot:
        await sandbox.settings(token_revoked=True)
        assert (await bot.call("GET", "/users/@me"))[0] == 401
        while not bot.socket.closed:
            await sandbox.online(False)
        assert bot.socket.close_code == 4004
        await sandbox.settings(token_revoked=False)
        assert (await bot.call("GET", "/users/@me"))[0] == 200


async def test_direct_messages_can_be_closed_and_channels_denied(sandbox: RunningSandbox) -> None:
    async with RawBot(sandbox) as bot, sandbox.member("ada") as ada:
        _, channel = await bot.call("POST", "/users/@me/channels", {"recipient_id": ada.id})
        path = f"/channels/{channel['id']}/messages"
        assert (await bot.call("POST", path, {"content": "hi"}))[0] == 200
        await sandbox.control("PATCH", f"/people/{ada.id}", takes_direct_messages=False)
        assert (await bot.call("POST", path, {"content": "hi"}))[1]["code"] == 50007
        general = f"/channels/{ada.channel('general')}"
        for denied, code in ((1 << 10, 50001), (1 << 15, 50013)):
            await sandbox.control("PATCH", general, bot_denied=str(denied))
            status, error = await bot.call("POST", f"{general}/messages", {"content": "x"}, {"a.png": PNG})
            assert (status, error["code"]) == (403, code)
        await sandbox.control("PATCH", general, bot_denied=str(1 << 16))
        assert (await bot.call("GET", f"{general}/messages"))[1] == []


async def test_what_the_sandbox_lacks_is_named_and_fails_the_test(sandbox: RunningSandbox) -> None:
    async with RawBot(sandbox) as bot, sandbox.member("ada") as ada:
        path = f"/channels/{ada.channel('general')}"
        for method, route, body in (
            ("GET", "/voice/regions", None),
            ("PUT", path, {}),
            ("POST", f"{path}/messages", {"poll": {"question": {"text": "?"}}}),
        ):
            status, error = await bot.call(method, route, body)
            assert status == 501 and f"{method} {route}" in error["message"]
        problem = await ada.event(lambda event: event["type"] == "problem")
        assert "GET /voice/regions" in problem["text"]
        with pytest.raises(SandboxError, match="voice/regions"):
            await sandbox.check()
        # This test's own fixture would fail for the same reason.
        await sandbox.control("DELETE", "/records")


async def test_addresses_of_attachments_are_signed_and_expire(sandbox: RunningSandbox) -> None:
    async with sandbox.member("ada") as ada, aiohttp.ClientSession() as session:
        url = (await ada.say("look", files=[PNG]))["attachments"][0]["url"]
        assert await ada.download(url) == PNG

        async def status(address: str) -> int:
            async with session.get(address) as response:
                return response.status

        assert await status(url.split("?")[0]) == 404
        assert await status(url[:-1] + ("0" if url[-1] != "0" else "1")) == 404
        await sandbox.advance(2 * 86_400)
        assert await status(url) == 404
        assert await status((await ada.history("general"))[0]["attachments"][0]["url"]) == 200


async def test_strangers_are_kept_out(sandbox: RunningSandbox) -> None:
    good = {"Authorization": f"Bearer {sandbox.secret}"}
    strangers = [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        (good | {"Origin": "https://evil.example"}, 403),
        (good | {"Host": "evil.example"}, 403),
    ]
    async with aiohttp.ClientSession() as session:
        for path in ("/_sandbox/state", "/_sandbox/people", "/_sandbox/socket?as=1"):
            for headers, expected in strangers:
                async with session.get(sandbox.base + path, headers=headers) as response:
                    assert (path, headers, response.status) == (path, headers, expected)
        async with session.get(f"{sandbox.base}/_sandbox/state", headers=good | {"Origin": sandbox.base}) as response:
            assert response.status == 200
        async with session.get(sandbox.base) as response:
            assert response.status == 200 and response.content_type == "text/html"
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
