"""Pictures that move fit where they are sent, and say how they were made."""

import io
import shutil
from dataclasses import replace

import pytest
from PIL import Image

from engine.api import Brief, Ingredient
from engine.api.errors import InvalidBrief
from engine.pictures.animation import FRAME_MS, MIMES, encode, moving, shown, whole_recipe
from engine.pictures.provenance import AI_MARK, read_recipe
from tests.engine.pictures.files import RECIPE, noise

FRAMES = [noise(32, 24, seed) for seed in range(4)]
FOX, OWL, BEAR = Ingredient(prompt="a red fox"), Ingredient(prompt="an owl"), Ingredient(prompt="a bear")


def brief(*ingredients, **more) -> Brief:
    return Brief(**({"id": "m", "prompt": "m", "mode": "morph", "ingredients": ingredients, "count": 4} | more))


@pytest.mark.parametrize("kind", ["webp", "apng", "gif"])
def test_every_kind_shows_all_frames_for_ever(kind):
    made = encode(FRAMES, kind, RECIPE, 10**6)
    with Image.open(io.BytesIO(made.data)) as image:
        assert (image.n_frames, image.size, image.info.get("loop")) == (4, (32, 24), 0)
        image.seek(1)
        image.load()
        assert image.info["duration"] == FRAME_MS
    assert made.mime == MIMES[kind]


@pytest.mark.parametrize("kind", ["webp", "apng"])
def test_the_recipe_and_the_mark_are_in_the_file(kind):
    made = encode(FRAMES, kind, RECIPE, 10**6)
    assert read_recipe(made.data) == RECIPE and AI_MARK.encode() in made.data


@pytest.mark.parametrize("kind", ["webp", "apng", "gif"])
def test_what_is_too_large_becomes_smaller(kind):
    frames = [noise(256, 192, seed) for seed in range(3)]
    whole = encode(frames, kind, None, 10**7)
    bound = len(whole.data) // 3
    made = encode(frames, kind, None, bound)
    assert len(made.data) <= bound and made.width <= whole.width
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.n_frames == 3 and image.size == (made.width, made.height)


def test_what_cannot_fit_is_said_in_a_sentence():
    with pytest.raises(InvalidBrief, match="fewer frames"):
        encode([noise(256, 256, seed) for seed in range(3)], "apng", None, 1024)


def test_a_film_needs_ffmpeg(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InvalidBrief, match="webp, apng or gif"):
        encode(FRAMES, "mp4", None, 10**6)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_a_film_is_one():
    made = encode(FRAMES, "mp4", RECIPE, 10**6)
    assert made.data[4:8] == b"ftyp" and made.mime == "video/mp4"


def test_a_loop_between_two_is_shown_there_and_back():
    assert shown(4, brief(FOX, OWL)) == [0, 1, 2, 3, 2, 1]
    assert shown(4, brief(FOX, OWL, loop=False)) == [0, 1, 2, 3]
    assert shown(4, brief(FOX, OWL, BEAR)) == [0, 1, 2, 3]


def test_the_whole_has_the_recipe_of_the_morph_and_a_still():
    asked = brief(FOX, OWL, strength=0.5, seed=3)
    frame = replace(RECIPE, mode="blend", ingredients=(replace(FOX, weight=0.3), OWL), count=1, index=0, seed=3)
    made = moving(FRAMES, frame, asked)
    assert (made.frames, made.seconds) == (6, pytest.approx(6 * FRAME_MS / 1000))
    assert made.recipe == whole_recipe(frame, asked) == read_recipe(made.image)
    assert (made.recipe.mode, made.recipe.ingredients, made.recipe.count) == ("morph", (FOX, OWL), 4)
    with Image.open(io.BytesIO(made.still)) as still:
        assert still.size == (32, 24)
