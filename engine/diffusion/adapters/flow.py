"""What flow-matching transformers share."""

from typing import Any

import torch

from engine.diffusion.adapters.base import Adapter


class FlowAdapter(Adapter):
    """A transformer that predicts the flow from picture to noise."""

    network = "transformer"
    chunks_long_prompts = False
    traces_every_size = False

    def start_from(
        self, scheduler: Any, source: torch.Tensor, noise: torch.Tensor, timestep: torch.Tensor
    ) -> torch.Tensor:
        """Mix a source latent and noise as at that timestep."""
        mixed: torch.Tensor = scheduler.scale_noise(source, timestep.reshape(1), noise)
        return mixed


def shift_for(scheduler: Any, tokens: int, most: float) -> float:
    """Return how far the timesteps shift towards noise for a picture of that many tokens, by the scheduler's own line.

    Args:
        scheduler: it holds the ends of the line.
        tokens: image tokens that the transformer sees.
        most: the shift at 4096 tokens where the scheduler names none.
    """
    from diffusers.pipelines.flux.pipeline_flux import calculate_shift

    config = scheduler.config
    shift: float = calculate_shift(
        tokens,
        config.get("base_image_seq_len", 256),
        config.get("max_image_seq_len", 4096),
        config.get("base_shift", 0.5),
        config.get("max_shift", most),
    )
    return shift
