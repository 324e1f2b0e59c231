"""Pictures in the colours of a palette, at the end to the letter and on the way already."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import TypeAdapter, ValidationError

from engine.api import Brief
from engine.api.errors import InvalidBrief, UnknownName
from engine.api.guides import Palette
from engine.modes import oklab
from engine.modes.colours import distance, gathered, transported
from engine.modes.palette import colours_of, palettes, unit
from tests.engine.diffusion.painting import brief, paint, start

SHA = "a" * 64
RED_AND_BLUE = Palette(colours=("#c02020", "#2040c0"), strength=1.0)


def scene(seed: int = 0) -> torch.Tensor:
    """Smooth colours of every kind, (3, 32, 32)."""
    coarse = torch.rand(1, 3, 4, 4, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(coarse, 32, mode="bilinear")[0]


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
@settings(deadline=None)
def test_oklab_and_back(colour):
    found = oklab.to_srgb(oklab.from_srgb(torch.tensor([colour])))
    torch.testing.assert_close(found, torch.tensor([colour]), atol=2e-3, rtol=0)


def test_oklab_of_colours_that_its_author_gives():
    white, red = oklab.from_srgb(torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]]))
    torch.testing.assert_close(white, torch.tensor([1.0, 0.0, 0.0]), atol=1e-3, rtol=0)
    torch.testing.assert_close(red, torch.tensor([0.628, 0.225, 0.126]), atol=1e-3, rtol=0)


@pytest.mark.parametrize("name", ["ice", "neon", "watercolor"])
def test_colours_come_nearer_to_a_palette_with_every_bit_of_strength(name):
    palette, picture = colours_of(Palette(name=name), {}), scene()
    gaps = [distance(transported(picture, palette, strength), palette) for strength in (0.0, 0.3, 0.6, 0.9)]
    assert gaps == sorted(gaps, reverse=True) and gaps[3] < 0.6 * gaps[0]
    assert transported(picture, palette, 0.0).equal(picture)


def test_light_stays_light():
    """A grey ramp in any palette is still a ramp."""
    ramp = torch.linspace(0, 1, 64).expand(3, 8, 64)
    moved = oklab.from_srgb(transported(ramp, colours_of(Palette(name="sunset"), {}), 1.0).permute(1, 2, 0))[0, :, 0]
    assert (moved.diff() > -0.01).all() and float(moved[-1] - moved[0]) > 0.4


@pytest.mark.parametrize("picture", [torch.zeros(3, 1, 1), torch.ones(3, 5, 3) * 0.5, torch.rand(3, 2, 300)])
def test_pictures_of_one_colour_or_a_few_pixels(picture):
    moved = transported(picture, colours_of(RED_AND_BLUE, {}), 1.0)
    assert moved.shape == picture.shape and bool(((moved >= 0) & (moved <= 1)).all())


def test_the_colours_of_a_picture():
    halves = np.zeros((20, 20, 3), np.uint8)
    halves[:, :15] = (200, 30, 40)
    halves[:, 15:] = (20, 60, 220)
    found = gathered(unit(Image.fromarray(halves)), 8)
    assert sorted(found.shares.tolist()) == pytest.approx([0.25, 0.75])
    taken = colours_of(Palette(picture=SHA), {SHA: Image.fromarray(halves)})
    assert 2 <= len(taken.lab) <= 8


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "sd3", "flux"])
def test_every_architecture_paints_in_a_palette(families, architecture):
    family, palette = families(architecture), colours_of(RED_AND_BLUE, {})
    (plain,), (before,) = paint(family, brief())
    (state,), (after,) = paint(family, brief(palette=RED_AND_BLUE))
    assert not state.latents.equal(plain.latents)
    assert distance(unit(after), palette) < 0.5 * distance(unit(before), palette)
    assert family.lane(state) == family.lane(plain)
    assert family.recipe(state).palette == RED_AND_BLUE


def test_no_strength_is_no_change_but_for_rounding(families):
    family = families("sd")
    _, (before,) = paint(family, brief())
    _, (after,) = paint(family, brief(palette=Palette(name="ice", strength=0.0)))
    assert np.abs(np.asarray(before, int) - np.asarray(after, int)).max() <= 1


@pytest.mark.parametrize(
    ("palette", "error", "said"),
    [
        (Palette(name="icy"), UnknownName, "did you mean ice"),
        (Palette(), InvalidBrief, "one of these ways"),
        (Palette(name="ice", colours=("#ffffff",)), InvalidBrief, "one of these ways"),
    ],
)
def test_palettes_that_say_nothing_or_too_much(families, palette, error, said):
    with pytest.raises(error, match=said):
        start(families("sd"), brief(palette=palette))


@pytest.mark.parametrize("colour", ["#fff", "red", "#GG0000", "#ff00000", ""])
def test_colours_that_are_none(colour):
    with pytest.raises(ValidationError):
        TypeAdapter(Brief).validate_python({"id": "1", "prompt": "", "palette": {"colours": (colour,)}})


def test_every_palette_with_a_name_has_colours():
    assert all(len(found) >= 2 for found in palettes().values()) and {"ice", "ukiyo-e"} & palettes().keys()
