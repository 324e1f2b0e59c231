"""A small bot in a thread of its own, for tests that sit in front of the page and wait."""

import asyncio
import io
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from PIL import Image

from tests.bot.sandbox.process import RunningSandbox
from tests.bot.sandbox.raw_bot import RawBot

Interaction = dict[str, Any]
V2, EPHEMERAL = 32768, 64
COLOURS = ("firebrick", "goldenrod", "seagreen", "steelblue")
_EVERYWHERE = {"contexts": [0, 1, 2], "integration_types": [0, 1]}
COMMANDS: list[dict[str, Any]] = [
    {
        "name": "paint",
        "name_localizations": {"zh-CN": "绘画"},
        "description": "Paint a picture",
        "options": [
            {"type": 3, "name": "prompt", "description": "What to paint", "required": True, "max_length": 300},
            {
                "type": 3,
                "name": "style",
                "description": "How to paint it",
                "choices": [{"name": "Oil", "value": "oil"}, {"name": "Ink", "value": "ink"}],
            },
            {"type": 3, "name": "palette", "description": "Which colours", "autocomplete": True},
            {"type": 4, "name": "count", "description": "How many", "max_value": 4},
        ],
    },
    {"name": "whisper", "description": "Say something to you alone"},
    {"name": "form", "description": "Open a form"},
    {"name": "wait", "description": "Take a while"},
    {"name": "ignore", "description": "Never answer"},
    {"name": "Details", "type": 3},
]


def png(colour: str) -> bytes:
    """Return a small picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), colour).save(buffer, "PNG")
    return buffer.getvalue()


def button(label: str, custom_id: str, style: int = 2) -> dict[str, Any]:
    return {"type": 2, "style": style, "label": label, "custom_id": custom_id}


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


class SmallBot:
    """Answers the commands above; keeps every interaction that came, by name or custom id."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.seen: dict[str, Interaction] = {}
        self._sandbox = sandbox
        self._started = threading.Event()
        self._error: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "SmallBot":
        self._thread.start()
        assert self._started.wait(30)
        if self._error is not None:
            raise self._error
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(10)

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request from the test's thread."""
        return asyncio.run_coroutine_threadsafe(self._raw.call(method, path, body), self._loop).result(10)

    def edit(self, name: str, *components: dict[str, Any]) -> None:
        """Edit the answer to the last interaction of this name."""
        body = {"flags": V2, "components": list(components)}
        status, answer = self.call("PATCH", self._raw.webhook(self.seen[name], "/messages/@original"), body)
        assert status == 200, answer

    def _run(self) -> None:
        self._task = self._loop.create_task(self._serve())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except BaseException as error:
            self._error = error
            self._started.set()

    async def _serve(self) -> None:
        async with RawBot(self._sandbox) as self._raw:
            offered = [_EVERYWHERE | one for one in COMMANDS]
            status, answer = await self._raw.call("PUT", f"{self._raw.application}/commands", offered)
            assert status == 200, answer
            self._started.set()
            while True:
                frame = await self._raw.events.get()
                if frame["t"] == "INTERACTION_CREATE":
                    await self._meet(frame["d"])

    async def _meet(self, interaction: Interaction) -> None:
        data = interaction["data"]
        name = data.get("name") or data["custom_id"]
        if interaction["type"] == 4:
            await self._raw.answer(interaction, 8, choices=[{"name": "Dusk over sea", "value": "dusk"}])
            return
        self.seen[name] = interaction
        answers: dict[str, Callable[[Interaction], Awaitable[Any]]] = {
            "paint": self._paint,
            "whisper": lambda one: self._raw.answer(one, 4, content="Between us", flags=EPHEMERAL),
            "Details": lambda one: self._raw.answer(one, 4, content="All the details", flags=EPHEMERAL),
            "form": lambda one: self._raw.answer(one, 9, **_FORM),
            "wait": lambda one: self._raw.answer(one, 5),
            "again": lambda one: self._raw.answer(one, 4, content="Once more"),
            "mood": lambda one: self._raw.answer(one, 4, content=f"Feeling {one['data']['values'][0]}"),
            "the-form": lambda one: self._raw.answer(one, 4, content="Thank you"),
        }
        if name in answers:
            await answers[name](interaction)

    async def _paint(self, interaction: Interaction) -> None:
        items = [{"media": {"url": f"attachment://{one}.png"}, "description": f"A {one} field"} for one in COLOURS]
        options = [{"label": "Calm", "value": "calm"}, {"label": "Wild", "value": "wild", "description": "Very"}]
        components = [
            text(f"**{interaction['data']['options'][0]['value']}**"),
            {"type": 12, "items": items},
            {"type": 14},
            {"type": 1, "components": [button("Again", "again", 1), button("Nothing", "silence")]},
            {"type": 1, "components": [{"type": 3, "custom_id": "mood", "placeholder": "Mood", "options": options}]},
        ]
        described = [{"id": str(index), "description": item["description"]} for index, item in enumerate(items)]
        data = {"flags": V2, "components": [{"type": 17, "components": components}], "attachments": described}
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback?with_response=true"
        files = {f"{one}.png": png(one) for one in COLOURS}
        status, answer = await self._raw.call("POST", path, {"type": 4, "data": data}, files)
        assert status == 200, answer


_FORM: dict[str, Any] = {
    "custom_id": "the-form",
    "title": "A form",
    "components": [
        {"type": 18, "label": "Wish", "component": {"type": 4, "custom_id": "wish", "style": 2, "value": "A fox"}},
        {
            "type": 18,
            "label": "Sketch",
            "component": {"type": 19, "custom_id": "sketch", "min_values": 0, "required": False},
        },
    ],
}
