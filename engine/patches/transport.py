"""Moving the patches of pictures onto the patch distribution of others, a few directions at a time.

What is minimised is that of GPDM (Elnekave and Weiss, Generating natural images with direct patch distributions
matching, ECCV 2022): the sliced Wasserstein distance between all patches of two pictures. It is not descended by
gradients, though: along a direction the optimal transport is known in closed form, for it matches ranks. So every step
moves all patches along some orthogonal directions to where they belong (Pitie, Kokaram and Dahyot, Automated colour
grading using colour distribution transfer, 2007, on patches), and a pixel takes the mean of what its patches want. Some
dozens of steps do what some hundreds of gradient steps do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F

PATCH = 7
"""Pixels of a patch's side."""
STRIDE = 2
"""Every how many pixels a patch begins in a step that is not dense; the first one's place changes with the step."""
DIRECTIONS = 32
"""Of one step. With more, patches that overlap quarrel; with fewer there are more steps to take."""


@dataclass(frozen=True)
class Slices:
    """The directions of one step."""

    kernels: torch.Tensor
    """(directions, channels, PATCH, PATCH), orthonormal."""
    down: int
    """Row at which the first patch begins; likewise for columns."""
    right: int
    stride: int


def slices(seed: int, channels: int, device: torch.device, *, dense: bool) -> Slices:
    """Draw directions; they depend on the arguments alone, so that all pictures of one batch share them.

    Args:
        seed: of the step.
        channels: of the pictures.
        device: where they are.
        dense: whether a patch begins at every pixel, which is slower but leaves no trace of the patches' grid.
    """
    generator = torch.Generator("cpu").manual_seed(seed)
    length = channels * PATCH * PATCH
    drawn = torch.randn(length, min(DIRECTIONS, length), generator=generator, dtype=torch.float64)
    kernels = torch.linalg.qr(drawn)[0].T.reshape(-1, channels, PATCH, PATCH).float()
    stride = 1 if dense else STRIDE
    down, right = torch.randint(stride, (2,), generator=generator).tolist()
    return Slices(kernels.to(device), down, right, stride)


def project(pictures: torch.Tensor, cut: Slices) -> torch.Tensor:
    """Project all patches of pictures, (N, channels, height, width): (N, directions, patches)."""
    return F.conv2d(pictures[..., cut.down :, cut.right :], cut.kernels, stride=cut.stride).flatten(2)


def count(pictures: torch.Tensor, cut: Slices) -> int:
    """Return how many patches pictures of that shape have."""
    rows, columns = _begins(pictures, cut)
    return rows * columns


def quantiles(looks: Sequence[torch.Tensor], cut: Slices, ranks: int) -> torch.Tensor:
    """Return the quantile functions of the patches of some pictures, in which each picture counts alike.

    Pictures with many more patches than ranks give a part of them, so that they take no longer than others.

    Args:
        looks: (channels, height, width) each, of any size.
        cut: the directions.
        ranks: how many, evenly spaced.

    Returns:
        (directions, ranks), rising.
    """
    patches = sum(count(look[None], cut) for look in looks)
    sparse = replace(cut, stride=cut.stride * max(1, round((patches / ranks) ** 0.5)))
    each = [resampled(project(look[None], sparse)[0].sort(-1).values, ranks) for look in looks]
    if len(each) == 1:
        return each[0]
    return resampled(torch.cat(each, -1).sort(-1).values, ranks)


def resampled(rising: torch.Tensor, count: int) -> torch.Tensor:
    """Read a quantile function, (directions, ranks), at another number of evenly spaced ranks."""
    if rising.shape[-1] == count:
        return rising
    return F.interpolate(rising[None], size=count, mode="linear", align_corners=False)[0]


def moved(pictures: torch.Tensor, cut: Slices, aims: torch.Tensor) -> torch.Tensor:
    """Move every patch along the directions to where its rank belongs.

    Args:
        pictures: (N, channels, height, width).
        cut: the directions.
        aims: (N, directions, patches), rising: what the sorted projections are to become.

    Returns:
        What to add to the pictures: for each pixel the mean over the patches that hold it, and 0 where none does.
    """
    height, width = pictures.shape[-2] - cut.down, pictures.shape[-1] - cut.right
    ranked, order = project(pictures, cut).sort(-1)
    wanted = torch.empty_like(ranked).scatter_(-1, order, aims - ranked)
    rows, columns = _begins(pictures, cut)
    total = F.conv_transpose2d(wanted.unflatten(-1, (rows, columns)), cut.kernels, stride=cut.stride)
    mean = total / _holding(rows, columns, cut.stride, pictures)
    room = (cut.right, width - mean.shape[-1], cut.down, height - mean.shape[-2])
    return F.pad(mean, room)


def _begins(pictures: torch.Tensor, cut: Slices) -> tuple[int, int]:
    """Return how many patches begin along a column and along a row of the pictures."""
    height, width = pictures.shape[-2] - cut.down, pictures.shape[-1] - cut.right
    return (height - PATCH) // cut.stride + 1, (width - PATCH) // cut.stride + 1


def _holding(rows: int, columns: int, stride: int, like: torch.Tensor) -> torch.Tensor:
    """Return how many of the patches hold each pixel: at least 1 wherever a patch reaches."""
    ones = like.new_ones(1, 1, rows, columns)
    return F.conv_transpose2d(ones, like.new_ones(1, 1, PATCH, PATCH), stride=stride)
