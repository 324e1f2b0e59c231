"""Where in a picture words are felt, drawn over it: one labelled sheet."""

import io
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.pictures.sheet import FAINT, PAPER, TEXT, drawable

SHOWN = 11
"""Words that are drawn, the weightiest of them; the picture itself comes first."""
_SIDE = 220
_GAP, _LABEL, _MARGIN = 14, 26, 20
_FONT = 15
_DARK = 0.22
"""How bright the picture stays where a word is not felt."""
_GLOW = np.array((255.0, 176.0, 72.0), np.float32)


def overlays(picture: Image.Image, words: Sequence[str], maps: np.ndarray, shares: np.ndarray) -> bytes:
    """Return the sheet as WebP.

    Args:
        picture: RGB.
        words: What was left out, in the order of the prompt.
        maps: How much that changed where, (words, rows, columns), any unit.
        shares: Of each word in all changes.
    """
    heaviest = sorted(range(len(words)), key=lambda number: -shares[number])[:SHOWN]
    scale = _SIDE / max(picture.size)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    tiles = [(small, "", "")]
    for rank, number in enumerate(heaviest, 1):
        tiles.append((_lit(small, maps[number]), f"{rank}", f"{words[number]}  {shares[number]:.0%}"))
    columns = min(len(tiles), math.ceil(math.sqrt(len(tiles) * 1.4)))
    rows = math.ceil(len(tiles) / columns)
    sheet = Image.new(
        "RGB",
        (
            2 * _MARGIN + columns * size[0] + (columns - 1) * _GAP,
            2 * _MARGIN + rows * (size[1] + _LABEL) + (rows - 1) * _GAP,
        ),
        PAPER,
    )
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(_FONT)
    for at, (tile, number, label) in enumerate(tiles):
        x = _MARGIN + at % columns * (size[0] + _GAP)
        y = _MARGIN + at // columns * (size[1] + _LABEL + _GAP)
        sheet.paste(tile, (x, y))
        draw.text((x, y + size[1] + 5), number, fill=FAINT, font=font)
        label = _shortened(drawable(label, font), font, size[0] - 2 * _FONT)
        draw.text((x + 1.6 * _FONT if number else x, y + size[1] + 5), label, fill=TEXT, font=font)
    written = io.BytesIO()
    sheet.save(written, "WEBP", quality=88, method=4)
    return written.getvalue()


def _lit(picture: Image.Image, change: np.ndarray) -> Image.Image:
    """Light the picture where a word is felt and leave the rest in the dark."""
    spread = change - change.min()
    spread = spread / max(float(np.quantile(spread, 0.98)), 1e-9)
    light = Image.fromarray((spread.clip(0, 1) * 255).astype(np.uint8)).resize(picture.size, Image.Resampling.BICUBIC)
    heat = np.asarray(light, np.float32)[..., None] / 255
    pixels = np.asarray(picture, np.float32)
    grey = pixels.mean(-1, keepdims=True)
    lit = (1 - heat) * grey * _DARK + heat * (0.85 * pixels + 0.15 * _GLOW)
    return Image.fromarray(lit.clip(0, 255).astype(np.uint8))


def _shortened(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    words, _, share = text.rpartition("  ")
    while words and font.getlength(f"{words}...  {share}") > width:
        words = words[:-1]
    return f"{words}...  {share}"
