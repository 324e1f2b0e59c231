"""Optimal transport of colours in closed form, and luminance apart from chroma.

Pictures are float32 tensors (3, height, width) of sRGB values in 0..1.
"""

from collections.abc import Sequence

import torch

LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue (ITU-R BT.601)."""
_LEAST_VARIANCE = 1e-4
"""Added to every variance, so that a picture of few colours is not stretched without bound."""


def luminance(picture: torch.Tensor) -> torch.Tensor:
    """Return the luminance, (1, height, width)."""
    weights = picture.new_tensor(LUMINANCE)
    return torch.einsum("c,chw->hw", weights, picture)[None]


def with_luminance(picture: torch.Tensor, light: torch.Tensor) -> torch.Tensor:
    """Give a picture another luminance, (1, height, width), and leave its chroma as it is."""
    return picture + (light - luminance(picture))


def moments(pictures: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return mean, (channels,), and covariance, (channels, channels), of all pixels; every picture counts alike."""
    means, seconds = [], []
    for picture in pictures:
        flat = picture.flatten(1).double()
        means.append(flat.mean(1))
        seconds.append(flat @ flat.T / flat.shape[1])
    mean = torch.stack(means).mean(0)
    return mean, torch.stack(seconds).mean(0) - torch.outer(mean, mean)


def monge(picture: torch.Tensor, looks: Sequence[torch.Tensor]) -> torch.Tensor:
    """Move the colours of a picture onto those of others by the optimal map between two Gaussians.

    The map is linear, so that no banding appears (Pitie and Kokaram, The linear Monge-Kantorovitch linear colour
    mapping for example-based colour transfer, CVMP 2007).

    Args:
        picture: (channels, height, width).
        looks: pictures of as many channels, of any size.

    Returns:
        A picture of the same shape; values may lie somewhat outside 0..1.
    """
    mean, covariance = moments([picture])
    aim, spread = moments(looks)
    ridge = _LEAST_VARIANCE * torch.eye(len(mean), dtype=torch.float64, device=picture.device)
    root = _power(covariance + ridge, 0.5)
    inverse = _power(covariance + ridge, -0.5)
    matrix = inverse @ _power(root @ (spread + ridge) @ root, 0.5) @ inverse
    moved = matrix @ (picture.flatten(1).double() - mean[:, None]) + aim[:, None]
    return moved.reshape(picture.shape).to(picture.dtype)


def _power(matrix: torch.Tensor, exponent: float) -> torch.Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp_min(1e-12) ** exponent) @ vectors.T
