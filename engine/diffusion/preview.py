"""A cheap look at an unfinished picture: a linear map from latent channels to colours, one pixel for each latent cell.

The map is fitted to the model's own autoencoder by least squares on random colours, once, when first
needed. Where the model folder carries a tiny decoder of its own (`tiny_vae`), that is used instead.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from PIL.Image import Image, Resampling
from safetensors.torch import load_file, save_file

from engine.diffusion import pixels
from engine.diffusion.adapters.base import Adapter

_CELLS = 12
"""Latent rows and columns of each picture that the map is fitted on."""
_PICTURES = 16


class Previewer:
    """Looks at unfinished pictures of one model. The map is kept on disk, so that a later process need not fit it."""

    def __init__(self, adapter: Adapter, data_dir: Path) -> None:
        self._adapter = adapter
        self._path = data_dir / "cache" / "previews" / f"{adapter.model.hash[:32]}.safetensors"
        self._map: torch.Tensor | None = None

    @torch.no_grad()
    def look(self, latents: torch.Tensor, width: int, height: int) -> Image:
        """Turn an estimate of the finished latent, (1, channels, rows, columns), into a picture of the full size."""
        model = self._adapter.model
        if model.has_tiny_vae:
            small = model.part("tiny_vae")
            decoded = self._adapter.decode_tiny(small, latents)
        else:
            mapping = self._mapping()
            decoded = (latents.float().movedim(1, -1) @ mapping[:-1] + mapping[-1]).movedim(-1, 1)
        return pixels.to_images(decoded)[0].resize((width, height), Resampling.BICUBIC)

    def _mapping(self) -> torch.Tensor:
        if self._map is None:
            if not self._path.is_file():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                save_file({"map": fit_colours(self._adapter).cpu().contiguous()}, self._path)
            self._map = load_file(self._path)["map"].to(self._adapter.model.device)
        return self._map


@torch.no_grad()
def fit_colours(adapter: Adapter) -> torch.Tensor:
    """Return the (channels + 1, 3) map from a scaled latent cell and 1 to its mean colour in -1..1."""
    vae = adapter.model.part("vae")
    painted = _patches(_CELLS * adapter.model.vae_factor)
    latents = adapter.scale(vae.encode(painted.to(adapter.model.device, vae.dtype)).latent_dist.mean.float())
    known = torch.cat([latents.movedim(1, -1).flatten(0, 2), torch.ones(latents[:, 0].numel(), 1).to(latents)], dim=1)
    colours = F.adaptive_avg_pool2d(painted, _CELLS).to(latents).movedim(1, -1).flatten(0, 2)
    energy = known.T @ known
    ridge = 1e-3 * energy.diagonal()[:-1].mean() * torch.eye(len(energy)).to(known)
    mapping: torch.Tensor = torch.linalg.solve(energy + ridge, known.T @ colours)
    return mapping


def _patches(side: int) -> torch.Tensor:
    """Paint smooth colours divided by hard edges, with detail at every scale, as (pictures, 3, side, side) in -1..1.

    Detail matters: channels that carry texture and no colour would else be free to take any part in the map.
    """
    generator = torch.Generator("cpu").manual_seed(0)

    def field(channels: int, cells: int) -> torch.Tensor:
        coarse = torch.randn(_PICTURES, channels, cells, cells, generator=generator)
        return F.interpolate(coarse, size=(side, side), mode="bicubic")

    edges = field(1, 6) > 0
    painted = 0.6 * torch.where(edges, field(3, 4), field(3, 4))
    for cells, strength in ((_CELLS, 0.15), (2 * _CELLS, 0.15), (4 * _CELLS, 0.1)):
        painted = painted + strength * field(1, cells) + strength / 3 * field(3, cells)
    return painted.clamp(-1, 1)
