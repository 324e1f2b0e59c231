"""What happens to pictures before they are enlarged: made smaller, blurred, compressed, or painted by a model."""

import io

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.enlarge import FACTORS
from engine.evaluation.rebuilt import rebuild

_WAYS = (Image.Resampling.BOX, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
_FORMATS = ("JPEG", "WEBP")
_QUALITIES = (40, 96)
_BLURS = (0.2, 0.7)
"""Standard deviations, in pixels of the small picture."""


def reduced(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Make a picture (h, w, 3) smaller by averaging; a factor of 1 leaves it."""
    return np.asarray(Image.fromarray(picture).reduce(factor))


def wanted(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Return what enlarging is to end with, so that the small picture has the same size whatever the factor.

    A small picture shows as much in a pixel as those that models paint; made from the large one by the smaller
    factor alone it would show less.
    """
    return reduced(picture, max(FACTORS) // factor)


def degraded(picture: NDArray[np.uint8], factor: int, blur: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Make a picture (h, w, 3) smaller in one of several ways, sometimes (with chance ``blur``) blurred before."""
    image = Image.fromarray(picture)
    if rng.random() < blur:
        image = image.filter(ImageFilter.GaussianBlur(factor * rng.uniform(*_BLURS)))
    size = (image.width // factor, image.height // factor)
    return np.asarray(image.resize(size, _WAYS[rng.integers(len(_WAYS))]))


def compressed(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return what is left of a picture (h, w, 3) in a JPEG or WebP file of some quality."""
    buffer = io.BytesIO()
    way = _FORMATS[rng.integers(len(_FORMATS))]
    Image.fromarray(picture).save(buffer, way, quality=int(rng.integers(*_QUALITIES)))
    with Image.open(buffer) as image:
        return np.asarray(image.convert("RGB"))


@torch.inference_mode()
def painted(autoencoder: AutoencoderKL, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pictures (n, h, w, 3) as a model with this autoencoder would paint them at best."""
    return rebuild(autoencoder, pictures)
