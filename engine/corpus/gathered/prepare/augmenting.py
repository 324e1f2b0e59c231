"""Making several pictures of one."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from typing import ClassVar

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from engine.corpus.gathered.samples import Sample

_SIDES = re.compile(r"\b(left|right|text|letters|writing|written)\b|[左右字]", re.IGNORECASE)
"""What a mirrored picture would belie."""
_CLOSER = (0.82, 0.92)
_COLOURS = 0.15


class Augment:
    """Add a mirrored copy, unless the caption tells of sides or writing, and a closer one of slightly other colours."""

    name: ClassVar[str] = "augment"

    def apply(self, sample: Sample) -> list[Sample]:
        """Return the picture and its copies, of the same size; the same name always gives the same copies."""
        rng = np.random.default_rng(zlib.crc32(sample.name.encode("utf-8", "surrogatepass")))
        made = [sample]
        if not _SIDES.search(sample.caption):
            made.append(replace(sample, name=f"{sample.name} (mirrored)", picture=ImageOps.mirror(sample.picture)))
        made.append(
            replace(sample, name=f"{sample.name} (closer)", picture=_recoloured(_closer(sample.picture, rng), rng))
        )
        return made


def _closer(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    scale = rng.uniform(*_CLOSER)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    left, top = (int(rng.integers(0, room + 1)) for room in (picture.width - width, picture.height - height))
    box = (left, top, left + width, top + height)
    return picture.resize(picture.size, Image.Resampling.LANCZOS, box)


def _recoloured(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = enhance(picture).enhance(1 + rng.uniform(-_COLOURS, _COLOURS))
    return picture
