"""The rules that the official specification does not hold."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox.errors import ApiError
from bot.sandbox.messages import Message
from bot.sandbox.sandbox import Sandbox, open_sandbox
from tests.bot.sandbox.library_bot import PNG
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.sandbox.raw_bot import RawBot

V2 = 1 << 15
TEXT = {"type": 10, "content": "text"}


def button(custom_id: str) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id}


def row(*custom_ids: str) -> dict[str, Any]:
    return {"type": 1, "components": [button(one) for one in custom_ids]}


def command(name: str = "paint", **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "Paint"} | fields


def option(name: str, *, required: bool = False, **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "what", "type": 3, "required": required} | fields


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Sandbox]:
    opened = open_sandbox(tmp_path)
    yield opened
    opened.store.close()


@pytest_asyncio.fixture
async def bot(sandbox: RunningSandbox) -> AsyncIterator[RawBot]:
    sandbox.refusals_expected = True
    async with RawBot(sandbox) as raw:
        yield raw


@pytest_asyncio.fixture
async def messages(sandbox: RunningSandbox, bot: RawBot) -> str:
    async with sandbox.member("ada") as ada:
        return f"/channels/{ada.channel('general')}/messages"


BAD_MESSAGES = {
    "content beyond 2000": ({"content": "x" * 2001}, "content"),
    "embeds beyond 6000": ({"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]}, "embeds"),
    "custom ids twice": ({"components": [row("a", "a")]}, "components"),
    "six rows": ({"content": "x", "components": [row(str(n)) for n in range(6)]}, "components"),
    "a bare button": ({"content": "x", "components": [button("a")]}, "components"),
    "V2 without its flag": ({"components": [TEXT]}, "components"),
    "V2 with content": ({"content": "x", "flags": V2, "components": [TEXT]}, "content"),
    "V2 with embeds": ({"embeds": [{"title": "x"}], "flags": V2, "components": [TEXT]}, "embeds"),
    "V2 with 41 components": ({"flags": V2, "components": [TEXT] * 41}, "components"),
    "V2 with too much text": ({"flags": V2, "components": [TEXT | {"content": "x" * 4001}]}, "components"),
    "an unknown key": ({"content": "x", "contents": "y"}, "contents"),
    "a file that did not come": (
        {"flags": V2, "components": [{"type": 12, "items": [{"media": {"url": "attachment://no.png"}}]}]},
        "components",
    ),
}


def compose(parts: Sandbox, body: dict[str, Any]) -> Message:
    return parts.composer.apply(Message(1, 2, parts.world.bot.id, 0.0), body, {}, edit=False)


@pytest.mark.parametrize("name", BAD_MESSAGES)
def test_bad_messages_are_refused(parts: Sandbox, name: str) -> None:
    body, field = BAD_MESSAGES[name]
    with pytest.raises(ApiError) as refused:
        compose(parts, body)
    assert (refused.value.status, refused.value.code, list(refused.value.errors)) == (400, 50035, [field])


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"flags": V2, "components": []}])
def test_an_empty_message_is_refused(parts: Sandbox, body: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refused:
        compose(parts, body)
    assert refused.value.code == 50006


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000, "components": [row(str(n)) for n in range(5)]},
        {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3000}]},
        {"flags": V2, "components": [TEXT] * 40},
    ],
)
def test_messages_at_the_limits_are_taken(parts: Sandbox, body: dict[str, Any]) -> None:
    assert compose(parts, body).components == [] or compose(parts, body).components[0]["id"] == 1


@pytest.mark.asyncio
async def test_the_v2_flag_stays(bot: RawBot, messages: str) -> None:
    _, sent = await bot.call("POST", messages, {"flags": V2, "components": [TEXT]})
    path = f"{messages}/{sent['id']}"
    for body in ({"flags": 0, "components": []}, {"content": "words"}):
        assert (await bot.call("PATCH", path, body))[1]["code"] == 50035
    status, edited = await bot.call("PATCH", path, {"components": [TEXT, TEXT]})
    assert status == 200 and [one["id"] for one in edited["components"]] == [1, 2] and edited["edited_timestamp"]


@pytest.mark.asyncio
async def test_attachments_are_kept_replaced_and_limited(sandbox: RunningSandbox, bot: RawBot, messages: str) -> None:
    _, sent = await bot.call("POST", messages, {"content": "x"}, {"a b.png": PNG, "c.png": PNG})
    assert [one["filename"] for one in sent["attachments"]] == ["a_b.png", "c.png"]
    keep = {"attachments": [{"id": sent["attachments"][1]["id"]}, {"id": 0, "filename": "d.png", "description": "d"}]}
    _, edited = await bot.call("PATCH", f"{messages}/{sent['id']}", keep, {"d.png": PNG})
    assert [(one["filename"], one.get("description")) for one in edited["attachments"]] == [
        ("c.png", None),
        ("d.png", "d"),
    ]
    await sandbox.settings(upload_limit=len(PNG) - 1)
    status, error = await bot.call("POST", messages, {"content": "x"}, {"big.png": PNG})
    assert (status, error["code"]) == (413, 40005)


CHOICES = [{"name": f"{n:050}", "value": f"{n:050}"} for n in range(25)]
BAD_COMMANDS = {
    "upper case": ([command("Paint")], "0"),
    "spaces": ([command("paint it")], "0"),
    "no description": ([{"name": "paint"}], "0"),
    "twice": ([command(), command()], "1"),
    "required after optional": ([command(options=[option("a"), option("b", required=True)])], "0"),
    "an option in upper case": ([command(options=[option("Prompt")])], "0"),
    "more than 8000 characters": (
        [command(options=[option(f"o{n}", choices=CHOICES) for n in range(4)])],
        "0",
    ),
    "a translation in upper case": ([command(name_localizations={"de": "Malen"})], "0"),
    "an unknown key": ([command(descriptions="x")], "descriptions"),
}


@pytest.mark.parametrize("name", BAD_COMMANDS)
def test_bad_commands_are_refused(parts: Sandbox, name: str) -> None:
    commands, field = BAD_COMMANDS[name]
    with pytest.raises(ApiError) as refused:
        parts.commands.replace_all(None, commands)
    assert (refused.value.status, refused.value.code, list(refused.value.errors)) == (400, 50035, [field])


def test_too_many_commands_are_refused(parts: Sandbox) -> None:
    menus = [{"name": f"Menu {n}", "type": 2} for n in range(16)]
    slash = [command(f"c{n}") for n in range(101)]
    for too_many in (menus, slash):
        with pytest.raises(ApiError):
            parts.commands.replace_all(None, too_many)
    assert len(parts.commands.replace_all(None, slash[:100] + menus[:15])) == 115


@pytest.mark.asyncio
async def test_commands_keep_their_ids_and_can_be_changed_singly(sandbox: RunningSandbox, bot: RawBot) -> None:
    async with sandbox.member("ada") as ada:
        guild = ada.world["guilds"][0]["id"]
        path = f"{bot.application}/guilds/{guild}/commands"
        _, [first] = await bot.call("PUT", path, [command()])
        _, [again] = await bot.call("PUT", path, [command(description="Paint anew")])
        assert first["id"] == again["id"] and again["description"] == "Paint anew"
        status, created = await bot.call("POST", path, command("draw"))
        assert status == 201
        _, edited = await bot.call("PATCH", f"{path}/{created['id']}", {"description": "Draw"})
        assert edited["description"] == "Draw" and edited["id"] == created["id"]
        assert {one["name"] for one in await ada.commands()} == {"paint", "draw"}
        assert (await bot.call("DELETE", f"{path}/{created['id']}"))[0] == 204
        assert (await bot.call("GET", f"{path}/{created['id']}"))[1]["code"] == 10063


@pytest.mark.asyncio
@pytest.mark.parametrize("items", [0, 6])
async def test_a_modal_has_one_to_five_items(sandbox: RunningSandbox, bot: RawBot, items: int) -> None:
    await bot.offer("paint")
    async with sandbox.member("ada") as ada:
        await ada.slash("paint")
        interaction = await bot.event("INTERACTION_CREATE")
        label = {"type": 18, "label": "Text"}
        components = [
            label | {"component": {"type": 4, "style": 1, "custom_id": str(number)}} for number in range(items)
        ]
        status, error = await bot.answer(interaction, 9, title="Modal", custom_id="m", components=components)
        assert (status, list(error["errors"])) == (400, ["data"])
