"""Pictures restyled in one step."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.patches.colour import luminance, moments
from engine.restyle.canvas import QuickCanvas, read
from engine.restyle.carriers import SHEET
from engine.restyle.network import MULTIPLE
from tests.engine.patches.pictures import scene, stripes
from tests.engine.restyle.test_network import trained

NETWORK = trained()


def restyled(picture: torch.Tensor | None = None, **more) -> torch.Tensor:
    given = {"strength": 1.0, "network": NETWORK}
    canvas = QuickCanvas(scene() if picture is None else picture, [stripes()], **(given | more))
    canvas.advance()
    assert canvas.taken == canvas.steps
    return canvas.painted()


@settings(max_examples=15, deadline=None)
@given(height=st.integers(1, 70), width=st.integers(1, 70), keep=st.booleans(), network=st.booleans())
def test_strength_0_returns_the_picture_of_any_size(height, width, keep, network):
    picture = torch.rand(3, height, width, generator=torch.Generator().manual_seed(height))
    result = restyled(picture, strength=0.0, keep_colours=keep, network=NETWORK if network else None)
    assert result.shape == picture.shape
    assert (result - picture).abs().max() < 1e-5


@pytest.mark.parametrize("network", [None, NETWORK])
def test_more_strength_goes_farther(network):
    moved = [float((restyled(strength=each, network=network) - scene()).abs().mean()) for each in (0.0, 0.4, 0.7, 1.0)]
    assert moved == sorted(moved) and moved[1] > 0.01


def test_colours_alone_are_the_looks_and_shown_before_the_step():
    canvas = QuickCanvas(scene(), [stripes()], strength=1.0)
    before = canvas.painted()
    canvas.advance()
    assert torch.equal(before, canvas.painted())
    assert (moments([before])[0] - moments([stripes()])[0]).abs().max() < 0.03


def test_colours_are_kept_where_they_are_to_be():
    result = restyled(keep_colours=True)
    assert torch.allclose(result[0] - result[2], scene()[0] - scene()[2], atol=1e-5)
    assert (luminance(result) - luminance(scene())).abs().mean() > 0.001


def test_seeds_lay_the_marks_elsewhere():
    first, again, second = (restyled(seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, second)


@given(height=st.integers(1, 2000), width=st.integers(1, 2000))
@settings(max_examples=20, deadline=None)
def test_looks_of_any_size_are_read_at_the_scale_of_a_sheet(height, width):
    found = read(torch.zeros(3, height, width))
    assert min(found.shape[1:]) == SHEET
    assert all(side % MULTIPLE == 0 and side <= 4 * SHEET for side in found.shape[1:])
