"""A bot without a library: requests as they are written, events as they come."""

import asyncio
import json
from typing import Any

import aiohttp

from tests.bot.sandbox.process import RunningSandbox


class RawBot:
    """Speaks plain JSON with the gateway and the REST API."""

    def __init__(self, sandbox: RunningSandbox, intents: int = 1) -> None:
        self._sandbox, self._intents = sandbox, intents
        self.application = f"/applications/{sandbox.application_id}"
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __aenter__(self) -> "RawBot":
        self._session = aiohttp.ClientSession()
        self.socket = await self._session.ws_connect(self._sandbox.gateway, params={"v": 10, "encoding": "json"})
        await self.socket.receive_json()
        identity = {"token": self._sandbox.token, "intents": self._intents, "properties": {}}
        await self.socket.send_json({"op": 2, "d": identity})
        self._listener = asyncio.create_task(self._listen())
        await self.event("READY")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listener.cancel()
        await self._session.close()

    async def event(self, name: str) -> dict[str, Any]:
        """Return the next event of this name, dropping others."""
        async with asyncio.timeout(10):
            while True:
                frame = await self.events.get()
                if frame["t"] == name:
                    return frame["d"]

    async def call(
        self, method: str, path: str, body: Any = None, files: dict[str, bytes] | None = None, token: str | None = None
    ) -> tuple[int, Any]:
        """Send a request; return the status and the JSON, None where there is none."""
        headers = {"Authorization": f"Bot {token or self._sandbox.token}"}
        data: Any = None
        if files is not None:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", json.dumps(body), content_type="application/json")
            for index, (name, content) in enumerate(files.items()):
                data.add_field(f"files[{index}]", content, filename=name, content_type="image/png")
        arguments = {"data": data} if files is not None else {"json": body}
        async with self._session.request(method, self._sandbox.api + path, headers=headers, **arguments) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None

    async def answer(self, interaction: dict[str, Any], kind: int, **data: Any) -> tuple[int, Any]:
        """Send a first answer."""
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback?with_response=true"
        return await self.call("POST", path, {"type": kind} | ({"data": data} if data else {}))

    def webhook(self, interaction: dict[str, Any], rest: str = "") -> str:
        return f"/webhooks/{self._sandbox.application_id}/{interaction['token']}{rest}"

    async def offer(self, *names: str) -> None:
        """Register slash commands without options, usable everywhere."""
        commands = [
            {"name": one, "description": one, "contexts": [0, 1, 2], "integration_types": [0, 1]} for one in names
        ]
        assert (await self.call("PUT", f"{self.application}/commands", commands))[0] == 200

    async def _listen(self) -> None:
        async for message in self.socket:
            self.events.put_nowait(json.loads(message.data))
