"""Damage: slight, which leaves a figure what it is, and fatal, after which nobody could name it.

A classifier that only ever saw clean pictures takes any blob for something. All functions take
and return pictures (n, 3, h, w) in [-1, 1]; randomness comes from the given stream alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

Damage = Callable[[Tensor, np.random.Generator], Tensor]


def blur(pictures: Tensor, sigma: float) -> Tensor:
    """Blur with a Gaussian of ``sigma`` pixels."""
    reach = max(1, round(3 * sigma))
    weights = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    kernel = (weights / weights.sum()).expand(pictures.shape[1], 1, -1)
    padded = functional.pad(pictures, (reach,) * 4, mode="replicate")
    across = functional.conv2d(padded, kernel[:, :, None], groups=pictures.shape[1])
    return functional.conv2d(across, kernel[..., None], groups=pictures.shape[1])


def noise(pictures: Tensor, deviation: float, rng: np.random.Generator) -> Tensor:
    """Add Gaussian noise."""
    return (pictures + deviation * _normal(rng, pictures.shape)).clamp(-1, 1)


def warp(pictures: Tensor, amplitude: float, rng: np.random.Generator, knots: int = 5) -> Tensor:
    """Push pixels about smoothly, by ``amplitude`` of the picture's side (a standard deviation)."""
    n, _, height, width = pictures.shape
    push = functional.interpolate(
        _normal(rng, (n, 2, knots, knots)), (height, width), mode="bicubic", align_corners=True
    )
    rest = functional.affine_grid(torch.eye(2, 3).expand(n, -1, -1), list(pictures.shape), align_corners=False)
    grid = rest + 2 * amplitude * push.permute(0, 2, 3, 1)
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def coarsen(pictures: Tensor, cells: int) -> Tensor:
    """Reduce to ``cells`` a side and enlarge again, smoothly."""
    small = functional.interpolate(pictures, (cells, cells), mode="area")
    return functional.interpolate(small, tuple(pictures.shape[2:]), mode="bilinear")


def shuffle_patches(pictures: Tensor, cells: int, rng: np.random.Generator) -> Tensor:
    """Deal the ``cells`` x ``cells`` patches of every picture anew."""
    n, _, height, width = pictures.shape
    patches = functional.unfold(pictures, (height // cells, width // cells), stride=(height // cells, width // cells))
    order = torch.from_numpy(rng.permuted(np.tile(np.arange(cells * cells), (n, 1)), axis=1))
    dealt = patches.gather(2, order[:, None].expand(-1, patches.shape[1], -1))
    return functional.fold(dealt, (height, width), (height // cells, width // cells), stride=(height // cells,) * 2)


def blend(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Lay every picture half transparent over its neighbour in the batch."""
    share = torch.from_numpy(rng.uniform(0.42, 0.58, (len(pictures), 1, 1, 1)).astype(np.float32))
    return pictures * share + pictures.roll(1, 0) * (1 - share)


def chimera(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Join one half of every picture with the other half of its neighbour in the batch."""
    mixed = pictures.clone()
    half = pictures.shape[2] // 2
    if rng.random() < 0.5:
        mixed[:, :, half:] = pictures.roll(1, 0)[:, :, half:]
    else:
        mixed[..., half:] = pictures.roll(1, 0)[..., half:]
    return mixed


def slight(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Damage pictures in a way that anybody sees through."""
    done = pictures
    if rng.random() < 0.35:
        done = warp(done, rng.uniform(0.004, 0.014), rng)
    fate = rng.random()
    if fate < 0.25:
        done = blur(done, rng.uniform(0.3, 0.02 * pictures.shape[2]))
    elif fate < 0.35:
        done = coarsen(done, int(rng.uniform(0.55, 0.9) * pictures.shape[2]))
    if rng.random() < 0.25:
        done = noise(done, rng.uniform(0.02, 0.12), rng)
    return _retoned(done, rng, 0.08) if rng.random() < 0.4 else done


def gentle(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Damage whole pictures so slightly that even their style survives."""
    done = pictures
    if rng.random() < 0.3:
        done = blur(done, rng.uniform(0.3, 0.8))
    if rng.random() < 0.25:
        done = noise(done, rng.uniform(0.01, 0.06), rng)
    return _retoned(done, rng, 0.03) if rng.random() < 0.3 else done


def fatal(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Damage pictures so that nobody could name what they showed; neighbours should show different things."""
    side = pictures.shape[2]
    kinds: tuple[Callable[[], Tensor], ...] = (
        lambda: blur(pictures, rng.uniform(0.1, 0.2) * side),
        lambda: warp(pictures, rng.uniform(0.1, 0.18), rng, knots=7),
        lambda: coarsen(warp(pictures, 0.05, rng), int(rng.integers(4, 8))),
        lambda: shuffle_patches(pictures, 4, rng),
        lambda: shuffle_patches(pictures, 8, rng),
        lambda: blur(blend(pictures, rng), rng.uniform(0.3, 2.5)),
        lambda: blend(pictures, rng),
        lambda: chimera(pictures, rng),
        lambda: blur(chimera(warp(pictures, 0.03, rng), rng), rng.uniform(0.3, 2.0)),
    )
    return kinds[int(rng.integers(len(kinds)))]()


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Tensor:
    return torch.from_numpy(rng.standard_normal(shape, np.float32))


def _retoned(pictures: Tensor, rng: np.random.Generator, amount: float) -> Tensor:
    tone = torch.from_numpy(rng.normal(1, amount, (len(pictures), 1, 1, 1)).astype(np.float32))
    shift = torch.from_numpy(rng.normal(0, 0.7 * amount, (len(pictures), 3, 1, 1)).astype(np.float32))
    return (pictures * tone + shift).clamp(-1, 1)
