import dataclasses

import pytest

from engine.api import MAX_COUNT, Box, Recipe, Share
from engine.api.errors import InvalidBrief
from engine.cli.request import Wish, brief_again, brief_of
from tests.engine.pictures.files import RECIPE

SOURCE = "0f" * 32


@pytest.mark.parametrize(
    ("size", "pixels"), [("128", (128, 128)), ("512x768", (512, 768)), ("64 X 32", (64, 32)), ("8×9", (8, 9))]
)
def test_sizes_are_read(size: str, pixels: tuple[int, int]) -> None:
    brief = brief_of(Wish(prompt="an owl", size=size), None)
    assert (brief.width, brief.height) == pixels


@pytest.mark.parametrize("size", ["", "x", "12x", "-5", "1.5", "9999999", "12x12x12", "١٢"])
def test_other_sizes_are_refused(size: str) -> None:
    with pytest.raises(InvalidBrief, match="--size"):
        brief_of(Wish(prompt="an owl", size=size), None)


def test_seeds_are_drawn_anew() -> None:
    seeds = {brief_of(Wish(prompt="an owl"), None).seed for _ in range(5)}
    assert len(seeds) == 5 and None not in seeds


def test_the_recipe_decides_everything_when_painting_again() -> None:
    brief = brief_again(RECIPE, ())
    for name in ("prompt", "negative", "style", "seed", "count", "width", "height", "steps", "guidance", "timeline"):
        assert getattr(brief, name) == getattr(RECIPE, name)
    assert (brief.only, brief.executor, brief.model, brief.scheduler) == (RECIPE.index, "full", "mini", "euler")


def test_a_picture_painted_from_another_needs_that_one() -> None:
    recipe = dataclasses.replace(RECIPE, source=SOURCE, strength=0.3)
    with pytest.raises(InvalidBrief, match="--image"):
        brief_again(recipe, ())
    assert (brief_again(recipe, {SOURCE}).strength, brief_again(recipe, {SOURCE}).source) == (0.3, SOURCE)


def test_an_edited_picture_needs_its_mask_too() -> None:
    box, place = Box(0.0, 0.0, 0.5, 1.0), Box(-0.5, 0.0, 0.5, 1.0)
    recipe = dataclasses.replace(RECIPE, mode="edit", source=SOURCE, mask="1a" * 32, box=box, place=place)
    with pytest.raises(InvalidBrief, match=r"a mask.*1a1a1a1a1a"):
        brief_again(recipe, {SOURCE})
    brief = brief_again(recipe, {SOURCE, "1a" * 32})
    assert (brief.mode, brief.mask, brief.box, brief.place) == ("edit", "1a" * 32, box, place)


def test_a_variation_needs_no_other_file() -> None:
    recipe = dataclasses.replace(RECIPE, mode="vary", noise=(Share(3, 0.5), Share(9, 0.7)), strength=0.2)
    assert (brief_again(recipe, ()).noise, brief_again(recipe, ()).strength) == (recipe.noise, 0.2)


@pytest.mark.parametrize(
    "recipe",
    [
        dataclasses.replace(RECIPE, count=MAX_COUNT + 1),
        dataclasses.replace(RECIPE, seed=-1),
        dataclasses.replace(RECIPE, steps=10**9),
        dataclasses.replace(RECIPE, guidance=float("nan")),
        dataclasses.replace(RECIPE, mode="sculpt"),
        dataclasses.replace(RECIPE, prompt="\ud800"),
    ],
)
def test_a_recipe_that_nobody_could_have_painted_is_refused(recipe: Recipe) -> None:
    with pytest.raises(InvalidBrief):
        brief_again(recipe, ())
