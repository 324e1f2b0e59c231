"""Crops around the figures of a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.corpus.factors import Figure
from engine.corpus.painter import nominal_box
from engine.evaluation.judge import CROP

MARGIN = 1.25
"""Side of a crop relative to the longer side of the figure's box: room for what stands a little aside."""


def figure_square(figures: Sequence[Figure], place: int) -> NDArray[np.float32]:
    """Return the square crop (middle x, middle y, side) around figure ``place``, in parts of the picture."""
    left, top, right, bottom = nominal_box(tuple(figures), place)
    side = MARGIN * max(right - left, bottom - top)
    return np.array([(left + right) / 2, (top + bottom) / 2, side], np.float32)


def empty_square(figures: Sequence[Figure], rng: np.random.Generator, tries: int = 4) -> NDArray[np.float32] | None:
    """Return a square that touches no figure, None where chance finds no room for one."""
    boxes = [nominal_box(tuple(figures), place) for place in range(len(figures))]
    for _ in range(tries):
        side = rng.uniform(0.3, 0.6)
        x, y = rng.uniform(side / 2, 1 - side / 2, 2)
        # the outer fifth of a crop is margin, and a figure's rim in it does no harm
        reach = side * 0.42
        if not any(_meet((x - reach, y - reach, x + reach, y + reach), box) for box in boxes):
            return np.array([x, y, side], np.float32)
    return None


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def take_crops(pictures: Tensor, rows: Tensor, squares: Tensor, side: int = CROP) -> Tensor:
    """Cut squares out of pictures and bring them to one size, antialiased; beyond the edge, the edge goes on.

    Args:
        pictures: (n, 3, h, w).
        rows: (m,) which picture each crop is of.
        squares: (m, 3) middle x, middle y and side, in parts of the picture.
        side: pixels of the crops.

    Returns:
        (m, 3, side, side).
    """
    steps = (torch.arange(2 * side) + 0.5) / side - 1
    x = squares[:, 0, None] * 2 - 1 + squares[:, 2, None] * steps
    y = squares[:, 1, None] * 2 - 1 + squares[:, 2, None] * steps
    grid = torch.stack([x[:, None, :].expand(-1, 2 * side, -1), y[:, :, None].expand(-1, -1, 2 * side)], -1)
    found = functional.grid_sample(pictures[rows], grid, padding_mode="border", align_corners=False)
    return functional.avg_pool2d(found, 2)
