import pytest

from bot.studio.requests import Refusal
from engine.api import PictureWords, Told
from tests.bot.discord import records
from tests.bot.discord.conftest import RunningBot
from tests.bot.sandbox.member import EPHEMERAL, pictures_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = PictureWords(
    prompts=("a *red* fox", "red fox, @everyone"),
    told=(Told(factor="subject", words="fox", sure=0.914),),
    model="mini-clip",
)


async def test_a_picture_is_put_into_words(bot: RunningBot) -> None:
    bot.studio.words = WORDS
    async with bot.sandbox.member("ada") as ada:
        sent = await ada.reply(await ada.slash("describe", upload=0, files=[records.png()]))
        assert sent["flags"] & EPHEMERAL and not sent["mentions"] and not sent["mention_everyone"]
        assert "1. a \\*red\\* fox\n2. red fox" in text_of(sent) and "fox 91%" in text_of(sent)
        await ada.reply(await ada.slash("imagine", prompt="a fox"))
        (first, *_) = await bot.studio.finish(bot.studio.last.id)
        again = await ada.reply(await ada.slash("describe", picture=str(first.id)))
        assert "a \\*red\\* fox" in text_of(again)


async def test_what_is_no_picture_of_this_world_is_answered_with_a_sentence(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        assert "sees nothing" in text_of(await ada.reply(await ada.slash("describe", upload=0, files=[records.png()])))
        assert "没有看到" in text_of(await lin.reply(await lin.slash("describe", upload=0, files=[records.png()])))
        assert "Say which picture" in text_of(await ada.reply(await ada.slash("describe")))
        unreadable = await ada.reply(await ada.slash("describe", upload=0, files=[b"GIF89a"]))
        assert "PNG, JPEG or WebP" in text_of(unreadable)
        assert "does not exist" in text_of(await ada.reply(await ada.slash("describe", picture="123")))


async def test_the_words_of_a_prompt_are_weighed(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        shown = await ada.reply(await ada.slash("shorten", prompt="an *epic* fox"))
        assert shown["flags"] & EPHEMERAL and not shown["mention_everyone"]
        assert "1. fox · 75%\n2. ~~\\*epic\\*~~ · 25%" in text_of(shown) and "same: **fox**" in text_of(shown)
        (sheet,) = pictures_of(shown)
        assert "fox, *epic*" in sheet["description"]
        bot.studio.late_refusal = Refusal("question", message="The prompt says 'fox' and nothing else.")
        assert "nothing else" in text_of(await ada.reply(await ada.slash("shorten", prompt="fox")))
