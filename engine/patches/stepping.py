"""One step of several canvases at once."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from engine.patches import transport
from engine.patches.canvas import Canvas
from engine.patches.look import Look

_SEED = 20220
_RIM = transport.PATCH - 1
"""Pixels by which pictures are mirrored beyond their border, where few patches would hold a pixel and leave specks."""


def advance(canvases: Sequence[Canvas]) -> None:
    """Move the patches of canvases that have the same shape once; all of them are advanced, or none.

    Those that have taken as many steps share their directions and one call, and those of one look its quantiles.
    """
    alike: dict[tuple[int, bool], list[Canvas]] = {}
    for canvas in canvases:
        alike.setdefault((canvas.taken, canvas.dense), []).append(canvas)
    results = [(group, _changes(group)) for group in alike.values()]
    for group, changes in results:
        for canvas, change in zip(group, changes, strict=True):
            canvas.accept(change)


@torch.no_grad()
def _changes(canvases: Sequence[Canvas]) -> torch.Tensor:
    pixels = _continued(torch.stack([canvas.pixels for canvas in canvases]))
    cut = transport.slices(_SEED + canvases[0].taken, pixels.shape[1], pixels.device, dense=canvases[0].dense)
    count = transport.count(pixels, cut)
    looks: dict[Look, torch.Tensor] = {}
    for canvas in canvases:
        if canvas.look not in looks:
            looks[canvas.look] = transport.quantiles(canvas.look.at(canvas.scale), cut, count)
    aims = torch.stack([_aim(canvas, cut, looks[canvas.look]) for canvas in canvases])
    return transport.moved(pixels, cut, aims)[..., _RIM:-_RIM, _RIM:-_RIM]


def _aim(canvas: Canvas, cut: transport.Slices, look: torch.Tensor) -> torch.Tensor:
    """Return quantiles as far on the way from a canvas' own to its look's as it reaches."""
    if canvas.reach == 1:
        return look
    own = transport.quantiles([_continued(canvas.own[canvas.level][None])[0]], cut, look.shape[-1])
    return own + canvas.reach * (look - own)


def _continued(pictures: torch.Tensor) -> torch.Tensor:
    return F.pad(pictures, (_RIM,) * 4, mode="reflect")
