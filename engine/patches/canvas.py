"""One picture that is being restyled."""

import torch

from engine.patches.colour import luminance, monge, with_luminance
from engine.patches.look import Look
from engine.patches.scales import levels, resized, returned, working_size

FULL = 0.8
"""Strength from which on the look's patches are aimed at; below it, those on the way from the picture's own."""
HOLD, LEAST_HOLD = 0.08, 0.001
"""How far a step draws the strongest edges back to where the picture has them, at strength 0 and at strength 1."""
MOMENTUM = 0.6
"""Part of every step's change that is repeated in the next: the patches that hold a pixel slow each other down."""
_SETTLING = 0.15
"""Last part of all steps, which are smaller: random directions keep the picture in motion."""
_SETTLED_MOMENTUM, _SETTLED_STEP = 0.3, 0.5
_STRONG = 0.9
"""Quantile of the gradient from which on an edge counts as a strongest one."""
_DENSE = 0.25
"""Only this last part of a scale's steps has patches at every pixel, for they take long."""
_NOISE = 0.01
"""Standard deviation of the noise at the coarsest scale, by which seeds differ; it also ranks what is quite even."""


class Canvas:
    """A picture on its way from its own patches to those of a look, from coarse to fine.

    At strength 0 it is the picture. Up to `FULL`, what is aimed at lies as far along the shortest way from its own
    patch distribution to that of the look (displacement interpolation); with more, its edges are held less. So the
    strength may be changed at any time.
    """

    def __init__(self, picture: torch.Tensor, look: Look, *, strength: float, seed: int, steps: int) -> None:
        """Begin with the picture's own patches in the look's colours.

        Args:
            picture: (3, height, width) in 0..1.
            look: what it is to look like; a grey one leaves the picture its colours.
            strength: 0 to 1.
            seed: of the noise.
            steps: in all, at least 1.
        """
        self.look, self.strength, self.taken = look, strength, 0
        self._picture = picture
        self._whole = luminance(picture) if look.grey else picture
        height, width = working_size(*picture.shape[-2:])
        sizes = levels(height, width)
        small = resized(self._whole, sizes[-1])
        recoloured = monge(small, look.pictures)
        self.own = [resized(small, size) for size in sizes]
        self._recoloured = [resized(recoloured, size) for size in sizes]
        self._held = [_edges(picture) for picture in self.own]
        self._ends = _ends(len(sizes), steps)
        generator = torch.Generator("cpu").manual_seed(seed)
        noise = torch.randn(self.own[0].shape[-2:], generator=generator).to(picture.device)
        self._level = 0
        self.pixels = self._base(0) + _NOISE * self.reach * noise
        self._momentum = torch.zeros_like(self.pixels)
        self._rise()

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self._ends[-1]

    @property
    def level(self) -> int:
        """The scale of the next step, 0 being the coarsest."""
        return self._level

    @property
    def dense(self) -> bool:
        """Whether the next step has patches at every pixel, which removes the traces of the patches' grid."""
        begun = self._ends[self._level - 1] if self._level else 0
        return self.taken >= self._ends[self._level] - _DENSE * (self._ends[self._level] - begun)

    @property
    def reach(self) -> float:
        """How far on the way from the picture's patches to the look's those lie that are aimed at, 0 to 1."""
        return min(1.0, self.strength / FULL)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the whole picture."""
        return self._picture.shape[-2], self._picture.shape[-1]

    @property
    def scale(self) -> float:
        """The side of that scale as a part of the finest one's."""
        return self.own[self._level].shape[-1] / self.own[-1].shape[-1]

    def accept(self, change: torch.Tensor) -> None:
        """Add what a step wants to change, with the momentum of those before, and hold the edges."""
        settling = self.taken >= (1 - _SETTLING) * self.steps
        momentum, size = (_SETTLED_MOMENTUM, _SETTLED_STEP) if settling else (MOMENTUM, 1.0)
        self._momentum = momentum * self._momentum + size * change
        pixels = self.pixels + self._momentum
        held = (HOLD + self.strength * (LEAST_HOLD - HOLD)) * self._held[self._level]
        self.pixels = pixels + held * (self._base(self._level) - pixels)
        self.taken += 1
        self._rise()

    def painted(self) -> torch.Tensor:
        """Return the picture as it stands, (3, height, width), at its own size."""
        change = self.pixels - self._base(self._level)
        small = self._base(-1) + resized(change, self.own[-1].shape[-2:])
        whole = returned(self._whole, self.own[-1], small)
        return with_luminance(self._picture, whole) if self.look.grey else whole

    def _rise(self) -> None:
        """Go on to the next scale where this one is done; what was changed goes with it, and the details return."""
        while self._level + 1 < len(self.own) and self.taken >= self._ends[self._level]:
            change = self.pixels - self._base(self._level)
            self._level += 1
            self.pixels = self._base(self._level) + resized(change, self.own[self._level].shape[-2:])
            self._momentum = torch.zeros_like(self.pixels)

    def _base(self, level: int) -> torch.Tensor:
        """Return the picture in the look's colours, as far as the strength says."""
        return self.own[level] + self.reach * (self._recoloured[level] - self.own[level])


def _ends(count: int, steps: int) -> list[int]:
    """Return after how many steps each scale is done: the finest one takes two thirds of all."""
    weights = [1] * (count - 1) + [max(1, 2 * (count - 1))]
    return [round(steps * sum(weights[: at + 1]) / sum(weights)) for at in range(count)]


def _edges(picture: torch.Tensor) -> torch.Tensor:
    """Return how strong the edges of a picture are, (1, height, width) in 0..1."""
    light = picture.mean(0)
    down, right = torch.zeros_like(light), torch.zeros_like(light)
    down[:-1] = (light[1:] - light[:-1]).abs()
    right[:, :-1] = (light[:, 1:] - light[:, :-1]).abs()
    gradient = torch.nn.functional.max_pool2d((down + right)[None], 3, stride=1, padding=1)
    strong = torch.quantile(gradient.flatten(), _STRONG)
    return (gradient / strong.clamp_min(0.02)).clamp(0, 1)
