"""From pictures and prompts that were named to the brief of a blend."""

import dataclasses
import json

import pytest

from engine.api import Ingredient, Share
from engine.api.errors import InvalidBrief, UnreadablePicture
from engine.api.mixing import Thing, gather, strength_of
from engine.cli.blending import blend_brief, gathered_of, styled_brief, things_of, weights_of
from engine.cli.request import Wish, brief_again
from engine.pictures.provenance import png_info
from tests.engine.cli.conftest import Salon
from tests.engine.pictures.files import RECIPE, noise, saved

SHA, OTHER = "0f" * 32, "1e" * 32
PAINTED = dataclasses.replace(RECIPE, timeline=())
FOX = dataclasses.replace(PAINTED, prompt="a fox, watercolour", style=None, seed=5, index=0)


def gathered(*things: Thing, wish: Wish | None = None):
    return gathered_of(things, wish or Wish(), joined=" + ")


def test_paintings_of_one_manner_are_mixed_from_their_noise():
    found = gathered(Thing(picture=SHA, recipe=PAINTED), Thing(picture=OTHER, recipe=FOX), Thing(prompt="rain"))
    assert found.ingredients == (
        Ingredient(
            prompt=PAINTED.prompt,
            negative="blurry",
            style="oil",
            guidance=4.5,
            noise=(Share(PAINTED.seed + 2, 1.0),),
        ),
        Ingredient(prompt=FOX.prompt, negative="blurry", guidance=4.5, noise=(Share(5, 1.0),)),
        Ingredient(prompt="rain"),
    )
    brief = blend_brief(found, [2, 1, 1], Wish(count=2))
    assert (brief.mode, brief.width, brief.height, brief.steps, brief.count) == ("blend", 64, 48, 20, 2)
    assert [each.weight for each in brief.ingredients] == [2, 1, 1]
    assert (brief.pictures, brief.parents, brief.strength) == ((), (SHA, OTHER), strength_of(found.ingredients))


@pytest.mark.parametrize(
    "change",
    [{"width": 128}, {"model": "sdxl"}, {"steps": 4}, {"source": SHA}, {"timeline": RECIPE.timeline}, {"tile": True}],
)
def test_what_was_painted_otherwise_is_mixed_as_it_looks(change):
    other = dataclasses.replace(FOX, **change)
    found = gathered(Thing(picture=SHA, recipe=PAINTED), Thing(picture=OTHER, recipe=other))
    assert found.looked_at == (1,) and found.ingredients[1].picture == OTHER and not found.ingredients[1].noise
    assert blend_brief(found, [1, 1], Wish()).pictures == (OTHER,)


def test_a_size_or_a_model_that_is_said_goes_before_the_pictures_own():
    things = [Thing(picture=SHA, recipe=PAINTED), Thing(prompt="rain")]
    assert gather(things, joined=" ", model=None, size=(32, 32)).looked_at == (0,)
    assert gather(things, joined=" ", model="sdxl", size=None).looked_at == (0,)
    styled = gathered(*things, wish=Wish(style="ink"))
    assert [each.style for each in styled.ingredients] == [None, None]


def test_names_are_files_or_prompts(salon: Salon) -> None:
    (salon.folder / "owl.png").write_bytes(saved(noise(), pnginfo=png_info(PAINTED)))
    (salon.folder / "photo.jpg").write_bytes(saved(noise(), "JPEG"))
    things, inputs = things_of(["owl.png", "photo.jpg", "a fox, 3.5 m long"])
    assert [one.recipe is not None for one in things] == [True, False, False]
    assert [one.picture in inputs for one in things] == [True, True, False]
    assert things[2].prompt == "a fox, 3.5 m long"
    with pytest.raises(UnreadablePicture, match="gone"):
        things_of(["gone.png"])


@pytest.mark.parametrize(
    ("text", "said"), [("1", "one for each"), ("1,2,3", "one for each"), ("1,x", "numbers"), ("-1,2", "numbers")]
)
def test_weights_are_numbers_one_for_each(text, said):
    with pytest.raises(InvalidBrief, match=said):
        weights_of(text, 2)
    assert weights_of("2, 0.5", 2) == [2.0, 0.5]
    assert weights_of(None, 3) == [1.0, 1.0, 1.0]


def test_the_one_in_the_style_of_another_keeps_its_noise_and_what_it_shows():
    brief = styled_brief(Thing(picture=SHA, recipe=FOX), "ink drawing", OTHER, Wish())
    assert (brief.mode, brief.prompt, brief.noise, brief.strength) == (
        "vary",
        "a fox, ink drawing",
        (Share(5, 1.0),),
        0,
    )
    named = styled_brief(Thing(picture=SHA, recipe=FOX), "", OTHER, Wish(style="ink"))
    assert (named.prompt, named.style, named.parents) == ("a fox", "ink", (SHA, OTHER))
    photo = styled_brief(Thing(picture=SHA), "ink drawing", OTHER, Wish())
    assert (photo.source, photo.prompt) == (SHA, "ink drawing")
    words = styled_brief(Thing(prompt="a bear"), "ink drawing", OTHER, Wish())
    assert (words.mode, words.prompt) == ("imagine", "a bear, ink drawing")


def test_a_blend_is_painted_again_from_its_recipe():
    mixed = (Ingredient(prompt="a fox", weight=2.0), Ingredient(picture=SHA))
    recipe = dataclasses.replace(PAINTED, mode="blend", ingredients=mixed, strength=0.4)
    again = brief_again(recipe, [SHA])
    assert (again.mode, again.ingredients, again.strength, again.only) == ("blend", mixed, 0.4, 2)
    with pytest.raises(InvalidBrief, match="--image"):
        brief_again(recipe, [])


def test_a_blend_reaches_the_engine_with_its_pictures(served: Salon) -> None:
    (served.folder / "photo.png").write_bytes(saved(noise(16, 8)))
    result = served("blend", "photo.png", "an owl", "-n", "1", "--json", "--weights", "1,3")
    assert result.exit_code == 0, result.stderr
    assert len(json.loads(result.stdout)["pictures"]) == 1
    assert served("blend", "photo.png", "an owl", "--weights", "1").exit_code == 64
    assert served("blend", "a", "b", "--style-of", "photo.png").exit_code == 64
