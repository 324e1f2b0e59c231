import pytest

from tests.bot.discord import records
from tests.bot.discord.conftest import RunningBot
from tests.bot.sandbox.member import EPHEMERAL, labels_of, pictures_of, text_of, walk

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_menus_on_a_result(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        message = await ada.reply(await ada.slash("imagine", prompt="a fox", count=2))
        artworks = await bot.studio.finish(bot.studio.last.id)
        done = await ada.newest(message, lambda one: len(pictures_of(one)) == 2)
        details = await ada.reply(await ada.menu("Details", done))
        assert details["flags"] & EPHEMERAL and "euler" in text_of(details)
        assert labels_of(details) == ["Details 2"]

        opened = await ada.menu("Report", done)
        modal = await ada.modal(opened)
        [menu] = [one for one in walk([part["component"] for part in modal["components"]]) if one["type"] == 3]
        assert [one["value"] for one in menu["options"]] == [str(art.id) for art in artworks]
        submitted = await ada.submit_modal(opened, {"which": [str(artworks[1].id)], "reason": "rude"})
        assert "recorded" in text_of(await ada.reply(submitted))
        assert bot.studio.reports[0].artwork_id == artworks[1].id

        assert "has ended already" in text_of(await ada.reply(await ada.menu("Cancel", done)))


async def test_cancel_on_a_waiting_job(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        waiting = await ada.reply(await ada.slash("imagine", prompt="a fox"))
        assert "no picture" in text_of(await ada.reply(await ada.menu("Details", waiting)))
        assert "Cancelled" in text_of(await ada.reply(await ada.menu("Cancel", waiting)))
        assert bot.studio.last.state == "cancelled"


async def test_menus_on_somebody_elses_message(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        said = await ada.say("s1:keep:1")
        for menu in ("Details", "Cancel", "Report"):
            refused = await ada.reply(await ada.menu(menu, said))
            assert "not one of Salon" in text_of(refused) and refused["flags"] & EPHEMERAL


async def test_vary_asks_how_and_keeps_to_where_the_picture_was(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        message = await ada.reply(await ada.slash("imagine", prompt="a fox", count=2))
        artworks = await bot.studio.finish(bot.studio.last.id)
        done = await ada.newest(message, lambda one: len(pictures_of(one)) == 2)
        asked = await ada.reply(await ada.menu("Vary", done))
        assert asked["flags"] & EPHEMERAL
        assert labels_of(asked) == ["Vary subtly 1", "Vary subtly 2", "Vary strongly 1", "Vary strongly 2"]
        varied = await ada.reply(await ada.press(asked, "Vary strongly 2"))
        assert not varied["flags"] & EPHEMERAL
        assert (bot.studio.last.mode, bot.studio.last.parents) == ("strong", (artworks[1].id,))
        assert "细微变体 1" in labels_of(await lin.reply(await lin.menu("Vary", done)))


async def test_any_picture_can_be_restyled_where_it_was_posted(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        said = await ada.say("look", at="paintings", files=[records.png()])
        asked = await ada.reply(await ada.menu("Restyle", said))
        assert asked["flags"] & EPHEMERAL and len(pictures_of(asked)) == 1
        menus = [one for one in walk(asked["components"]) if one["type"] == 3]
        assert [len(one["options"]) for one in menus] == [25, 9]
        restyled = await ada.reply(await ada.choose(asked, menus[1]["custom_id"], "style-29"))
        assert not restyled["flags"] & EPHEMERAL and "restyled" in text_of(restyled)
        job = bot.studio.last
        assert (job.mode, job.style) == ("restyle", "style-29")
        assert bot.studio.sent[job.change["upload"]] == records.png()
        plain = await ada.say("no picture")
        assert "no picture that I can read" in text_of(await ada.reply(await ada.menu("Restyle", plain)))


async def test_a_result_can_be_restyled(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        message = await ada.reply(await ada.slash("imagine", prompt="a fox", count=2, private=True))
        artworks = await bot.studio.finish(bot.studio.last.id)
        done = await ada.newest(message, lambda one: len(pictures_of(one)) == 2)
        which = await ada.reply(await ada.menu("Restyle", done))
        assert labels_of(which) == ["Picture 1", "Picture 2"]
        asked = await ada.reply(await ada.press(which, "Picture 2"))
        restyled = await ada.reply(await ada.choose(asked, "s1:dress", "oil"))
        assert restyled["flags"] & EPHEMERAL, "what was made of a private picture is private"
        assert (bot.studio.last.style, bot.studio.last.parents) == ("oil", (artworks[1].id,))
