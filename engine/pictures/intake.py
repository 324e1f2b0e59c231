"""Untrusted picture files become clean ones. This is the only way a stranger's pixels get in."""

import hashlib
import io

import numpy as np
from PIL import Image, ImageOps

from engine.api.errors import UnreadablePicture
from engine.api.events import Intake
from engine.pictures.encode import thumbnail
from engine.pictures.opening import opened

MAX_UPLOAD_BYTES = 10 * 1024 * 1024

_QUICK = 3
"""zlib level: a large photograph must not hold the engine for long."""


def intake(data: bytes) -> Intake:
    """Decode an untrusted PNG, JPEG or WebP file and encode it afresh: upright, first frame, RGB, nothing embedded.

    Raises:
        UnreadablePicture: too large, damaged, cut short or of another format.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise UnreadablePicture(
            f"The file has {len(data) / 2**20:.1f} MiB, more than the {MAX_UPLOAD_BYTES // 2**20} that are read; "
            "send a smaller one."
        )
    image = decode(data)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=_QUICK)
    clean = buffer.getvalue()
    return Intake(
        sha256=hashlib.sha256(clean).hexdigest(),
        image=clean,
        thumbnail=thumbnail(image),
        width=image.width,
        height=image.height,
    )


def decode(data: bytes) -> Image.Image:
    """Decode an untrusted PNG, JPEG or WebP file of any length to RGB; transparent parts become white.

    Raises:
        UnreadablePicture: too many pixels, damaged, cut short or of another format.
    """
    with opened(data) as image:
        # `verify()` lets a JPEG pass that was cut short; only decoding all of it tells.
        image.load()
        clean = _rgb(ImageOps.exif_transpose(image))
        # What was embedded would otherwise travel on with the decoded picture.
        clean.info.clear()
        return clean


def _rgb(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(white, layered).convert("RGB")
    if image.mode.startswith("I"):
        # Pillow clips 16-bit greys instead of scaling them.
        greys = np.clip(np.asarray(image, dtype=np.int64) // 257, 0, 255)
        return Image.fromarray(greys.astype(np.uint8)).convert("RGB")
    return image.convert("RGB")
