"""Moving patches."""

import pytest
import torch

from engine.patches import transport
from tests.engine.patches.pictures import scene, stripes

CPU = torch.device("cpu")


@pytest.mark.parametrize("channels", [1, 3])
def test_directions_are_orthonormal_and_those_of_their_seed(channels):
    cut = transport.slices(3, channels, CPU, dense=False)
    flat = cut.kernels.flatten(1)
    assert torch.allclose(flat @ flat.T, torch.eye(len(flat)), atol=1e-5)
    assert torch.equal(cut.kernels, transport.slices(3, channels, CPU, dense=False).kernels)
    assert not torch.equal(cut.kernels, transport.slices(4, channels, CPU, dense=False).kernels)


def test_quantiles_are_those_of_all_patches():
    cut = transport.slices(0, 3, CPU, dense=True)
    look = stripes()
    count = (look.shape[1] - 6) * (look.shape[2] - 6)
    found = transport.quantiles([look], cut, count)
    patches = look.unfold(1, 7, 1).unfold(2, 7, 1).permute(1, 2, 0, 3, 4).reshape(count, -1)
    assert torch.allclose(found, (patches @ cut.kernels.flatten(1).T).T.sort(-1).values, atol=1e-4)


def test_two_like_pictures_are_as_one():
    cut = transport.slices(0, 3, CPU, dense=True)
    one, two = (transport.quantiles([stripes()] * number, cut, 500) for number in (1, 2))
    assert (one - two).abs().max() < 0.05 * one.abs().max()


@pytest.mark.parametrize("dense", [False, True])
def test_patches_that_are_where_they_belong_stay(dense):
    cut = transport.slices(1, 3, CPU, dense=dense)
    pictures = scene()[None]
    aims = transport.project(pictures, cut).sort(-1).values
    assert not transport.moved(pictures, cut, aims).any()


@pytest.mark.parametrize("dense", [False, True])
def test_a_shift_of_every_patch_is_a_shift_of_the_picture_along_the_directions(dense, monkeypatch):
    monkeypatch.setattr(transport, "DIRECTIONS", transport.PATCH**2)
    cut = transport.slices(2, 1, CPU, dense=dense)
    pictures = scene()[None, :1]
    aims = transport.project(pictures + 0.25, cut).sort(-1).values
    inner = transport.moved(pictures, cut, aims)[..., 2:-2, 2:-2]
    assert torch.allclose(inner, torch.full_like(inner, 0.25), atol=1e-4)
