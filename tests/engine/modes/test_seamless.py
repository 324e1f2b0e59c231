"""Seamless tiles: networks that are led round know no edges."""

import pytest
import torch

from engine.api.errors import InvalidBrief
from engine.diffusion.executors.seamless import led_round
from tests.engine.diffusion.painting import brief, paint, start


@pytest.mark.parametrize("architecture", ["sd", "sdxl"])
def test_a_moved_start_gives_the_moved_picture(families, architecture):
    """On a torus there is no edge: rolled noise is the same picture rolled, seams and all."""
    family = families(architecture)
    (still,) = start(family, brief(tile=True, steps=2))
    (moved,) = start(family, brief(tile=True, steps=2))
    moved.latents = moved.latents.roll((4, 8), dims=(2, 3))
    for _ in range(2):
        family.step([still])
        family.step([moved])
    assert moved.latents.roll((-4, -8), dims=(2, 3)).allclose(still.latents, atol=1e-4)
    decoded = still.executor.decode(still.latents), still.executor.decode(moved.latents)
    factor = decoded[0].shape[-1] // still.latents.shape[-1]
    assert decoded[1].roll((-4 * factor, -8 * factor), dims=(2, 3)).allclose(decoded[0], atol=1e-3)


def test_other_pictures_keep_their_edges(families):
    family = families("sd")
    (before,), _ = paint(family, brief(steps=2))
    (tile,), _ = paint(family, brief(tile=True, steps=2))
    (after,), _ = paint(family, brief(steps=2))
    assert after.latents.equal(before.latents) and not tile.latents.equal(before.latents)
    assert family.lane(tile) != family.lane(before)
    assert (family.recipe(tile).tile, family.recipe(tile).backend.executor) == (True, "seamless")


def test_the_weights_are_shared():
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 3, padding=1), torch.nn.BatchNorm2d(1))
    twin = led_round(network)
    assert twin[0].weight is network[0].weight and twin[1].running_mean is network[1].running_mean
    assert (network[0].padding_mode, twin[0].padding_mode) == ("zeros", "circular")


@pytest.mark.parametrize("architecture", ["sd3", "flux"])
def test_networks_that_know_the_place_of_every_patch_are_refused(families, architecture):
    with pytest.raises(InvalidBrief, match="seamless tiles"):
        start(families(architecture), brief(tile=True))
