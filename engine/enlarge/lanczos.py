"""Lanczos interpolation by a whole factor, as one convolution: what the network adds to, and what stands in for it."""

import functools

import torch
from torch import Tensor, nn
from torch.nn import functional

SUPPORT = 3
"""Lobes of the kernel, which is as many pixels as it reaches to each side."""


class Lanczos(nn.Module):
    """Enlarges pictures; it has no weights."""

    margin = SUPPORT
    """Pixels around a picture that are looked at and not returned."""

    def forward(self, pictures: Tensor, factor: int) -> Tensor:
        """Map (n, c, h + 2 margin, w + 2 margin) to (n, c, factor h, factor w); the range is kept but for overshoot."""
        count, channels, height, width = pictures.shape
        planes = pictures.reshape(count * channels, 1, height, width)
        phases = functional.conv2d(planes, _kernels(factor).to(pictures))
        large = functional.pixel_shuffle(phases, factor)
        return large.reshape(count, channels, *large.shape[-2:])


@functools.cache
def _kernels(factor: int) -> Tensor:
    """Return the kernel of every pixel that one becomes, row by row: (factor**2, 1, 7, 7)."""
    taps = torch.arange(-SUPPORT, SUPPORT + 1)
    centres = (torch.arange(factor) + 0.5) / factor - 0.5
    distances = taps - centres[:, None]
    lines = torch.sinc(distances) * torch.sinc(distances / SUPPORT) * (distances.abs() < SUPPORT)
    lines = lines / lines.sum(1, keepdim=True)
    return torch.einsum("ay,bx->abyx", lines, lines).reshape(factor**2, 1, len(taps), len(taps))
