"""Tiles cover a picture, and enlarged one by one they are what the whole picture would have become."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.enlarge import FACTORS
from engine.enlarge.lanczos import Lanczos
from engine.enlarge.network import Upscaler
from engine.enlarge.tiles import cut, enlarged, paste, plan, surrounded
from engine.training.autoencoder import to_tensor


def wild_network(blocks: int = 2) -> Upscaler:
    """A network whose heads add something to the interpolation, unlike those of a fresh one."""
    torch.manual_seed(4)
    network = Upscaler(channels=6, blocks=blocks)
    for head in network.heads.values():
        torch.nn.init.normal_(head.weight, std=0.2)
    return network.eval()


def random_picture(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(width * 1000 + height).integers(0, 256, (height, width, 3), np.uint8)


@given(st.integers(1, 70), st.integers(1, 70), st.integers(1, 80))
def test_tiles_of_one_size_cover_every_pixel_and_no_other(width, height, side):
    covered = np.zeros((height, width), int)
    tiles = plan(width, height, side)
    for tile in tiles:
        assert tile.left >= 0 and tile.top >= 0
        assert tile.left + tile.width <= width and tile.top + tile.height <= height
        covered[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width] += 1
    assert covered.min() >= 1
    assert len({(tile.width, tile.height) for tile in tiles}) == 1
    assert len(tiles) == -(-width // side) * -(-height // side)


@pytest.mark.parametrize("factor", FACTORS)
@settings(max_examples=15, deadline=None)
@given(width=st.integers(1, 40), height=st.integers(1, 40), side=st.integers(5, 24))
def test_tiled_equals_whole(factor, width, height, side):
    network, picture = wild_network(), random_picture(width, height)
    around = surrounded(picture, network.margin)
    with torch.inference_mode():
        (whole,) = network(cut(around, plan(width, height, max(width, height)), network.margin), factor)
        for tile in plan(width, height, side):
            (part,) = network(cut(around, [tile], network.margin), factor)
            left, top = tile.left * factor, tile.top * factor
            there = whole[:, top : top + tile.height * factor, left : left + tile.width * factor]
            assert (part - there).abs().max() < 1e-3


def test_the_network_sees_its_margin_and_no_less():
    network = wild_network()
    picture = torch.zeros(1, 3, 2 * network.margin + 1, 2 * network.margin + 1)
    before = network(picture, 2)
    picture[0, 0, 0, 0] = 1.0
    assert (network(picture, 2) - before).abs().max() > 0


def test_a_fresh_network_interpolates():
    picture = random_picture(12, 9)[None]
    assert (enlarged(Upscaler(8, 1), picture, 4) == enlarged(Lanczos(), picture, 4)).all()


@pytest.mark.parametrize("factor", FACTORS)
def test_interpolation_is_that_of_pillow(factor):
    # smooth, for pillow clips between its two passes and that shows where levels overshoot
    coarse = Image.fromarray(random_picture(5, 4)).resize((40, 30), Image.Resampling.BICUBIC)
    wanted = coarse.resize((40 * factor, 30 * factor), Image.Resampling.LANCZOS)
    found = enlarged(Lanczos(), np.asarray(coarse)[None], factor)[0]
    inner = slice(4 * factor, -4 * factor)  # beyond the edge pillow has nothing and this repeats the edge
    assert np.abs(found.astype(int) - np.asarray(wanted))[inner, inner].max() <= 2


def test_an_even_colour_stays_what_it_is():
    grey = np.full((1, 7, 5, 3), 93, np.uint8)
    assert (enlarged(Lanczos(), grey, 4) == 93).all()


def test_what_is_no_number_and_what_exceeds_is_a_colour_still():
    canvas = np.zeros((2, 2, 3), np.uint8)
    pixels = torch.tensor([float("nan"), 7.0, -7.0, 1.0]).reshape(1, 2, 2).expand(3, 2, 2)
    paste(canvas, plan(1, 1, 1)[0], pixels, 2)
    assert canvas[..., 0].tolist() == [[128, 255], [0, 255]]


def test_a_picture_and_its_tensor_are_the_same():
    picture = random_picture(6, 5)
    assert torch.equal(cut(picture, plan(6, 5, 6), 0), to_tensor(picture[None]))
