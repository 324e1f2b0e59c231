"""When which answer is taken: three seconds, fifteen minutes, once, and so on."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.sandbox.member import EPHEMERAL, LOADING, Member
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.sandbox.raw_bot import RawBot

pytestmark = pytest.mark.asyncio

REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}


@pytest_asyncio.fixture
async def bot(sandbox: RunningSandbox) -> AsyncIterator[RawBot]:
    async with RawBot(sandbox) as raw:
        await raw.offer("paint")
        yield raw


@pytest_asyncio.fixture
async def ada(sandbox: RunningSandbox, bot: RawBot) -> AsyncIterator[Member]:
    async with sandbox.member("ada") as member:
        yield member


async def asked(bot: RawBot, ada: Member, at: str = "paintings") -> dict:
    await ada.slash("paint", at=at)
    return await bot.event("INTERACTION_CREATE")


async def test_an_answer_after_three_seconds_is_too_late(sandbox: RunningSandbox, bot: RawBot, ada: Member) -> None:
    interaction = await asked(bot, ada)
    await sandbox.advance(3.1)
    status, error = await bot.answer(interaction, REPLY, content="late")
    assert (status, error["code"]) == (404, 10062)
    assert await ada.outcome(interaction["id"]) == "failed"


async def test_a_second_answer_is_refused(bot: RawBot, ada: Member) -> None:
    interaction = await asked(bot, ada)
    assert (await bot.answer(interaction, DEFER))[0] == 200
    assert await ada.outcome(interaction["id"]) == "answered"
    for kind in (REPLY, DEFER, MODAL):
        status, error = await bot.answer(interaction, kind, content="again")
        assert (status, error["code"]) == (400, 40060)


async def test_an_unknown_token_reaches_nothing(bot: RawBot, ada: Member) -> None:
    interaction = await asked(bot, ada)
    stranger = interaction | {"token": "stranger"}
    assert (await bot.answer(stranger, REPLY, content="hello"))[1]["code"] == 10062
    assert (await bot.call("POST", bot.webhook(stranger), {"content": "hello"}))[1]["code"] == 10015


async def test_follow_ups_need_a_first_answer(bot: RawBot, ada: Member) -> None:
    interaction = await asked(bot, ada)
    status, error = await bot.call("POST", bot.webhook(interaction), {"content": "too early"})
    assert (status, error["code"]) == (404, 10015)


async def test_a_token_dies_after_fifteen_minutes_and_the_message_stays(
    sandbox: RunningSandbox, bot: RawBot, ada: Member
) -> None:
    interaction = await asked(bot, ada)
    _, answer = await bot.answer(interaction, DEFER)
    await sandbox.advance(901)
    status, error = await bot.call("PATCH", bot.webhook(interaction, "/messages/@original"), {"content": "late"})
    assert (status, error["code"]) == (401, 50027)
    message_id = answer["interaction"]["response_message_id"]
    path = f"/channels/{interaction['channel_id']}/messages/{message_id}"
    assert (await bot.call("PATCH", path, {"content": "by its id"}))[0] == 200
    assert (await ada.reply(interaction["id"]))["content"] == "by its id"


async def test_the_first_follow_up_fills_the_placeholder_and_inherits_its_privacy(bot: RawBot, ada: Member) -> None:
    interaction = await asked(bot, ada)
    await bot.answer(interaction, DEFER, flags=EPHEMERAL)
    _, original = await bot.call("GET", bot.webhook(interaction, "/messages/@original"))
    assert original["flags"] == LOADING | EPHEMERAL
    _, first = await bot.call("POST", bot.webhook(interaction, "?wait=true"), {"content": "one"})
    assert (first["id"], first["flags"]) == (original["id"], EPHEMERAL)
    _, second = await bot.call("POST", bot.webhook(interaction, "?wait=true"), {"content": "two"})
    assert second["id"] != original["id"] and second["flags"] == 0
    assert second["interaction_metadata"]["original_response_message_id"] == original["id"]


async def test_a_user_install_gets_five_follow_ups(bot: RawBot, ada: Member) -> None:
    interaction = await asked(bot, ada, "group")
    assert interaction["context"] == 2 and "member" not in interaction
    await bot.answer(interaction, REPLY, content="first")
    for _ in range(5):
        assert (await bot.call("POST", bot.webhook(interaction), {"content": "more"}))[0] == 204
    status, error = await bot.call("POST", bot.webhook(interaction), {"content": "too many"})
    assert (status, error["code"]) == (400, 40094)
    path = f"/channels/{interaction['channel_id']}/messages"
    assert (await bot.call("POST", path, {"content": "uninvited"}))[1]["code"] == 50001


async def test_answers_must_fit_the_interaction(sandbox: RunningSandbox, bot: RawBot, ada: Member) -> None:
    sandbox.refusals_expected = True
    interaction = await asked(bot, ada)
    for kind in (DEFER_UPDATE, UPDATE, CHOICES):
        status, error = await bot.answer(interaction, kind, content="no")
        assert (status, error["code"]) == (400, 50035)
    await bot.answer(interaction, REPLY, content="press", components=[BUTTON])
    await ada.press(await ada.reply(interaction["id"]), "Go")
    pressed = await bot.event("INTERACTION_CREATE")
    assert (await bot.answer(pressed, CHOICES, choices=[]))[1]["code"] == 50035
    status, updated = await bot.answer(pressed, UPDATE, content="pressed", components=[])
    assert status == 200 and updated["resource"]["message"]["id"] == pressed["message"]["id"]


async def test_a_deferred_update_makes_the_pressed_message_the_original(bot: RawBot, ada: Member) -> None:
    interaction = await asked(bot, ada)
    await bot.answer(interaction, REPLY, content="press", components=[BUTTON])
    await ada.press(await ada.reply(interaction["id"]), "Go")
    pressed = await bot.event("INTERACTION_CREATE")
    status, answer = await bot.answer(pressed, DEFER_UPDATE)
    assert status == 200 and "resource" not in answer
    _, original = await bot.call("GET", bot.webhook(pressed, "/messages/@original"))
    assert original["id"] == pressed["message"]["id"]


async def test_a_deleted_reply_is_unknown(bot: RawBot, ada: Member) -> None:
    interaction = await asked(bot, ada)
    await bot.answer(interaction, REPLY, content="here")
    message = await ada.reply(interaction["id"])
    assert (await bot.call("DELETE", bot.webhook(interaction, "/messages/@original")))[0] == 204
    await ada.gone(message)
    status, error = await bot.call("PATCH", bot.webhook(interaction, "/messages/@original"), {"content": "gone"})
    assert (status, error["code"]) == (404, 10008)


async def test_private_messages_do_not_exist_in_the_channel(bot: RawBot, ada: Member) -> None:
    interaction = await asked(bot, ada)
    await bot.answer(interaction, REPLY, content="secret", flags=EPHEMERAL)
    message = await ada.reply(interaction["id"])
    path = f"/channels/{message['channel_id']}/messages"
    assert (await bot.call("GET", path))[1] == []
    assert (await bot.call("PATCH", f"{path}/{message['id']}", {"content": "x"}))[1]["code"] == 10008


async def test_a_bot_that_never_was_there_fails_at_once(sandbox: RunningSandbox) -> None:
    async with RawBot(sandbox) as bot:
        await bot.offer("paint")
    await sandbox.disturb("invalidate")
    async with sandbox.member("ada") as ada:
        assert await ada.outcome(await ada.slash("paint")) == "failed"


async def test_answers_are_timed_and_missing_ones_counted(sandbox: RunningSandbox, bot: RawBot, ada: Member) -> None:
    await bot.answer(await asked(bot, ada), DEFER)
    await asked(bot, ada)
    await sandbox.advance(3.1)
    records = await sandbox.control("GET", "/records")
    [seconds] = records["answer_times_s"]
    assert seconds > 0 and records["unanswered"] == 1


async def test_events_wait_for_a_resume(sandbox: RunningSandbox, bot: RawBot, ada: Member) -> None:
    await bot.socket.close()
    await sandbox.online(False)
    await ada.slash("paint")
    await asyncio.sleep(0)
    assert (await sandbox.state())["gateway"]["resume"] == 0
    await sandbox.advance(3.1)
    await ada.event(lambda event: event.get("state") == "failed")


async def test_a_clock_that_runs_fails_what_is_not_answered(sandbox: RunningSandbox, bot: RawBot, ada: Member) -> None:
    await sandbox.control("POST", "/clock", frozen=False, advance=0)
    interaction = await asked(bot, ada)
    assert await ada.outcome(interaction["id"]) == "failed"
