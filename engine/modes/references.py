"""Pictures that others are painted after, without starting from their pixels.

Each reference is noised as the picture is at every step and goes through the network beside it, under empty words;
the picture's rows look at it in self-attention (`engine.diffusion.executors.referring`). What is liked is looked at by
the conditional row and what is disliked by the unconditional one, from which guidance leads away (FABRIC). Style is
taken by both rows, as means and spreads of features, and at last by the estimate of the finished latent itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL.Image import Image

from engine.api import Brief
from engine.api.errors import InvalidBrief
from engine.api.guides import Reference
from engine.diffusion import pixels
from engine.diffusion.adapters.base import Adapter, Row
from engine.families.base import Inputs

PULL = 2.0
"""Copies that a reference of weight 1 counts as in attention: a token of its own has one."""
_SEED = 0x5EED
"""Of the references' noise: they look the same to every picture of every brief."""


@dataclass(frozen=True)
class Seen:
    """References as one picture's network sees them."""

    references: tuple[Reference, ...]
    latents: tuple[torch.Tensor, ...]
    """(1, channels, rows, columns) each, at the scale of the network."""
    noises: tuple[torch.Tensor, ...]
    row: Row
    """The conditions of their rows: empty words."""

    def samples(self, adapter: Adapter, scheduler: Any, timestep: torch.Tensor) -> list[torch.Tensor]:
        """Return the latents with the noise of a timestep."""
        pairs = zip(self.latents, self.noises, strict=True)
        return [adapter.start_from(scheduler, latent, noise, timestep) for latent, noise in pairs]

    def glances(self, own: int, first: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return what the rows of this picture look at, as `Referring` takes it.

        Args:
            own: rows of the picture itself, 1 or 2; its references' rows follow.
            first: index of its first row in the batch.

        Returns:
            Indices of rows, weights and shares of style, (own + references, references) each.
        """
        count = len(self.references)
        at = torch.arange(first + own, first + own + count).expand(own + count, count)
        weights, styles = torch.zeros(own + count, count), torch.zeros(own + count, count)
        for place, reference in enumerate(self.references):
            if reference.role == "disliked":
                if own > 1:
                    weights[0, place] = PULL * reference.weight
                continue
            weights[own - 1, place] = PULL * reference.weight
            if reference.role == "style":
                weights[:own, place] = PULL * reference.weight
                styles[:own, place] = reference.weight / 2
        return at, weights, styles


def wanted(brief: Brief) -> tuple[Reference, ...]:
    """Return the references of a brief that count.

    Raises:
        InvalidBrief: none of them does.
    """
    found = tuple(reference for reference in brief.references if reference.weight > 0)
    if brief.references and not found:
        raise InvalidBrief("All reference pictures have the weight 0; give at least one of them more.")
    return found


def see(brief: Brief, adapter: Adapter, inputs: Inputs, width: int, height: int, *, guided: bool) -> Seen | None:
    """Encode the references of a brief at the size that is painted; None where it has none.

    Raises:
        InvalidBrief: none has a weight, or what is disliked has no row to be looked at by.
    """
    references = wanted(brief)
    if not references:
        return None
    if not guided and any(reference.role == "disliked" for reference in references):
        raise InvalidBrief("Without guidance nothing leads away from disliked pictures; ask for more than 1.")
    generator = torch.Generator("cpu").manual_seed(_SEED)
    latents = [_latent(adapter, inputs[one.picture], width, height) for one in references]
    noises = [adapter.noise(generator, width, height) for _ in references]
    row = adapter.encode((), (), guided=False)[0]
    row = adapter.embellish(row, guidance=1.0, width=width, height=height)
    return Seen(references, tuple(latents), tuple(noises), row)


def joined(parts: Sequence[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]) -> tuple[torch.Tensor, ...]:
    """Join what the rows of several pictures look at; all have equally many references."""
    return tuple(torch.cat(column) for column in zip(*parts, strict=True))


def _latent(adapter: Adapter, picture: Image, width: int, height: int) -> torch.Tensor:
    generator = torch.Generator("cpu").manual_seed(_SEED)
    return adapter.encode_image(pixels.fit(picture, width, height), generator)
