"""Posts of reports, after what they show was forgotten."""

import asyncio

from bot.studio import corrections
from bot.studio.delivery import Gone, Unreachable
from tests.bot.studio.stage import ANN, BEN, origin
from tests.bot.studio.test_studio import painted, told


def test_the_posts_of_reports_are_drawn_anew_when_what_they_show_is_forgotten(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(corrections, "LOOK_S", 0.01)

    async def report(studio, post, by, artwork, message):
        told_of = await studio.report(by, origin(), artwork, "rude words")
        await studio.report_posted(told_of.id, 21, message)
        return told_of

    async def story(studio, post):
        _, (first, second) = await painted(studio, post)
        _, (others, deleted) = await painted(studio, post, BEN)
        about = await report(studio, post, BEN, first, 501)
        by = await report(studio, post, ANN, others, 502)
        await studio.report(BEN, origin(), second, "posted nowhere")
        await asyncio.sleep(0.03)
        assert post.redrawn == []
        other = await report(studio, post, ANN, deleted, 503)
        await studio.delete(BEN, deleted)
        while not post.redrawn:
            await asyncio.sleep(0.01)
        assert [message for _, _, message in post.redrawn] == [503]
        post.redrawn.clear()
        post.fail("redraw_report", Unreachable("for a test"), KeyError("for a test"))
        await studio.forget(ANN.id)
        while len(post.redrawn) < 3:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.03)
        assert {(one.id, channel, message) for one, channel, message in post.redrawn} == {
            (about.id, 21, 501),
            (by.id, 21, 502),
            (other.id, 21, 503),
        }
        assert len(post.redrawn) == 3, "each once"
        assert {one.reason for one, _, _ in post.redrawn} == {"rude words", ""}
        post.redrawn.clear()
        post.fail("redraw_report", Gone())
        await studio.forget(BEN.id)
        while len(post.redrawn) < 2:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.03)
        assert len(post.redrawn) == 2, "a post that is gone needs nothing"

    told(settings, tmp_path, story)
