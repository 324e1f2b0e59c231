"""Waves across the sheet: what regular marks such as hatching, dots and leads hold on to.

A convolution does not know where it is and cannot keep a pattern in step with itself from one side of an even sky to
the other; with these it only has to bend what is there.
"""

import torch
from torch import Tensor

SHEET = 128
"""Pixels after which all waves repeat; a look is learnt on a sheet of this size."""
_TURNS = (4, 8, 16, 32)
CARRIERS = 4 * len(_TURNS)
"""Sine and cosine of every frequency, across and down."""


def carriers(height: int, width: int, top: int = 0, left: int = 0) -> Tensor:
    """Return the waves for a picture at half its sides: (1, CARRIERS, height / 2, width / 2) in -1..1.

    Args:
        height: of the picture, even; so is the width.
        width: likewise.
        top: row of the sheet at which the picture begins, even.
        left: likewise.
    """
    down, across = (
        torch.stack([one(2 * torch.pi * turns * _places(begin, side) / SHEET) for turns in _TURNS for one in _PAIR])
        for begin, side in ((top, height), (left, width))
    )
    rows, columns = height // 2, width // 2
    planes = (down[:, :, None].expand(-1, -1, columns), across[:, None].expand(-1, rows, -1))
    return torch.cat(planes)[None]


_PAIR = (torch.sin, torch.cos)


def _places(begin: int, side: int) -> Tensor:
    """Return the middles of pairs of pixels."""
    return torch.arange(begin, begin + side, 2) + 1.0
