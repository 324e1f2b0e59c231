"""Looks at unfinished pictures."""

import shutil
from types import SimpleNamespace

import diffusers
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.diffusion.preview import fit_colours
from engine.families.diffusion import Diffusion
from tests.engine.diffusion.conftest import eager
from tests.engine.diffusion.painting import brief, start
from tests.engine.diffusion.test_equivalence import relative


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "sd3", "flux"])
def test_a_preview_has_the_picture_s_size_and_changes_nothing(families, architecture):
    family = families(architecture)
    (state,) = start(family, brief(width=64, height=32))
    assert family.preview(state).size == (64, 32)
    family.step([state])
    before = state.latents.clone()
    assert family.preview(state).size == (64, 32)
    assert state.latents.equal(before)


@pytest.mark.parametrize("scheduler", ["ddim", "euler", "dpmpp_2m", "unipc", "lcm"])
def test_a_preview_shows_where_the_picture_is_going(families, scheduler):
    family = families("sd")
    (state,) = start(family, brief(scheduler=scheduler, steps=5))
    while family.steps_left(state):
        family.step([state])
    assert relative(state.clean, state.latents) < 1e-2


def test_the_colour_map_is_the_least_squares_one(families):
    (state,) = start(families("sd"), brief())
    adapter = state.adapter
    mixing = torch.tensor([[0.5, -0.2, 0.1], [0.3, 0.9, 0.0], [0.0, 0.2, 0.7], [0.1, 0.1, 0.1]])

    class Linear:
        dtype = torch.float32

        def encode(self, painted):
            cells = F.avg_pool2d(painted, adapter.model.vae_factor)
            mean = torch.einsum("oc,nchw->nohw", mixing, cells)
            return SimpleNamespace(latent_dist=SimpleNamespace(mean=mean))

    shape = SimpleNamespace(part=lambda name: Linear(), vae_factor=adapter.model.vae_factor, device=torch.device("cpu"))
    mapping = fit_colours(SimpleNamespace(model=shape, scale=lambda latents: 0.5 * latents))

    colour = torch.tensor([0.4, -0.6, 0.1])
    latent = 0.5 * mixing @ colour
    assert torch.allclose(latent @ mapping[:-1] + mapping[-1], colour, atol=2e-2)


def test_a_tiny_decoder_is_taken_where_the_model_has_one(folders, tmp_path):
    folder = shutil.copytree(folders("sd"), tmp_path / "model")
    torch.manual_seed(0)
    blocks = {"num_encoder_blocks": (1, 1), "num_decoder_blocks": (1, 1)}
    channels = {"encoder_block_out_channels": (8, 8), "decoder_block_out_channels": (8, 8)}
    small = diffusers.AutoencoderTiny(latent_channels=4, **blocks, **channels)
    small.save_pretrained(folder / "tiny_vae", safe_serialization=True)
    family = Diffusion(eager(folder, tmp_path))
    (state,) = start(family, brief())

    decoded = small.eval().decode(state.latents).sample.detach()[0]
    assert decoded.shape[-2:] == (32, 32)
    shown = np.asarray(family.preview(state), dtype=float)
    expected = ((decoded / 2 + 0.5).clamp(0, 1) * 255).permute(1, 2, 0).numpy()
    assert np.abs(shown - expected).mean() < 2
