"""Names of shapes, and the sides that a model paints them with."""

import math
import re

NAMES: dict[str, tuple[int, int]] = {
    "square": (1, 1),
    "portrait": (3, 4),
    "landscape": (4, 3),
    "tall": (9, 16),
    "wide": (16, 9),
}
"""Ratio of width to height."""

_SIDES = re.compile(r"(\d{1,5})\s*[x×*:]\s*(\d{1,5})")


def sides(size: str, native: tuple[int, int], multiple: int) -> tuple[int, int] | None:
    """Return width and height in pixels for a named shape or `WIDTHxHEIGHT`; None if it is neither.

    A named shape has about as many pixels as the model's native size. Sides that were typed are rounded to what the
    model can paint.
    """
    ratio = NAMES.get(size.strip().casefold())
    if ratio is not None:
        area = native[0] * native[1]
        width = math.sqrt(area * ratio[0] / ratio[1])
        return _rounded(width, multiple), _rounded(area / width, multiple)
    typed = _SIDES.fullmatch(size.strip().casefold())
    if typed is None:
        return None
    width, height = (int(side) for side in typed.groups())
    return (_rounded(width, multiple), _rounded(height, multiple)) if width and height else None


def _rounded(side: float, multiple: int) -> int:
    return max(1, round(side / multiple)) * multiple
