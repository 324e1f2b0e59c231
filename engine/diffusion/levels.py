"""Where a start from a picture enters a scheduler's steps: at the exact noise level of its strength."""

from typing import Any

import numpy as np
import torch

_WHOLE = 9
"""Decimals within which a place counts as one of the scheduler's own steps."""


def begin_at(scheduler: Any, strength: float) -> int:
    """Move one of a scheduler's timesteps to the noise level that a strength asks for, and return its index.

    The level lies at `(1 - strength) * n` of the n timesteps laid out, between two of them in proportion: never rounded
    to a step, so that a little more strength is a little more noise. Where that is a whole number nothing is
    moved, and the start is that of diffusers' own pipelines; as there, a schedule whose last timestep is 1 ("leading")
    has hardly any noise below one step's share. Schedulers that read their noise from a table of training
    timesteps (DDIM, LCM) are exact to one of its thousand entries.

    Args:
        scheduler: one of `engine.diffusion.schedulers.CLASSES` with its timesteps laid out; changed in place.
        strength: 0 (no step is left; the index is n) to 1 (all are).
    """
    timesteps = scheduler.timesteps
    place = round((1.0 - strength) * len(timesteps), _WHOLE)
    first = int(place)
    if place > first:
        following = float(timesteps[first + 1]) if first + 1 < len(timesteps) else 0.0
        level = float(timesteps[first]) + (place - first) * (following - float(timesteps[first]))
        _move(scheduler, first, level)
    return first


def _move(scheduler: Any, index: int, timestep: float) -> None:
    if hasattr(scheduler, "sigmas"):
        sigmas = scheduler.sigmas.clone()
        sigmas[index] = _sigma(scheduler, timestep)
        timesteps = scheduler.timesteps.to(torch.float32, copy=True)
        timesteps[index] = timestep
        scheduler.sigmas, scheduler.timesteps = sigmas, timesteps
    elif hasattr(scheduler, "set_begin_index"):
        timesteps = scheduler.timesteps.clone()
        timesteps[index] = round(timestep)
        scheduler.timesteps = timesteps
    else:
        # DDIM goes down by a constant stride from wherever it is, so that all that follow move too.
        stride = scheduler.config.num_train_timesteps // scheduler.num_inference_steps
        rest = torch.arange(round(timestep), -1, -stride, dtype=scheduler.timesteps.dtype)
        scheduler.timesteps = torch.cat([scheduler.timesteps[:index], rest])


def _sigma(scheduler: Any, timestep: float) -> float:
    """Return the noise of a timestep by the scheduler's own schedule, logarithmically between training timesteps."""
    config = scheduler.config
    if not hasattr(scheduler, "alphas_cumprod") or config.get("use_flow_sigmas"):
        return timestep / float(config.num_train_timesteps)
    kept = scheduler.alphas_cumprod.double().numpy()
    logarithms = np.log((1 - kept) / kept) / 2
    return float(np.exp(np.interp(timestep, np.arange(len(kept)), logarithms)))
