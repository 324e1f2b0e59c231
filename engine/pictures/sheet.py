"""The contact sheet: all pictures of one brief side by side, as one would pin them to a wall."""

import bisect
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

PAPER = (20, 20, 22)
TEXT = (228, 226, 220)
FAINT = (138, 136, 130)

_CELL = 384
"""Longest side of a picture on the sheet, in pixels."""
_GUTTER = 14
_MARGIN = 32
_FONT_SIZE = 19
_SMALL_SIZE = 14


def contact_sheet(
    images: Sequence[Image.Image], caption: str = "", note: str = "", pixelated: bool = False
) -> Image.Image:
    """Lay RGB pictures of equal size out on dark paper.

    Args:
        images: One to any number of pictures.
        caption: The prompt; what the built-in font cannot draw is left out.
        note: A fainter line, such as model and seed.
        pixelated: Enlarge small pictures by whole factors without smoothing, as pixel art asks for.

    Returns:
        An RGB picture.
    """
    width, height = _cell_size(images[0], pixelated)
    columns = _columns(len(images), width, height)
    rows = math.ceil(len(images) / columns)
    inner = columns * width + (columns - 1) * _GUTTER
    lines = _caption_lines(caption, note, inner)
    footer = sum(line_height for *_, line_height in lines)
    sheet_height = 2 * _MARGIN + rows * height + (rows - 1) * _GUTTER + (footer + _GUTTER if lines else 0)
    sheet = Image.new("RGB", (inner + 2 * _MARGIN, sheet_height), PAPER)
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        corner = (_MARGIN + column * (width + _GUTTER), _MARGIN + row * (height + _GUTTER))
        sheet.paste(_resized(image, width, height, pixelated), corner)
    draw = ImageDraw.Draw(sheet)
    y = sheet_height - _MARGIN - footer + _GUTTER // 2
    for text, font, colour, line_height in lines:
        draw.text((_MARGIN, y), text, fill=colour, font=font)
        y += line_height
    return sheet


def _cell_size(image: Image.Image, pixelated: bool) -> tuple[int, int]:
    scale = _CELL / max(image.size)
    if pixelated and scale >= 1:
        scale = float(round(scale))
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))


def _resized(image: Image.Image, width: int, height: int, pixelated: bool) -> Image.Image:
    smooth = not pixelated or width < image.width
    return image.resize((width, height), Image.Resampling.LANCZOS if smooth else Image.Resampling.NEAREST)


def _columns(count: int, width: int, height: int) -> int:
    """Choose the columns that leave few gaps and a sheet that is wider than high, as screens are."""

    def ugliness(columns: int) -> float:
        rows = math.ceil(count / columns)
        gaps = (columns * rows - count) / count
        return gaps * 2 + abs(math.log(columns * width / (rows * height) / 1.5))

    return min(range(1, count + 1), key=ugliness)


def _caption_lines(
    caption: str, note: str, width: int
) -> list[tuple[str, ImageFont.FreeTypeFont | ImageFont.ImageFont, tuple[int, int, int], int]]:
    wanted = ((caption, _FONT_SIZE, TEXT), (note, _SMALL_SIZE, FAINT))
    lines = []
    for text, size, colour in wanted:
        font = ImageFont.load_default(size)
        if fitted := _fit(drawable(text, font), font, width):
            lines.append((fitted, font, colour, round(size * 1.55)))
    return lines


def drawable(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """Keep what the font has glyphs for; other scripts and emoji would show as empty boxes."""
    box = bytes(font.getmask("\uffff"))
    drawn = {char for char in set(text) if char.isprintable() and bytes(font.getmask(char)) != box}
    return " ".join("".join(char if char in drawn else " " for char in text).split())


def _fit(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    """Shorten a line at its end until it fits."""
    if font.getlength(text) <= width:
        return text
    longest = (
        bisect.bisect_right(range(len(text)), width, key=lambda end: math.ceil(font.getlength(text[:end] + "..."))) - 1
    )
    text = text[: max(0, longest)]
    return text.rstrip(" ,;.") + "..."
