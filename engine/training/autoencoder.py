"""The autoencoder in training: crops of the corpus in, the same crops out."""

from __future__ import annotations

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

SHEET_COUNT = 18


class AutoencoderTask:
    """L1 and gradient loss on random crops, and a KL term just strong enough to bound latents."""

    def __init__(
        self,
        model: AutoencoderKL,
        pictures: NDArray[np.uint8],
        *,
        batch: int,
        crop: int,
        seed: int = 0,
        kl: float = 1e-4,
        held_out: int = 64,
    ) -> None:
        self.model: nn.Module = model
        self.device = torch.device("cpu")
        self.pictures = pictures
        self.batch, self.crop, self.seed, self.kl = batch, crop, seed, kl
        self.usable = len(pictures) - held_out
        self.held_out = pictures[self.usable :]

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return the losses of the crops that belong to ``draw``."""
        wanted, noise = (part.to(self.device) for part in self._crops(draw))
        with torch.autocast(self.device.type, torch.bfloat16):
            posterior = self.model.encode(wanted).latent_dist
            mean, deviation = posterior.mean.float(), posterior.std.float()
            got = self.model.decode(mean + deviation * noise).sample.float()
        l1 = functional.l1_loss(got, wanted)
        gradient = gradient_loss(got, wanted)
        variance = deviation.square()
        kl = 0.5 * (mean.square() + variance - 1 - variance.log()).mean()
        return {"loss": l1 + gradient + self.kl * kl, "l1": l1, "gradient": gradient, "kl": kl}

    def _crops(self, draw: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng((self.seed, draw))
        crop, count = self._crop_of(draw)
        factor = 2 ** (len(self.model.config.block_out_channels) - 1)
        room = (self.pictures.shape[1] - crop) // factor
        rows = rng.integers(0, self.usable, count)
        # on the latent grid, as at inference: many styles repeat their marks in whole cells
        tops, lefts = rng.integers(0, room + 1, (2, count)) * factor
        crops = np.stack(
            [
                self.pictures[row, top : top + crop, left : left + crop]
                for row, top, left in zip(rows, tops, lefts, strict=True)
            ]
        )
        side = crop // factor
        channels = self.model.config.latent_channels
        noise = rng.standard_normal((count, channels, side, side), np.float32)
        return to_tensor(crops), torch.from_numpy(noise)

    def _crop_of(self, draw: int) -> tuple[int, int]:
        """Return side and number of the crops of a draw."""
        # Every other pair of draws has whole pictures, whose borders are the model's only landmarks;
        # crops show more different things at the same cost.
        size = self.pictures.shape[1]
        if draw // 2 % 2 or self.crop >= size:
            return self.crop, self.batch
        return size, max(1, self.batch * self.crop**2 // size**2)

    def sheet(self) -> Image.Image:
        """Return held-out pictures above their reconstructions."""
        originals = self.held_out[:SHEET_COUNT]
        rebuilt = to_pictures(self.reconstruct(to_tensor(originals).to(self.device)))
        half = len(originals) // 2
        rows = [originals[:half], rebuilt[:half], originals[half:], rebuilt[half:]]
        return Image.fromarray(np.concatenate([np.concatenate(list(r), 1) for r in rows], 0))

    def reconstruct(self, pictures: Tensor) -> Tensor:
        """Return the reconstructions of pictures, both (n, 3, h, w) in [-1, 1]."""
        return self.model.decode(self.model.encode(pictures).latent_dist.mode()).sample


def gradient_loss(got: Tensor, wanted: Tensor) -> Tensor:
    """Return the L1 distance of the differences between neighbouring pixels."""
    return functional.l1_loss(got.diff(dim=-1), wanted.diff(dim=-1)) + functional.l1_loss(
        got.diff(dim=-2), wanted.diff(dim=-2)
    )


def to_tensor(pictures: NDArray[np.uint8]) -> Tensor:
    """Turn pictures (n, h, w, 3) uint8 into (n, 3, h, w) float32 in [-1, 1]."""
    levels = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2)
    return (levels.float() / 127.5 - 1).contiguous()


def to_pictures(images: Tensor) -> NDArray[np.uint8]:
    """Turn (n, 3, h, w) in [-1, 1] into pictures (n, h, w, 3) uint8, clipping what exceeds."""
    levels = (images.float().clamp(-1, 1) + 1) * 127.5
    return levels.round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
