"""Optimal transport of colours."""

import torch

from engine.patches.colour import luminance, moments, monge, with_luminance
from tests.engine.patches.pictures import scene, stripes


def test_the_colours_moved_have_the_looks_mean_and_covariance():
    mean, covariance = moments([monge(scene(), [stripes()])])
    wanted_mean, wanted = moments([stripes()])
    assert torch.allclose(mean, wanted_mean, atol=1e-5)
    assert torch.allclose(covariance, wanted, atol=2e-4)


def test_a_picture_in_its_own_colours_stays():
    assert torch.allclose(monge(scene(), [scene()]), scene(), atol=1e-5)


def test_every_picture_of_a_look_counts_alike_whatever_its_size():
    small, large = torch.zeros(3, 8, 8), torch.ones(3, 64, 64)
    assert torch.allclose(moments([small, large])[0], torch.full((3,), 0.5, dtype=torch.float64))


def test_a_picture_of_one_colour_takes_the_mean_and_stays_even():
    moved = monge(torch.full((3, 8, 8), 0.3), [stripes()])
    assert torch.allclose(moved, moments([stripes()])[0].float()[:, None, None].expand(3, 8, 8), atol=1e-5)


def test_another_luminance_leaves_the_chroma():
    light = luminance(stripes(40, 48))
    result = with_luminance(scene(), light)
    assert torch.allclose(luminance(result), light, atol=1e-5)
    assert torch.allclose(result[0] - result[2], scene()[0] - scene()[2], atol=1e-6)
