"""A member at the keyboard: what a person at the sandbox's page does and sees, for tests."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp

Message = dict[str, Any]
LOADING, EPHEMERAL = 1 << 7, 1 << 6
_PATIENCE_S = 20.0


class Refused(AssertionError):
    """The client would not let the member do that."""


class Member:
    """One member; `async with sandbox.member("ada") as ada`.

    Channels are named: `general`, `paintings`, `after-dark` (age-restricted), `read-only` (the bot may not write),
    `moderators`, `lobby` (of a second guild), `dm` (with the bot) and `group` (of Ada and Lin, without the bot).

    Attributes:
        messages: The newest state of every message that came since the member looked, by id.
        events: All events in their order.
    """

    def __init__(self, base: str, secret: str, name: str) -> None:
        self.name = name
        self.messages: dict[str, Message] = {}
        self.events: list[dict[str, Any]] = []
        self._base, self._secret = base, secret
        self._news = asyncio.Condition()

    async def __aenter__(self) -> "Member":
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self._secret}"})
        user_id = await self._find()
        self._socket = await self._session.ws_connect(f"{self._base}/_sandbox/socket", params={"as": user_id})
        self._listener = asyncio.create_task(self._listen())
        self.world = await self.event(lambda event: event["type"] == "ready")
        self.id = self.world["me"]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()
        self._listener.cancel()
        await asyncio.gather(self._listener, return_exceptions=True)
        await self._session.close()

    # What the member does. All but the last three return the id of the interaction.

    async def slash(
        self, command: str, /, *, at: str = "paintings", files: list[bytes] | None = None, **values: Any
    ) -> str:
        """Send `/command`, a subcommand after a space; the value of an attachment option is its file's number."""
        name, *path = command.split()
        body = await self._command(name, 1, at)
        body["options"] = _nested(path, [{"name": key, "value": value} for key, value in values.items()])
        return (await self._do("commands", body, files))["interaction_id"]

    async def autocomplete(
        self, command: str, option: str, text: str, /, *, at: str = "paintings", **others: Any
    ) -> list[dict[str, Any]]:
        """Type into an option; return the choices that come."""
        name, *path = command.split()
        body = await self._command(name, 1, at)
        typed = [{"name": key, "value": value} for key, value in others.items()]
        body["options"] = _nested(path, [*typed, {"name": option, "value": text, "focused": True}])
        interaction_id = (await self._do("autocomplete", body))["interaction_id"]
        return (await self._event_of(interaction_id, "choices"))["choices"]

    async def menu(self, command: str, target: Message | str, at: str = "paintings") -> str:
        """Use a context menu on a message, or on a user by id."""
        kind, target_id = (2, target) if isinstance(target, str) else (3, target["id"])
        if not isinstance(target, str):
            at = target["channel_id"]
        body = await self._command(command, kind, at)
        return (await self._do("commands", body | {"target_id": target_id}))["interaction_id"]

    async def press(self, message: Message, button: str) -> str:
        """Press the button with this label, or whose `custom_id` begins so."""
        custom_id = self.button(message, button)["custom_id"]
        return (await self._do("components", {"message_id": message["id"], "custom_id": custom_id}))["interaction_id"]

    async def choose(self, message: Message, select: str, *values: str) -> str:
        """Choose from the select whose `custom_id` begins so."""
        found = (one for one in walk(message["components"]) if one.get("custom_id", "").startswith(select))
        body = {"message_id": message["id"], "custom_id": next(found)["custom_id"], "values": list(values)}
        return (await self._do("components", body))["interaction_id"]

    async def submit_modal(
        self, opened_by: str, values: dict[str, Any] | None = None, files: list[bytes] | None = None
    ) -> str:
        """Submit the modal that an interaction opened; what is left out keeps its prefilled value."""
        body = {"interaction_id": opened_by, "values": values or {}}
        return (await self._do("modals", body, files))["interaction_id"]

    async def say(self, text: str, at: str = "general", files: list[bytes] | None = None) -> Message:
        """Post a message."""
        body = {"channel_id": self.channel(at), "content": text}
        return (await self._do("messages", body, files))["message"]

    async def delete(self, message: Message) -> None:
        """Delete or dismiss a message."""
        await self._call("DELETE", f"messages/{message['id']}")

    # What the member sees.

    async def reply(self, interaction_id: str, timeout: float = _PATIENCE_S) -> Message:
        """Wait for the first message that answers an interaction and is not a placeholder."""
        return await self.wait_for_message(lambda one: _answers(one, interaction_id), timeout)

    async def modal(self, interaction_id: str) -> dict[str, Any]:
        """Wait for the modal that an interaction opens."""
        return (await self._event_of(interaction_id, "modal"))["modal"]

    async def outcome(self, interaction_id: str) -> str:
        """Wait for `answered` or `failed`."""
        return (await self._event_of(interaction_id, "interaction"))["state"]

    async def wait_for_message(self, wanted: Callable[[Message], bool], timeout: float = _PATIENCE_S) -> Message:
        """Wait until a message fits in its newest state."""
        return await self._wait(lambda: next((one for one in self.messages.values() if wanted(one)), None), timeout)

    async def newest(
        self, message: Message, wanted: Callable[[Message], bool], timeout: float = _PATIENCE_S
    ) -> Message:
        """Wait until this message fits in its newest state."""
        return await self.wait_for_message(lambda one: one["id"] == message["id"] and wanted(one), timeout)

    async def gone(self, message: Message, timeout: float = _PATIENCE_S) -> None:
        """Wait until a message was deleted."""
        await self._wait(lambda: True if message["id"] not in self.messages else None, timeout)

    async def event(self, wanted: Callable[[dict[str, Any]], bool], timeout: float = _PATIENCE_S) -> dict[str, Any]:
        """Wait for an event, past ones included."""
        return await self._wait(lambda: next((one for one in self.events if wanted(one)), None), timeout)

    async def history(self, at: str = "paintings") -> list[Message]:
        """Return a channel's messages, oldest first."""
        return (await self._call("GET", f"channels/{self.channel(at)}/messages"))["messages"]

    async def commands(self, at: str = "paintings") -> list[dict[str, Any]]:
        """Return the commands that this member may use."""
        return (await self._call("GET", f"channels/{self.channel(at)}/commands"))["commands"]

    async def download(self, url: str) -> bytes:
        """Fetch an attachment."""
        async with self._session.get(url) as response:
            response.raise_for_status()
            return await response.read()

    def channel(self, name: str) -> str:
        """Return the id of a channel that this member sees."""
        shared = [one for guild in self.world["guilds"] for one in guild["channels"]]
        names = {one["name"]: one["id"] for one in shared}
        names |= {"dm" if one["with_bot"] else "group": one["id"] for one in self.world["private"]}
        if name in names.values():
            return name
        if name not in names:
            raise Refused(f"{self.name} sees no channel {name}, only {', '.join(names)}")
        return names[name]

    def button(self, message: Message, name: str) -> dict[str, Any]:
        """Return the button with this label, or whose `custom_id` begins so."""
        found = [one for one in walk(message["components"]) if one["type"] == 2]
        for one in found:
            if one.get("label") == name or one.get("custom_id", "").startswith(name):
                return one
        raise Refused(f"no button {name} among {[(one.get('label'), one.get('custom_id')) for one in found]}")

    # How it works.

    async def _find(self) -> str:
        async with self._session.get(f"{self._base}/_sandbox/people") as response:
            people = (await response.json())["people"]
        return next(one["id"] for one in people if one["username"] == self.name)

    async def _listen(self) -> None:
        async for frame in self._socket:
            event = json.loads(frame.data)
            async with self._news:
                self.events.append(event)
                if event["type"] == "message_delete":
                    self.messages.pop(event["message"]["id"], None)
                elif event["type"].startswith("message_"):
                    self.messages[event["message"]["id"]] = event["message"]
                self._news.notify_all()

    async def _wait(self, look: Callable[[], Any], timeout: float) -> Any:
        try:
            async with asyncio.timeout(timeout), self._news:
                while (found := look()) is None:
                    await self._news.wait()
                return found
        except TimeoutError:
            seen = "\n".join(json.dumps(one)[:400] for one in self.events[-8:])
            raise AssertionError(f"{self.name} waited {timeout} s in vain; the last events:\n{seen}") from None

    async def _event_of(self, interaction_id: str, kind: str) -> dict[str, Any]:
        return await self.event(lambda one: one["type"] == kind and one.get("interaction_id") == interaction_id)

    async def _command(self, name: str, kind: int, channel: str) -> dict[str, Any]:
        """Wait until the bot offers a command, as a person would who sees it come up."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                for one in await self.commands(channel):
                    if (one["name"], one["type"]) == (name, kind):
                        return {"channel_id": self.channel(channel), "command_id": one["id"]}
                await asyncio.sleep(0.05)

    async def _do(self, action: str, body: dict[str, Any], files: list[bytes] | None = None) -> Any:
        if not files:
            return await self._call("POST", action, json=body)
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps(body), content_type="application/json")
        for index, content in enumerate(files):
            form.add_field(f"files[{index}]", content, filename=f"file{index}.png", content_type="image/png")
        return await self._call("POST", action, data=form)

    async def _call(self, method: str, path: str, **arguments: Any) -> Any:
        url = f"{self._base}/_sandbox/as/{self.id}/{path}"
        async with self._session.request(method, url, **arguments) as response:
            if response.status == 204:
                return None
            answer = await response.json()
            if response.status != 200:
                raise Refused(answer["error"])
            return answer


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield every component of a message."""
    for one in components:
        yield one
        yield from walk(one.get("components") or [])
        if "accessory" in one:
            yield one["accessory"]


def text_of(message: Message) -> str:
    """Return all that can be read in a message."""
    texts = [message["content"]] + [one["content"] for one in walk(message["components"]) if one["type"] == 10]
    for embed in message["embeds"]:
        texts += [embed.get("title", ""), embed.get("description", "")]
        texts += [f"{field['name']} {field['value']}" for field in embed.get("fields", [])]
    return "\n".join(text for text in texts if text)


def pictures_of(message: Message) -> list[dict[str, Any]]:
    """Return the gallery items of a message: `media` (with `url`, `width`, `height`), `description`, `spoiler`."""
    return [item for one in walk(message["components"]) if one["type"] == 12 for item in one["items"]]


def labels_of(message: Message) -> list[str]:
    """Return the labels of its buttons."""
    return [one.get("label", "") for one in walk(message["components"]) if one["type"] == 2]


def _answers(message: Message, interaction_id: str) -> bool:
    metadata = message.get("interaction_metadata") or {}
    return metadata.get("id") == interaction_id and not message["flags"] & LOADING


def _nested(path: list[str], options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for name in reversed(path):
        options = [{"name": name, "options": options}]
    return options
