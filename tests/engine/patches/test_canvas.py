"""Pictures on their way to a look."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.patches import transport
from engine.patches.canvas import Canvas
from engine.patches.look import Look
from engine.patches.scales import WORKING_AREA, levels, returned, working_size
from engine.patches.stepping import advance
from tests.engine.patches.pictures import scene, stripes

torch.set_num_threads(1)


def restyled(*canvases: Canvas) -> list[torch.Tensor]:
    while canvases[0].taken < canvases[0].steps:
        advance(canvases)
    return [canvas.painted() for canvas in canvases]


def canvas(strength: float = 1.0, seed: int = 0, look: Look | None = None, steps: int = 8, **size: int) -> Canvas:
    return Canvas(scene(**size), look or Look([stripes()], grey=False), strength=strength, seed=seed, steps=steps)


def distance(picture: torch.Tensor, look: torch.Tensor) -> float:
    """Of the patches along directions that no step took."""
    cut = transport.slices(10**9, 3, torch.device("cpu"), dense=True)
    count = transport.project(picture[None], cut).shape[-1]
    found, wanted = (transport.quantiles([one], cut, count) for one in (picture, look))
    return float((found - wanted).abs().mean())


@settings(max_examples=12, deadline=None)
@given(height=st.integers(1, 70), width=st.integers(1, 70), grey=st.booleans())
def test_strength_0_returns_the_picture_of_any_size(height, width, grey):
    picture = torch.rand(3, height, width, generator=torch.Generator().manual_seed(height))
    start = Canvas(picture, Look([stripes()], grey=grey), strength=0.0, seed=3, steps=4)
    (result,) = restyled(start)
    assert result.shape == picture.shape
    assert (result - picture).abs().max() < 1e-5


def test_strength_0_returns_a_picture_larger_than_it_is_worked_at(monkeypatch):
    monkeypatch.setattr("engine.patches.scales.WORKING_AREA", 32 * 32)
    (result,) = restyled(canvas(0.0, height=90, width=70))
    assert (result - scene(90, 70)).abs().max() < 1e-5


def test_the_patches_come_much_nearer_to_the_look_than_by_its_colours_alone():
    start = canvas(steps=80)
    before = distance(start.painted(), stripes())
    (result,) = restyled(start)
    assert distance(result, stripes()) < 0.4 * before


def test_more_strength_is_nearer_to_the_look_and_farther_from_the_picture():
    results = [restyled(canvas(strength, steps=16))[0] for strength in (0.0, 0.3, 0.6, 1.0)]
    to_look = [distance(result, stripes()) for result in results]
    moved = [float((result - scene()).abs().mean()) for result in results]
    assert to_look == sorted(to_look, reverse=True)
    assert moved == sorted(moved)


def test_others_in_the_batch_change_nothing():
    alone = restyled(canvas(seed=4))[0]
    other = canvas(0.5, seed=9, look=Look([1 - stripes()], grey=False))
    late = canvas(seed=4)
    advance([other])
    while late.taken < late.steps:
        advance([one for one in (other, late) if one.taken < one.steps and one.level == late.level])
    assert (late.painted() - alone).abs().max() < 1e-3


def test_seeds_differ_and_repeat():
    first, again, second = (restyled(canvas(seed=seed))[0] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert (first - second).abs().max() > 1e-3


def test_a_grey_look_leaves_the_chroma():
    (result,) = restyled(canvas(look=Look([stripes()], grey=True)))
    assert torch.allclose(result[0] - result[2], scene()[0] - scene()[2], atol=1e-5)
    assert (result - scene()).abs().mean() > 0.02


@pytest.mark.parametrize("steps", [1, 2, 3, 60])
def test_there_are_as_many_steps_as_asked_for(steps):
    start = canvas(steps=steps, height=130, width=140)
    taken = 0
    while start.taken < start.steps and taken < 3:
        advance([start])
        taken += 1
    assert (start.steps, taken) == (steps, min(steps, 3))


@given(height=st.integers(1, 4096), width=st.integers(1, 4096))
def test_every_scale_has_patches_and_none_is_too_large(height, width):
    size = working_size(height, width)
    assert all(min(one) >= 16 for one in levels(*size))
    assert size[0] * size[1] <= max(WORKING_AREA * 1.01, 16 * max(size))


def test_what_is_carried_over_keeps_the_details_of_the_whole():
    whole = scene(80, 80) + 0.05 * torch.sin(3.0 * torch.arange(80.0))
    small = scene(40, 40)
    brighter = returned(whole, small, 0.5 * small)
    assert (brighter - 0.5 * whole)[:, 8:-8, 8:-8].abs().mean() < 0.02
