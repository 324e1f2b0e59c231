import pytest

from bot.studio.requests import Refusal
from storage.records import GuildSettings, MemberSettings
from tests.bot.discord.conftest import RunningBot
from tests.bot.sandbox.member import EPHEMERAL, Message, labels_of, pictures_of, text_of, walk

pytestmark = pytest.mark.asyncio(loop_scope="module")


def buttons(message: Message) -> list[str]:
    return [one["custom_id"] for one in walk(message["components"]) if "custom_id" in one]


async def test_queue(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        assert "Nothing is waiting" in text_of(await ada.reply(await ada.slash("queue")))
        await ada.reply(await ada.slash("imagine", prompt="a *fox*"))
        await lin.reply(await lin.slash("imagine", prompt="a wolf"))
        listed = await lin.reply(await lin.slash("queue"))
        assert listed["flags"] & EPHEMERAL
        assert "a \\*fox\\*" in text_of(listed) and "前面还有 1 个" in text_of(listed)


async def test_cancel(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        assert "nothing waiting" in text_of(await ada.reply(await ada.slash("cancel")))
        first = await ada.reply(await ada.slash("imagine", prompt="a fox"))
        assert "Cancelled" in text_of(await ada.reply(await ada.slash("cancel")))
        await ada.newest(first, lambda one: "Cancelled" in text_of(one))
        for prompt in ("a wolf", "a bear"):
            await ada.reply(await ada.slash("imagine", prompt=prompt))
        which = await ada.reply(await ada.slash("cancel"))
        assert labels_of(which) == ["Cancel 1", "Cancel 2"]
        await ada.press(which, "Cancel 1")
        left = await ada.newest(which, lambda one: labels_of(one) == ["Cancel 1"])
        assert "a bear" in text_of(left)
        await ada.press(left, "Cancel 1")
        await ada.newest(which, lambda one: "nothing waiting" in text_of(one))


async def test_styles(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        first = await ada.reply(await ada.slash("styles"))
        assert first["flags"] & EPHEMERAL
        assert "Oil painting" in text_of(first) and "Page 1 of 6" in text_of(first)
        [example, *_] = [one["accessory"] for one in walk(first["components"]) if "accessory" in one]
        assert example["description"] == "A painted example of the style Oil painting"
        assert (await ada.download(example["media"]["url"]))[8:12] == b"WEBP"
        await ada.press(first, "Next")
        second = await ada.newest(first, lambda one: "Page 2 of 6" in text_of(one))
        assert labels_of(second) == ["Previous", "Next"]


async def test_history(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("lin") as lin:
        assert "no pictures yet" in text_of(await ada.reply(await ada.slash("history")))
        for prompt in ("a fox", "a wolf"):
            await ada.reply(await ada.slash("imagine", prompt=prompt, count=3))
            await bot.studio.finish(bot.studio.last.id)
        newest = await ada.reply(await ada.slash("history"))
        assert newest["flags"] & EPHEMERAL
        assert len(pictures_of(newest)) == 4 and labels_of(newest)[-1] == "Older"
        await ada.press(newest, "Older")
        older = await ada.newest(newest, lambda one: len(pictures_of(one)) == 2)
        assert "a fox" in text_of(older) and "a wolf" not in text_of(older)
        assert labels_of(older)[-1] == "Newest"
        assert "a fox" in text_of(await ada.reply(await ada.press(older, "Details 1")))
        await ada.press(older, "Newest")
        await ada.newest(newest, lambda one: len(pictures_of(one)) == 4)
        assert "还没有图片" in text_of(await lin.reply(await lin.slash("history")))


async def test_own_settings(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        shown = await ada.reply(await ada.slash("settings me"))
        assert shown["flags"] & EPHEMERAL and "Style: **not set**" in text_of(shown)
        changed = await ada.reply(await ada.slash("settings me", style="oil", private=True, language="zh-CN"))
        assert "风格：**oil**" in text_of(changed)
        own = bot.studio.members[int(ada.id)]
        assert own == MemberSettings(style="oil", private=True, language="zh-CN")
        await ada.reply(await ada.slash("settings reset", where="me"))
        assert bot.studio.members[int(ada.id)] == MemberSettings()


async def test_settings_of_a_server(bot: RunningBot) -> None:
    async with bot.sandbox.member("mona") as mona, bot.sandbox.member("ada") as ada:
        refused = await ada.reply(await ada.slash("settings server", quota=3))
        assert "Only moderators" in text_of(refused) and bot.studio.guild == GuildSettings()
        general, moderators = int(mona.channel("general")), int(mona.channel("moderators"))
        role = next(iter(mona.world["guilds"][0]["roles"]))
        shown = await mona.reply(
            await mona.slash(
                "settings server",
                spoiler=True,
                quota=3,
                server_quota=9,
                cooldown=5,
                channel=str(general),
                role=role["id"],
                reports=str(moderators),
            )
        )
        assert f"<#{general}>" in text_of(shown) and not shown["mentions"]
        assert bot.studio.guild == GuildSettings(
            spoiler=True,
            quota=3,
            guild_quota=9,
            cooldown_s=5,
            channels=(general,),
            roles=(int(role["id"]),),
            moderation_channel=moderators,
        )
        await mona.reply(await mona.slash("settings server", channel=str(general)))
        assert bot.studio.guild.channels == ()
        bot.studio.guild = GuildSettings(quota=3, words=("bad",), paused=True)
        await mona.reply(await mona.slash("settings reset", where="server"))
        assert bot.studio.guild == GuildSettings(words=("bad",), paused=True)


async def test_reports_cannot_go_where_the_bot_may_not_write(bot: RunningBot) -> None:
    async with bot.sandbox.member("mona") as mona:
        refused = await mona.reply(await mona.slash("settings server", reports=mona.channel("read-only")))
        assert "not allowed to post" in text_of(refused) and bot.studio.guild == GuildSettings()


async def test_server_settings_need_a_server(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        assert "in a server only" in text_of(await ada.reply(await ada.slash("settings server", at="dm")))
        reset = await ada.slash("settings reset", at="dm", where="server")
        assert "in a server only" in text_of(await ada.reply(reset))


async def test_info_and_help_come_at_once(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada, bot.sandbox.member("mona") as mona:
        info = await ada.reply(await ada.slash("info"))
        assert info["flags"] & EPHEMERAL
        assert (
            "**cpu**" in text_of(info)
            and "Waiting: **2**" in text_of(info)
            and "20 ms alone, 100 ms in a batch of 8" in text_of(info)
        )
        assert "/admin" not in text_of(await ada.reply(await ada.slash("help")))
        assert "/admin" in text_of(await mona.reply(await mona.slash("help")))


async def test_privacy_export(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        handed = await ada.reply(await ada.slash("privacy export"))
        assert handed["flags"] & EPHEMERAL
        [file] = [one["file"] for one in walk(handed["components"]) if one["type"] == 13]
        assert await ada.download(file["url"]) == bot.studio.archive
        bot.studio.archive = bytes(11 * 1024 * 1024)
        assert "has 12 MB" in text_of(await ada.reply(await ada.slash("privacy export")))


async def test_privacy_delete_asks_first(bot: RunningBot) -> None:
    async with bot.sandbox.member("ada") as ada:
        asked = await ada.reply(await ada.slash("privacy delete"))
        assert asked["flags"] & EPHEMERAL and bot.studio.forgotten == []
        await ada.press(asked, "Delete everything")
        told = await ada.newest(asked, lambda one: "Deleted: 1 requests, 4 pictures" in text_of(one))
        assert labels_of(told) == [] and bot.studio.forgotten == [int(ada.id)]


async def test_admin(bot: RunningBot) -> None:
    async with bot.sandbox.member("mona") as mona, bot.sandbox.member("ada") as ada:
        assert "admin" not in {one["name"] for one in await ada.commands()}
        assert "Paused" in text_of(await mona.reply(await mona.slash("admin pause")))
        assert bot.studio.guild.paused
        assert "again" in text_of(await mona.reply(await mona.slash("admin resume")))
        assert not bot.studio.guild.paused
        banned = await mona.reply(await mona.slash("admin ban", member=ada.id, reason="rude"))
        assert f"<@{ada.id}>" in text_of(banned) and not banned["mentions"]
        assert [(ban.member_id, ban.reason) for ban in bot.studio.bans] == [(int(ada.id), "rude")]
        bot_id = bot.sandbox.application_id
        nobody = await mona.reply(await mona.slash("admin ban", member=bot_id))
        assert "nothing to ban" in text_of(nobody) and len(bot.studio.bans) == 1
        await mona.reply(await mona.slash("admin unban", member=ada.id))
        assert bot.studio.bans == []
        assert "No words" in text_of(await mona.reply(await mona.slash("admin words")))
        assert "“bad” is not" in text_of(await mona.reply(await mona.slash("admin words", add="bad")))
        assert bot.studio.guild.words == ("bad",)
        await mona.reply(await mona.slash("admin words", remove="bad"))
        assert bot.studio.guild.words == ()
        assert "rude" in text_of(await mona.reply(await mona.slash("admin log")))


async def test_a_command_that_is_refused_after_its_defer(bot: RunningBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*_: object) -> None:
        raise Refusal("busy")

    monkeypatch.setattr(bot.studio, "history", busy)
    async with bot.sandbox.member("ada") as ada:
        assert "database is busy" in text_of(await ada.reply(await ada.slash("history")))


async def test_every_command_has_a_chinese_name(bot: RunningBot) -> None:
    async with bot.sandbox.member("mona") as mona:
        known = await mona.commands()
    assert len(known) >= 12 and "admin" in {one["name"] for one in known}
    for kind in (1, 3):
        _judge([one for one in known if one["type"] == kind])


def _judge(level: list[dict]) -> None:
    """Every name of one level is translated, in one word, and no two are the same."""
    names = [one["name_localizations"]["zh-CN"] for one in level]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 32 and name.isalnum() for name in names)
    for one in level:
        assert (one.get("type") == 3 and "options" not in one) or one["description_localizations"]["zh-CN"]
        assert all(choice["name_localizations"]["zh-CN"] for choice in one.get("choices") or ())
        _judge(one.get("options") or [])
