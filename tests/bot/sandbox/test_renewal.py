from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox.sandbox import open_sandbox
from bot.sandbox.server import application

pytestmark = pytest.mark.asyncio


async def test_a_page_of_an_earlier_run_gets_this_runs_secret_and_no_stranger_does(tmp_path: Path) -> None:
    first = open_sandbox(tmp_path)
    first.store.close()
    second = open_sandbox(tmp_path)
    assert second.secret != first.secret
    async with TestClient(TestServer(application(second), host="127.0.0.1")) as client:

        async def ask(method: str, path: str, secret: str) -> tuple[int, dict[str, str]]:
            headers = {"Authorization": f"Bearer {secret}"}
            async with client.request(method, f"/_sandbox{path}", headers=headers) as response:
                return response.status, await response.json()

        assert await ask("POST", "/secret", first.secret) == (200, {"secret": second.secret})
        assert (await ask("POST", "/secret", "guessed"))[0] == 401
        # The old one opens nothing else.
        assert (await ask("GET", "/people", first.secret))[0] == 401
        assert (await ask("GET", "/people", second.secret))[0] == 200
    second.store.close()
