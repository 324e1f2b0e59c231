"""Subtle variations turn the parent's noise; strong ones start from its picture."""

import dataclasses

import pytest
import torch

from engine.api import Share
from engine.api.errors import InvalidBrief
from engine.api.varying import noise_of
from engine.diffusion.schedulers import FITTING
from engine.modes.vary import mixed
from tests.engine.diffusion.painting import brief, paint, start
from tests.engine.pictures.files import RECIPE

SHA = "c" * 64


def variation(noise, **more):
    return brief(mode="vary", noise=noise, seed=99, **more)


@pytest.mark.parametrize("scheduler", FITTING["sd"])
def test_without_a_step_the_parent_is_painted_again(families, scheduler):
    family = families("sd")
    (parent,), _ = paint(family, brief(scheduler=scheduler))
    (child,), _ = paint(family, variation(noise_of(family.recipe(parent)), strength=0.0, scheduler=scheduler))
    assert child.latents.equal(parent.latents)


@pytest.mark.parametrize("architecture", ["sdxl", "sd3", "flux"])
def test_any_architecture_turns_its_noise(families, architecture):
    family = families(architecture)
    (parent,) = start(family, brief())
    noise = noise_of(family.recipe(parent))
    (same,) = start(family, variation(noise, strength=0.0))
    (other,) = start(family, variation(noise, strength=1.0))
    (fresh,) = start(family, brief(seed=99))
    assert same.noise.equal(parent.noise)
    assert torch.nn.functional.cosine_similarity(other.noise.flatten(), fresh.noise.flatten(), dim=0) > 0.999


def test_a_step_turns_by_its_share_of_a_right_angle(families):
    family = families("sd")
    (parent,) = start(family, brief())
    for strength, kept in ((0.25, 0.924), (0.5, 0.707), (0.75, 0.383)):
        (child,) = start(family, variation(noise_of(family.recipe(parent)), strength=strength))
        likeness = torch.nn.functional.cosine_similarity(child.noise.flatten(), parent.noise.flatten(), dim=0)
        assert float(likeness) == pytest.approx(kept, abs=0.06)
        assert float(child.noise.norm() / parent.noise.norm()) == pytest.approx(1.0, abs=0.1)


def test_a_line_of_variations_needs_no_ancestors(families):
    """A grandchild's recipe paints its parent again without the recipe of the grandparent."""
    family = families("sd")
    (parent,) = start(family, brief())
    (child,) = start(family, variation(noise_of(family.recipe(parent)), strength=0.4))
    (again,) = start(family, brief(mode="vary", noise=noise_of(family.recipe(child)), seed=5, strength=0.0))
    torch.testing.assert_close(again.noise, child.noise, rtol=1e-5, atol=1e-6)
    assert family.recipe(child).mode == "vary" and len(noise_of(family.recipe(again))) == 3


def test_a_recipe_holds_all_that_the_noise_was_mixed_of(families):
    family = families("sd")
    noise = (Share(7, 0.8), Share(2**62, 0.6))
    (child,) = start(family, variation(noise, strength=0.3, parents=(SHA,)))
    recipe = family.recipe(child)
    assert (recipe.noise, recipe.strength, recipe.parents, recipe.mode) == (noise, 0.3, (SHA,), "vary")


def test_mixtures_of_related_noises_keep_their_length():
    generator = torch.Generator().manual_seed(0)
    one, two = torch.randn(2, 1, 4, 16, 16, generator=generator)
    related = 0.8 * one + 0.6 * two
    for weights in ((0.5, 0.5, 0.5), (1.0, 0.0, 0.2), (0.1, 0.9, 0.9)):
        assert float(mixed([one, two, related], weights).std()) == pytest.approx(1.0, abs=0.05)
    assert mixed([one, one], [0.6, 0.8]).allclose(one, atol=1e-5)
    assert mixed([one, two], [1.0, 0.0]).equal(one)


def test_very_long_lines_are_followed_by_their_heaviest_noises():
    recipe = dataclasses.replace(RECIPE, mode="vary", strength=0.2)
    for seed in range(100):
        recipe = dataclasses.replace(recipe, noise=noise_of(recipe), seed=seed)
    assert len(recipe.noise) == 64
    assert recipe.noise[0].seed == RECIPE.seed + RECIPE.index
    assert recipe.noise[-1].seed == 98 + RECIPE.index


def test_pictures_from_pictures_have_no_noise_of_their_own():
    with pytest.raises(InvalidBrief, match="strongly"):
        noise_of(dataclasses.replace(RECIPE, source=SHA))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"mode": "vary"}, "either from a picture"),
        ({"mode": "vary", "noise": (Share(1, 1.0),), "source": SHA}, "either from a picture"),
        ({"noise": (Share(1, 1.0),)}, "Only a variation"),
        ({"mask": SHA}, "are for editing"),
    ],
)
def test_fields_of_other_modes_are_refused(families, fields, said):
    with pytest.raises(InvalidBrief, match=said):
        start(families("sd"), brief(**fields))
