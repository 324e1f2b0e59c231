"""Where on a picture something is painted: left, right, top, bottom, in the middle, or where a mask is white.

At every step the network is asked twice, with the words for it and without them; the first answer counts inside the
region and the second one outside (composed predictions, after Liu et al., Compositional visual generation, 2022, and
Bar-Tal et al., MultiDiffusion, 2023). Any architecture can do it. A model of a closed world paints something
everywhere; where it was taught words for places, those are put into its prompt instead.
"""

import re
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from PIL import Image

from engine.api import Brief
from engine.api.errors import InvalidBrief
from engine.api.guides import Layout
from engine.diffusion import pixels
from engine.diffusion.adapters.base import Adapter
from engine.families.base import Inputs

SUBJECT = "subject"
"""Stands for all that the prompt says."""
_CENTRES = {"left": (0.25, 0.5), "right": (0.75, 0.5), "top": (0.5, 0.25), "bottom": (0.5, 0.75), "middle": (0.5, 0.5)}
_PHRASES = {"left": "on the left", "right": "on the right", "middle": "in the middle"}
_SOFTNESS = 0.05
"""Over which part of a side a region passes over into the rest."""
_HALF = 0.25
"""Half the width of a named region, across the way in which it is narrow."""


@dataclass(frozen=True)
class Laid:
    """The region of one picture."""

    region: torch.Tensor
    """(1, 1, rows, columns) in 0..1, of latent cells."""

    def merged(self, predictions: torch.Tensor) -> torch.Tensor:
        """Make one of the last two predictions, without and with the words; those before stay.

        Args:
            predictions: (2 or 3, channels, rows, columns).
        """
        without, within = predictions[-2:-1], predictions[-1:]
        return torch.cat([predictions[:-2], torch.lerp(without, within, self.region.to(within))])


def lay(brief: Brief, adapter: Adapter, inputs: Inputs, width: int, height: int) -> Laid | None:
    """Return the region of a brief at the size that is painted, or None where it has none.

    Raises:
        InvalidBrief: it is named in two ways or none, or the mask marks nothing.
    """
    if brief.layout is None:
        return None
    if worded(brief.layout, adapter.model.defaults.lexicon):
        return None
    rows, columns = adapter.shape(width, height)[-2:]
    if (brief.layout.place is None) == (brief.layout.mask is None):
        raise InvalidBrief("Say where it is to be: left, right, top, bottom, middle, or by a mask.")
    if brief.layout.mask is not None:
        region = _drawn(inputs[brief.layout.mask], width, height, rows, columns)
    else:
        region = _named(brief.layout.place or "middle", rows, columns)
    return Laid(region.to(adapter.model.device))


def worded(layout: Layout, lexicon: frozenset[str]) -> bool:
    """Whether a model was taught words for the place; `lexicon` is empty where it knows the open world."""
    return layout.mask is None and _PHRASES.get(layout.place or "") in lexicon


def prompts(layout: Layout, prompt: str, lexicon: frozenset[str]) -> tuple[str, ...]:
    """Return what is painted outside the region and what inside; or one prompt, where that says all."""
    words = layout.words.strip()
    everything = words.casefold() == SUBJECT
    spoken = re.compile(rf"(?<!\w)(?:(?:an?|the)\s+)?{re.escape(words)}(?!\w)", re.IGNORECASE)
    if worded(layout, lexicon):
        phrase = _PHRASES[layout.place or ""]
        inside = spoken.sub(lambda match: f"{match[0]} {phrase}", prompt, count=1)
        if everything:
            return (f"{prompt}, {phrase}",)
        return (inside if inside != prompt else f"{words} {phrase}, {prompt}",)
    if everything:
        return "", prompt
    outside = spoken.sub("", prompt)
    return (outside.strip(" ,"), prompt) if outside != prompt else (prompt, f"{words}, {prompt}".strip(" ,"))


def _named(place: str, rows: int, columns: int) -> torch.Tensor:
    across, down = _CENTRES[place]
    x = (torch.arange(columns) + 0.5) / columns
    y = (torch.arange(rows) + 0.5) / rows
    column = torch.sigmoid((_HALF - (x - across).abs()) / _SOFTNESS) if down == 0.5 else torch.ones(columns)
    row = torch.sigmoid((_HALF - (y - down).abs()) / _SOFTNESS) if across == 0.5 else torch.ones(rows)
    return (row[:, None] * column)[None, None]


def _drawn(mask: Image.Image, width: int, height: int, rows: int, columns: int) -> torch.Tensor:
    white = (pixels.to_tensor(pixels.fit(mask, width, height))[:, :1] > 0).float()
    if not bool(white.any()):
        raise InvalidBrief("The mask marks nothing; paint in white, on black, where it is to be.")
    return F.adaptive_avg_pool2d(white, (rows, columns))
