"""Stable Diffusion XL and its distilled siblings."""

from functools import cached_property
from typing import Any

import torch

from engine.diffusion.adapters.base import Adapter, Embed, Row
from engine.diffusion.adapters.sd import sides_halve
from engine.diffusion.prompts import Prompt, plain
from engine.diffusion.weights import TextEncoding, fits


class SDXL(Adapter):
    """A UNet conditioned on two CLIP text encoders, a pooled embedding and the picture's size."""

    architecture = "sdxl"
    inputs = ("sample", "timestep", "encoder_hidden_states", "text_embeds", "time_ids")

    def encode(self, prompt: Prompt, negative: Prompt, *, guided: bool, embed: Embed | None = None) -> tuple[Row, ...]:
        """Take the pipeline's own path for plain prompts that fit, and compel's for weights and long ones."""
        wanted = (negative, prompt) if guided else (prompt,)
        tokenizers = [self.model.part(name) for name in ("tokenizer", "tokenizer_2")]
        if all(fits(one, tokenizer) for one in wanted for tokenizer in tokenizers if tokenizer is not None):
            return self._by_pipeline(plain(prompt), plain(negative), guided=guided)
        hidden = torch.cat([torch.stack(compel.encode(wanted)) for compel in self._compels], dim=-1)
        pooled = [self._by_pipeline(plain(one), "", guided=False)[0]["text_embeds"] for one in wanted]
        rows = [_row(*pair) for pair in zip(hidden, pooled, strict=True)]
        if guided and not negative and self._zeroes_empty:
            rows[0] = {key: torch.zeros_like(value) for key, value in rows[0].items()}
        return tuple(rows)

    def embellish(self, row: Row, *, guidance: float, width: int, height: int) -> Row:
        """Add the size, as if the training picture had been that large and uncropped."""
        sizes = torch.tensor([[height, width, 0, 0, height, width]], dtype=torch.float32, device=self.model.device)
        return {**row, "time_ids": sizes}

    def call(self, network: Any, *inputs: torch.Tensor) -> torch.Tensor:
        """Call the UNet."""
        sample, timestep, hidden, pooled, sizes = inputs
        added = {"text_embeds": pooled, "time_ids": sizes}
        predicted: torch.Tensor = network(sample, timestep, hidden, added_cond_kwargs=added, return_dict=False)[0]
        return predicted

    def traceable(self, width: int, height: int) -> bool:
        """A UNet whose latent cannot be halved at every level sizes its upsampling by a branch."""
        return sides_halve(self.model, width, height)

    @property
    def _zeroes_empty(self) -> bool:
        return bool(self.model.source.index.get("force_zeros_for_empty_prompt", True))

    def _by_pipeline(self, prompt: str, negative: str, *, guided: bool) -> tuple[Row, ...]:
        hidden, opposite, pooled, opposite_pooled = self._shoulders.encode_prompt(
            prompt,
            device=self.model.device,
            do_classifier_free_guidance=guided,
            negative_prompt=negative or None,
        )
        conditional = _row(hidden, pooled)
        return (_row(opposite, opposite_pooled), conditional) if guided else (conditional,)

    @cached_property
    def _shoulders(self) -> Any:
        from diffusers import StableDiffusionXLPipeline

        return StableDiffusionXLPipeline(
            vae=None,
            text_encoder=self.model.part("text_encoder"),
            text_encoder_2=self.model.part("text_encoder_2"),
            tokenizer=self.model.part("tokenizer"),
            tokenizer_2=self.model.part("tokenizer_2"),
            unet=None,
            scheduler=None,
            force_zeros_for_empty_prompt=self._zeroes_empty,
            add_watermarker=False,
        )

    @cached_property
    def _compels(self) -> list[TextEncoding]:
        pairs = [(self.model.part(f"tokenizer{n}"), self.model.part(f"text_encoder{n}")) for n in ("", "_2")]
        return [TextEncoding(*pair, penultimate=True) for pair in pairs if pair[0] is not None]


def _row(hidden: torch.Tensor, pooled: torch.Tensor) -> Row:
    return {"encoder_hidden_states": hidden.float(), "text_embeds": pooled.float()}
