"""Blends mix noises, pictures and what attention reads, each by its weight."""

import dataclasses
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.api import Adjustment, Ingredient, Share
from engine.api.errors import InvalidBrief
from engine.api.varying import noise_of
from engine.diffusion.executors.mixing import Mixing
from engine.modes.blend import SHARES, mixed_rows
from engine.modes.fields import refuse
from engine.modes.vary import mixed
from tests.engine.diffusion.painting import brief, paint, run, start

SHA, OTHER = "c" * 64, "d" * 64
FOX, OWL = Ingredient(prompt="a red fox"), Ingredient(prompt="an owl")


def blend(*ingredients, **more):
    return brief("a blend", mode="blend", ingredients=ingredients, seed=99, **more)


def painted(family, **more):
    (parent,), _ = paint(family, brief(**more))
    recipe = family.recipe(parent)
    return parent, Ingredient(prompt=recipe.prompt, guidance=recipe.guidance, noise=noise_of(recipe))


def picture(colour) -> Image.Image:
    return Image.new("RGB", (32, 32), colour)


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "sd3", "flux"])
def test_what_weighs_everything_is_painted_again(families, architecture):
    family = families(architecture)
    fox, one = painted(family)
    _, two = painted(family, prompt="an owl", seed=8)
    (again,), _ = paint(family, blend(one, replaced(two, weight=0.0), strength=0.0))
    torch.testing.assert_close(again.latents, fox.latents, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("architecture", ["sd", "sd3"])
def test_weights_say_whose_picture_a_blend_is_nearer_to(families, architecture):
    family = families(architecture)
    fox, one = painted(family)
    owl, two = painted(family, prompt="an owl", seed=8)
    (near,), _ = paint(family, blend(replaced(one, weight=3.0), two, strength=0.0))
    (far,), _ = paint(family, blend(one, replaced(two, weight=3.0), strength=0.0))
    assert apart(near, fox) < apart(far, fox) and apart(far, owl) < apart(near, owl)
    assert min(apart(near, fox), apart(far, owl)) > 0.01


def test_attention_reads_each_text_by_itself(families):
    """Twice the same words are those words, and their mean is not what lies between two."""
    family = families("sd")
    (plain,), _ = paint(family, brief("a red fox", seed=99))
    (twice,), _ = paint(family, blend(FOX, FOX, strength=0.0))
    torch.testing.assert_close(twice.latents, plain.latents, rtol=1e-4, atol=1e-4)
    (state,) = start(family, blend(FOX, OWL, strength=0.0))
    assert isinstance(state.executor, Mixing) and state.rows[0][SHARES].tolist() == [[0.5, 0.5]]


def test_texts_of_unequal_length_are_read_alike():
    short, long = torch.randn(1, 3, 4), torch.randn(1, 6, 4)
    texts = [({"encoder_hidden_states": one},) for one in (short, long)]
    (row,) = mixed_rows(texts, [0.25, 0.75], apart=True)
    words = row["encoder_hidden_states"]
    assert words.shape == (1, 12, 4) and words[:, :3].equal(words[:, 3:6]) and words[:, 6:].equal(long)


def test_a_text_without_guidance_counts_for_both_rows():
    texts = [({"encoder_hidden_states": torch.full((1, 2, 2), float(at))},) * rows for at, rows in ((1, 1), (3, 2))]
    rows = mixed_rows(texts, [0.5, 0.5], apart=False)
    assert len(rows) == 2 and all(row["encoder_hidden_states"].eq(2).all() for row in rows)


def test_pictures_are_mixed_as_they_look_from_a_strength(families):
    family = families("sd")
    inputs = {SHA: picture("red"), OTHER: picture("blue")}
    pair = (Ingredient(picture=SHA), Ingredient(picture=OTHER, weight=0.0))
    (kept,), _ = paint(family, blend(*pair, strength=0.0), inputs=inputs)
    (red,) = start(family, brief("", source=SHA, strength=0.0, seed=99), inputs=inputs)
    assert kept.latents.equal(red.source)
    (full,) = start(family, blend(*pair, strength=1.0), inputs=inputs)
    assert full.source is None and full.strength is None
    (some,) = start(family, blend(pair[0], Ingredient(picture=OTHER), strength=0.5), inputs=inputs)
    assert 0 < some.steps_left < full.steps_left


def test_pictures_of_one_blend_differ_by_their_own_noise(families):
    family = families("sd")
    _, one = painted(family)
    _, two = painted(family, prompt="an owl", seed=8)
    states, _ = paint(family, blend(one, two, strength=0.4, count=3))
    assert apart(states[0], states[1]) > 0.01 and apart(states[1], states[2]) > 0.01
    assert states[0].noise.std() == pytest.approx(1.0, abs=0.1)


def test_blends_share_steps_and_change_nothing_for_others(families):
    family = families("sd")
    one, two = blend(FOX, OWL), blend(OWL, FOX, Ingredient(prompt="x"))
    alone = [paint(family, each)[0][0].latents for each in (one, two, brief())]
    together = start(family, one, two, brief())
    run(family, together)
    for mine, state in zip(alone, together, strict=True):
        torch.testing.assert_close(state.latents, mine, rtol=1e-4, atol=1e-4)


def test_a_recipe_holds_what_was_mixed(families):
    family = families("sd")
    ingredients = (FOX, Ingredient(prompt="an owl", noise=(Share(5, 1.0),), weight=2.5, style="watercolour"))
    (state,) = start(family, blend(*ingredients, strength=0.2, parents=(SHA,)))
    recipe = family.recipe(state)
    assert (recipe.mode, recipe.ingredients, recipe.strength, recipe.parents) == ("blend", ingredients, 0.2, (SHA,))
    with pytest.raises(InvalidBrief, match="mixed of others"):
        noise_of(recipe)


def test_a_blend_cannot_change_while_it_is_painted(families):
    family = families("sd")
    (state,) = start(family, blend(FOX, OWL))
    with pytest.raises(InvalidBrief, match="cancel it"):
        family.adjust(state, Adjustment(prompt="a bear"))


@given(
    weights=st.lists(st.floats(0, 1000), min_size=2, max_size=5).filter(lambda found: sum(found) > 1e-3),
    seed=st.integers(0, 2**31),
    likeness=st.floats(0, 0.99),
)
@settings(max_examples=60, deadline=None)
def test_any_mixture_of_noises_is_as_long_as_noise(weights, seed, likeness):
    generator = torch.Generator().manual_seed(seed)
    first, *others = torch.randn(len(weights), 1, 4, 16, 16, generator=generator)
    noises = [first, *(likeness * first + math.sqrt(1 - likeness**2) * other for other in others)]
    found = mixed(noises, weights)
    assert float(found.std()) == pytest.approx(1.0, abs=0.12)
    lengths = [float(noise.norm()) for noise in noises]
    assert min(lengths) * 0.999 <= float(found.norm()) <= max(lengths) * 1.001


@pytest.mark.parametrize(
    ("ingredients", "more", "said"),
    [
        ((FOX,), {}, "two to 5"),
        ((FOX,) * 6, {}, "two to 5"),
        ((FOX, Ingredient(prompt=" ")), {}, "Number 2"),
        ((Ingredient(prompt="x", weight=-1.0), FOX), {}, "start at 0"),
        ((Ingredient(prompt="x", weight=math.nan), FOX), {}, "start at 0"),
        ((Ingredient(prompt="x", weight=0.0), Ingredient(prompt="y", weight=0.0)), {}, "at least one"),
        ((FOX, OWL), {"tile": True}, "without a seam"),
        ((FOX, OWL), {"source": SHA}, "among its ingredients"),
        ((FOX, OWL), {"timeline": (Adjustment(prompt="x"),)}, "change while"),
        ((FOX, OWL), {"mode": "imagine"}, "Only a blend"),
    ],
)
def test_what_cannot_be_mixed_is_said_in_a_sentence(families, ingredients, more, said):
    with pytest.raises(InvalidBrief, match=said):
        start(families("sd"), brief(**({"mode": "blend", "ingredients": ingredients} | more)), inputs={SHA: picture(0)})


def test_a_model_without_an_adapter_blends_nothing():
    with pytest.raises(InvalidBrief, match="cannot blend"):
        refuse(blend(FOX, OWL), "stranger")


def replaced(ingredient: Ingredient, **more) -> Ingredient:
    return dataclasses.replace(ingredient, **more)


def apart(one, two) -> float:
    return float((one.latents - two.latents).square().mean().sqrt())
