"""What a member's client lets them do."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.bot.sandbox.library_bot import PNG
from tests.bot.sandbox.member import Member, Refused
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.sandbox.raw_bot import RawBot

pytestmark = pytest.mark.asyncio

TYPES = {"text": 3, "number": 4, "switch": 5, "user": 6, "channel": 7, "role": 8, "anyone": 9, "ratio": 10, "file": 11}
COMMANDS = [
    {
        "name": "all",
        "description": "Every type of option",
        "options": [
            {"name": "text", "description": "x", "type": 3, "required": True, "min_length": 2, "max_length": 5},
            *({"name": name, "description": "x", "type": kind} for name, kind in TYPES.items() if name != "text"),
            {"name": "choice", "description": "x", "type": 3, "choices": [{"name": "A", "value": "a"}]},
        ],
    },
    {
        "name": "group",
        "description": "x",
        "options": [
            {
                "name": "inner",
                "description": "x",
                "type": 2,
                "options": [
                    {
                        "name": "leaf",
                        "description": "x",
                        "type": 1,
                        "options": [
                            {
                                "name": "n",
                                "description": "x",
                                "type": 4,
                                "min_value": 1,
                                "max_value": 4,
                                "required": True,
                            }
                        ],
                    }
                ],
            }
        ],
    },
    {"name": "adult", "description": "x", "nsfw": True},
    {"name": "direct", "description": "x", "contexts": [1]},
    {"name": "Profile", "type": 2},
    {"name": "About", "type": 3},
]


@pytest_asyncio.fixture
async def bot(sandbox: RunningSandbox) -> AsyncIterator[RawBot]:
    async with RawBot(sandbox) as raw:
        assert (await raw.call("PUT", f"{raw.application}/commands", COMMANDS))[0] == 200
        yield raw


@pytest_asyncio.fixture
async def ada(sandbox: RunningSandbox, bot: RawBot) -> AsyncIterator[Member]:
    async with sandbox.member("ada") as member:
        yield member


async def test_every_type_of_option_arrives_resolved(bot: RawBot, ada: Member) -> None:
    guild = ada.world["guilds"][0]
    values: dict[str, Any] = {
        "text": "fox",
        "number": "3",
        "switch": True,
        "user": ada.id,
        "channel": ada.channel("general"),
        "role": guild["roles"][1]["id"],
        "anyone": ada.id,
        "ratio": 0.5,
        "file": 0,
    }
    await ada.slash("all", files=[PNG], **values)
    interaction = await bot.event("INTERACTION_CREATE")
    data = interaction["data"]
    got = {one["name"]: (one["type"], one["value"]) for one in data["options"]}
    attachment_id = got["file"][1]
    assert got == {
        name: (TYPES[name], {"number": 3, "file": attachment_id}.get(name, value)) for name, value in values.items()
    }
    resolved = data["resolved"]
    assert resolved["users"][ada.id]["username"] == "ada" and "permissions" in resolved["members"][ada.id]
    assert resolved["attachments"][attachment_id]["width"] == 1
    assert set(resolved) == {"users", "members", "channels", "roles", "attachments"}
    assert interaction["member"]["user"]["id"] == ada.id and interaction["guild_id"] == guild["id"]
    assert (interaction["locale"], interaction["context"]) == ("en-GB", 0)


async def test_subcommands_nest(bot: RawBot, ada: Member) -> None:
    await ada.slash("group inner leaf", n=4)
    interaction = await bot.event("INTERACTION_CREATE")
    data = interaction["data"]
    leaf = {"name": "leaf", "type": 1, "options": [{"name": "n", "type": 4, "value": 4}]}
    assert data["options"] == [{"name": "inner", "type": 2, "options": [leaf]}]
    await bot.answer(interaction, 4, content="x")
    shown = (await ada.reply(interaction["id"]))["interaction"]
    assert (shown["name"], shown["user"]["id"]) == ("group inner leaf", ada.id)


NOT_SENT = [
    ("all", {}, "text must be filled in"),
    ("all", {"text": "x"}, "at least 2 characters long"),
    ("all", {"text": "xxxxxx"}, "at most 5 characters long"),
    ("all", {"text": "fox", "number": "three"}, "number cannot be"),
    ("all", {"text": "fox", "choice": "b"}, "must be one of a"),
    ("all", {"text": "fox", "user": 1}, "no user 1"),
    ("all", {"text": "fox", "file": 0}, "did not come"),
    ("all", {"text": "fox", "other": 1}, "no option other"),
    ("group inner leaf", {"n": 5}, "at most 4"),
    ("group inner leaf", {}, "n must be filled in"),
    ("group", {}, "One of inner"),
]


async def test_what_the_client_would_not_send(ada: Member) -> None:
    for command, values, reason in NOT_SENT:
        with pytest.raises(Refused, match=reason):
            await ada.slash(command, **values)


async def test_commands_show_where_they_belong(sandbox: RunningSandbox, ada: Member) -> None:
    async def names(channel: str) -> set[str]:
        return {one["name"] for one in await ada.commands(channel)}

    assert await names("general") == {"all", "group", "Profile", "About"}
    assert await names("after-dark") == {"all", "group", "Profile", "About", "adult"}
    assert await names("dm") == {"all", "group", "Profile", "About", "direct"}
    assert await names("group") == set()
    guild_id = ada.world["guilds"][0]["id"]
    await sandbox.control("PATCH", f"/guilds/{guild_id}", installed=False)
    assert await names("general") == set()


async def test_context_menus_need_a_target_that_is_there(bot: RawBot, ada: Member, sandbox: RunningSandbox) -> None:
    await ada.menu("Profile", ada.id)
    data = (await bot.event("INTERACTION_CREATE"))["data"]
    assert (data["target_id"], data["type"]) == (ada.id, 2) and ada.id in data["resolved"]["members"]
    said = await ada.say("hello")
    await ada.menu("About", said)
    data = (await bot.event("INTERACTION_CREATE"))["data"]
    assert data["resolved"]["messages"][said["id"]]["content"] == "hello"
    async with sandbox.member("lin") as lin, sandbox.member("mona") as mona:
        with pytest.raises(Refused, match="may not delete"):
            await lin.delete(said)
        await mona.delete(said)
        await ada.gone(said)
        with pytest.raises(Refused, match="There is no message"):
            await ada.menu("About", said)


async def test_components_are_pressed_only_where_they_can_be(bot: RawBot, ada: Member, sandbox: RunningSandbox) -> None:
    buttons = [
        {"type": 2, "style": 1, "label": "On", "custom_id": "on"},
        {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True},
    ]
    users = {"type": 5, "custom_id": "users", "max_values": 2}
    body = {"content": "press", "components": [{"type": 1, "components": row} for row in (buttons, [users])]}
    _, message = await bot.call("POST", f"/channels/{ada.channel('general')}/messages", body)
    with pytest.raises(Refused, match="disabled"):
        await ada.press(message, "Off")
    with pytest.raises(Refused, match="from 1 to 2"):
        await ada.choose(message, "users")
    await ada.choose(message, "users", ada.id)
    data = (await bot.event("INTERACTION_CREATE"))["data"]
    assert data["values"] == [ada.id] and ada.id in data["resolved"]["users"]
    await ada.press(message, "On")
    pressed = await bot.event("INTERACTION_CREATE")
    await bot.answer(pressed, 4, content="mine", flags=64, components=[{"type": 1, "components": buttons}])
    private = await ada.reply(pressed["id"])
    async with sandbox.member("lin") as lin:
        with pytest.raises(Refused, match="not this member's"):
            await lin.press(private, "On")


async def test_a_modal_belongs_to_whom_it_was_opened_for(bot: RawBot, ada: Member, sandbox: RunningSandbox) -> None:
    opened = await ada.slash("all", text="fox")
    interaction = await bot.event("INTERACTION_CREATE")
    fields: list[dict[str, Any]] = [
        {"type": 4, "style": 1, "custom_id": "text", "value": "prefilled", "max_length": 10},
        {"type": 21, "custom_id": "radio", "options": [{"label": one, "value": one} for one in "ab"]},
        {
            "type": 22,
            "custom_id": "boxes",
            "required": False,
            "options": [{"label": one, "value": one} for one in "ab"],
        },
        {"type": 23, "custom_id": "box"},
        {"type": 19, "custom_id": "files", "max_values": 2},
    ]
    components = [{"type": 18, "label": one["custom_id"], "component": one} for one in fields]
    status, _ = await bot.answer(interaction, 9, title="Modal", custom_id="m", components=components)
    assert status == 200
    assert (await ada.modal(opened))["components"][0]["component"]["value"] == "prefilled"
    good = {"radio": "a", "boxes": ["b"], "box": True, "files": [0]}
    for wrong, reason in (
        ({"radio": "c"}, "not offered"),
        ({"text": "x" * 11}, "0 to 10 long"),
        ({"files": []}, "1 to 2 files"),
        ({"boxes": ["c"]}, "not offered"),
    ):
        with pytest.raises(Refused, match=reason):
            await ada.submit_modal(opened, good | wrong, files=[PNG])
    async with sandbox.member("lin") as lin:
        with pytest.raises(Refused, match="opened no modal"):
            await lin.submit_modal(opened, good)
    await ada.submit_modal(opened, good, files=[PNG])
    data = (await bot.event("INTERACTION_CREATE"))["data"]
    filled = [one["component"] for one in data["components"]]
    assert [one.get("value", one.get("values")) for one in filled[:4]] == ["prefilled", "a", ["b"], True]
    assert list(data["resolved"]["attachments"]) == filled[4]["values"]


async def test_writing_needs_a_channel_that_is_open(ada: Member) -> None:
    with pytest.raises(Refused, match="sees no channel"):
        await ada.say("hello", "moderators")
    with pytest.raises(Refused, match="empty message"):
        await ada.say("")
