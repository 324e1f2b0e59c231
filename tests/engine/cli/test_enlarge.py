"""`salon enlarge`: the briefs that it builds, and what it refuses before anything is painted."""

from dataclasses import replace

import pytest

from engine.api import Picture
from engine.cli.enlarge import enlarging_brief, repainting_brief
from engine.cli.request import Wish, brief_again
from engine.cli.varying import strong_brief
from engine.pictures.provenance import png_info
from tests.engine.cli.conftest import Salon
from tests.engine.pictures.files import RECIPE, noise, saved

SHA = "0f" * 32
LARGE = Picture(
    index=0, image=b"", mime="image/png", sha256="ab" * 32, thumbnail=b"", width=128, height=96, recipe=RECIPE
)


def test_what_is_enlarged_keeps_its_words_and_names_its_parent():
    brief = enlarging_brief(RECIPE, SHA, (64, 48), 4, None)
    assert (brief.mode, brief.family, brief.model, brief.count) == ("enlarge", "enlarge", None, 1)
    assert (brief.width, brief.height, brief.source, brief.parents) == (256, 192, SHA, (SHA,))
    assert (brief.prompt, brief.style, brief.seed) == (RECIPE.prompt, RECIPE.style, RECIPE.seed)


def test_any_picture_is_enlarged():
    brief = enlarging_brief(None, SHA, (31, 7), 2, "lanczos")
    assert (brief.width, brief.height, brief.model, brief.prompt) == (62, 14, "lanczos", "")


def test_an_enlargement_is_made_again_from_its_recipe():
    recipe = replace(
        RECIPE, mode="enlarge", family="enlarge", model="upscaler", index=0, count=1, source=SHA, timeline=()
    )
    recipe = replace(recipe, scheduler="own", guidance=0.0, steps=121)
    brief = brief_again(recipe, {SHA})
    assert (brief.mode, brief.family, brief.model, brief.source) == ("enlarge", "enlarge", "upscaler", SHA)
    assert (brief.width, brief.height) == (recipe.width, recipe.height)


def test_what_is_repainted_keeps_the_size_and_the_manner():
    brief = repainting_brief(RECIPE, Wish(strength=0.3, seed=9), LARGE)
    assert (brief.width, brief.height, brief.source, brief.parents) == (128, 96, LARGE.sha256, (LARGE.sha256,))
    assert (brief.family, brief.mode, brief.strength, brief.seed, brief.count) == ("diffusion", "enlarge", 0.3, 9, 1)
    assert (brief.prompt, brief.style, brief.model) == (RECIPE.prompt, RECIPE.style, RECIPE.model)
    other = repainting_brief(RECIPE, Wish(strength=0.3, prompt="a hare"), LARGE)
    assert other.prompt == "a hare"


def test_a_picture_enlarged_before_is_painted_over_by_the_default_model():
    recipe = replace(RECIPE, mode="enlarge", family="enlarge", model="upscaler", steps=121)
    for brief in (repainting_brief(recipe, Wish(strength=0.2), LARGE), strong_brief(recipe, Wish(), SHA)):
        assert (brief.family, brief.model, brief.steps, brief.scheduler) == ("diffusion", None, None, None)
        assert (brief.prompt, brief.style) == (RECIPE.prompt, RECIPE.style)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--times", "3"), "2 or 4 times"),
        (("an owl",), "--repaint"),
        (("--seed", "4"), "--repaint"),
        (("--repaint", "3"), "from 0 to 1"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(salon: Salon, typed, said):
    (salon.folder / "x.png").write_bytes(saved(noise(), pnginfo=png_info(RECIPE)))
    result = salon("enlarge", "x.png", *typed)
    assert result.exit_code == 64
    assert said in result.stderr and len(result.stderr.splitlines()) == 1
    assert salon.pictures() == []


@pytest.mark.parametrize("data", [None, b"", b"hello", saved(noise())[:20]])
def test_what_is_no_picture_is_refused(salon: Salon, data: bytes | None):
    if data is not None:
        (salon.folder / "x.png").write_bytes(data)
    result = salon("enlarge", "x.png")
    assert (result.exit_code, len(result.stderr.splitlines())) == (65, 1)
