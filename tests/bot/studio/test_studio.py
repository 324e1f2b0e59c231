"""What members and moderators can do, on a real database with the real engine process."""

import asyncio
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from bot.settings import StorageSettings
from bot.studio import janitor, waiting
from bot.studio.requests import Refusal
from storage.records import GuildSettings
from tests.bot.studio.stage import ANN, BEN, GUILD, MOD, Post, online, opened, origin, settings_in, wish
from tests.engine.processes import listening, run, until

ELSEWHERE = 11
STRANGER = type(MOD)(id=8, name="Mod of another guild", moderator=True, guild_id=ELSEWHERE)


def told(settings, tmp_path, story, **fields):
    async def tell():
        post = Post()
        async with opened(tmp_path, post, settings=settings, **fields) as studio:
            await online(studio)
            return await story(studio, post)

    return run(tell())


async def painted(studio, post, actor=ANN, asked=None, **fields):
    accepted = await studio.submit(actor, origin(**fields), asked or wish())
    letter = await post.until(accepted.job_id, "done")
    return accepted.job_id, [work.id for work in letter.artworks]


async def refused(awaitable) -> str:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value.key


def test_keeping_is_open_to_all_who_see_it_and_happens_once(settings, tmp_path):
    async def story(studio, post):
        _, (first, _) = await painted(studio, post)
        kept = await studio.keep(BEN, first, origin())
        assert kept.kept_at and await studio.keep(BEN, first) == kept
        assert [work.id for work in await studio.history(BEN.id)] == [first]
        assert [work.id for work in await studio.history(BEN.id, before=first)] == []
        await studio.hide(MOD, first)
        assert await studio.history(BEN.id) == []
        _, (secret, _) = await painted(studio, post, private=True)
        assert await refused(studio.keep(BEN, secret)) == "not_yours"
        assert (await studio.keep(ANN, secret)).kept_at
        assert await refused(studio.keep(ANN, 999)) == "no_artwork"

    told(settings, tmp_path, story)


def test_deleting_takes_a_picture_out_of_its_message_and_off_the_disk(settings, tmp_path):
    async def story(studio, post):
        job, (first, second) = await painted(studio, post)
        files = len([path for path in (tmp_path / "blobs").rglob("*") if path.is_file()])
        for actor in (BEN, STRANGER):
            assert await refused(studio.delete(actor, first)) == "not_yours"
        assert (await studio.delete(ANN, first)).removed
        while [work.id for letter in post.shown(job) for work in letter.artworks] != [second]:
            await asyncio.sleep(0.01)
        left = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
        assert (files, len(left)) == (4, 2)
        for again in (studio.delete(ANN, first), studio.keep(ANN, first), studio.picture(first)):
            assert await refused(again) == "removed"
        await studio.delete(MOD, second)
        assert (await post.until(job, "removed")).artworks == ()
        assert [entry.verb for entry in await studio.audit(MOD)] == ["delete"]
        assert await studio.history(ANN.id) == []
        assert await refused(studio.show(MOD, second)) == "removed"

    told(settings, tmp_path, story)


def test_a_report_reaches_the_moderators_who_hide(settings, tmp_path):
    async def story(studio, post):
        job, (first, second) = await painted(studio, post)
        report = await studio.report(BEN, origin(), first, "rude\u202e " * 500)
        assert report.state == "open" and len(report.reason) <= 1000 and "\u202e" not in report.reason
        assert await refused(studio.report(BEN, origin(), first, "")) == "reported"
        for actor in (ANN, BEN, STRANGER):
            assert await refused(studio.hide(actor, first)) == "not_moderator"
        hidden = await studio.hide(MOD, first)
        assert hidden.removed and hidden.deleted_at is None
        while [work.id for letter in post.shown(job) for work in letter.artworks] != [second]:
            await asyncio.sleep(0.01)
        assert await refused(studio.show(BEN, first)) == "not_moderator"
        assert not (await studio.show(MOD, first)).removed
        while [work.id for letter in post.shown(job) for work in letter.artworks] != [first, second]:
            await asyncio.sleep(0.01)
        other = await studio.report(ANN, origin(), second, "not mine")
        assert await refused(studio.dismiss(STRANGER, other.id)) == "not_moderator"
        assert [one.id for one in await studio.open_reports(MOD)] == [other.id]
        assert (await studio.dismiss(MOD, other.id)).state == "dismissed"
        for closed in (report, other):
            assert await refused(studio.dismiss(MOD, closed.id)) == "report_closed"
        assert not await studio.open_reports(MOD)
        assert await refused(studio.report_of(STRANGER, other.id)) == "not_moderator"
        done = [(entry.actor_id, entry.verb) for entry in await studio.done_about(report)]
        assert done == [(MOD.id, "hide"), (MOD.id, "show")]
        assert [entry.verb for entry in await studio.audit(MOD)] == ["dismiss", "show", "hide"]
        assert await refused(studio.audit(BEN)) == "not_moderator"

    told(settings, tmp_path, story)


def test_again_paints_the_same_wish_with_another_seed(settings, tmp_path):
    async def story(studio, post):
        job, _ = await painted(studio, post, asked=wish("a blue fox", seed=7, negative="red", count=1))
        again = await studio.again(BEN, origin(), job)
        await post.until(again.job_id, "done")
        made = await studio.job(again.job_id)
        assert (made.prompt, made.negative, made.count, made.member_id) == ("a blue fox", "red", 1, BEN.id)
        assert made.seed != 7
        await studio.change_member(ANN, style="ink")
        plain = await studio.again(ANN, origin(), job)
        assert (await studio.job(plain.job_id)).style is None
        assert (await studio.wish_of(BEN, job)).seed == 7
        hidden, _ = await painted(studio, post, private=True)
        assert await refused(studio.again(BEN, origin(), hidden)) == "not_yours"
        assert await refused(studio.wish_of(BEN, hidden)) == "not_yours"
        assert await refused(studio.again(BEN, origin(), 999)) == "no_job"

    told(settings, tmp_path, story)


def test_old_buttons_keep_to_a_limit_that_was_lowered_since(settings, tmp_path):
    async def many(studio, post):
        return (await painted(studio, post))[0]

    job = told(settings, tmp_path, many)
    fewer = settings.model_copy(update={"limits": settings.limits.model_copy(update={"count": 1})})

    async def few(studio, post):
        assert (await studio.wish_of(BEN, job)).count == 1
        again = await studio.again(BEN, origin(), job)
        assert len((await post.until(again.job_id, "done")).pictures) == 1

    told(fewer, tmp_path, few)


def test_lineage_is_kept(settings, tmp_path):
    async def story(studio, post):
        _, (parent, _) = await painted(studio, post)
        _, (child, _) = await painted(studio, post, BEN, wish(parents=(parent,)))
        assert (await studio.artwork(child)).parents == (parent,)
        acts = json.loads(zipfile.ZipFile(io.BytesIO(await studio.export(BEN.id))).read("acts.json"))
        assert (acts[0]["kind"], acts[0]["artwork_id"], acts[0]["model"]) == ("remix", parent, "counting")
        _, (secret, _) = await painted(studio, post, private=True)
        assert await refused(studio.submit(BEN, origin(), wish(parents=(secret,)))) == "not_yours"
        assert await refused(studio.submit(BEN, origin(), wish(parents=(999,)))) == "no_artwork"
        assert studio.info().queued + studio.info().running == 0

    told(settings, tmp_path, story)


def test_settings_are_checked_stored_and_there_after_a_restart(settings, tmp_path):
    async def change(studio, post):
        await studio.change_member(ANN, size="tall", private=True, language="zh-CN")
        await studio.change_member(ANN, private=None)
        assert await refused(studio.change_guild(BEN, spoiler=True)) == "not_moderator"
        await studio.change_guild(MOD, spoiler=True, quota=5, channels=[20, 21, 20], words=["Rude", "rude  word"])
        await studio.add_word(MOD, "  bad ")
        await studio.remove_word(MOD, "RUDE")
        for changes in (
            {"nonsense": 1},
            {"quota": -1},
            {"quota": True},
            {"spoiler": "yes"},
            {"language": "Klingon!"},
            {"channels": [0]},
            {"words": ["x" * 101]},
        ):
            assert await refused(studio.change_guild(MOD, **changes)) == "setting"
        assert await refused(studio.add_word(MOD, "\u200b\u2060")) == "word_blank"
        assert await refused(studio.remove_word(MOD, "never listed")) == "word_unlisted"
        await studio.add_word(MOD, "caf\u200bé")
        await studio.remove_word(MOD, "CAFE")
        said = [(entry.verb, entry.detail) for entry in await studio.audit(MOD)][:3]
        assert said == [("remove word", "CAFE"), ("add word", "caf\u200bé"), ("remove word", "RUDE")]
        assert await refused(studio.change_guild(MOD, style="nonsense")) == "style"
        assert await refused(studio.change_member(ANN, size="huge")) == "size"
        assert await refused(studio.change_member(ANN, size="9999x1")) == "size_large"
        return studio.cached_settings(GUILD, ANN.id)

    async def look(studio, post):
        return studio.cached_settings(GUILD, ANN.id)

    changed = told(settings, tmp_path, change)
    assert changed.guild == GuildSettings(spoiler=True, quota=5, channels=(20, 21), words=("bad", "rude word"))
    assert (changed.size, changed.private, changed.member.language) == ("tall", False, "zh-CN")
    assert told(settings, tmp_path, look) == changed


def test_a_ban_ends_what_waits_and_outlives_a_restart(settings, tmp_path):
    async def ban(studio, post):
        job = (await studio.submit(ANN, origin(), wish("endless"))).job_id
        other = (await studio.submit(ANN, origin(guild_id=ELSEWHERE), wish("endless"))).job_id
        assert await refused(studio.ban(BEN, ANN.id)) == "not_moderator"
        assert await refused(studio.ban(MOD, MOD.id)) == "ban_self"
        await studio.ban(MOD, ANN.id, "spam")
        assert (await post.until(job, "cancelled")).kind == "cancelled"
        assert (await studio.job(other)).state != "cancelled"
        await studio.cancel(ANN, other)
        await studio.pause(MOD)

    async def look(studio, post):
        assert studio.check(ANN, origin(), wish()).key == "banned"
        assert studio.check(BEN, origin(), wish()).key == "guild_paused"
        await studio.resume(MOD)
        await studio.unban(MOD, ANN.id)
        assert await refused(studio.unban(MOD, ANN.id)) == "not_banned"
        assert studio.check(ANN, origin(), wish()) is None
        assert [entry.verb for entry in await studio.audit(MOD)] == ["unban", "resume", "pause", "ban"]

    told(settings, tmp_path, ban)
    told(settings, tmp_path, look)


def test_limits_count_again_after_a_restart(settings, tmp_path):
    strict = settings.model_copy(update={"limits": settings.limits.model_copy(update={"pictures_per_member": 4})})

    async def use(studio, post):
        await painted(studio, post)
        failed = await studio.submit(ANN, origin(), wish("broken"))
        await post.until(failed.job_id, "failed")
        assert studio.check(ANN, origin(), wish()) is None

    async def look(studio, post):
        assert studio.check(ANN, origin(), wish()) is None
        assert await refused(studio.submit(ANN, origin(), wish(count=3))) == "quota_left"
        await asyncio.gather(*(studio.submit(ANN, origin(), wish(count=2)) for _ in range(5)), return_exceptions=True)
        assert len(await studio.history(ANN.id, None, 99)) + 2 * len(await studio.queue(None, ANN.id)) <= 4

    told(strict, tmp_path, use)
    told(strict, tmp_path, look)


def test_who_asks_while_the_engine_starts_is_told_so_and_then_the_truth(tmp_path, monkeypatch):
    monkeypatch.setattr(waiting, "STARTING_S", 0.01)
    settings = settings_in(tmp_path, engine={"listen": str(tmp_path / "engine.sock")})

    async def story(studio, post):
        jobs = [(await studio.submit(ANN, origin(), wish("endless", count=4))).job_id for _ in range(3)]
        for job in jobs:
            assert (await post.until(job, "queued")).starting
        with listening(tmp_path):
            assert not (await post.until(jobs[0], "progress")).starting
            await until(lambda: not post.shown(jobs[2])[0].starting)
        assert post.shown(jobs[2])[0].kind == "queued"

    async def tell():
        post = Post()
        async with opened(tmp_path, post, settings=settings) as studio:
            await story(studio, post)

    run(tell())


def test_the_queue_shows_what_one_may_see_with_place_and_time(settings, tmp_path):
    async def story(studio, post):
        for actor, private in ((ANN, False), (BEN, True), (BEN, False)):
            await studio.submit(actor, origin(private=private), wish("endless", count=4))
        seen = await studio.queue(GUILD, ANN.id)
        assert [(one.job.member_id, one.job.private) for one in seen] == [(1, False), (2, False)]
        assert len(await studio.queue(None, BEN.id)) == 2
        assert await studio.queue(ELSEWHERE, ANN.id) == []
        waiting = [one for one in await studio.queue(None, BEN.id) if one.job.state == "queued"]
        assert [one.place for one in waiting] == [0]
        assert studio.info().queued == 1 and studio.info().running == 2

    told(settings, tmp_path, story)


def test_a_double_click_asks_once(settings, tmp_path):
    moment = [datetime.now(UTC)]

    async def story(studio, post):
        job, _ = await painted(studio, post, asked=wish("a fox", count=1))
        both = await asyncio.gather(*(studio.again(ANN, origin(), job) for _ in range(2)), return_exceptions=True)
        assert sorted(str(one.key) for one in both if isinstance(one, Refusal)) == ["twice"]
        await studio.again(BEN, origin(), job)
        moment[0] += timedelta(seconds=2)
        await studio.again(ANN, origin(), job)
        assert await refused(studio.again(ANN, origin(), 999)) == "no_job"
        assert await refused(studio.again(ANN, origin(), 999)) == "no_job"

    told(settings, tmp_path, story, clock=lambda: moment[0])


def test_who_is_banned_keeps_and_remixes_nothing_there(settings, tmp_path):
    async def story(studio, post):
        job, (first, _) = await painted(studio, post)
        await studio.ban(MOD, BEN.id)
        assert await refused(studio.keep(BEN, first)) == "banned"
        assert await refused(studio.wish_of(BEN, job)) == "banned"
        await studio.unban(MOD, BEN.id)
        assert (await studio.keep(BEN, first)).kept_at

    told(settings, tmp_path, story)


def test_an_export_tells_of_bans_reports_and_the_log_but_of_nobody_else(settings, tmp_path):
    async def story(studio, post):
        _, (first, _) = await painted(studio, post, BEN)
        await studio.report(ANN, origin(), first, "not nice")
        await studio.ban(MOD, ANN.id, "spam")
        await studio.unban(MOD, ANN.id)
        await studio.ban(MOD, ANN.id, "again")
        await studio.ban(MOD, BEN.id)
        return await studio.export(ANN.id), await studio.export(MOD.id)

    mine, mods = (
        json.loads(zipfile.ZipFile(io.BytesIO(data)).read("moderation.json"))
        for data in told(settings, tmp_path, story)
    )
    assert [ban["reason"] for ban in mine["bans"]] == ["again"]
    assert [report["reason"] for report in mine["reports"]] == ["not nice"]
    assert [(entry["verb"], entry["detail"]) for entry in mine["log"]] == [
        ("ban", "spam"),
        ("unban", ""),
        ("ban", "again"),
    ]
    assert not any({"actor_id", "by_id"} & set(one) for one in (*mine["bans"], *mine["log"]))
    assert {entry["actor_id"] for entry in mods["log"]} == {MOD.id} and len(mods["log"]) == 4


def test_an_export_holds_everything_but_what_is_secret(settings, tmp_path):
    async def story(studio, post):
        await painted(studio, post, asked=wish("my secret garden"))
        await studio.change_member(ANN, language="zh-CN")
        return await studio.export(ANN.id), await studio.export(12345)

    mine, nobody = (zipfile.ZipFile(io.BytesIO(data)) for data in told(settings, tmp_path, story))
    assert json.loads(mine.read("member.json"))["settings"]["language"] == "zh-CN"
    assert json.loads(mine.read("requests.json"))[0]["prompt"] == "my secret garden"
    assert [name for name in mine.namelist() if name.startswith("pictures/")] == ["pictures/1.png", "pictures/2.png"]
    assert b"token" not in mine.read("requests.json")
    assert json.loads(nobody.read("requests.json")) == []


def test_forgetting_removes_words_pictures_and_posts_but_not_children(settings, tmp_path):
    async def story(studio, post):
        job, (parent, _) = await painted(studio, post, asked=wish("my secret garden"))
        _, (child, _) = await painted(studio, post, BEN, wish(parents=(parent,)))
        running = (await studio.submit(ANN, origin(), wish("endless"))).job_id
        await studio.change_member(ANN, size="tall")
        done = await studio.forget(ANN.id)
        assert (done.jobs, done.pictures) == (2, 2) and done.posts == 2
        assert (await studio.job(running)).state == "cancelled"
        await post.until(job, "removed")
        assert await refused(studio.picture(parent)) == "removed"
        assert await refused(studio.again(BEN, origin(), job)) == "removed"
        assert await studio.picture(child)
        assert (await studio.artwork(child)).parents == (parent,)
        assert studio.cached_settings(None, ANN.id).size is None
        assert await studio.history(ANN.id) == []
        # A report's button may outlive its author's data: nobody is banned in their place.
        assert await refused(studio.ban(MOD, (await studio.artwork(parent)).member_id)) == "removed"

    told(settings, tmp_path, story)
    assert b"secret garden" not in b"".join(path.read_bytes() for path in tmp_path.glob("salon.db*"))


def test_a_guild_that_left_is_purged_after_thirty_days_unless_it_comes_back(settings, tmp_path, monkeypatch):
    now = datetime.now(UTC)
    days = [0]

    async def story(studio, post):
        _, (here, _) = await painted(studio, post)
        _, (there, _) = await painted(studio, post, guild_id=ELSEWHERE)
        await studio.guilds_present({GUILD: "Here", ELSEWHERE: "There"})
        await studio.guilds_present({GUILD: "Here"})
        await studio.guild_left(GUILD)
        await studio.guild_joined(GUILD, "Here again")
        for day, gone in ((29, False), (31, True)):
            days[0] = day
            await studio.janitor.make_round()
            assert (await studio.artwork(there)).removed is gone
        assert not (await studio.artwork(here)).removed

    told(settings, tmp_path, story, clock=lambda: now + timedelta(days=days[0]))


def test_old_and_excessive_pictures_go_unless_somebody_kept_them(settings, tmp_path):
    now, days = datetime.now(UTC), [0]
    small = settings.model_copy(update={"storage": StorageSettings(retention_days=10, quota_gb=1e-4)})

    async def story(studio, post):
        _, (kept, loose) = await painted(studio, post)
        await studio.keep(BEN, kept)
        days[0] = 9
        await studio.janitor.make_round()
        assert not (await studio.artwork(loose)).removed
        days[0] = 11
        await studio.janitor.make_round()
        assert (await studio.artwork(loose)).removed and (await studio.artwork(loose)).recipe
        assert not (await studio.artwork(kept)).removed
        _, big = await painted(studio, post, asked=wish("noisy", count=2))
        await studio.janitor.make_round()
        assert all([(await studio.artwork(work)).removed for work in big])
        assert await studio.picture(kept)

    told(small, tmp_path, story, clock=lambda: now + timedelta(days=days[0]))


def test_a_killed_lifes_leavings_are_swept_at_the_start(settings, tmp_path):
    stray = tmp_path / "blobs" / "ab" / ("ab" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"painted, but never named")

    async def story(studio, post):
        assert not stray.exists()

    told(settings, tmp_path, story)


def test_tokens_are_wiped_by_the_clock(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(janitor, "TOKENS_S", 0.01)

    async def story(studio, post):
        job, _ = await painted(studio, post, received_at=datetime.now(UTC) - timedelta(minutes=15))
        while (await studio.job(job)).token is not None:
            await asyncio.sleep(0.01)

    told(settings, tmp_path, story)
