"""The sheet that a ground is painted on."""

from __future__ import annotations

import numpy as np

from engine.corpus.raster import Plane, Rgb, mix, rgb, ridge
from engine.corpus.skies import DARK, HOURS


class Landscape:
    """A sheet of sky that gets covered by layers, each lit by the hour and dimmed by distance.

    ``rgb`` is the picture so far, (size, size, 3) in 0..1; ``sky`` how much of the sky still shows,
    (size, size); ``dark`` whether lamps burn.
    """

    def __init__(self, rng: np.random.Generator, sky: Rgb, hour: str) -> None:
        self.rng = rng
        self.rgb = sky
        self.size = len(sky)
        self.sky = np.ones((self.size, self.size), np.float32)
        self.light = rgb(HOURS[hour].light)
        self.air = rgb(HOURS[hour].horizon)
        self.dark = hour in DARK

    def cover(self, mask: Plane, colour: Rgb | str, distance: float = 0.0) -> None:
        """Paint a layer: its own colour under the hour's light, paled by the air before it."""
        if isinstance(colour, str):
            colour = rgb(colour)
        self.rgb = mix(self.rgb, mix(colour * self.light, self.air, distance), mask)
        self.sky = self.sky * (1 - mask)

    def glow(self, mask: Plane, colour: str) -> None:
        """Paint something that shines by itself."""
        self.rgb = mix(self.rgb, rgb(colour), mask)
        self.sky = self.sky * (1 - mask)

    def hills(self, top: float, height: float, bumps: int, sharp: bool = False) -> Plane:
        """Return a skyline, (W,) in fractions of the side from the top."""
        return top - height * ridge(self.rng, self.size, bumps, 3 if sharp else 1, sharp)
