from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.studio.changes import MODES
from bot.studio.checks import NO_STYLE
from bot.studio.requests import Actor, Refusal
from storage.records import Artwork, GuildSettings
from tests.bot.discord import records
from tests.bot.discord.conftest import RunningBot
from tests.bot.sandbox.member import EPHEMERAL, Member, Message, labels_of, pictures_of, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def ada(bot: RunningBot) -> AsyncIterator[Member]:
    async with bot.sandbox.member("ada") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="module")
async def lin(bot: RunningBot) -> AsyncIterator[Member]:
    async with bot.sandbox.member("lin") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="module")
async def mona(bot: RunningBot) -> AsyncIterator[Member]:
    async with bot.sandbox.member("mona") as member:
        yield member


async def queued(member: Member, **options: object) -> Message:
    return await member.reply(await member.slash("imagine", prompt="a fox", **options))


async def painted(bot: RunningBot, member: Member, **options: object) -> tuple[Message, list[Artwork]]:
    message = await queued(member, **options)
    artworks = await bot.studio.finish(bot.studio.last.id)
    return await member.newest(message, lambda one: bool(pictures_of(one))), artworks


async def complain(member: Member, message: Message, button: str) -> Message:
    opened = await member.press(message, button)
    await member.modal(opened)
    return await member.reply(await member.submit_modal(opened, {"reason": "@everyone **rude**"}))


async def test_anyone_may_keep(bot: RunningBot, ada: Member, lin: Member) -> None:
    done, artworks = await painted(bot, ada)
    kept = await lin.reply(await lin.press(done, "Keep 2"))
    assert "已保留" in text_of(kept) and kept["flags"] & EPHEMERAL
    assert [bool(bot.studio.artworks[art.id].kept_at) for art in artworks] == [False, True, False, False]


async def test_again_paints_for_whoever_presses(bot: RunningBot, ada: Member, lin: Member) -> None:
    done, _ = await painted(bot, ada)
    again = await lin.reply(await lin.press(done, "Again"))
    assert again["id"] != done["id"] and not again["flags"] & EPHEMERAL
    assert (bot.studio.last.prompt, bot.studio.last.member_id) == ("a fox", int(lin.id))
    assert bot.studio.last.message_id == int(again["id"])


async def test_again_of_a_private_result_stays_private(bot: RunningBot, ada: Member) -> None:
    done, _ = await painted(bot, ada, private=True)
    assert (await ada.reply(await ada.press(done, "Again")))["flags"] & EPHEMERAL
    assert bot.studio.last.private


async def test_again_of_a_job_that_is_gone(bot: RunningBot, ada: Member) -> None:
    done, _ = await painted(bot, ada)
    bot.studio.jobs.clear()
    refused = await ada.reply(await ada.press(done, "Again"))
    assert "does not exist any more" in text_of(refused) and refused["flags"] & EPHEMERAL


async def test_more_opens_a_panel_with_what_one_may_do(bot: RunningBot, ada: Member, lin: Member) -> None:
    done, artworks = await painted(bot, ada, count=2)
    own = await ada.reply(await ada.press(done, "More"))
    assert own["flags"] & EPHEMERAL
    assert labels_of(own) == [
        *("Vary strongly 1", "Vary strongly 2", "Edit 1", "Edit 2"),
        *("Details 1", "Details 2", "Delete 1", "Delete 2", "Report 1", "Report 2"),
    ]
    others = await lin.reply(await lin.press(done, "More"))
    assert labels_of(others) == ["大幅变体 1", "大幅变体 2", "编辑 1", "编辑 2", "详情 1", "详情 2", "举报 1", "举报 2"]
    details = text_of(await ada.reply(await ada.press(own, "Details 2")))
    assert "a fox" in details and "euler" in details and "128×128" in details
    await ada.press(own, "Delete 1")
    asked = await ada.newest(own, lambda one: "for good" in text_of(one))
    assert labels_of(asked) == ["Delete for good", "Back"] and not bot.studio.artworks[artworks[0].id].removed
    await ada.press(asked, "Back")
    await ada.press(await ada.newest(own, lambda one: "Delete 1" in labels_of(one)), "Delete 1")
    await ada.press(await ada.newest(own, lambda one: "for good" in text_of(one)), "Delete for good")
    await ada.newest(own, lambda one: labels_of(one)[-3:] == ["Details 2", "Delete 2", "Report 2"])
    assert bot.studio.artworks[artworks[0].id].removed
    left = await ada.reply(await ada.press(done, "More"))
    assert labels_of(left) == ["Vary strongly 2", "Edit 2", "Details 2", "Delete 2", "Report 2"]


async def test_the_last_of_the_pictures_is_deleted(bot: RunningBot, ada: Member) -> None:
    done, (art,) = await painted(bot, ada, count=1)
    panel = await ada.reply(await ada.press(done, "More"))
    await ada.press(panel, "Delete")
    await ada.press(await ada.newest(panel, lambda one: "for good" in text_of(one)), "Delete for good")
    await ada.newest(panel, lambda one: text_of(one) == "Deleted.")
    assert bot.studio.artworks[art.id].removed


async def test_the_history_shows_what_is_left_after_a_deletion(bot: RunningBot, ada: Member) -> None:
    await painted(bot, ada, count=4)
    await painted(bot, ada, count=2)
    first = await ada.reply(await ada.slash("history"))
    await ada.press(first, "Older")
    older = await ada.newest(first, lambda one: len(pictures_of(one)) == 2)
    await ada.press(older, "Delete 1")
    await ada.press(await ada.newest(first, lambda one: "for good" in text_of(one)), "Delete for good")
    left = await ada.newest(first, lambda one: "Newest" in labels_of(one) and len(pictures_of(one)) == 1)
    assert "Details" in labels_of(left)


async def test_what_one_kept_of_others_is_in_ones_history(bot: RunningBot, ada: Member, lin: Member) -> None:
    done, _ = await painted(bot, ada, count=2)
    await lin.reply(await lin.press(done, "Keep 2"))
    page = await lin.reply(await lin.slash("history"))
    assert len(pictures_of(page)) == 1 and f"作者 <@{ada.id}>" in text_of(page)
    assert labels_of(page) == ["详情"]


async def test_buttons_of_deleted_pictures_say_so(bot: RunningBot, ada: Member) -> None:
    done, artworks = await painted(bot, ada, count=1)
    bot.studio.artworks[artworks[0].id] = replace(artworks[0], blob=None)
    assert "has been removed" in text_of(await ada.reply(await ada.press(done, "Keep")))
    assert "have been removed" in text_of(await ada.reply(await ada.press(done, "More")))
    bot.studio.artworks.clear()
    assert "does not exist" in text_of(await ada.reply(await ada.press(done, "Keep")))


async def test_only_owner_and_moderator_cancel(bot: RunningBot, ada: Member, lin: Member, mona: Member) -> None:
    waiting = await queued(ada)
    await lin.press(waiting, "Cancel")
    refused = await lin.wait_for_message(lambda one: bool(one["flags"] & EPHEMERAL))
    assert "别人的" in text_of(refused)
    assert bot.studio.last.state == "queued"
    await mona.press(waiting, "Cancel")
    over = await ada.newest(waiting, lambda one: "Cancelled." in text_of(one))
    assert labels_of(over) == ["Again", "Remix"]


async def test_vary_is_shown_and_answered_as_its_mode_works(bot: RunningBot, ada: Member) -> None:
    bot.studio.working_modes = frozenset({"imagine"})
    done, _ = await painted(bot, ada, count=1)
    assert "Vary" not in labels_of(done)
    bot.studio.working_modes = MODES
    done, (art,) = await painted(bot, ada, count=1)
    bot.studio.refusal = Refusal("mode", given="vary")
    refused = await ada.reply(await ada.press(done, "Vary"))
    assert "does not work yet" in text_of(refused) and refused["flags"] & EPHEMERAL
    bot.studio.refusal = None
    varied = await ada.reply(await ada.press(done, "Vary"))
    assert bot.studio.last.mode == "vary" and bot.studio.last.parents == (art.id,)
    assert "subtle variation" in text_of(varied) and not varied["flags"] & EPHEMERAL


async def test_remix_opens_with_the_words_of_the_job(bot: RunningBot, ada: Member, lin: Member) -> None:
    done, artworks = await painted(bot, ada, style="oil", size="512x768", count=2, negative="rain")
    opened = await lin.press(done, "Remix")
    modal = await lin.modal(opened)
    assert modal["title"] == "改写"
    values = {one["component"]["custom_id"]: one["component"].get("value") for one in modal["components"]}
    assert (values["prompt"], values["negative"], values["style"]) == ("a fox", "rain", "oil")
    submitted = await lin.submit_modal(opened, {"prompt": "a wolf", "style": "ink", "seed": "17"})
    remixed = await lin.reply(submitted)
    assert "a wolf" in text_of(remixed)
    job = bot.studio.last
    assert (job.prompt, job.style, job.seed, job.size, job.count) == ("a wolf", "ink", 17, "512x768", 2)
    assert "改写" in text_of(remixed)
    assert job.parents == tuple(art.id for art in artworks) and job.member_id == int(lin.id)


async def test_a_remix_without_a_style_asks_for_none(bot: RunningBot, ada: Member) -> None:
    done, _ = await painted(bot, ada, count=1)
    opened = await ada.press(done, "Remix")
    await ada.modal(opened)
    await ada.reply(await ada.submit_modal(opened, {"prompt": "a wolf"}))
    assert bot.studio.last.style == NO_STYLE
    bot.studio.jobs = {number: replace(job, style=NO_STYLE) for number, job in bot.studio.jobs.items()}
    form = await ada.modal(await ada.press(done, "Remix"))
    values = {one["component"]["custom_id"]: one["component"].get("value") for one in form["components"]}
    assert not values["style"]


@pytest.mark.parametrize(
    ("seed", "said"), [("9007199254740992", "0 to 9007199254740991"), ("-3", "0 to"), ("x", "0 to")]
)
async def test_a_refused_remix_gives_back_what_was_typed(bot: RunningBot, ada: Member, seed: str, said: str) -> None:
    done, _ = await painted(bot, ada, count=1)
    opened = await ada.press(done, "Remix")
    await ada.modal(opened)
    refused = await ada.reply(await ada.submit_modal(opened, {"prompt": "a *wolf*", "seed": seed}))
    assert said in text_of(refused) and "a \\*wolf\\*" in text_of(refused) and refused["flags"] & EPHEMERAL
    bot.studio.late_refusal = Refusal("full")
    opened = await ada.press(done, "Remix")
    await ada.modal(opened)
    await ada.submit_modal(opened, {"prompt": "a late wolf"})
    await ada.wait_for_message(lambda one: bool(one["flags"] & EPHEMERAL) and "a late wolf" in text_of(one))


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
async def test_a_form_whose_confirmation_is_lost_is_opened_once(bot: RunningBot, ada: Member, kind: str) -> None:
    done, _ = await painted(bot, ada, count=1)
    await bot.sandbox.fault(kind, route="POST /interactions/*")
    opened = await ada.press(done, "Remix")
    await ada.modal(opened)
    await bot.sandbox.fault(kind, route="POST /interactions/*")
    assert "Salon" in text_of(await ada.reply(await ada.slash("help")))


async def test_a_form_cannot_wait_for_a_slow_database(bot: RunningBot, ada: Member) -> None:
    done, _ = await painted(bot, ada, count=1)
    bot.studio.slow_s = 5.0
    refused = await ada.reply(await ada.press(done, "Remix"))
    assert "press again" in text_of(refused) and refused["flags"] & EPHEMERAL


async def test_a_report_reaches_the_moderators(bot: RunningBot, ada: Member, lin: Member, mona: Member) -> None:
    bot.studio.guild = GuildSettings(moderation_channel=int(mona.channel("moderators")))
    done, _ = await painted(bot, ada, count=1)
    told = await complain(lin, await lin.reply(await lin.press(done, "More")), "举报")
    assert "已通知" in text_of(told) and told["flags"] & EPHEMERAL
    post = await mona.wait_for_message(lambda one: one["channel_id"] == mona.channel("moderators"))
    assert "\\@everyone" in text_of(post) and f"<@{ada.id}>" in text_of(post)
    assert labels_of(post) == ["Hide", "Delete", "Ban the author", "Nothing wrong"]
    assert pictures_of(post)[0]["spoiler"]
    assert not post["mentions"] and not post["mention_everyone"]


async def reported(bot: RunningBot, author: Member, mona: Member) -> tuple[Message, Artwork]:
    """Return the post about a reported picture, and the picture."""
    bot.studio.guild = GuildSettings(moderation_channel=int(mona.channel("moderators")))
    done, (art,) = await painted(bot, author, count=1)
    await complain(author, await author.reply(await author.press(done, "More")), "Report")
    named = f"s1:ban:{art.id}:{bot.studio.reports[0].id}"
    return await mona.wait_for_message(lambda one: named in str(one["components"])), art


async def test_a_report_tells_what_was_done_and_by_whom(bot: RunningBot, ada: Member, mona: Member) -> None:
    post, art = await reported(bot, ada, mona)
    await mona.press(post, "Hide")
    hidden = await mona.newest(post, lambda one: "Hidden" in text_of(one))
    assert f"<@{mona.id}>" in text_of(hidden) and bot.studio.artworks[art.id].hidden_at
    assert labels_of(hidden) == ["Show again", "Delete", "Ban the author"] and not pictures_of(hidden)
    await mona.press(hidden, "Show again")
    back = await mona.newest(post, lambda one: "Shown again" in text_of(one))
    assert labels_of(back) == ["Hide", "Delete", "Ban the author"] and pictures_of(back)
    await mona.press(back, "Hide")
    hidden = await mona.newest(post, lambda one: text_of(one).count("Hidden") == 2)
    await mona.press(hidden, "Ban the author")
    banned = await mona.newest(post, lambda one: "banned" in text_of(one))
    assert bot.studio.bans[0].member_id == int(ada.id) and "Hidden" in text_of(banned)
    assert labels_of(banned) == ["Show again", "Delete"]
    await mona.press(banned, "Delete")
    asked = await mona.newest(post, lambda one: "for good" in text_of(one))
    assert labels_of(asked) == ["Delete for good", "Back"] and bot.studio.artworks[art.id].blob
    await mona.press(asked, "Back")
    await mona.press(await mona.newest(post, lambda one: labels_of(one) == labels_of(banned)), "Delete")
    await mona.press(await mona.newest(post, lambda one: "for good" in text_of(one)), "Delete for good")
    deleted = await mona.newest(post, lambda one: "Deleted" in text_of(one))
    assert not labels_of(deleted) and bot.studio.artworks[art.id].blob is None


async def test_a_post_shows_nothing_of_who_had_their_data_deleted(bot: RunningBot, ada: Member, mona: Member) -> None:
    post, art = await reported(bot, ada, mona)
    assert "a fox" in text_of(post) and pictures_of(post)
    (report,) = bot.studio.reports
    assert (report.channel_id, report.message_id) == (int(post["channel_id"]), int(post["id"]))
    bot.studio.artworks[art.id] = replace(bot.studio.artworks[art.id], member_id=0, blob=None, deleted_at=records.NOW)
    bot.studio.jobs[art.job_id] = replace(bot.studio.jobs[art.job_id], member_id=0, prompt="", locale="")
    empty = replace(report, member_id=-7, reason="")
    await bot.postman.redraw_report(empty, int(post["channel_id"]), int(post["id"]))
    left = await mona.newest(post, lambda one: "had it deleted" in text_of(one))
    assert not pictures_of(left) and "<@" not in text_of(left) and "fox" not in text_of(left)
    assert labels_of(left) == ["Nothing wrong"]


async def test_a_report_is_dealt_with_once(bot: RunningBot, ada: Member, mona: Member) -> None:
    post, art = await reported(bot, ada, mona)
    await mona.press(post, "Nothing wrong")
    closed = await mona.newest(post, lambda one: "the picture stays" in text_of(one))
    assert not labels_of(closed) and pictures_of(closed) and not bot.studio.artworks[art.id].removed
    assert [entry.verb for entry in bot.studio.log] == ["dismiss"]


async def test_who_comes_too_late_to_a_report_sees_who_was_quicker(bot: RunningBot, ada: Member, mona: Member) -> None:
    post, _ = await reported(bot, ada, mona)
    quicker = Actor(id=int(ada.id), name="Ada", moderator=True, guild_id=1)
    await bot.studio.dismiss(quicker, bot.studio.reports[0].id)
    await mona.press(post, "Nothing wrong")
    await mona.wait_for_message(lambda one: bool(one["flags"] & EPHEMERAL) and "dealt with" in text_of(one))
    closed = await mona.newest(post, lambda one: "the picture stays" in text_of(one))
    assert f"says <@{ada.id}>" in text_of(closed)


async def test_reports_where_no_channel_takes_them(bot: RunningBot, ada: Member, lin: Member) -> None:
    done, _ = await painted(bot, ada, count=1)
    for channel, words in ((None, "还没有设定"), (int(ada.channel("read-only")), "还没有设定")):
        bot.studio.guild = GuildSettings(moderation_channel=channel)
        bot.studio.reports.clear()
        told = await complain(lin, await lin.reply(await lin.press(done, "More")), "举报")
        assert words in text_of(told)
        assert len(bot.studio.reports) == 1


async def test_reports_from_before_there_was_a_channel_are_posted_then(
    bot: RunningBot, ada: Member, mona: Member
) -> None:
    done, (art,) = await painted(bot, ada, count=1)
    await complain(ada, await ada.reply(await ada.press(done, "More")), "Report")
    await mona.reply(await mona.slash("settings server", reports=mona.channel("moderators")))
    named = f"s1:ban:{art.id}:{bot.studio.reports[0].id}"
    post = await mona.wait_for_message(lambda one: named in str(one["components"]))
    assert post["channel_id"] == mona.channel("moderators") and "Nothing wrong" in labels_of(post)


async def test_reporting_twice_is_said(bot: RunningBot, ada: Member) -> None:
    done, _ = await painted(bot, ada, count=1)
    panel = await ada.reply(await ada.press(done, "More"))
    for words in ("report is recorded", "reported this picture already"):
        assert words in text_of(await complain(ada, panel, "Report"))


async def test_two_presses_are_two_answers_and_one_keep(bot: RunningBot, ada: Member) -> None:
    done, _ = await painted(bot, ada, count=1)
    first, second = await ada.press(done, "Keep"), await ada.press(done, "Keep")
    assert "Kept" in text_of(await ada.reply(first))
    assert "Kept" in text_of(await ada.reply(second))


async def test_a_button_of_another_version_is_answered(bot: RunningBot, ada: Member, monkeypatch) -> None:
    monkeypatch.setattr("bot.discord.ids._VERSION", 2)
    done, _ = await painted(bot, ada, count=1)
    monkeypatch.undo()
    refused = await ada.reply(await ada.press(done, "Keep"))
    assert "another version" in text_of(refused) and refused["flags"] & EPHEMERAL


async def test_a_fault_in_a_button_is_answered(bot: RunningBot, ada: Member, monkeypatch) -> None:
    done, _ = await painted(bot, ada, count=1)

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(bot.studio, "keep", broken)
    refused = await ada.reply(await ada.press(done, "Keep"))
    assert "went wrong inside Salon" in text_of(refused) and refused["flags"] & EPHEMERAL
