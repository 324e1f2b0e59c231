"""FLUX.1 dev and schnell."""

from functools import cached_property
from typing import Any

import numpy as np
import torch

from engine.diffusion import schedulers
from engine.diffusion.adapters.base import Embed, Row
from engine.diffusion.adapters.flow import FlowAdapter, shift_for
from engine.diffusion.prompts import Prompt, plain, weighted
from engine.diffusion.weights import TextEncoding


class Flux(FlowAdapter):
    """A transformer over packed latents, distilled so that guidance is an input and not a second row."""

    architecture = "flux"
    inputs = ("sample", "timestep", "encoder_hidden_states", "pooled_projections", "guidance", "txt_ids", "img_ids")

    def guided(self, guidance: float) -> bool:
        """One row always."""
        return False

    @property
    def heeds_negative(self) -> bool:
        """Without a second row there is nothing to steer away from."""
        return False

    def encode(self, prompt: Prompt, negative: Prompt, *, guided: bool, embed: Embed | None = None) -> tuple[Row, ...]:
        """Take the pipeline's own path; weights change the T5 embedding, which carries the words."""
        hidden, pooled, ids = self._shoulders.encode_prompt(plain(prompt), None, device=self.model.device)
        if weighted(prompt):
            hidden = self._compel.encode((prompt,))[0]
        row = {
            "encoder_hidden_states": hidden.float(),
            "pooled_projections": pooled.float(),
            "txt_ids": ids.float()[None],
        }
        return (row,)

    def embellish(self, row: Row, *, guidance: float, width: int, height: int) -> Row:
        """Add the guidance and the place of every patch of that size."""
        rows, columns = self._patches(width, height)
        ids = self._pipeline_class._prepare_latent_image_ids(1, rows, columns, self.model.device, torch.float32)
        return {**row, "guidance": torch.tensor([guidance], device=self.model.device), "img_ids": ids[None]}

    def timesteps(self, scheduler: Any, steps: int, width: int, height: int) -> torch.Tensor:
        """Shift evenly spaced noise levels by the picture's size."""
        rows, columns = self._patches(width, height)
        levels = None if scheduler.config.get("use_flow_sigmas") else np.linspace(1.0, 1 / steps, steps)
        return schedulers.set_timesteps(scheduler, steps, sigmas=levels, mu=shift_for(scheduler, rows * columns, 1.15))

    def scale_timestep(self, timestep: torch.Tensor) -> torch.Tensor:
        """The network counts noise from 0 to 1."""
        return timestep.to(torch.float32) / 1000

    def call(self, network: Any, *inputs: torch.Tensor) -> torch.Tensor:
        """Call the transformer; the ids are those of any row, for all rows have one size."""
        sample, timestep, hidden, pooled, guidance, text_ids, image_ids = inputs
        predicted: torch.Tensor = network(
            hidden_states=sample,
            timestep=timestep,
            guidance=guidance if self.model.config("transformer").get("guidance_embeds") else None,
            pooled_projections=pooled,
            encoder_hidden_states=hidden,
            txt_ids=text_ids[0],
            img_ids=image_ids[0],
            return_dict=False,
        )[0]
        return predicted

    def pack(self, latents: torch.Tensor) -> torch.Tensor:
        """Turn (N, channels, rows, columns) into (N, patches, 4 * channels)."""
        packed: torch.Tensor = self._pipeline_class._pack_latents(latents, *latents.shape)
        return packed

    def unpack(self, samples: torch.Tensor, width: int, height: int) -> torch.Tensor:
        """Undo `pack`."""
        latents: torch.Tensor = self._pipeline_class._unpack_latents(samples, height, width, self.model.vae_factor)
        return latents

    def _patches(self, width: int, height: int) -> tuple[int, int]:
        size = 2 * self.model.vae_factor
        return height // size, width // size

    @cached_property
    def _pipeline_class(self) -> Any:
        from diffusers import FluxPipeline

        return FluxPipeline

    @cached_property
    def _shoulders(self) -> Any:
        parts = {name: self.model.part(name) for n in ("", "_2") for name in (f"text_encoder{n}", f"tokenizer{n}")}
        return self._pipeline_class(scheduler=None, vae=None, transformer=None, **parts)

    @cached_property
    def _compel(self) -> TextEncoding:
        return TextEncoding(
            self.model.part("tokenizer_2"), self.model.part("text_encoder_2"), penultimate=False, truncate=True
        )
