"""The small decoder for previews in training: latents in, the pictures they stand for out."""

from __future__ import annotations

import numpy as np
import torch
from diffusers import AutoencoderTiny
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from engine.training.autoencoder import gradient_loss, to_pictures, to_tensor
from engine.training.recipe import Recipe

SHEET_COUNT = 8


class PreviewTask:
    """An AutoencoderTiny (the layout of TAESD, https://github.com/madebyollin/taesd) learns what the large one does.

    Its decoder learns to paint a picture from the latent at the scale that the UNet works at, its
    encoder to find that latent. Both have one network's cost of a picture, so a preview is cheap at any step.
    """

    def __init__(
        self,
        model: AutoencoderTiny,
        latents: Tensor,
        pictures: NDArray[np.uint8],
        *,
        scale: float,
        batch: int,
        seed: int = 0,
    ) -> None:
        """Take ``latents`` (n, c, h, w), of which times ``scale`` the UNet is shown, and their n or more pictures."""
        self.model: nn.Module = model
        self.device = torch.device("cpu")
        self.latents, self.pictures, self.scale = latents, pictures, scale
        self.batch, self.seed = batch, seed

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return the losses of the pictures that belong to ``draw``."""
        rows = np.sort(np.random.default_rng((self.seed, draw)).integers(0, len(self.latents), self.batch))
        latents, wanted = (part.to(self.device) for part in self._pairs(rows))
        with torch.autocast(self.device.type, torch.bfloat16):
            painted = self.model.decode(latents).sample.float()
            found = self.model.encode(wanted).latents.float()
        l1 = functional.l1_loss(painted, wanted)
        latent = functional.l1_loss(found, latents)
        return {"loss": l1 + gradient_loss(painted, wanted) + 0.1 * latent, "l1": l1, "latent": latent}

    def _pairs(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        latents = self.latents[torch.from_numpy(rows)].float() * self.scale
        return latents, to_tensor(self.pictures[rows])

    def sheet(self) -> Image.Image:
        """Return pictures above what is painted from their latents."""
        latents, originals = self._pairs(np.arange(min(SHEET_COUNT, len(self.latents))))
        painted = self.model.decode(latents.to(self.device)).sample
        rows = [to_pictures(originals), to_pictures(painted)]
        return Image.fromarray(np.concatenate([np.concatenate(list(row), 1) for row in rows], 0))


def build_preview(recipe: Recipe) -> AutoencoderTiny:
    """Return a fresh small autoencoder for the latents of the recipe's large one."""
    shape, levels = recipe.preview, len(recipe.autoencoder.channels)
    return AutoencoderTiny(
        latent_channels=recipe.autoencoder.latent_channels,
        encoder_block_out_channels=(shape.channels,) * levels,
        decoder_block_out_channels=(shape.channels,) * levels,
        num_encoder_blocks=shape.blocks,
        num_decoder_blocks=shape.blocks[::-1],
    )
