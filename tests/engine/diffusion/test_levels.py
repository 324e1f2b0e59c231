"""A start from a picture is at the exact noise level of its strength, under every scheduler."""

import numpy as np
import pytest
import torch

from engine.diffusion.schedulers import FITTING
from tests.engine.diffusion.painting import brief, run, start
from tests.engine.diffusion.test_equivalence import ALL, SHA, source_picture

STRENGTHS = np.linspace(0.02, 0.98, 13)


def begun(families, architecture: str, scheduler: str, strength: float):
    settings = {"source": SHA, "steps": 5, "width": 32, "height": 32, "scheduler": scheduler, "strength": strength}
    (state,) = start(families(architecture), brief(**settings), inputs={SHA: source_picture()})
    return state


def noise_to_signal(state) -> float:
    """How much noise there is in a latent for each part of its source, by least squares."""
    both = torch.stack([state.source.flatten(), state.noise.flatten()], dim=1).double()
    source, noise = torch.linalg.lstsq(both, state.latents.flatten().double()).solution
    return float(noise / source)


@pytest.mark.parametrize(("architecture", "scheduler"), ALL)
def test_a_little_more_strength_is_a_little_more_noise(families, architecture, scheduler):
    states = [begun(families, architecture, scheduler, float(strength)) for strength in STRENGTHS]
    levels = [noise_to_signal(state) for state in states]
    assert levels == sorted(levels)
    # Five steps in all: rounded to a step, thirteen strengths would share five levels. Where the lowest timestep of a
    # schedule is 1, the two strengths below the last step may be one level to those that count in whole timesteps.
    assert len(set(levels)) >= len(STRENGTHS) - 2
    timesteps = torch.tensor([float(state.timesteps[0]) for state in states])
    assert timesteps.diff().max() < 4 * timesteps.diff().median()


@pytest.mark.parametrize("scheduler", FITTING["sd"])
def test_the_noise_is_that_which_training_had_at_the_timestep(families, scheduler):
    from diffusers import DDPMScheduler

    state = begun(families, "sd", scheduler, 0.47)
    kept = DDPMScheduler.from_config(state.scheduler.config).alphas_cumprod.double()
    timestep = float(state.timesteps[0])
    below, above = ((1 - kept) / kept).sqrt()[int(timestep) : int(timestep) + 2].tolist()
    assert below * (1 - 1e-3) <= noise_to_signal(state) <= above * (1 + 1e-3)


@pytest.mark.parametrize(("architecture", "scheduler"), ALL)
@pytest.mark.parametrize("strength", [0.07, 0.47, 0.99])
def test_it_is_painted_to_its_end_from_there(families, architecture, scheduler, strength):
    state = begun(families, architecture, scheduler, strength)
    steps = state.steps_left
    assert steps in (int(strength * 5), int(strength * 5) + 1)
    run(families(architecture), [state])
    assert state.latents.isfinite().all()
    assert not state.latents.equal(state.source)
