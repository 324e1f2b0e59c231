import pytest

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


async def test_vary_is_no_menu_while_its_mode_does_not_work(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        assert {one["name"] for one in await ada.commands() if one["type"] == 3} == {"Details", "Cancel", "Report"}
