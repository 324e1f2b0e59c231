"""Giving all pictures one size and comparable levels."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from engine.corpus.gathered.samples import Sample

_TAILS = (0.5, 99.5)
_LEAST_GAIN, _MOST_GAIN = 1.05, 1.4
"""More would turn a night into a day, and the caption into a lie."""


class Normalise:
    """Bring pictures to one square size, and stretch faded levels a little, hues as they are."""

    name: ClassVar[str] = "normalise"

    def __init__(self, size: int) -> None:
        self.size = size

    def apply(self, sample: Sample) -> list[Sample]:
        """Return the picture with ``size`` pixels to a side; what does not fit the square is cut off evenly."""
        square = ImageOps.fit(sample.picture, (self.size, self.size), Image.Resampling.LANCZOS)
        return [replace(sample, picture=Image.fromarray(stretched(np.asarray(square))))]


def stretched(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stretch the levels of (h, w, 3) uint8 towards 0 to 255, all channels alike and by at most 1.4 times."""
    levels = pixels.astype(np.float32)
    low, high = (float(level) for level in np.percentile(levels.mean(2), _TAILS))
    gain = min(255 / max(high - low, 1.0), _MOST_GAIN)
    if gain < _LEAST_GAIN:
        return pixels
    # What room is left is shared, so that a dark picture stays dark and a bright one bright.
    spread = (high - low) * gain
    floor = (255 - spread) * low / max(255 - (high - low), 1.0)
    return ((levels - low) * gain + floor + 0.5).clip(0, 255).astype(np.uint8)
