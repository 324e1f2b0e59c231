"""Blends and morphs, from the wish to what is stored."""

import asyncio
import io
import json
import zipfile

import pytest
from PIL import Image

from bot.studio.requests import Change, Piece, Wish
from storage.records import Artwork
from tests.bot.studio.modes_engine import listening
from tests.bot.studio.stage import ANN, BEN, MOD, origin, settings_in, wish
from tests.bot.studio.test_changes import ELSEWHERE, file, made, refused, replace_limits, told


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with listening(tmp_path_factory.mktemp("engine")) as settings:
        yield settings


@pytest.fixture
def settings(tmp_path, engine):
    (engine.data_dir / "weights").unlink(missing_ok=True)
    return settings_in(tmp_path, engine={"listen": engine.listen})


def mix(mode: str, *pieces: Artwork | Piece | str, **fields) -> Wish:
    def piece(one: Artwork | Piece | str) -> Piece:
        if isinstance(one, Piece):
            return one
        return Piece(prompt=one) if isinstance(one, str) else Piece(artwork=one.id)

    return Wish(prompt="", mode=mode, change=Change(mixed=tuple(piece(one) for one in pieces)), **fields)


def test_a_blend_takes_noises_words_and_size_of_its_pictures(settings, tmp_path):
    async def story(studio, post):
        fox, *_ = await made(studio, post, wish(size="16x8", seed=7, negative="fog"))
        owl, *_ = await made(studio, post, wish("an owl", size="16x8", seed=9), actor=BEN)
        sent = await studio.take_in(ANN, file())
        heavy = Piece(artwork=owl.id, weight=3.0)
        (work,) = await made(studio, post, mix("blend", fox, heavy, Piece(upload=sent.id), "snow", count=1))
        recipe = work.recipe
        one, two, three, four = recipe["ingredients"]
        assert (one["prompt"], one["negative"], one["noise"]) == ("a fox", "fog", [{"seed": 7, "weight": 1.0}])
        assert (two["weight"], two["noise"][0]["seed"], two["picture"]) == (3.0, 9, None)
        assert (three["picture"], three["noise"], four["prompt"]) == (sent.blob, [], "snow")
        assert (recipe["mode"], recipe["width"], recipe["height"], recipe["strength"]) == ("blend", 16, 8, 0.65)
        assert recipe["prompt"] == work.alt == "a fox + an owl + snow"
        assert work.parents == (fox.id, owl.id) and recipe["parents"] == [fox.blob, owl.blob, sent.blob]
        job = await studio.job(work.job_id)
        again = await studio.again(BEN, origin(), job.id)
        (twin,) = (await post.until(again.job_id, "done")).artworks
        assert twin.recipe["ingredients"] == recipe["ingredients"] and twin.recipe["seed"] != recipe["seed"]

    told(settings, tmp_path, story)


def test_what_was_painted_in_another_manner_is_mixed_as_it_looks_and_that_is_said(settings, tmp_path, engine):
    async def story(studio, post):
        fox, *_ = await made(studio, post, wish(size="16x8", palette="neon"))
        small, *_ = await made(studio, post, wish("a newt", size="8x8"))
        (work,) = await made(studio, post, mix("blend", fox, small, count=1))
        assert [one["picture"] for one in work.recipe["ingredients"]] == [None, small.blob]
        assert (await studio.job(work.job_id)).change["instead"] == "as_it_looks"
        (engine.data_dir / "weights").write_text("second")
        while studio._altering._watch.model(None).hash != "second":
            await studio._altering._watch._look()
        (work,) = await made(studio, post, mix("blend", fox, "an owl", count=1))
        (first, _) = work.recipe["ingredients"]
        assert (first["picture"], first["noise"]) == (fox.blob, []) and first["prompt"].startswith("a fox")
        assert (work.width, work.height) == (16, 8), "it keeps the shape of its first picture"
        assert (await studio.job(work.job_id)).change["instead"] == "as_it_looks"

    told(settings, tmp_path, story)


def test_a_morph_is_shown_moving_and_kept_with_a_still_and_all_frames(settings, tmp_path):
    async def story(studio, post):
        fox, *_ = await made(studio, post, wish(size="16x8"))
        owl, *_ = await made(studio, post, wish("an owl", size="16x8"), actor=BEN)
        accepted = await studio.submit(ANN, origin(), mix("morph", fox, owl, count=6, seed=3))
        letter = await post.until(accepted.job_id, "done", "failed")
        ((work,), (shown,)) = letter.artworks, letter.pictures
        with Image.open(io.BytesIO(shown)) as moving:
            assert moving.format == "WEBP" and moving.n_frames > 1
        with Image.open(io.BytesIO(await studio.picture(work.id))) as still:
            assert still.size == (16, 8) and getattr(still, "n_frames", 1) == 1
        assert work.recipe["mode"] == "morph" and work.alt == "a fox → an owl" and work.parents == (fox.id, owl.id)
        assert [frame["weights"] for frame in work.frames][::5] == [[1.0, 0.0], [0.0, 1.0]]
        (frame,) = await made(studio, post, await studio.frame(BEN, work.id, 2), actor=BEN)
        recipe = frame.recipe
        assert (recipe["mode"], recipe["seed"], recipe["index"]) == ("morph", 3, 1) and frame.moving is None
        assert [one["weight"] for one in recipe["ingredients"]] == pytest.approx([0.8, 0.2])
        assert frame.parents == (work.id, fox.id, owl.id)
        assert (await refused(studio.frame(BEN, work.id, 7)))[0] == "no_artwork"
        with zipfile.ZipFile(io.BytesIO(await studio.export(ANN.id))) as archive:
            assert archive.read(f"pictures/{work.id}-moving.webp") == shown
            assert len(json.loads(archive.read("pictures.json"))[-1]["frames"]) == 6
        await studio.delete(ANN, work.id)
        gone = await studio.artwork(work.id)
        assert gone.moving is None and gone.frames == ()
        assert (await refused(studio.frame(BEN, work.id, 2)))[0] == "removed"
        kept = {frame.blob, fox.blob}
        while not kept <= (left := {path.name for path in (tmp_path / "blobs").rglob("*")}) or work.moving in left:
            await asyncio.sleep(0.01)

    told(settings, tmp_path, story)


def test_every_frame_counts(settings, tmp_path):
    async def story(studio, post):
        key, values = await refused(studio.submit(ANN, origin(), mix("morph", "a fox", "an owl")))
        assert key == "quota_left" and values["count"] == 16
        await made(studio, post, mix("morph", "a fox", "an owl", count=8))
        assert (await refused(studio.submit(ANN, origin(), mix("morph", "a fox", "an owl", count=6))))[
            0
        ] == "quota_left"

    told(replace_limits(settings, pictures_per_member=12), tmp_path, story)


def test_what_cannot_be_mixed_is_refused_before_it_is_queued(settings, tmp_path):
    async def story(studio, post):
        secret, *_ = await made(studio, post, wish(count=1), private=True)
        await made(studio, post, wish(count=1), guild_id=ELSEWHERE)
        gone, *_ = await made(studio, post, wish(count=1))
        await studio.hide(MOD, gone.id)
        await studio.add_word(MOD, "wolf")
        tiled = mix("blend", "a fox", "an owl")
        for asked, key in (
            (mix("blend", "a fox"), "mix_count"),
            (mix("morph", *("abcdef")), "mix_count"),
            (mix("blend", Piece(prompt="a fox", weight=0), Piece(prompt="an owl", weight=0)), "weights_zero"),
            (mix("morph", secret, "an owl"), "not_yours"),
            (mix("morph", gone, "an owl"), "removed"),
            (mix("blend", Piece(upload=99), "an owl"), "upload_gone"),
            (mix("blend", "a wolf", "an owl"), "word"),
            (mix("morph", "a fox", "an owl", count=17), "count"),
            (mix("blend", "a fox", "an owl", count=5), "count"),
            (Wish(prompt="", mode="blend", change=Change(tile=True, mixed=tiled.change.mixed)), "mix_tile"),
        ):
            assert (await refused(studio.submit(BEN, origin(), asked)))[0] == key
        assert [work.id for work in await studio.at_hand(BEN, 10, 9)] == []

    told(settings, tmp_path, story)


def test_pictures_at_hand_are_ones_own_and_public_ones(settings, tmp_path):
    async def story(studio, post):
        public, *_ = await made(studio, post, wish(count=1))
        await made(studio, post, wish(count=1), private=True)
        await made(studio, post, wish(count=1), guild_id=ELSEWHERE)
        own, *_ = await made(studio, post, wish(count=1), actor=BEN, guild_id=None)
        assert [work.id for work in await studio.at_hand(BEN, 10, 9)] == [own.id, public.id]
        assert [work.id for work in await studio.at_hand(BEN, None, 9)] == [own.id]

    told(settings, tmp_path, story)
