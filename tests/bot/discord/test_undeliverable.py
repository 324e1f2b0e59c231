import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.discord.client import SalonBot
from bot.discord.postman import DiscordPostman
from bot.studio.delivery import Forbidden, Letter, Unclear, Unreachable
from tests.bot.discord import records
from tests.bot.discord.conftest import RunningBot
from tests.bot.discord.fake_studio import FakeStudio
from tests.bot.discord.undelivered import address, finished
from tests.bot.sandbox.member import pictures_of

_CANNOT_VIEW = 1 << 10


pytestmark = pytest.mark.asyncio


async def test_direct_messages(own_bot: RunningBot) -> None:
    async with own_bot.sandbox.member("ada") as ada:
        _, letter = await finished(own_bot, ada)
        channel, sent = await own_bot.postman.direct(letter, int(ada.id), "direct")
        [message] = await ada.history("dm")
        assert (int(message["channel_id"]), int(message["id"])) == (channel, sent) and len(pictures_of(message)) == 1
        await own_bot.postman.edit_message(replace(letter, kind="removed", artworks=(), pictures=()), channel, sent)
        await ada.newest(message, lambda one: not pictures_of(one))
        await own_bot.sandbox.control("PATCH", f"/people/{ada.id}", takes_direct_messages=False)
        with pytest.raises(Forbidden):
            await own_bot.postman.direct(letter, int(ada.id), "closed")


async def test_missing_permissions_are_forbidden_without_a_second_try(own_bot: RunningBot) -> None:
    async with own_bot.sandbox.member("ada") as ada:
        _, letter = await finished(own_bot, ada)
        channel = int(ada.channel("read-only"))
        with pytest.raises(Forbidden):
            await own_bot.postman.send(letter, channel, "n")
        hidden = ada.channel("general")
        await own_bot.sandbox.control("PATCH", f"/channels/{hidden}", bot_denied=_CANNOT_VIEW)
        with pytest.raises(Forbidden):
            await own_bot.postman.find(int(hidden), letter.job.id)


async def test_pictures_too_big_for_the_place_are_made_smaller(own_bot: RunningBot) -> None:
    from PIL import Image

    from engine.pictures.encode import encode

    noise = Image.effect_noise((256, 256), 100).convert("RGB")
    big = encode(noise, None, 10_000_000).data
    async with own_bot.sandbox.member("ada") as ada:
        message, letter = await finished(own_bot, ada)
        job = replace(letter.job, filesize_limit=20_000)
        assert len(big) > job.filesize_limit
        await own_bot.sandbox.settings(upload_limit=job.filesize_limit)
        await own_bot.postman.edit_reply(replace(letter, job=job, pictures=(big,)), *address(job))
        shown = await ada.newest(message, lambda one: len(pictures_of(one)) == 1)
        data = await ada.download(pictures_of(shown)[0]["media"]["url"])
        assert len(data) <= job.filesize_limit and data[8:12] == b"WEBP"


async def test_a_bot_that_is_not_there_yet_is_unreachable(tmp_path: Path) -> None:
    studio = FakeStudio()
    postman = DiscordPostman(SalonBot(studio, tmp_path / "commands"), studio)
    with pytest.raises(Unreachable):
        await postman.find(1, 2)
    with pytest.raises(Unreachable):
        await postman.edit_reply(Letter(kind="queued", job=records.job()), "token", 9)


async def test_a_discord_that_is_gone_is_unreachable(own_bot: RunningBot) -> None:
    async with own_bot.sandbox.member("ada") as ada:
        _, letter = await finished(own_bot, ada)
    own_bot.sandbox.process.kill()
    own_bot.sandbox.process.wait()
    began = time.monotonic()
    with pytest.raises((Unreachable, Unclear)):
        await own_bot.postman.edit_reply(letter, *address(letter.job))
    with pytest.raises(Unreachable):
        await own_bot.postman.edit_reply(letter, *address(letter.job))
    assert time.monotonic() - began < 60
