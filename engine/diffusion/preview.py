"""A cheap look at an unfinished picture: a linear map from latent channels to colours, one pixel for each latent cell.

The map is fitted to the model's own autoencoder by least squares on smooth random colours, once, when first
needed. Where the model folder carries a tiny decoder of its own (`tiny_vae`), that is used instead.
"""

import torch
import torch.nn.functional as F
from PIL.Image import Image, Resampling

from engine.diffusion import pixels
from engine.diffusion.adapters.base import Adapter

_CELLS = 24
"""Latent rows and columns of each picture that the map is fitted on."""
_PICTURES = 4


class Previewer:
    """Looks at unfinished pictures of one model."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter
        self._map: torch.Tensor | None = None

    @torch.no_grad()
    def look(self, latents: torch.Tensor, width: int, height: int) -> Image:
        """Turn an estimate of the finished latent, (1, channels, rows, columns), into a picture of the full size."""
        model = self._adapter.model
        if model.has_tiny_vae:
            small = model.part("tiny_vae")
            decoded = self._adapter.decode_tiny(small, latents)
        else:
            if self._map is None:
                self._map = fit_colours(self._adapter)
            channels = latents.float().movedim(1, -1)
            decoded = (channels @ self._map[:-1] + self._map[-1]).movedim(-1, 1)
        return pixels.to_images(decoded)[0].resize((width, height), Resampling.BICUBIC)


@torch.no_grad()
def fit_colours(adapter: Adapter) -> torch.Tensor:
    """Return the (channels + 1, 3) map from a scaled latent cell and 1 to its mean colour in -1..1."""
    vae = adapter.model.part("vae")
    factor = adapter.model.vae_factor
    generator = torch.Generator("cpu").manual_seed(0)
    coarse = torch.rand(_PICTURES, 3, 5, 5, generator=generator) * 2.4 - 1.2
    cells = F.interpolate(coarse, size=(_CELLS, _CELLS), mode="bicubic").clamp(-1, 1)
    painted = F.interpolate(cells, scale_factor=factor, mode="nearest").to(adapter.model.device, vae.dtype)
    latents = adapter.scale(vae.encode(painted).latent_dist.mean.float())
    known = torch.cat([latents.movedim(1, -1).flatten(0, 2), torch.ones(latents[:, 0].numel(), 1).to(latents)], dim=1)
    colours = cells.to(latents).movedim(1, -1).flatten(0, 2)
    ridge = 1e-4 * torch.eye(known.shape[1]).to(known)
    mapping: torch.Tensor = torch.linalg.solve(known.T @ known + ridge, known.T @ colours)
    return mapping
