"""Stable Diffusion 3 and 3.5."""

from functools import cached_property
from typing import Any

import torch

from engine.diffusion import schedulers
from engine.diffusion.adapters.base import Embed, Row
from engine.diffusion.adapters.flow import FlowAdapter, shift_for
from engine.diffusion.prompts import Prompt, plain


class SD3(FlowAdapter):
    """A transformer conditioned on two CLIP encoders and, where the model has it, T5."""

    architecture = "sd3"
    inputs = ("sample", "timestep", "encoder_hidden_states", "pooled_projections")

    @property
    def heeds_weights(self) -> bool:
        """Compel knows no such pair of CLIP encoders beside T5."""
        return False

    def encode(self, prompt: Prompt, negative: Prompt, *, guided: bool, embed: Embed | None = None) -> tuple[Row, ...]:
        """Take the pipeline's own path; what exceeds an encoder's context is cut off there."""
        hidden, opposite, pooled, opposite_pooled = self._shoulders.encode_prompt(
            plain(prompt),
            None,
            None,
            device=self.model.device,
            do_classifier_free_guidance=guided,
            negative_prompt=plain(negative) or None,
        )
        conditional = _row(hidden, pooled)
        return (_row(opposite, opposite_pooled), conditional) if guided else (conditional,)

    def timesteps(self, scheduler: Any, steps: int, width: int, height: int) -> torch.Tensor:
        """Shift the timesteps by the picture's size where the scheduler says so."""
        if not scheduler.config.get("use_dynamic_shifting"):
            return schedulers.set_timesteps(scheduler, steps)
        patch = self.model.vae_factor * int(self.model.config("transformer").get("patch_size", 2))
        shift = shift_for(scheduler, (height // patch) * (width // patch), 1.16)
        return schedulers.set_timesteps(scheduler, steps, mu=shift)

    def call(self, network: Any, *inputs: torch.Tensor) -> torch.Tensor:
        """Call the transformer."""
        sample, timestep, hidden, pooled = inputs
        predicted: torch.Tensor = network(
            hidden_states=sample,
            timestep=timestep,
            encoder_hidden_states=hidden,
            pooled_projections=pooled,
            return_dict=False,
        )[0]
        return predicted

    @cached_property
    def _shoulders(self) -> Any:
        from diffusers import StableDiffusion3Pipeline

        encoders = {
            name: self.model.part(name) for n in ("", "_2", "_3") for name in (f"text_encoder{n}", f"tokenizer{n}")
        }
        pipeline = StableDiffusion3Pipeline(transformer=None, scheduler=None, vae=None, **encoders)
        if encoders["text_encoder_3"] is None:
            # The pipeline asks the network for the width of the zeros that stand for the absent encoder.
            pipeline.transformer = self.model.part("transformer")
        return pipeline


def _row(hidden: torch.Tensor, pooled: torch.Tensor) -> Row:
    return {"encoder_hidden_states": hidden.float(), "pooled_projections": pooled.float()}
