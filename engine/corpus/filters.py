"""Filters: small operations on whole pictures that several styles share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.corpus.raster import Rgb, blur, luminance, noise


def saturate(image: Rgb, amount: float) -> Rgb:
    """Push colours away from grey (above 1) or towards it (below 1)."""
    grey = luminance(image)[..., None]
    return np.clip(grey + (image - grey) * amount, 0, 1)


def warp(image: Rgb, rng: np.random.Generator, reach: float, cells: int) -> Rgb:
    """Shift pixels about smoothly, by up to ``reach`` of the side."""
    size = len(image)
    rows, columns = np.indices((size, size), np.float32)
    dy = (noise(rng, size, (cells, cells), 2) - 0.5) * 2 * reach * size
    dx = (noise(rng, size, (cells, cells), 2) - 0.5) * 2 * reach * size
    y = np.clip(np.rint(rows + dy), 0, size - 1).astype(int)
    x = np.clip(np.rint(columns + dx), 0, size - 1).astype(int)
    return image[y, x]


def kuwahara(image: Rgb, radius: int) -> Rgb:
    """Replace each pixel by the mean of the calmest of its four quadrants (Kuwahara 1976)."""
    half = max(1, radius // 2)
    means = blur(image, half)
    light = luminance(image)
    spread = blur(light * light, half) - blur(light, half) ** 2
    offsets = [(dy, dx) for dy in (-half, half) for dx in (-half, half)]
    all_means = np.stack([np.roll(means, offset, (0, 1)) for offset in offsets])
    calm = np.stack([np.roll(spread, offset, (0, 1)) for offset in offsets]).argmin(0)
    return np.take_along_axis(all_means, calm[None, ..., None], 0)[0]


def mean_by(labels: NDArray[np.intp], image: Rgb, count: int) -> Rgb:
    """Replace every pixel by the mean of those that bear its label, 0 to ``count``."""
    flat = labels.ravel()
    total = np.maximum(np.bincount(flat, minlength=count), 1)
    sums = [np.bincount(flat, image[..., c].ravel(), count) / total for c in range(3)]
    return np.stack(sums, 1).astype(np.float32)[labels]
