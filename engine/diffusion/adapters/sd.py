"""Stable Diffusion 1.x and 2.x, latent consistency models of that shape, and the shipped `mini`."""

from functools import cached_property
from typing import Any

import torch

from engine.diffusion.adapters.base import Adapter, Embed, Row
from engine.diffusion.model import Model
from engine.diffusion.prompts import Prompt, plain
from engine.diffusion.weights import TextEncoding, fits


class SD(Adapter):
    """A UNet conditioned on the last hidden states of one CLIP text encoder."""

    architecture = "sd"
    inputs: tuple[str, ...] = ("sample", "timestep", "encoder_hidden_states")
    compiles_text = True

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._guidance_channels = model.config("unet").get("time_cond_proj_dim")
        if self._guidance_channels is not None:
            self.inputs = (*self.inputs, "timestep_cond")

    def guided(self, guidance: float) -> bool:
        """A network that takes guidance as an input (a latent consistency model) needs no second row."""
        return guidance > 1 and self._guidance_channels is None

    @property
    def heeds_negative(self) -> bool:
        """Without a second row there is nothing to steer away from."""
        return self._guidance_channels is None

    def encode(self, prompt: Prompt, negative: Prompt, *, guided: bool, embed: Embed | None = None) -> tuple[Row, ...]:
        """Take the pipeline's own path for plain prompts that fit, and compel's for weights and long ones."""
        wanted = (negative, prompt) if guided else (prompt,)
        tokenizer = self.model.part("tokenizer")
        if not all(fits(one, tokenizer) for one in wanted):
            return tuple(_row(one) for one in self._compel.encode(wanted))
        if embed is not None and not self._masks_padding:
            words = [plain(one) for one in wanted]
            tokens = tokenizer(words, padding="max_length", max_length=tokenizer.model_max_length, return_tensors="pt")
            embedded = embed(tokens.input_ids)
            if embedded is not None:
                return tuple(_row(one[None]) for one in embedded)
        hidden, opposite = self.shoulders.encode_prompt(plain(prompt), self.model.device, 1, guided, plain(negative))
        return (_row(opposite), _row(hidden)) if guided else (_row(hidden),)

    def embellish(self, row: Row, *, guidance: float, width: int, height: int) -> Row:
        """Add the embedding of the guidance where the network takes one."""
        if self._guidance_channels is None:
            return row
        scale = torch.tensor([guidance - 1.0])
        embedding = self.shoulders.get_guidance_scale_embedding(scale, embedding_dim=self._guidance_channels)
        return {**row, "timestep_cond": embedding.to(self.model.device)}

    def call(self, network: Any, *inputs: torch.Tensor) -> torch.Tensor:
        """Call the UNet."""
        sample, timestep, hidden = inputs[:3]
        condition = inputs[3] if len(inputs) > 3 else None
        predicted: torch.Tensor = network(sample, timestep, hidden, timestep_cond=condition, return_dict=False)[0]
        return predicted

    def traceable(self, width: int, height: int) -> bool:
        """A UNet whose latent cannot be halved at every level sizes its upsampling by a branch."""
        return sides_halve(self.model, width, height)

    @property
    def _masks_padding(self) -> bool:
        return bool(self.model.config("text_encoder").get("use_attention_mask"))

    @cached_property
    def shoulders(self) -> Any:
        """The pipeline class on whose methods this stands; it holds no network."""
        from diffusers import StableDiffusionPipeline

        return StableDiffusionPipeline(
            vae=None,
            text_encoder=self.model.part("text_encoder"),
            tokenizer=self.model.part("tokenizer"),
            unet=None,
            scheduler=None,
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )

    @cached_property
    def _compel(self) -> TextEncoding:
        return TextEncoding(self.model.part("tokenizer"), self.model.part("text_encoder"), penultimate=False)


def _row(hidden: torch.Tensor) -> Row:
    return {"encoder_hidden_states": hidden.float()}


def sides_halve(model: Model, width: int, height: int) -> bool:
    """Whether both sides of a latent stay whole down to the lowest level of a UNet."""
    levels = len(model.config("unet").get("block_out_channels") or (1, 1, 1, 1)) - 1
    step = model.vae_factor * 2**levels
    return bool(width % step == 0 and height % step == 0)
