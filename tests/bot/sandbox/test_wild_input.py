"""Whatever is sent, the sandbox answers in JSON and lives on."""

import asyncio
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bot.sandbox.process import RunningSandbox

KEYS = ["content", "embeds", "components", "attachments", "flags", "allowed_mentions", "nonce", "message_reference"]
KEYS += ["type", "data", "name", "description", "options", "custom_id", "items", "media", "url", "fields", "id"]
SCALARS = st.none() | st.booleans() | st.integers(-1, 40) | st.text(max_size=5) | st.just("attachment://x")
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
PATHS = [
    "/channels/{channel}/messages",
    "/applications/{application}/commands",
    "/interactions/1/token/callback",
    "/webhooks/{application}/token",
    "/users/@me/channels",
]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Any:
    sandbox = RunningSandbox.start(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(PATHS), method=st.sampled_from(["POST", "PUT", "PATCH"]), body=JSON)
def test_any_json_gets_a_documented_answer(started: RunningSandbox, path: str, method: str, body: Any) -> None:
    async def story() -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bot {started.token}"}
        async with started.member("ada") as ada, aiohttp.ClientSession(headers=headers) as session:
            filled = path.format(channel=ada.channel("general"), application=started.application_id)
            async with session.request(method, started.api + filled, json=body) as response:
                answered = response.status, await response.json()
            # What was taken can be shown.
            await ada.history("general")
            await ada.commands("general")
            return answered

    status, answer = asyncio.run(story())
    assert status in (200, 201, 400, 404, 501)
    assert status < 400 or isinstance(answer["code"], int)
    assert started.process.poll() is None
