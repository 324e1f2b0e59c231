"""Colours as they are seen: the Oklab space (Ottosson, A perceptual color space for image processing, 2020)."""

import torch

_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def from_srgb(colours: torch.Tensor) -> torch.Tensor:
    """Turn (..., 3) sRGB values in 0..1 into lightness in 0..1 and two opponent values around 0."""
    linear = torch.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    cones = linear @ colours.new_tensor(_TO_CONES).T
    return torch.sign(cones) * cones.abs() ** (1 / 3) @ colours.new_tensor(_TO_LAB).T


def to_srgb(lab: torch.Tensor) -> torch.Tensor:
    """Undo `from_srgb`; what no screen shows is clipped."""
    cones = (lab @ torch.linalg.inv(lab.new_tensor(_TO_LAB)).T) ** 3
    linear = (cones @ torch.linalg.inv(lab.new_tensor(_TO_CONES)).T).clamp(0, 1)
    return torch.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear.clamp_min(1e-9) ** (1 / 2.4) - 0.055)
