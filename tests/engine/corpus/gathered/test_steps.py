import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter, ImageOps

from engine.corpus.gathered.prepare.augmenting import Augment
from engine.corpus.gathered.prepare.base import Dropped
from engine.corpus.gathered.prepare.captioning import Caption, said_of, words_of
from engine.corpus.gathered.prepare.cropping import Segment, Trim, subject_box
from engine.corpus.gathered.prepare.deduplication import Deduplicate
from engine.corpus.gathered.prepare.denoising import Denoise, noise_level
from engine.corpus.gathered.prepare.filtering import Filter
from engine.corpus.gathered.prepare.normalising import Normalise
from engine.corpus.gathered.samples import Sample
from tests.engine.corpus.gathered.pictures import scene
from tests.engine.pictures.files import noise


def levels(picture):
    return np.asarray(picture, np.float32)


def alone(step, picture, caption="", **facts):
    (after,) = step.apply(Sample("x.png", picture, caption, facts))
    return after


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (scene(size=(63, 200)), "too small"),
        (scene(size=(400, 100)), "too long"),
        (Image.new("RGB", (99, 99), "teal"), "flat"),
    ],
)
def test_what_teaches_nothing_is_dropped(picture, why):
    with pytest.raises(Dropped, match=why):
        Filter().apply(Sample("x.png", picture))


def test_what_differs_in_hue_alone_is_not_flat():
    halves = Image.new("RGB", (100, 100), (200, 60, 60))
    halves.paste((60, 131, 60), (0, 0, 50, 100))
    assert alone(Filter(), halves).picture is halves


def test_copies_are_dropped_and_others_stay():
    step = Deduplicate()
    for number in range(100):
        step.apply(Sample(f"{number}.png", scene(number)))
    dull = Image.blend(scene(70), Image.new("RGB", scene().size, "grey"), 0.2)
    for copy in (scene(70).resize((77, 64)), dull, scene(70).filter(ImageFilter.GaussianBlur(1))):
        with pytest.raises(Dropped, match=r"same as 70\.png$"):
            step.apply(Sample("copy.png", copy))
    step.apply(Sample("owl.png", scene(200), "an owl"))
    with pytest.raises(Dropped, match="with another caption"):
        step.apply(Sample("fox.png", scene(200), "a fox"))


@pytest.mark.parametrize("border", [(240, 235, 228), (8, 8, 8)])
def test_a_border_is_cut_off_and_nothing_more(border):
    inner = scene(3)
    grainy = levels(ImageOps.expand(inner, (30, 12, 44, 20), border))
    grainy += np.random.default_rng(0).normal(0, 4, grainy.shape)
    after = alone(Trim(), Image.fromarray(grainy.clip(0, 255).astype(np.uint8))).picture
    assert abs(after.width - inner.width) <= 6 and abs(after.height - inner.height) <= 6
    assert alone(Trim(), inner).picture is inner


def test_the_crop_finds_the_subject():
    wide = Image.new("RGB", (300, 100), (120, 140, 150))
    wide.paste(scene(4, (60, 60)), (220, 20))
    left, top, right, bottom = subject_box(wide)
    assert left <= 222 and right >= 278 and right - left == bottom - top <= 100
    square = alone(Segment(), scene(5, (200, 120))).picture
    assert square.width == square.height >= 0.8 * 120 - 1


def test_grain_is_taken_away_and_edges_stay():
    clean = scene(6, (100, 90)).filter(ImageFilter.GaussianBlur(1))
    noisy = levels(clean) + np.random.default_rng(0).normal(0, 16, (90, 100, 3))
    picture = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
    grey = np.asarray(picture.convert("L"), np.float32)
    assert noise_level(grey) == pytest.approx(16 * np.sqrt(0.299**2 + 0.587**2 + 0.114**2), rel=0.15)
    after = alone(Denoise(), picture).picture

    def error(found):
        return float(np.square(levels(found) - levels(clean)).mean())

    assert error(after) < error(picture) / 4
    assert error(after) < error(picture.filter(ImageFilter.GaussianBlur(1.5)))


def test_specks_are_taken_away_and_the_rest_is_as_it_was():
    clean = scene(7)
    spoilt = np.asarray(clean).copy()
    hit = np.random.default_rng(0).random(spoilt.shape[:2]) < 0.03
    spoilt[hit] = 255
    after = np.asarray(alone(Denoise(), Image.fromarray(spoilt)).picture)
    assert (
        np.square(after.astype(float) - np.asarray(clean)).mean() < np.square(spoilt.astype(float) - clean).mean() / 8
    )
    assert (after == spoilt).all(-1)[~hit].mean() > 0.97


def test_clean_pictures_and_drawings_are_left_as_they_are():
    lines = Image.new("RGB", (120, 120), "white")
    lines.paste("black", (10, 10, 110, 12))
    for x in range(20, 100, 8):
        lines.paste("black", (x, 20, x + 2, 100))
    for picture in (scene(8), lines):
        assert alone(Denoise(), picture).picture is picture


def test_faded_levels_are_stretched_and_night_stays_night():
    faded = Image.fromarray((levels(scene(9)) * 0.4 + 70).astype(np.uint8))
    after = levels(alone(Normalise(64), faded).picture)
    before = levels(ImageOps.fit(faded, (64, 64), Image.Resampling.LANCZOS))
    assert after.shape == (64, 64, 3)
    assert 1.3 < after.std() / before.std() < 1.5
    night = Image.fromarray((levels(scene(9)) * 0.2).astype(np.uint8))
    assert levels(alone(Normalise(64), night).picture).mean() < 60
    full = Image.fromarray(np.tile(np.linspace(0, 255, 64).astype(np.uint8)[:, None, None], (1, 64, 3)))
    assert np.array_equal(alone(Normalise(64), full).picture, full)


def test_copies_are_made_and_sides_are_not_belied():
    sample = Sample("owl.png", scene(10), "an owl")
    same, mirrored, closer = Augment().apply(sample)
    assert same is sample and {part.picture.size for part in (mirrored, closer)} == {sample.picture.size}
    assert np.array_equal(ImageOps.mirror(mirrored.picture), sample.picture)
    again = Augment().apply(sample)[2]
    assert np.array_equal(again.picture, closer.picture) and not np.array_equal(closer.picture, sample.picture)
    for caption in ("an owl on the left", "左边的猫头鹰"):
        assert len(Augment().apply(Sample("owl.png", scene(10), caption))) == 2


@pytest.mark.parametrize(
    ("name", "facts", "said"),
    [
        ("x.png", {"title": "The Great <i>Wave</i>", "artist": "Hokusai", "medium": "Print", "year": "1831"},
         "The Great Wave by Hokusai, print, 1831"),
        ("x.png", {"title": "Owl", "year": "1900"}, "Owl, 1900"),
        ("deep/red-fox_in.the-snow2.png", {"artist": "M"}, "red fox in the snow"),
        ("RedFoxSleeping.png", {}, "Red Fox Sleeping"),
        ("黄昏的红船.png", {}, "黄昏的红船"),
        ("facade.png", {}, "facade"),
    ],
)  # fmt: skip
def test_captions_by_rule(name, facts, said):
    (after,) = Caption().apply(Sample(name, scene(), "", facts))
    assert after.caption == said


@pytest.mark.parametrize(
    "name", ["IMG_1234.png", "DSC00012.jpg", "0a1b2c3d4e.png", "Screenshot 2026-01-01.png", "7.png"]
)
def test_names_that_tell_nothing_make_no_caption(name):
    with pytest.raises(Dropped, match="no caption"):
        Caption().apply(Sample(name, scene()))


def test_written_captions_stay():
    assert alone(Caption(), scene(), "an owl", title="Fox").caption == "an owl"


@settings(max_examples=50, deadline=None)
@given(st.text(), st.text())
def test_wild_names_and_titles_are_one_line(name, title):
    assert "\n" not in words_of(name) and "\n" not in said_of({"title": title})


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))
def test_no_step_stumbles_over_the_size(width, height, seed):
    picture = noise(width, height, seed)
    for step in (Trim(), Segment(), Denoise(), Normalise(16), Augment(), Deduplicate()):
        for after in step.apply(Sample("x.png", picture, "noise")):
            assert min(after.picture.size) >= 1
