"""Names of shapes, and the sides that a model paints them with."""

import re

from engine.prompting.shape import rounded, shaped

NAMES: dict[str, tuple[int, int]] = {
    "square": (1, 1),
    "portrait": (3, 4),
    "landscape": (4, 3),
    "tall": (9, 16),
    "wide": (16, 9),
}
"""Ratio of width to height."""

_SIDES = re.compile(r"(\d{1,5})\s*[x×*]\s*(\d{1,5})")
_RATIO = re.compile(r"(\d{1,4})\s*[:：]\s*(\d{1,4})")


def sides(size: str, native: tuple[int, int], multiple: int) -> tuple[int, int] | None:
    """Return width and height in pixels for a named shape, a ratio such as 3:2 or `WIDTHxHEIGHT`; None if it is none.

    A shape or ratio has about as many pixels as the model's native size. Sides that were typed are rounded to what the
    model can paint.
    """
    ratio = NAMES.get(size.strip().casefold()) or _ratio(size)
    if ratio is not None:
        return shaped(ratio, native, multiple) if all(ratio) else None
    typed = _SIDES.fullmatch(size.strip().casefold())
    if typed is None:
        return None
    width, height = (int(side) for side in typed.groups())
    return (rounded(width, multiple), rounded(height, multiple)) if width and height else None


def _ratio(size: str) -> tuple[int, int] | None:
    typed = _RATIO.fullmatch(size.strip())
    return (int(typed[1]), int(typed[2])) if typed else None
