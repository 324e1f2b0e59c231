"""Pictures of every kind that people send, as what a picture starts from."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.api import Box
from engine.pictures.intake import decode
from tests.engine.diffusion.painting import brief, start
from tests.engine.pictures.files import chunk, noise, saved

SHA = "f" * 64


def deep_png(colour: tuple[int, int, int], side: int = 4) -> bytes:
    """A PNG of 16 bits a channel, which Pillow cannot write."""
    row = b"\0" + struct.pack(">3H", *(257 * channel for channel in colour)) * side
    header = struct.pack(">IIBBBBB", side, side, 16, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(row * side)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body


def animated() -> bytes:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ((200, 30, 40), (0, 0, 0))]
    return saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(Image.new("RGB", (30, 40), (200, 30, 40)), "JPEG", exif=exif, quality=95)


def transparent() -> bytes:
    picture = Image.new("RGBA", (40, 30), (200, 30, 40, 255))
    picture.putpixel((0, 0), (0, 0, 0, 0))
    return saved(picture)


RED = {
    "tiny": saved(Image.new("RGB", (1, 1), (200, 30, 40))),
    "huge": saved(Image.new("RGB", (4096, 4096), (200, 30, 40))),
    "thin": saved(Image.new("RGB", (3000, 2), (200, 30, 40))),
    "animated": animated(),
    "CMYK": saved(Image.new("RGB", (40, 30), (200, 30, 40)).convert("CMYK"), "JPEG", quality=95),
    "16 bits": deep_png((200, 30, 40)),
    "palette": saved(Image.new("RGB", (40, 30), (200, 30, 40)).convert("P", palette=Image.Palette.ADAPTIVE)),
    "transparent": transparent(),
    "turned": turned(),
}


@pytest.mark.parametrize("kind", RED)
def test_every_kind_of_picture_is_seen_as_it_looks(families, kind):
    picture = decode(RED[kind])
    assert np.abs(np.asarray(picture)[-1, -1].astype(int) - (200, 30, 40)).max() <= 6
    (state,) = start(families("sd"), brief(source=SHA), inputs={SHA: picture})
    assert state.latents.isfinite().all() and max(state.width, state.height) <= 128


@pytest.mark.parametrize("kind", ["tiny", "huge", "thin", "turned"])
def test_every_kind_of_picture_can_be_edited(families, kind):
    settings = {"mode": "edit", "source": SHA, "box": Box(0.0, 0.0, 0.5, 1.0)}
    picture = decode(RED[kind])
    if kind == "tiny":
        settings["box"] = None
        settings["place"] = Box(0.25, 0.25, 0.75, 0.75)
    (state,) = start(families("sd"), brief(**settings), inputs={SHA: picture})
    restored = state.region.restore(noise(state.width, state.height))
    kept = restored.getpixel((state.width // 2 + 1, state.height // 2))
    assert np.abs(np.array(kept) - (200, 30, 40)).max() <= 6
