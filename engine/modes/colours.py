"""The colours of a picture brought to those of a palette, by optimal transport.

The picture's colours are gathered in clusters, and the clusters are led to the palette by entropic transport (Cuturi
2013) whose aim is relaxed (Chizat et al. 2018): every colour of the palette should be used about as often as it asks,
but no sky turns red because red is still missing. A pixel goes where the clusters around it go, so that no banding
appears. All colours are Oklab.
"""

from dataclasses import dataclass

import torch

from engine.modes import oklab

CLUSTERS = 40
_SAMPLES = 4096
_ROUNDS = 8
_BLUR = 0.02
"""Entropy of the transport, in squared Oklab distance."""
_RELAXED = 0.03
"""What it costs to use a colour of the palette more or less often than it asks."""
_SOFT = 0.004
"""Squared Oklab distance over which a pixel heeds several clusters."""
_ITERATIONS = 60


@dataclass(frozen=True)
class Colours:
    """Some colours and how often each is wanted."""

    lab: torch.Tensor
    """(n, 3)."""
    shares: torch.Tensor
    """(n,), with a sum of 1."""


def gathered(picture: torch.Tensor, count: int) -> Colours:
    """Return the main colours of a picture, (3, height, width) sRGB in 0..1, the lightest first: at most `count`."""
    pixels = oklab.from_srgb(_thinned(picture.flatten(1).T.float()))
    centres = _far_apart(pixels, count)
    for _ in range(_ROUNDS):
        owner = torch.cdist(pixels, centres).argmin(dim=1)
        sizes = torch.bincount(owner, minlength=len(centres)).float()
        sums = torch.zeros_like(centres).index_add_(0, owner, pixels)
        centres = torch.where(sizes[:, None] > 0, sums / sizes.clamp_min(1)[:, None], centres)
    used = sizes > 0
    order = centres[used][:, 0].argsort(descending=True)
    return Colours(centres[used][order], sizes[used][order] / sizes.sum())


def transported(picture: torch.Tensor, palette: Colours, strength: float) -> torch.Tensor:
    """Bring a picture's colours to a palette.

    Args:
        picture: (3, height, width), sRGB in 0..1.
        palette: where they are to go.
        strength: 0 returns the picture; at 1 every colour lies among those of the palette.

    Returns:
        A picture of the same shape.
    """
    if strength == 0:
        return picture
    own = gathered(picture, CLUSTERS)
    aims = _plan(own, palette) @ palette.lab
    pixels = oklab.from_srgb(picture.flatten(1).T.float())
    moved = torch.empty_like(pixels)
    for part in torch.arange(len(pixels)).split(2**16):
        heed = torch.softmax(-torch.cdist(pixels[part], own.lab).square() / _SOFT, dim=1)
        moved[part] = heed @ aims
    found = oklab.to_srgb(torch.lerp(pixels, moved, strength))
    return found.T.reshape(picture.shape).to(picture.dtype)


def distance(picture: torch.Tensor, palette: Colours) -> float:
    """Return how far the pixels of a picture, (3, height, width) sRGB in 0..1, are from the nearest colour."""
    pixels = oklab.from_srgb(picture.flatten(1).T.float())
    return float(torch.cdist(pixels, palette.lab).min(dim=1).values.mean())


def _plan(own: Colours, palette: Colours) -> torch.Tensor:
    """Return which part of each cluster goes to which colour, (clusters, colours) with rows that sum to 1."""
    cost = torch.cdist(_levelled(own), _levelled(palette)).square().double()
    kernel, one, two = -cost / _BLUR, own.shares.double().log(), palette.shares.double().log()
    u, v = torch.zeros_like(one), torch.zeros_like(two)
    yielding = _RELAXED / (_RELAXED + _BLUR)
    for _ in range(_ITERATIONS):
        u = one - torch.logsumexp(kernel + v, dim=1)
        v = yielding * (two - torch.logsumexp(kernel + u[:, None], dim=0))
    return torch.softmax(kernel + v, dim=1).float()


def _levelled(colours: Colours) -> torch.Tensor:
    """Stretch lightness to 0..1: what is light in the picture is to be light in the palette's terms."""
    light = colours.lab[:, :1]
    low, high = light.min(), light.max()
    return torch.cat([(light - low) / (high - low).clamp_min(0.1), colours.lab[:, 1:]], dim=1)


def _far_apart(pixels: torch.Tensor, count: int) -> torch.Tensor:
    """Return up to `count` different pixels, each as far as can be from those before it."""
    chosen = [pixels[pixels[:, 0].argmax()]]
    gaps = (pixels - chosen[0]).square().sum(dim=1)
    while len(chosen) < count and float(gaps.max()) > 1e-6:
        chosen.append(pixels[gaps.argmax()])
        gaps = torch.minimum(gaps, (pixels - chosen[-1]).square().sum(dim=1))
    return torch.stack(chosen)


def _thinned(pixels: torch.Tensor) -> torch.Tensor:
    return pixels[:: -(-len(pixels) // _SAMPLES)]
