"""The sprite sheet: the glyphs that subjects are drawn from.

The sheet is committed, so nobody needs the font to train. ``python -m engine.corpus.sprites``
makes it again from the Debian package ``fonts-noto-color-emoji`` (Noto Color Emoji, OFL-1.1; the
licence lies beside the sheet).
"""

from __future__ import annotations

import argparse
import functools
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.corpus.lexicon import values

CELL = 128
COLUMNS = 10
SHEET = Path(__file__).with_name("sprites.png")
FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
FONT_PIXELS = 109  # the only size this bitmap font holds
SPARE = ("rocket", "ufo")  # glyphs with stars about them, which would be read as the hour


@functools.cache
def sprites() -> dict[str, Image.Image]:
    """Return every subject's sprite, RGBA, trimmed to its glyph, by subject name."""
    with Image.open(SHEET) as opened:
        sheet = opened.convert("RGBA")
    found = {}
    for index, name in enumerate(values("subject")):
        left, top = index % COLUMNS * CELL, index // COLUMNS * CELL
        cell = sheet.crop((left, top, left + CELL, top + CELL))
        found[name] = cell.crop(cell.getchannel("A").getbbox())
    return found


def make_sheet(font: Path = FONT, sheet: Path = SHEET) -> None:
    """Draw the glyph of every subject into a grid of cells, in the order of the lexicon."""
    face = ImageFont.truetype(str(font), FONT_PIXELS)
    subjects = values("subject")
    rows = -(-len(subjects) // COLUMNS)
    canvas = Image.new("RGBA", (COLUMNS * CELL, rows * CELL))
    for index, (name, entry) in enumerate(subjects.items()):
        glyph = _glyph(face, entry["glyph"]) if "glyph" in entry else _lighthouse()
        if name in SPARE:
            glyph = _largest_part(glyph)
        glyph.thumbnail((CELL, CELL), Image.Resampling.LANCZOS)
        left, top = index % COLUMNS * CELL, index // COLUMNS * CELL
        canvas.paste(glyph, (left + (CELL - glyph.width) // 2, top + (CELL - glyph.height) // 2))
    canvas.save(sheet, optimize=True)


def _glyph(face: ImageFont.FreeTypeFont, character: str) -> Image.Image:
    canvas = Image.new("RGBA", (160, 160))
    ImageDraw.Draw(canvas).text((8, 8), character, font=face, embedded_color=True)
    return canvas.crop(canvas.getchannel("A").getbbox())


def _largest_part(glyph: Image.Image) -> Image.Image:
    """Keep only what hangs together with the middle of the glyph."""
    solid = glyph.getchannel("A").point(lambda level: 255 if level else 0)
    ImageDraw.floodfill(solid, (glyph.width // 2, glyph.height // 2), 128)
    alpha = np.where(np.asarray(solid) == 128, np.asarray(glyph.getchannel("A")), 0)
    glyph.putalpha(Image.fromarray(alpha.astype(np.uint8)))
    return glyph.crop(glyph.getchannel("A").getbbox())


def _lighthouse() -> Image.Image:
    """Draw the one subject the font does not have."""
    scale = 4
    canvas = Image.new("RGBA", (72 * scale, CELL * scale))
    draw = ImageDraw.Draw(canvas)

    def polygon(points: list[tuple[float, float]], fill: str) -> None:
        draw.polygon([(x * scale, y * scale) for x, y in points], fill=fill)

    def half_width(y: float) -> float:
        return float(np.interp(y, (36, 118), (13, 22)))

    polygon([(4, 127), (12, 114), (60, 114), (68, 127)], "#6d6875")
    bands = [float(y) for y in np.linspace(36, 118, 6)]
    for index, (top, bottom) in enumerate(pairwise(bands)):
        a, b = half_width(top), half_width(bottom)
        corners = [(36 - a, top), (36 + a, top), (36 + b, bottom), (36 - b, bottom)]
        polygon(corners, "#d62839" if index % 2 == 0 else "#fdfcf7")
        shade = [(36 + a / 3, top), (36 + a, top), (36 + b, bottom), (36 + b / 3, bottom)]
        polygon(shade, "#a81d2c" if index % 2 == 0 else "#d9d4cc")
    polygon([(18, 36), (18, 31), (54, 31), (54, 36)], "#33415c")
    polygon([(25, 31), (25, 16), (47, 16), (47, 31)], "#ffe066")
    polygon([(34, 31), (34, 16), (38, 16), (38, 31)], "#33415c")
    polygon([(21, 16), (36, 1), (51, 16)], "#d62839")
    polygon([(31, 118), (31, 102), (41, 102), (41, 118)], "#33415c")
    return canvas.reduce(scale)


def main() -> None:
    """Make the sheet again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--font", type=Path, default=FONT)
    make_sheet(parser.parse_args().font)


if __name__ == "__main__":
    main()
