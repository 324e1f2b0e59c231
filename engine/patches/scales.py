"""Sizes: at which size the patches are matched, from coarse to fine, and back to the picture's own size."""

import torch
import torch.nn.functional as F

WORKING_AREA = 384 * 384
"""Most pixels at which patches are matched; a larger picture gets its own details back afterwards."""
_COARSEST_SIDE = 32
_MOST_LEVELS = 3
_LEAST_SIDE = 16
"""A picture smaller than this is enlarged for the matching, so that it has patches."""
_RADIUS = 4
_EVENNESS = 1e-3
"""Variance below which a place counts as even; there the change is added as it is instead of scaling what is there."""


def working_size(height: int, width: int) -> tuple[int, int]:
    """Return the size at which the patches of a picture are matched."""
    scale = min(1.0, (WORKING_AREA / (height * width)) ** 0.5)
    return max(_LEAST_SIDE, round(height * scale)), max(_LEAST_SIDE, round(width * scale))


def levels(height: int, width: int) -> list[tuple[int, int]]:
    """Return the sizes from coarse to fine; the last one is that given."""
    sizes = [(height, width)]
    while len(sizes) < _MOST_LEVELS and min(sizes[0]) >= 2 * _COARSEST_SIDE:
        sizes.insert(0, ((sizes[0][0] + 1) // 2, (sizes[0][1] + 1) // 2))
    return sizes


def resized(picture: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Scale a picture, (channels, height, width), to (height, width), without aliasing."""
    if tuple(picture.shape[-2:]) == size:
        return picture
    return F.interpolate(picture[None], size=size, mode="bicubic", align_corners=False, antialias=True)[0]


def returned(whole: torch.Tensor, small: torch.Tensor, painted: torch.Tensor) -> torch.Tensor:
    """Carry what was painted at a smaller size over to the whole picture.

    Where the painted picture follows the old one, the whole one's own details are kept and scaled with it (a guided
    filter: He and Sun, Fast guided filter, 2015); the rest of the change is added as it is. What was not changed stays.

    Args:
        whole: (channels, height, width).
        small: the same picture at the working size.
        painted: what became of `small`.
    """
    size = (whole.shape[-2], whole.shape[-1])
    if tuple(painted.shape[-2:]) == size:
        return painted
    mean, aim = _blurred(small), _blurred(painted)
    variance = _blurred(small * small) - mean * mean
    shared = _blurred(small * painted) - mean * aim
    gain = _blurred((shared + _EVENNESS) / (variance + _EVENNESS)).clamp(-2, 2)
    rest = painted - gain * small
    return resized(gain, size) * whole + resized(rest, size)


def _blurred(picture: torch.Tensor) -> torch.Tensor:
    reach = min(_RADIUS, min(picture.shape[-2:]) - 1)
    padded = F.pad(picture[None], (reach,) * 4, mode="reflect")
    return F.avg_pool2d(padded, 2 * reach + 1, stride=1)[0]
