"""What several pictures and prompts make together, each by its weight.

Noises are mixed so that the mixture is as likely as each of them, and so are the latents of pictures (`vary.mixed`).
Texts are mixed where the network attends to them, if it lets us (`engine.diffusion.executors.mixing`): each is read by
itself, and what was read is mixed. Transformers that attend to words and pixels at once, and compiled networks, read
one text that lies between the others.
"""

import math
from collections.abc import Sequence

import torch

from engine.api import MAX_INGREDIENTS, Brief
from engine.api.errors import InvalidBrief
from engine.diffusion.adapters.base import Row

MIXED = ("blend", "morph")
"""Modes that need ingredients."""
SHARES = "shares"
"""Input beside the network's own: how much of each text every row heeds, (rows, texts) float32, with sums of 1. The
texts of a row lie one after the other in its `encoder_hidden_states`."""
_WORDS = "encoder_hidden_states"


def check(brief: Brief) -> None:
    """Refuse ingredients that cannot be mixed, or that another mode was given.

    Raises:
        InvalidBrief: saying which and why.
    """
    if brief.mode not in MIXED:
        if brief.ingredients:
            raise InvalidBrief("Only a blend or a morph has ingredients; leave them out.")
        return
    name, count = brief.mode, len(brief.ingredients)
    if not 2 <= count <= MAX_INGREDIENTS:
        raise InvalidBrief(f"A {name} takes two to {MAX_INGREDIENTS} pictures or prompts; you gave {count}.")
    if any(field is not None for field in (brief.source, brief.mask, brief.box, brief.find, brief.place)):
        raise InvalidBrief(f"A {name} has its pictures among its ingredients; leave the others out.")
    if brief.references or brief.palette is not None:
        raise InvalidBrief(f"A {name} takes neither reference pictures nor a palette; leave them out.")
    if brief.tile or brief.timeline:
        raise InvalidBrief(f"A {name} cannot repeat without a seam, nor change while it is painted; leave that out.")
    for number, each in enumerate(brief.ingredients, start=1):
        if not each.prompt.strip() and each.picture is None and not each.noise:
            raise InvalidBrief(f"Number {number} of the {name} is empty; give words or a picture for it.")
    shares(brief)


def shares(brief: Brief) -> list[float]:
    """Return the parts of a blend's ingredients, which add up to 1.

    Raises:
        InvalidBrief: a weight is below 0 or no number, or all are 0.
    """
    weights = [each.weight for each in brief.ingredients]
    if any(not 0 <= weight < math.inf for weight in weights):
        raise InvalidBrief("Weights start at 0; to keep away from something, name it in the negative prompt.")
    total = sum(weights)
    if total == 0 or math.isinf(total):
        raise InvalidBrief("The weights add up to nothing that can be shared; give at least one picture a weight of 1.")
    return [weight / total for weight in weights]


def mixed_rows(texts: Sequence[tuple[Row, ...]], weights: Sequence[float], *, apart: bool) -> tuple[Row, ...]:
    """Mix the conditions of several texts into those of one picture.

    Args:
        texts: of each text its rows: one, or two (unconditional, conditional) where it is guided.
        weights: of each text; they add up to 1.
        apart: whether `Mixing` calls the network, so that texts stay apart until they were attended to.

    Returns:
        As many rows as the text that has most: an unguided one counts for both.
    """
    most = max(map(len, texts))
    aligned = [rows if len(rows) == most else rows * most for rows in texts]
    return tuple(_mixed([rows[place] for rows in aligned], weights, apart=apart) for place in range(most))


def _mixed(rows: Sequence[Row], weights: Sequence[float], *, apart: bool) -> Row:
    mixed = {key: _lerp([row[key] for row in rows], weights) for key in rows[0] if key != _WORDS}
    words = _aligned([row[_WORDS] for row in rows])
    if not apart:
        return {**mixed, _WORDS: _lerp(words, weights)}
    return {**mixed, _WORDS: torch.cat(words, dim=1), SHARES: words[0].new_tensor([weights])}


def _lerp(tensors: Sequence[torch.Tensor], weights: Sequence[float]) -> torch.Tensor:
    # Skipped where it is 0, so that a single one comes out to the bit.
    pairs = [(tensor, weight) for tensor, weight in zip(tensors, weights, strict=True) if weight > 0]
    if len(pairs) == 1:
        return pairs[0][0]
    return torch.stack([tensor * weight for tensor, weight in pairs]).sum(dim=0)


def _aligned(words: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Bring texts to one length; attention to all of a text twice is attention to it once."""
    length = math.lcm(*(one.shape[1] for one in words))
    return [one.repeat(1, length // one.shape[1], 1) for one in words]
