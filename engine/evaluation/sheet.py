"""The contact sheet of an evaluation: the pictures as they came, in one square."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GAP = 4
PAPER = (20, 20, 22)


def unchosen_sheet(pictures: NDArray[np.uint8]) -> Image.Image:
    """Lay pictures (n, h, w, 3) out row by row, as square as can be."""
    count, height, width = pictures.shape[:3]
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    sheet = Image.new("RGB", (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP), PAPER)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        sheet.paste(Image.fromarray(picture), (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    return sheet
