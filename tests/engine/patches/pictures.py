"""Small pictures to restyle."""

import torch


def scene(height: int = 40, width: int = 48) -> torch.Tensor:
    """A dark disc on a bright slope, (3, height, width) in 0..1."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    slope = torch.stack((0.6 + 0.2 * x, 0.5 + 0.2 * y, 0.7 - 0.2 * x))
    return torch.where((x**2 + y**2 < 0.3)[None], 0.2 * slope, slope)


def stripes(height: int = 44, width: int = 36) -> torch.Tensor:
    """Waves of two colours, (3, height, width) in 0..1."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    wave = 0.5 + 0.5 * torch.sin(0.9 * (x + y).float())
    return torch.stack((0.9 * wave, 0.5 * wave + 0.2, 0.4 - 0.2 * wave))
