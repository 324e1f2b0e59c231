"""Tiles: parts of a picture that are enlarged one by one and fit together without a seam."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Enlarger(Protocol):
    """What makes pictures larger: the network, or plain interpolation."""

    margin: int
    """Pixels that it sees around what it returns."""

    def __call__(self, pictures: Tensor, factor: int) -> Tensor:
        """Map (n, 3, h + 2 margin, w + 2 margin) in [-1, 1] to (n, 3, factor h, factor w)."""
        ...


class Tile(NamedTuple):
    """A part of the small picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


def plan(width: int, height: int, side: int) -> list[Tile]:
    """Cover a picture by tiles of one size, at most ``side`` wide and high, row by row.

    The last of a row or column begins earlier rather than being smaller, so that all may share a batch.
    """
    across, down = min(width, side), min(height, side)
    return [Tile(left, top, across, down) for top in _starts(height, down) for left in _starts(width, across)]


def surrounded(picture: NDArray[np.uint8], margin: int) -> NDArray[np.uint8]:
    """Continue a picture (h, w, 3) beyond its edges by its outermost pixels."""
    return np.pad(picture, [(margin, margin), (margin, margin), (0, 0)], mode="edge")


def cut(around: NDArray[np.uint8], tiles: Sequence[Tile], margin: int) -> Tensor:
    """Take tiles of one size with their surroundings out of a ``surrounded`` picture: (n, 3, h, w) in [-1, 1]."""
    parts = [
        around[tile.top : tile.top + tile.height + 2 * margin, tile.left : tile.left + tile.width + 2 * margin]
        for tile in tiles
    ]
    levels = torch.from_numpy(np.stack(parts)).permute(0, 3, 1, 2)
    return (levels.float() / 127.5 - 1).contiguous()


def paste(canvas: NDArray[np.uint8], tile: Tile, pixels: Tensor, factor: int) -> None:
    """Put an enlarged tile (3, h, w) in [-1, 1] onto its place on the large picture; what exceeds is clipped."""
    levels = ((pixels.clamp(-1, 1).nan_to_num() + 1) * 127.5).round().to(torch.uint8)
    left, top = tile.left * factor, tile.top * factor
    part = canvas[top : top + tile.height * factor, left : left + tile.width * factor]
    part[:] = levels.permute(1, 2, 0).cpu().numpy()


@torch.inference_mode()
def enlarged(
    enlarger: Enlarger, pictures: NDArray[np.uint8], factor: int, device: torch.device | None = None
) -> NDArray[np.uint8]:
    """Enlarge pictures (n, h, w, 3) of one size, each as a single tile, on the device that the enlarger is on."""
    height, width = pictures.shape[1:3]
    whole = Tile(0, 0, width, height)
    large = np.empty((len(pictures), height * factor, width * factor, 3), np.uint8)
    for canvas, picture in zip(large, pictures, strict=True):
        found = enlarger(cut(surrounded(picture, enlarger.margin), [whole], enlarger.margin).to(device), factor)
        paste(canvas, whole, found[0], factor)
    return large


def _starts(length: int, side: int) -> list[int]:
    return [min(start, length - side) for start in range(0, length, side)]
