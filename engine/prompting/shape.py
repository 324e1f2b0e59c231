"""The sides of a picture of some shape."""

import math


def shaped(ratio: tuple[int, int], native: tuple[int, int], multiple: int) -> tuple[int, int]:
    """Return width and height in pixels for a ratio, at about the area that a model paints by itself.

    Args:
        ratio: Of width to height.
        native: What the model paints by itself.
        multiple: What both sides must be divisible by.
    """
    area = native[0] * native[1]
    width = math.sqrt(area * ratio[0] / ratio[1])
    return rounded(width, multiple), rounded(area / width, multiple)


def least_side(native: tuple[int, int], multiple: int) -> int:
    """Return the shortest side, in pixels, that a model paints; the arguments are those of `shaped`."""
    return max(multiple, min(native) // 4 // multiple * multiple)


def rounded(side: float, multiple: int) -> int:
    """Return the side nearest to this one that is divisible."""
    return max(1, round(side / multiple)) * multiple
