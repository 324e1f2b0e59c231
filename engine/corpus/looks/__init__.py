"""Styles: how a finished scene is rendered."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.corpus.looks.drawn import ink, woodcut
from engine.corpus.looks.mosaic import glass, lowpoly, pixel, pointillism
from engine.corpus.looks.painted import oil, plain, watercolour
from engine.corpus.looks.paper import papercut
from engine.corpus.looks.scene import Scene
from engine.corpus.raster import Rgb

__all__ = ["LOOKS", "Scene"]

LOOKS: dict[str, Callable[[Scene, np.random.Generator], Rgb]] = {
    "plain": plain,
    "watercolour": watercolour,
    "oil": oil,
    "ink": ink,
    "pixel": pixel,
    "pointillism": pointillism,
    "glass": glass,
    "woodcut": woodcut,
    "lowpoly": lowpoly,
    "papercut": papercut,
}
