"""From what was typed to the briefs of the modes."""

import json

import pytest

from engine.api import Box, EngineError, Share
from engine.cli.editing import Part, box_of, place_of
from engine.cli.request import Wish
from engine.cli.varying import strong_brief, subtle_brief
from engine.pictures.provenance import png_info
from tests.engine.cli.conftest import Salon
from tests.engine.pictures.files import RECIPE, noise, saved

SHA = "0f" * 32


def test_a_subtle_variation_is_of_its_parent_but_for_the_noise():
    brief = subtle_brief(RECIPE, Wish(count=2), SHA)
    same = ("prompt", "negative", "style", "model", "width", "height", "steps", "guidance", "scheduler", "timeline")
    assert all(getattr(brief, name) == getattr(RECIPE, name) for name in same)
    assert (brief.mode, brief.noise, brief.parents) == ("vary", (Share(RECIPE.seed + RECIPE.index, 1.0),), (SHA,))
    assert (brief.source, brief.count) == (None, 2)


def test_other_words_and_styles_are_variations_too():
    brief = subtle_brief(RECIPE, Wish(prompt="a hare", style="ink", strength=0.0, seed=4), SHA)
    assert (brief.prompt, brief.style, brief.strength, brief.seed) == ("a hare", "ink", 0.0, 4)
    assert (brief.timeline, brief.guidance, brief.noise[0].weight) == ((), None, 1.0)


@pytest.mark.parametrize("wish", [Wish(size="64"), Wish(model="sdxl")])
def test_noise_has_one_size_and_one_model(wish):
    with pytest.raises(EngineError, match="--strong"):
        subtle_brief(RECIPE, wish, SHA)


def test_a_strong_variation_needs_no_recipe():
    assert strong_brief(None, Wish(prompt="a hare", size="64"), SHA).source == SHA
    brief = strong_brief(RECIPE, Wish(strength=0.9), SHA)
    assert (brief.source, brief.strength, brief.prompt, brief.noise) == (SHA, 0.9, RECIPE.prompt, ())


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (Part(extend="right=100"), Box(0, 0, 0.5, 1)),
        (Part(extend="left=50%, top=100"), Box(1 / 3, 0.5, 1, 1)),
        (Part(pan="left=25"), Box(0.25, 0, 1.25, 1)),
        (Part(pan="bottom=50,right=10"), Box(-0.1, -0.5, 0.9, 0.5)),
        (Part(zoom_out=2.0), Box(0.25, 0.25, 0.75, 0.75)),
        (Part(box="0,0,50,50"), None),
    ],
)
def test_frames_are_read(part, place):
    found = place_of(part)
    assert (found is None) == (place is None)
    if found is not None:
        sides = ("left", "top", "right", "bottom")
        assert [getattr(found, side) for side in sides] == pytest.approx([getattr(place, side) for side in sides])


def test_a_box_is_read_in_percent():
    assert box_of("0, 12.5,100,50%") == Box(0.0, 0.125, 1.0, 0.5)


@pytest.mark.parametrize(
    "part",
    [
        Part(extend="up=5"),
        Part(extend="right"),
        Part(pan="left=401"),
        Part(pan="left=-5"),
        Part(zoom_out=1.0),
        Part(zoom_out=99.0),
        Part(extend="left=5", pan="left=5"),
    ],
)
def test_frames_that_cannot_be_are_refused(part):
    with pytest.raises(EngineError, match=r"--|at a time"):
        place_of(part)


def test_an_edit_reaches_the_engine_by_the_hash_of_its_file(served: Salon) -> None:
    (served.folder / "owl.png").write_bytes(saved(noise(16, 8)))
    (served.folder / "mask.png").write_bytes(saved(noise(16, 8)))
    options = ["--box", "0,0,50,100", "--mask", "mask.png", "-n", "1", "--json"]
    result = served("edit", "owl.png", "an owl, inputs", *options)
    assert result.exit_code == 0, result.stderr
    (picture,) = json.loads(result.stdout)["pictures"]
    assert (picture["width"], picture["height"]) == (16, 8)


def test_a_picture_without_a_recipe_is_varied_by_its_pixels(served: Salon) -> None:
    (served.folder / "photo.png").write_bytes(saved(noise()))
    result = served("vary", "photo.png")
    assert result.exit_code == 64 and "--strong" in result.stderr
    assert served("vary", "photo.png", "inputs", "--strong", "-n", "1").exit_code == 0


def test_a_variation_of_another_model_s_picture_says_so(served: Salon) -> None:
    data = saved(noise(), pnginfo=png_info(RECIPE))
    (served.folder / "owl.png").write_bytes(data)
    result = served("vary", "owl.png", "an owl", "-n", "1", "--json")
    assert result.exit_code == 0, result.stderr
    assert "not the one that painted" in result.stderr
