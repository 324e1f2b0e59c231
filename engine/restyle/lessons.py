"""What the restyler learns from: a look of the corpus laid over any picture, and another picture of that look.

The looks of the corpus are drawn by code that takes whatever picture there is. So what a picture should become is known
to the pixel, and the network learns to read from one picture of a look how another is to be changed.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.corpus.filters import slope, soften, step
from engine.corpus.looks import LOOKS, Scene
from engine.corpus.raster import Plane, Rgb

PLAIN = "plain"
_ZOOM = 0.6
"""Smallest part of a picture's sides that is enlarged to be learnt from: photographs are softer than drawings."""
_GRAIN = 0.12
"""Greatest deviation of the grain that is laid over a picture."""


def styled(picture: Rgb, look: str, rng: np.random.Generator) -> Rgb:
    """Lay a look over a picture, (s, s, 3) in 0..1; where that has details the look is finer."""
    none = np.zeros(picture.shape[:2], np.float32)
    # Ink gives the upper half the key's colour, which is the paper's here: a photograph's need not be sky.
    key = np.ones(3, np.float32) if look == "ink" else picture.mean((0, 1))
    return np.clip(LOOKS[look](Scene(picture, details(picture), none, key), rng), 0, 1).astype(np.float32)


def details(picture: Rgb) -> Plane:
    """Return where a picture, (s, s, 3), has details: (s, s) in 0..1."""
    return step(soften(slope(soften(picture, 1.0)), 4.0), 0.03, 0.12)


def content(first: NDArray[np.uint8], second: NDArray[np.uint8], rng: np.random.Generator) -> Rgb:
    """Make a picture that is less tidy than the corpus: a part of one, often laid over another or under grain.

    Args:
        first: (s, s, 3); so is the second.
        second: what may shine through.
        rng: decides.

    Returns:
        (s, s, 3) in 0..1.
    """
    picture = _part(first, rng)
    side = len(picture)
    if rng.random() < 0.4:
        veil = _cloud(side, rng)[..., None]
        picture = picture + veil * (_part(second, rng) - picture)
    if rng.random() < 0.5:
        shade = np.float32(rng.uniform(0, _GRAIN)) * (_cloud(side, rng, octaves=6) - 0.5)[..., None]
        picture = picture * (1 + 4 * shade) + rng.normal(0, 0.02, picture.shape).astype(np.float32)
    if rng.random() < 0.5:
        picture = picture.clip(0, 1) ** np.float32(rng.uniform(0.6, 1.7))
    return picture.clip(0, 1).astype(np.float32)


def _part(picture: NDArray[np.uint8], rng: np.random.Generator) -> Rgb:
    side = len(picture)
    taken = int(rng.uniform(_ZOOM, 1) * side)
    left, top = (int(place) for place in rng.integers(0, side - taken + 1, 2))
    image = Image.fromarray(picture[top : top + taken, left : left + taken])
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC), np.float32) / np.float32(255)


def _cloud(side: int, rng: np.random.Generator, octaves: int = 3) -> Plane:
    """Return noise of several octaves, (side, side) in 0..1."""
    total = np.zeros((side, side), np.float32)
    for octave in range(octaves):
        cells = min(side, 3 * 2**octave)
        drawn = Image.fromarray(rng.random((cells, cells), np.float32))
        total += np.asarray(drawn.resize((side, side), Image.Resampling.BICUBIC)) / 2**octave
    low, high = total.min(), total.max()
    scaled: Plane = (total - low) / (high - low)
    return scaled
