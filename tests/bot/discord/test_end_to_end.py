"""The whole bot: the real client, studio, database and engine process, and a Discord in a box."""

import asyncio
import contextlib
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.discord.client import SalonBot, build, run
from bot.discord.redirect import Server, redirect
from bot.studio.studio import Studio
from tests.bot.sandbox.member import EPHEMERAL, Member, Message, labels_of, pictures_of, text_of, walk
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.studio.stage import online, opened, settings_in

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("redirected")]


@asynccontextmanager
async def salon(sandbox: RunningSandbox, folder: Path, **limits: int) -> AsyncIterator[tuple[SalonBot, Studio]]:
    """Run everything as `salon run` does, in this process."""
    settings = settings_in(folder, **limits)
    redirect(Server(rest=sandbox.api, gateway=sandbox.gateway, cdn=sandbox.base))
    async with opened(folder, settings=settings) as studio:
        bot = build(studio, settings)
        task = asyncio.create_task(run(bot, sandbox.token))
        try:
            await asyncio.gather(sandbox.online(), online(studio))
            yield bot, studio
        finally:
            await bot.close()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)


async def painted(member: Member, **options: object) -> Message:
    asked = await member.slash("imagine", **{"prompt": "a fox", "count": 2, **options})
    # A preview has a single button, the one that cancels.
    return await member.wait_for_message(lambda one: _of(one, asked) and len(labels_of(one)) > 1)


def _of(message: Message, asked: str) -> bool:
    return (message.get("interaction_metadata") or {}).get("id") == asked


async def test_a_newcomers_first_minutes(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async with salon(sandbox, tmp_path), sandbox.member("ada") as ada, sandbox.member("lin") as lin:
        done = await painted(ada, style="oil", seed=7)
        assert labels_of(done) == ["Keep 1", "Keep 2", "Vary 1", "Vary 2", "Again", "Remix", "More"]
        for picture in pictures_of(done):
            assert (await ada.download(picture["media"]["url"])).startswith(b"\x89PNG")
        assert "已保留" in text_of(await lin.reply(await lin.press(done, "Keep 1")))
        opened_form = await lin.press(done, "Remix")
        await lin.modal(opened_form)
        remixed = await lin.reply(await lin.submit_modal(opened_form, {"prompt": "a wolf"}))
        remixed = await lin.newest(remixed, lambda one: len(pictures_of(one)) == 2)
        panel = await lin.reply(await lin.press(remixed, "更多"))
        assert "来自" in text_of(await lin.reply(await lin.press(panel, "详情 1")))
        again = await ada.reply(await ada.press(remixed, "再来一次"))
        await ada.newest(again, lambda one: len(pictures_of(one)) == 2)
        history = await ada.reply(await ada.slash("history"))
        assert len(pictures_of(history)) == 4
        assert "**oil**" not in text_of(await ada.reply(await ada.slash("settings me")))
        await ada.reply(await ada.slash("settings me", style="oil"))
        assert "oil" in text_of(await painted(ada, prompt="a bear", count=1))


async def test_a_restart_in_the_middle_of_painting(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async with sandbox.member("ada") as ada:
        async with salon(sandbox, tmp_path) as (_, studio):
            done = await painted(ada)
            panel = await ada.reply(await ada.press(done, "More"))
            form = await ada.press(done, "Remix")
            await ada.modal(form)
            asked = await ada.slash("imagine", prompt="slow fox", count=1)
            waiting = await ada.reply(asked)
            assert len(await studio.queue(None, int(ada.id))) == 1
        await sandbox.online(False)
        async with salon(sandbox, tmp_path):
            await ada.newest(waiting, lambda one: len(pictures_of(one)) == 1, 30)
            assert "Kept" in text_of(await ada.reply(await ada.press(done, "Keep 1")))
            assert "Details" in text_of(await ada.reply(await ada.press(panel, "Details 2")))
            remixed = await ada.reply(await ada.submit_modal(form, {"prompt": "a wolf"}))
            await ada.newest(remixed, lambda one: bool(pictures_of(one)))
    async with sandbox.member("lin") as lin:
        assert len([one for one in await lin.history() if pictures_of(one)]) == 3


async def test_what_moderators_do_shows_in_the_messages(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async with salon(sandbox, tmp_path), sandbox.member("ada") as ada, sandbox.member("mona") as mona:
        await mona.reply(await mona.slash("settings server", reports=mona.channel("moderators")))
        done = await painted(ada)
        panel = await ada.reply(await ada.press(done, "More"))
        form = await ada.press(panel, "Report 1")
        await ada.modal(form)
        await ada.reply(await ada.submit_modal(form, {"reason": "rude"}))
        post = await mona.wait_for_message(lambda one: one["channel_id"] == mona.channel("moderators"))
        assert "rude" in text_of(post)
        await mona.press(post, "Hide")
        await ada.newest(done, lambda one: len(pictures_of(one)) == 1)
        await ada.press(panel, "Delete 2")
        await ada.press(await ada.newest(panel, lambda one: "for good" in text_of(one)), "Delete for good")
        await ada.newest(done, lambda one: "has been removed" in text_of(one) and not labels_of(one))
        await mona.reply(await mona.slash("admin words", add="wolf"))
        refused = await ada.reply(await ada.slash("imagine", prompt="a wolf"))
        assert "wolf" in text_of(refused) and refused["flags"] & EPHEMERAL
        await mona.reply(await mona.slash("admin ban", member=ada.id))
        assert "may not use" in text_of(await ada.reply(await ada.slash("imagine", prompt="a fox")))
        assert "ban" in text_of(await mona.reply(await mona.slash("admin log")))


async def test_cancelling_what_is_painted(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async with salon(sandbox, tmp_path, pending_per_member=1), sandbox.member("ada") as ada:
        waiting = await ada.reply(await ada.slash("imagine", prompt="endless", count=1))
        refused = await ada.reply(await ada.slash("imagine", prompt="a fox"))
        assert "1 requests waiting" in text_of(refused)
        await ada.press(waiting, "Cancel")
        await ada.newest(waiting, lambda one: "Cancelled." in text_of(one))
        await painted(ada)


async def test_a_member_leaves_nothing_behind(sandbox: RunningSandbox, tmp_path: Path) -> None:
    async with salon(sandbox, tmp_path), sandbox.member("ada") as ada:
        done = await painted(ada)
        handed = await ada.reply(await ada.slash("privacy export"))
        [file] = [one["file"] for one in walk(handed["components"]) if one["type"] == 13]
        with zipfile.ZipFile(io.BytesIO(await ada.download(file["url"]))) as archive:
            assert archive.testzip() is None and archive.namelist()
        asked = await ada.reply(await ada.slash("privacy delete"))
        await ada.press(asked, "Delete everything")
        await ada.newest(asked, lambda one: "Deleted: 1 requests, 2 pictures" in text_of(one))
        gone = await ada.newest(done, lambda one: not pictures_of(one))
        assert "fox" not in text_of(gone)
        assert "no pictures yet" in text_of(await ada.reply(await ada.slash("history")))


async def test_choices_are_painted_after_a_restart_and_posted_one_by_one(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    async with sandbox.member("ada") as ada:
        async with salon(sandbox, tmp_path):
            await ada.reply(await ada.slash("style create", called="Moss", words="overgrown with moss"))
            await ada.reply(await ada.slash("wildcard create", called="pet", entries="newt, axolotl"))
            prompt = "a {red|blue} __pet__ --chaos 5"
            asked = await ada.reply(await ada.slash("imagine", prompt=prompt, style="moss", count=1))
            assert "--chaos 5 was left out" in text_of(asked)
            alone = await ada.reply(await ada.slash("imagine", prompt="{cat|dog}", count=1, private=True))
        await sandbox.online(False)
        async with salon(sandbox, tmp_path) as (_, studio):
            await ada.press(asked, "Paint all 2")
            for colour in ("red", "blue"):
                done = await ada.wait_for_message(
                    lambda one, words=f"a {colour} ": words in text_of(one) and shown(one)
                )
                assert done["channel_id"] == ada.channel("paintings") and not done["flags"] & EPHEMERAL
                assert "Moss" in text_of(done) and "--chaos" not in text_of(done)
                assert {"newt", "axolotl"} & set(text_of(done).replace("*", " ").split())
            await ada.press(alone, "Paint all 2")
            for animal in ("cat", "dog"):
                direct = await ada.wait_for_message(lambda one, words=animal: words in text_of(one) and shown(one))
                assert direct["channel_id"] == ada.channel("dm")
            assert await studio.queue(None, int(ada.id)) == []


def shown(message: Message) -> bool:
    return len(pictures_of(message)) == 1 and "Again" in labels_of(message)
