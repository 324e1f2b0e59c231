"""Finished pictures as files that say how they were made and fit where they are sent."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from engine.api.errors import InvalidBrief
from engine.api.recipe import Recipe
from engine.pictures.provenance import png_info, xmp_packet

PNG = "image/png"
WEBP = "image/webp"

_QUALITIES = (95, 88, 80, 70, 55, 40)
_SHRINK = 0.75
_SHRUNK_QUALITIES = (80, 55)
_SMALLEST_SIDE = 64
"""Pixels of the longest side below which a picture is no longer worth sending."""
_LOSSLESS_GAIN = 1.6
"""Lossless WebP is rarely smaller than PNG by more than this factor, and slow to try in vain."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as a file."""

    data: bytes
    mime: str
    width: int
    """Pixels of the file, which are fewer than the picture's where nothing else made it fit; so is height."""
    height: int


def encode(image: Image.Image, recipe: Recipe | None, max_bytes: int) -> Encoded:
    """Encode an RGB picture with its recipe and the AI mark into at most `max_bytes`.

    PNG where that fits, then WebP without loss, WebP of falling quality, at last smaller sizes. Without a recipe (a
    contact sheet) the file carries the AI mark alone.

    Raises:
        InvalidBrief: it cannot be made to fit.
    """
    for encoded in _attempts(image, recipe, max_bytes):
        if len(encoded.data) <= max_bytes:
            return encoded
    raise InvalidBrief(
        f"The picture and its recipe cannot be made to fit into {max_bytes:,} bytes; allow more, 100,000 for instance."
    )


def _attempts(image: Image.Image, recipe: Recipe | None, max_bytes: int) -> Iterator[Encoded]:
    png = _save(image, PNG, pnginfo=png_info(recipe))
    yield png
    xmp = xmp_packet(recipe)
    if len(png.data) <= max_bytes * _LOSSLESS_GAIN:
        yield _save(image, WEBP, lossless=True, xmp=xmp)
    for quality in _QUALITIES:
        yield _save(image, WEBP, quality=quality, xmp=xmp)
    scale = _SHRINK
    while max(image.size) * scale >= _SMALLEST_SIDE:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        smaller = image.resize(size, Image.Resampling.LANCZOS)
        for quality in _SHRUNK_QUALITIES:
            yield _save(smaller, WEBP, quality=quality, xmp=xmp)
        scale *= _SHRINK


def thumbnail(image: Image.Image, side: int = 512) -> bytes:
    """Return a WebP whose longest side is at most `side` pixels; small pictures are not enlarged."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return webp(small)


def webp(image: Image.Image, quality: int = 85) -> bytes:
    """Return a plain WebP, as for previews: quick to make, no recipe inside."""
    return _save(image, WEBP, quality=quality).data


def _save(image: Image.Image, mime: str, **options: object) -> Encoded:
    buffer = io.BytesIO()
    image.save(buffer, mime.removeprefix("image/").upper(), **options)
    return Encoded(buffer.getvalue(), mime, image.width, image.height)
