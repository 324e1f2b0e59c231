"""Subtle variations: a step on the sphere of all noise, away from the noise that the parent was painted from.

Strong variations need nothing of their own: they start from the parent's picture (see `engine.diffusion.levels`).
"""

from collections.abc import Sequence

import torch

from engine.api import Brief
from engine.api.varying import turn
from engine.diffusion.adapters.base import Adapter


def turned(
    adapter: Adapter, brief: Brief, own: torch.Tensor, width: int, height: int
) -> tuple[torch.Tensor, torch.Generator]:
    """Turn the noise that a brief names towards a picture's own, as far as the brief's strength says.

    At strength 0 it is exactly the noise named. Noise that a scheduler adds in its steps stays the parent's at any
    strength, so that the change is only that of the start.

    Returns:
        The noise, shaped as `own`, and the generator of the steps.
    """
    kept, new = turn(brief.strength)
    generators = [torch.Generator("cpu").manual_seed(share.seed) for share in brief.noise]
    noises = [adapter.noise(generator, width, height) for generator in generators]
    weights = [kept * share.weight for share in brief.noise]
    return mixed([*noises, own], [*weights, new]), generators[0]


def mixed(noises: Sequence[torch.Tensor], weights: Sequence[float]) -> torch.Tensor:
    """Mix noises and keep their length, so that the mixture is as likely as each of them.

    The sum is scaled by its true length and not by that which independent noises would have, for related pictures may
    share seeds (Bodin et al., Linear combinations of latents, 2024, with the full Gram matrix).

    Args:
        noises: tensors of one shape.
        weights: one of at least 0 for each; not all 0.
    """
    pairs = [(noise, weight) for noise, weight in zip(noises, weights, strict=True) if weight > 0]
    if len(pairs) == 1:
        return pairs[0][0]
    total = sum(noise.double() * weight for noise, weight in pairs)
    assert isinstance(total, torch.Tensor)
    squares = sum(weight**2 * float(noise.double().square().sum()) for noise, weight in pairs)
    length = (squares / sum(weight**2 for _, weight in pairs)) ** 0.5
    return (total * (length / total.norm())).to(pairs[0][0].dtype)
