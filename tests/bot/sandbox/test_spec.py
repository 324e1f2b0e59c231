"""The judge itself: it must find what is wrong."""

from typing import Any

import pytest

from tests.bot.sandbox import gateway_spec, spec
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.sandbox.raw_bot import RawBot

needs_spec = pytest.mark.skipif(not spec.PATH.exists(), reason=f"Discord's specification is not at {spec.PATH}")

GATEWAY = {"url": "ws://127.0.0.1:1/gateway"}


def exchange(**fields: Any) -> dict[str, Any]:
    right = {"method": "GET", "path": "/gateway", "multipart": False, "body": None, "files": [], "status": 200}
    return right | {"answer": GATEWAY} | fields


def post(body: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return exchange(method="POST", path="/webhooks/1/token", body=body, status=204, answer=None, **fields)


@needs_spec
@pytest.mark.parametrize(
    "right",
    [
        exchange(),
        post({"content": "x"}),
        post({"content": "x", "attachments": [{"id": 0}]}, multipart=True, files=["files[0]"]),
        exchange(status=404, answer={"message": "Unknown", "code": 1}),
        exchange(status=429, answer="whatever a fault says"),
    ],
)
def test_what_is_right_passes(right: dict[str, Any]) -> None:
    assert spec.violations([right]) == []


@needs_spec
@pytest.mark.parametrize(
    "wrong",
    [
        exchange(answer={}),
        exchange(path="/nowhere"),
        exchange(method="DELETE"),
        exchange(status=404, answer={"message": "no code"}),
        post({"content": "x" * 2001}),
        post({"content": "x", "embeds": [{"fields": "none"}]}),
        post({"components": [{"type": 2, "style": 1, "custom_id": "x" * 101}]}),
        exchange(status=202, answer=None),
    ],
)
def test_what_is_wrong_is_found(wrong: dict[str, Any]) -> None:
    assert len(spec.violations([wrong])) == 1


@pytest.mark.asyncio
async def test_an_incomplete_event_is_found(sandbox: RunningSandbox) -> None:
    async with RawBot(sandbox) as bot, sandbox.member("ada") as ada:
        await bot.offer("paint")
        await ada.slash("paint")
        data = await bot.event("INTERACTION_CREATE")
    assert gateway_spec.violations([{"name": "INTERACTION_CREATE", "data": data}]) == []
    for missing in ("attachment_size_limit", "token", "authorizing_integration_owners", "app_permissions"):
        incomplete = {key: value for key, value in data.items() if key != missing}
        assert len(gateway_spec.violations([{"name": "INTERACTION_CREATE", "data": incomplete}])) == 1
