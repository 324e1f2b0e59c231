"""Picture files made for the tests, the hostile ones included."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from engine.api import Adjustment, Backend, Recipe

RECIPE = Recipe(
    family="diffusion",
    model="mini",
    model_hash="ab" * 32,
    prompt='an owl, <b>&"quoted"</b> 🦉 بومة \x00\x1b[31m\ufffe',
    negative="blurry",
    style="oil",
    seed=2**62,
    index=2,
    count=4,
    width=64,
    height=48,
    steps=20,
    guidance=4.5,
    scheduler="euler",
    timeline=(Adjustment(step=3, prompt="a fox"),),
    rows=((8, 12), (4, 8)),
    backend=Backend(executor="full", device="cpu", precision="float32", threads=2, versions={"torch": "2.13.0"}),
)


def noise(width: int = 64, height: int = 48, seed: int = 0) -> Image.Image:
    """Incompressible pixels: the worst case for every size limit."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def claiming_png(width: int, height: int) -> bytes:
    """A tiny file whose header claims many pixels."""
    return png_header(width, height) + chunk(b"IDAT", zlib.compress(b"\0" * 300)) + chunk(b"IEND", b"")


def inflating_png(key: bytes, megabytes: int) -> bytes:
    """A small file whose compressed text chunk inflates to many megabytes."""
    bomb = zlib.compress(b"\0" * megabytes * 2**20, 9)
    head = png_header(1, 1) + chunk(b"zTXt", key + b"\0\0" + bomb)
    return head + chunk(b"IDAT", zlib.compress(b"\0" * 4)) + chunk(b"IEND", b"")
