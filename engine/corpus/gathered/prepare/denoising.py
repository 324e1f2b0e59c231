"""Taking away noise, and nothing where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.corpus.gathered.samples import Sample
from engine.corpus.raster import blur

_OUTSTANDING = 48
_SPECKLED = 0.004
_NOISY = 5.0
_MOST_SIDE = 512
"""Means over many patches take their time; nothing is trained at more."""
_REACH = 4
_PATCH = 2
_STRENGTH = 0.7


class Denoise:
    """Take out single stray pixels (median) and grain (non-local means), where the picture has much of them."""

    name: ClassVar[str] = "denoise"

    def apply(self, sample: Sample) -> list[Sample]:
        """Return the picture without noise, or as it is where hardly any is found."""
        picture = _without_specks(sample.picture)
        if noise_level(np.asarray(picture.convert("L"), np.float32)) > _NOISY:
            picture.thumbnail((_MOST_SIDE, _MOST_SIDE), Image.Resampling.LANCZOS)
            pixels = np.asarray(picture, np.float32)
            level = noise_level(pixels.mean(2))
            if level > _NOISY:
                pixels = non_local_means(pixels, level * float(np.sqrt(3)))
            picture = Image.fromarray((pixels + 0.5).clip(0, 255).astype(np.uint8))
        return [sample if picture is sample.picture else replace(sample, picture=picture)]


def noise_level(grey: NDArray[np.float32]) -> float:
    """Estimate the standard deviation of the noise in grey levels (h, w).

    Immerkær 1996, "Fast Noise Variance Estimation" (doi:10.1006/cviu.1996.0060): a mask that edges hardly answer to. Of
    its answers the median counts, not the mean, so that a drawing full of lines is not taken for noise.
    """
    if min(grey.shape) < 3:
        return 0.0
    rows = grey[:-2] - 2 * grey[1:-1] + grey[2:]
    answers = rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:]
    return float(np.median(np.abs(answers))) * 1.4826 / 6


def non_local_means(pixels: NDArray[np.float32], noise: float) -> NDArray[np.float32]:
    """Replace each pixel of (h, w, c) levels by the mean of those around it whose patches look alike.

    Buades, Coll & Morel 2005, "A Non-Local Algorithm for Image Denoising" (doi:10.1109/CVPR.2005.38): 5 x 5 patches
    within 4 pixels, weighted by exp(-d / h^2), where d is the mean square between patches less the 2 ``noise``^2 that
    noise of that standard deviation puts there, and h is 0.7 ``noise``.
    """
    height, width = pixels.shape[:2]
    wide = np.pad(pixels, ((_REACH, _REACH), (_REACH, _REACH), (0, 0)), mode="reflect")
    total = np.zeros_like(pixels)
    weights = np.zeros((height, width, 1), np.float32)
    for down in range(2 * _REACH + 1):
        for across in range(2 * _REACH + 1):
            other = wide[down : down + height, across : across + width]
            apart = blur(np.square(other - pixels).mean(2), _PATCH)
            weight = np.exp(-np.maximum(apart - 2 * noise**2, 0) / (_STRENGTH * noise) ** 2)[..., None]
            total += weight * other
            weights += weight
    return (total / weights).astype(np.float32)


def _without_specks(picture: Image.Image) -> Image.Image:
    """Put the median in the place of pixels that no neighbour resembles, where there are many of them."""
    if min(picture.size) < 3:
        return picture
    grey = picture.convert("L")
    values = np.asarray(grey, np.int16)
    # The second highest and lowest of the nine: two specks may touch.
    above = values - np.asarray(grey.filter(ImageFilter.RankFilter(3, 6)), np.int16)
    below = np.asarray(grey.filter(ImageFilter.RankFilter(3, 2)), np.int16) - values
    specks = np.maximum(above, below) > _OUTSTANDING
    if specks.mean() < _SPECKLED:
        return picture
    median = np.asarray(picture.filter(ImageFilter.MedianFilter(3)))
    return Image.fromarray(np.where(specks[..., None], median, np.asarray(picture)))
