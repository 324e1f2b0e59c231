"""The modes that begin with a picture, from the wish to the recipe of what was painted."""

import asyncio
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest
from PIL import Image

from bot.studio import janitor
from bot.studio.changes import read, stored
from bot.studio.requests import Change, Piece, Refusal, Wish
from storage.records import Artwork
from tests.bot.studio.modes_engine import listening
from tests.bot.studio.stage import ANN, BEN, MOD, Post, online, opened, origin, settings_in, wish
from tests.engine.processes import run

ELSEWHERE = 11


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with listening(tmp_path_factory.mktemp("engine")) as settings:
        yield settings


@pytest.fixture
def settings(tmp_path, engine):
    (engine.data_dir / "weights").unlink(missing_ok=True)
    return settings_in(tmp_path, engine={"listen": engine.listen})


def told(settings, tmp_path, story, **fields):
    async def tell():
        post = Post()
        async with opened(tmp_path, post, settings=settings, **fields) as studio:
            await online(studio)
            return await story(studio, post)

    return run(tell())


async def made(studio, post, asked: Wish, actor=ANN, **fields) -> tuple[Artwork, ...]:
    accepted = await studio.submit(actor, origin(**fields), asked)
    letter = await post.until(accepted.job_id, "done", "failed")
    assert letter.kind == "done", letter
    return letter.artworks


def of(work: Artwork, mode: str, prompt: str = "", change: Change | None = None, **fields) -> Wish:
    return Wish(prompt=prompt, mode=mode, parents=(work.id,), change=change or Change(), **fields)


async def refused(awaitable) -> tuple[str, dict]:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value.key, dict(caught.value.values)


def file(kind: str = "PNG", size: tuple[int, int] = (24, 16)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 90, 30)).save(buffer, kind)
    return buffer.getvalue()


def test_a_subtle_variation_keeps_words_size_and_noise_of_its_parent(settings, tmp_path):
    async def story(studio, post):
        parent = (await made(studio, post, wish(size="16x8", seed=7, negative="fog", palette="neon")))[1]
        (child,) = await made(studio, post, of(parent, "vary", count=1), actor=BEN)
        recipe = child.recipe
        assert child.parents == (parent.id,) and recipe["parents"] == [parent.blob]
        assert recipe["noise"] == [{"seed": 8, "weight": 1.0}] and recipe["source"] is None
        assert (recipe["mode"], recipe["strength"], recipe["width"], recipe["height"]) == ("vary", 0.3, 16, 8)
        assert (recipe["prompt"], recipe["negative"]) == (parent.recipe["prompt"], "fog") and "neon" in recipe["prompt"]
        assert recipe["seed"] != parent.recipe["seed"]
        (second,) = await made(studio, post, of(child, "vary", "a wolf", Change(strength=0.5), count=1))
        assert len(second.recipe["noise"]) == 2 and second.recipe["prompt"].startswith("a wolf")
        assert second.recipe["strength"] == 0.5
        assert [event.kind for event in await _events(studio, parent)] == ["shown", "vary"]

    told(settings, tmp_path, story)


async def _events(studio, work):
    from storage import events

    async with studio._backstage.database.read() as tx:
        return [event for event in await events.of_job(tx, work.job_id) if event.artwork_id == work.id]


def test_what_cannot_be_varied_by_its_noise_is_varied_by_its_pixels_and_says_why(settings, tmp_path, engine):
    async def story(studio, post):
        (parent,) = await made(studio, post, wish(count=1, size="16x8"))
        (strong,) = await made(studio, post, of(parent, "strong", count=1))
        assert (strong.recipe["mode"], strong.recipe["source"], strong.recipe["strength"]) == (
            "vary",
            parent.blob,
            0.75,
        )
        assert (strong.width, strong.height) == (16, 8)
        (child,) = await made(studio, post, of(strong, "vary", count=1))
        job = await studio.job(child.job_id)
        assert (job.mode, job.change) == ("strong", {"instead": "no_noise"})
        (engine.data_dir / "weights").write_text("second")
        while studio._altering._watch.model(None).hash != "second":
            await studio._altering._watch._look()
        (child,) = await made(studio, post, of(parent, "vary", count=1))
        job = await studio.job(child.job_id)
        assert (job.mode, job.change) == ("strong", {"instead": "other_model"})
        assert child.recipe["source"] == parent.blob

    told(settings, tmp_path, story)


def test_again_repeats_a_change_with_another_seed(settings, tmp_path):
    async def story(studio, post):
        (parent,) = await made(studio, post, wish(count=1))
        change = Change(find="the fox", strength=0.9)
        first = await made(studio, post, of(parent, "edit", "a wolf", change, count=2))
        accepted = await studio.again(BEN, origin(), first[0].job_id)
        second = (await post.until(accepted.job_id, "done")).artworks
        for works in (first, second):
            assert len(works) == 2 and works[0].parents == (parent.id,)
            recipe = works[0].recipe
            assert (recipe["mode"], recipe["find"], recipe["strength"]) == ("edit", "the fox", 0.9)
        assert second[0].recipe["seed"] != first[0].recipe["seed"]

    told(settings, tmp_path, story)


def test_editing_a_part_and_beyond_the_edges(settings, tmp_path):
    async def story(studio, post):
        (parent,) = await made(studio, post, wish(count=1, size="16x8"))
        (wiped,) = await made(studio, post, of(parent, "erase", change=Change(box=(0.5, 0.0, 1.0, 1.0)), count=1))
        assert wiped.recipe["mode"] == "erase" and wiped.recipe["prompt"] == "" and wiped.recipe["strength"] == 0.7
        assert wiped.recipe["box"] == {"left": 0.5, "top": 0.0, "right": 1.0, "bottom": 1.0}
        zoomed = Change(place=(0.25, 0.25, 0.75, 0.75), whole=True)
        (far,) = await made(studio, post, of(parent, "edit", change=zoomed, count=1))
        assert (far.width, far.height, far.recipe["strength"]) == (16, 8, 0.9)
        assert far.recipe["prompt"] == "a fox" and far.recipe["place"]["right"] == 0.75

    told(settings, tmp_path, story)


def test_an_enlarged_picture_is_one_and_is_not_painted_smaller_again(settings, tmp_path):
    async def story(studio, post):
        (parent,) = await made(studio, post, wish(count=1, size="16x8"))
        (large,) = await made(studio, post, of(parent, "enlarge", change=Change(times=4)))
        assert (large.width, large.height, large.recipe["family"]) == (64, 32, "enlarge")
        assert large.parents == (parent.id,)
        assert studio.modes_of(parent) >= {"vary", "edit", "enlarge", "restyle"}
        assert studio.modes_of(large) == {"imagine", "restyle", "enlarge", "blend", "morph"}
        for mode in ("vary", "strong", "edit", "erase"):
            assert (await refused(studio.submit(ANN, origin(), of(large, mode))))[0] == "enlarged"

    told(settings, tmp_path, story)


def test_an_upload_is_cleaned_restyled_exported_and_forgotten(settings, tmp_path):
    async def story(studio, post):
        sent = await studio.take_in(ANN, file("JPEG"))
        looks = [await studio.take_in(ANN, file("WEBP", (9, 9))) for _ in range(2)]
        change = Change(upload=sent.id, looks=tuple(look.id for look in looks), strength=0.5)
        (work,) = await made(studio, post, Wish(prompt="", mode="restyle", change=change))
        recipe = work.recipe
        assert (recipe["family"], recipe["source"], recipe["strength"]) == ("patches", sent.blob, 0.5)
        assert recipe["styles"][0]["references"] == [look.blob for look in looks]
        assert (work.width, work.height, work.parents) == (24, 16, ())
        (oil,) = await made(studio, post, Wish(prompt="", mode="restyle", style="oil", change=Change(upload=sent.id)))
        assert oil.recipe["style"] == "oil"
        assert (await refused(studio.upload(BEN, sent.id)))[0] == "upload_gone"
        with zipfile.ZipFile(io.BytesIO(await studio.export(ANN.id))) as archive:
            assert len(json.loads(archive.read("uploads.json"))) == 3
            assert hashlib.sha256(archive.read(f"uploads/{sent.id}.png")).hexdigest() == sent.blob
        await studio.forget(ANN.id)
        assert (await refused(studio.upload(ANN, sent.id)))[0] == "upload_gone"
        while any(path.is_file() for path in (tmp_path / "blobs").rglob("*")):
            await asyncio.sleep(0.01)

    told(settings, tmp_path, story)


def test_what_is_no_picture_is_refused(settings, tmp_path):
    async def story(studio, post):
        assert (await refused(studio.take_in(ANN, b"<svg/>")))[0] == "upload_unknown_format"

    told(settings, tmp_path, story)


def test_others_private_pictures_and_those_of_other_guilds_are_out_of_reach(settings, tmp_path):
    async def story(studio, post):
        (secret,) = await made(studio, post, wish(count=1), private=True)
        (far,) = await made(studio, post, wish(count=1), guild_id=ELSEWHERE)
        (here,) = await made(studio, post, wish(count=1))
        assert (await refused(studio.choose(ANN, origin(), secret.id)))[0] == "private_picture"
        assert (await studio.choose(ANN, origin(private=True), secret.id)).id == secret.id
        assert (await refused(studio.submit(BEN, origin(), of(secret, "vary"))))[0] == "not_yours"
        for work in (secret, far):
            assert (await refused(studio.choose(BEN, origin(), work.id)))[0] == "no_artwork"
            assert (await studio.choose(ANN, origin(guild_id=None), work.id)).id == work.id
        assert (await studio.choose(BEN, origin(), here.id)).id == here.id
        await studio.hide(MOD, here.id)
        assert (await refused(studio.choose(BEN, origin(), here.id)))[0] == "removed"
        assert (await refused(studio.submit(BEN, origin(), of(here, "vary"))))[0] == "removed"

    told(settings, tmp_path, story)


def test_a_parent_that_goes_while_its_child_waits_is_missed_with_a_sentence(settings, tmp_path):
    async def story(studio, post):
        (parent,) = await made(studio, post, wish(count=1))
        sent = await studio.take_in(ANN, file())
        blocking = await studio.submit(BEN, origin(), wish("endless fox", count=4))
        await post.until(blocking.job_id, "progress")
        others = [await studio.submit(BEN, origin(), wish("endless fox", count=4)) for _ in range(2)]
        waiting = await studio.submit(ANN, origin(), of(parent, "edit", change=Change(find="x"), count=1))
        restyled = await studio.submit(
            ANN, origin(), Wish(prompt="", mode="restyle", style="oil", change=Change(upload=sent.id))
        )
        await studio.delete(ANN, parent.id)
        assert (await studio.job(waiting.job_id)).state == "queued"
        from storage import uploads

        async with studio._backstage.database.write() as tx:
            await uploads.expire(tx, sent.created_at + janitor.UPLOAD_KEPT)
        for job in (blocking, *others):
            await studio.cancel(BEN, job.job_id)
        for job in (waiting, restyled):
            assert (await post.until(job.job_id, "failed", "done")).error_key == "parent_removed"

    told(settings, tmp_path, story)


def test_a_remix_names_its_parents_in_lineage_and_recipe(settings, tmp_path):
    async def story(studio, post):
        parents = await made(studio, post, wish())
        remix = wish("a wolf", count=1, parents=tuple(work.id for work in parents))
        (child,) = await made(studio, post, remix)
        assert child.parents == remix.parents
        assert child.recipe["parents"] == [work.blob for work in parents] and child.recipe["source"] is None
        family = await studio.family(BEN, child.id)
        assert [[work.id for work in row] for row in family.generations] == [list(child.parents), [child.id]]

    told(settings, tmp_path, story)


def test_tiles_are_painted_as_tiles(settings, tmp_path):
    async def story(studio, post):
        (asked,) = studio.wishes(origin(), wish("moss --tile", count=1))
        assert asked.change.tile and asked.notices == ()
        (work,) = await made(studio, post, asked)
        assert work.recipe["tile"] and work.recipe["prompt"] == "moss"
        draft = await studio.draft(ANN, origin(), studio.wishes(origin(), wish("{moss|bark} --tile", count=1)))
        await studio.confirm(ANN, origin(), draft)
        for job_id in (work.job_id + 1, work.job_id + 2):
            assert (await post.until(job_id, "done")).artworks[0].recipe["tile"]

    told(settings, tmp_path, story)


def test_what_is_missing_is_said(settings, tmp_path):
    async def story(studio, post):
        (parent,) = await made(studio, post, wish(count=1))
        assert (await refused(studio.submit(ANN, origin(), of(parent, "restyle", style=None))))[0] == "no_look"
        assert (await refused(studio.submit(ANN, origin(), Wish(prompt="", mode="vary"))))[0] == "no_artwork"
        big = await studio.take_in(ANN, file(size=(1100, 16)))
        asked = Wish(prompt="", mode="enlarge", change=Change(upload=big.id, times=4))
        key, values = await refused(studio.submit(ANN, origin(), asked))
        assert key == "enlarge_large" and values["width"] == 1100
        await studio.add_word(MOD, "wolf")
        assert (await refused(studio.submit(ANN, origin(), of(parent, "edit", change=Change(find="Wolf")))))[
            0
        ] == "word"

    told(settings, tmp_path, story)


def test_a_mode_costs_as_many_pictures_as_it_gives(settings, tmp_path):
    settings = replace_limits(settings, pictures_per_member=3)

    async def story(studio, post):
        (parent,) = await made(studio, post, wish(count=1))
        await made(studio, post, of(parent, "enlarge", change=Change(times=2)))
        works = await made(studio, post, of(parent, "vary"))
        assert len(works) == 1
        assert (await refused(studio.submit(ANN, origin(), of(parent, "vary"))))[0] == "quota"

    told(settings, tmp_path, story)


def replace_limits(settings, **limits):
    return settings.model_copy(update={"limits": settings.limits.model_copy(update=limits)})


def test_changes_survive_being_stored():
    mixed = (Piece(artwork=1, weight=0.5), Piece(upload=2), Piece(prompt="an owl"))
    change = Change(upload=3, box=(0.0, 0.1, 0.5, 1.0), looks=(1, 2), tile=True, strength=0.0, mixed=mixed)
    assert read(json.loads(json.dumps(stored(change)))) == change
    assert stored(Change()) is None and read(None) == Change()
    assert read(stored(replace(change, strength=None))).strength is None
