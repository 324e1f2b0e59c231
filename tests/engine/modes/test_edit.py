"""A part is painted anew, and the rest stays to the bit."""

import numpy as np
import pytest
from PIL import Image

from engine.api import Box
from engine.api.errors import InvalidBrief
from engine.diffusion.schedulers import FITTING
from tests.engine.diffusion.painting import brief, paint, start
from tests.engine.pictures.files import noise

SHA, MASK = "d" * 64, "e" * 64
ALL = [(architecture, name) for architecture, names in FITTING.items() for name in names]


def edit(**more):
    return brief(**({"mode": "edit", "source": SHA, "strength": 1.0, "steps": 3} | more))


def brush(size=(32, 32), spot=(4, 6, 20, 18)) -> Image.Image:
    mask = Image.new("RGB", size)
    mask.paste("white", spot)
    return mask


@pytest.mark.parametrize(("architecture", "scheduler"), ALL)
def test_outside_the_mask_nothing_changes_to_the_bit(families, architecture, scheduler):
    source, mask = noise(32, 32), brush()
    wanted = edit(mask=MASK, scheduler=scheduler)
    (state,), (image,) = paint(families(architecture), wanted, inputs={SHA: source, MASK: mask})
    before, after, marked = np.asarray(source), np.asarray(image), np.asarray(mask)[..., 0] > 0
    assert (before[~marked] == after[~marked]).all()
    assert (before[marked] != after[marked]).mean() > 0.5
    # The latent outside the region ends as the source's own, so that what was painted saw it.
    assert state.latents[..., -1, -1].equal(state.source[..., -1, -1])


def test_a_recipe_names_what_was_edited_and_where(families):
    family, box = families("sd"), Box(0.0, 0.0, 0.5, 0.5)
    (state,) = start(family, edit(mask=MASK, box=box), inputs={SHA: noise(32, 32), MASK: brush()})
    recipe = family.recipe(state)
    assert (recipe.mode, recipe.source, recipe.mask, recipe.box, recipe.strength) == ("edit", SHA, MASK, box, 1.0)


def test_edits_share_steps_with_other_pictures(families):
    family = families("sd")
    (edited,) = start(family, edit(box=Box(0.0, 0.0, 0.5, 1.0)), inputs={SHA: noise(32, 32)})
    (plain,) = start(family, brief(steps=3))
    assert family.lane(edited) == family.lane(plain)


def test_erasing_starts_from_what_is_around(families):
    picture = Image.new("RGB", (32, 32), (40, 90, 200))
    picture.paste((250, 10, 10), (8, 8, 24, 24))
    box = Box(0.25, 0.25, 0.75, 0.75)
    states, (image,) = paint(
        families("sd"), edit(mode="erase", prompt="", box=box, strength=0.0), inputs={SHA: picture}
    )
    assert not (np.asarray(states[0].region._picture) == (250, 10, 10)).all(axis=-1).any()
    assert image.getpixel((0, 0)) == (40, 90, 200)


@pytest.mark.parametrize(
    ("fields", "inputs", "said"),
    [
        ({}, {}, "Say which part"),
        ({"source": None, "box": Box(0.0, 0.0, 0.5, 0.5)}, {}, "Send the picture"),
        ({"mode": "erase", "place": Box(0.0, 0.0, 0.5, 0.5)}, {}, "Say which part"),
        ({"mask": MASK}, {MASK: Image.new("RGB", (32, 32))}, "marks nothing"),
        ({"mask": MASK}, {MASK: Image.new("RGB", (32, 32), "white")}, "All of the picture"),
        ({"mask": MASK}, {MASK: brush((64, 32))}, "64 x 32 pixels and the picture 32 x 32"),
        ({"box": Box(0.5, 0.0, 0.5, 1.0)}, {}, "holds nothing"),
        ({"box": Box(1.5, 0.0, 2.0, 1.0)}, {}, "holds nothing"),
        ({"box": Box(0.9, 0.9, 0.1, 0.1)}, {}, "holds nothing"),
        ({"place": Box(0.0, 0.0, 1.0, 1.0)}, {}, "Nothing would be painted"),
        ({"place": Box(1.0, 0.0, 2.0, 1.0)}, {}, "outside the new one"),
        ({"place": Box(0.5, 0.0, 0.5, 1.0)}, {}, "outside the new one"),
        ({"box": Box(0.0, 0.0, 0.5, 0.5), "width": 33}, {}, "not divisible"),
    ],
)
def test_what_misses_the_picture_is_said_in_a_sentence(families, fields, inputs, said):
    with pytest.raises(InvalidBrief, match=said) as refusal:
        start(families("sd"), edit(**fields), inputs={SHA: noise(32, 32)} | inputs)
    assert refusal.value.message.endswith(".")
