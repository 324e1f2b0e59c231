"""Where an edited picture lies, what of it stays, and what is painted around it."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.api import Box
from engine.api.errors import InvalidBrief
from engine.diffusion.model import Defaults
from engine.modes.canvas import lay
from engine.modes.filling import continued
from tests.engine.diffusion.painting import brief
from tests.engine.pictures.files import noise

DEFAULTS = Defaults(title="", width=128, height=128, multiple=8, max_side=512, steps=4, guidance=4.0, scheduler="euler")


def laid(source: Image.Image, mask: Image.Image | None = None, **fields):
    return lay(brief(**({"mode": "edit", "source": "0" * 64} | fields)), source, mask, DEFAULTS)


def kept(result) -> np.ndarray:
    return np.asarray(result.marked) == 0


def test_extending_keeps_every_pixel_and_mirrors_it_beyond():
    source = noise(128, 96)
    result = laid(source, place=Box(0.0, 0.25, 0.5, 1.0))
    assert result.picture.size == (256, 128)
    assert kept(result)[32:, :128].all() and not kept(result)[:32].any() and not kept(result)[:, 128:].any()
    assert (np.asarray(result.picture)[32:, :128] == np.asarray(source)).all()
    assert (np.asarray(result.picture)[32:, 128:] == np.asarray(source)[:, ::-1]).all()


@pytest.mark.parametrize("added", [0.03, 0.1, 0.27, 0.5])
@pytest.mark.parametrize("side", ["left", "right", "both"])
def test_a_canvas_that_must_be_rounded_does_not_resample_the_picture(added, side):
    source = noise(128, 96)
    left, right = (added if side in at else 0.0 for at in (("left", "both"), ("right", "both")))
    across = 1 + left + right
    place = Box(left / across, 0.0, (1 + left) / across, 1.0)
    if round(128 * across / 8) == 16:
        with pytest.raises(InvalidBrief, match="Nothing would be painted"):
            laid(source, place=place)
        return
    result = laid(source, place=place)
    columns = np.flatnonzero(kept(result).all(axis=0))
    assert len(columns) == 128
    assert (np.asarray(result.picture)[:, columns] == np.asarray(source)).all()
    assert columns[0] == 0 if side == "right" else columns[-1] == result.picture.width - 1 or side == "both"


def test_panning_moves_the_picture_and_keeps_what_is_seen():
    source = noise(128, 128)
    result = laid(source, place=Box(-0.25, 0.0, 0.75, 1.0))
    assert result.picture.size == (128, 128)
    assert (np.asarray(result.picture)[:, :96] == np.asarray(source)[:, 32:]).all()
    assert kept(result).sum() == 96 * 128


def test_zooming_out_shrinks_the_picture_in_a_frame_of_its_size():
    result = laid(noise(128, 128), place=Box(0.25, 0.25, 0.75, 0.75), width=128, height=128)
    assert result.picture.size == (128, 128)
    assert kept(result).sum() == 64 * 64 and kept(result)[32:96, 32:96].all()


def test_a_part_of_an_extended_picture_may_be_painted_too():
    result = laid(noise(128, 128), place=Box(0.0, 0.0, 0.5, 1.0), box=Box(0.0, 0.0, 0.5, 0.5))
    assert not kept(result)[:64, :64].any() and kept(result)[64:, :128].all() and kept(result)[:64, 64:128].all()


def test_pictures_of_other_sizes_are_fitted_and_their_masks_with_them():
    mask = Image.new("RGB", (300, 200))
    mask.paste("white", (150, 0, 300, 200))
    result = laid(noise(900, 600), mask)
    assert result.picture.width % 8 == result.picture.height % 8 == 0
    assert result.picture.width / result.picture.height == pytest.approx(1.5, abs=0.1)
    assert kept(result)[:, : result.picture.width // 2 - 1].all() and not kept(result)[:, -60:].any()


@settings(max_examples=60, deadline=None)
@given(
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    place=st.none() | st.builds(Box, *[st.floats(-8, 9)] * 4),
    box=st.none() | st.builds(Box, *[st.floats(-8, 9)] * 4),
)
def test_any_place_and_box_give_a_canvas_or_a_sentence(size, place, box):
    source = Image.new("RGB", size, "teal")
    try:
        result = laid(source, place=place, box=box)
    except InvalidBrief as refusal:
        assert refusal.message.endswith(".")
    else:
        assert result.picture.size == result.marked.size
        assert max(result.picture.size) <= DEFAULTS.max_side
        assert set(np.unique(np.asarray(result.marked))) == {0, 255}


def test_what_is_unknown_takes_the_colours_around_it():
    picture = torch.zeros(1, 3, 37, 53)
    picture[..., 26:] = 1.0
    known = torch.ones(1, 1, 37, 53)
    known[..., 10:20, 5:45] = 0
    spoilt = torch.where(known > 0, picture, torch.full_like(picture, -9.0))
    filled = continued(spoilt, known)
    assert filled[..., known[0, 0] > 0].equal(picture[..., known[0, 0] > 0])
    assert filled.min() >= 0 and filled.max() <= 1
    assert filled[..., 15, 7].mean() < 0.3 and filled[..., 15, 43].mean() > 0.7


def test_a_model_s_own_limits_are_kept():
    small = dataclasses.replace(DEFAULTS, max_side=192)
    result = lay(brief(mode="edit", source="0" * 64, place=Box(0.0, 0.0, 0.3, 1.0)), noise(128, 128), None, small)
    assert result.picture.width == 192
