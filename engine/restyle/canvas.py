"""A picture that is restyled in one step: its colours alone, or by the network too."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from engine.patches.colour import luminance, monge, with_luminance
from engine.patches.scales import resized, returned, working_size
from engine.restyle.carriers import SHEET
from engine.restyle.network import MULTIPLE, Restyler

_LONGEST = 4 * SHEET
"""Most pixels of a look's picture along one side, where its shorter side has as many as a sheet."""


class QuickCanvas:
    """A picture before and after its one step. At strength 0 it is the picture; it may be changed at any time."""

    steps = 1
    """In all."""

    def __init__(
        self,
        picture: torch.Tensor,
        looks: Sequence[torch.Tensor],
        *,
        strength: float,
        seed: int = 0,
        keep_colours: bool = False,
        network: Restyler | None = None,
    ) -> None:
        """Take a picture and those of a look, (3, height, width) in 0..1.

        Args:
            picture: what is restyled.
            looks: what it is to look like.
            strength: 0 to 1.
            seed: decides where its marks lie.
            keep_colours: whether only its luminance is changed.
            network: without one its colours are changed alone.
        """
        self.strength, self.taken = strength, 0
        self._picture, self._keep, self._network, self._looks = picture, keep_colours, network, looks
        self._small = resized(picture, working_size(*picture.shape[-2:])) if network else picture
        self._recoloured = self._small if keep_colours else monge(self._small, looks)
        self._added = torch.zeros_like(self._small)
        generator = torch.Generator("cpu").manual_seed(seed)
        top, left = (2 * torch.randint(SHEET // 2, (2,), generator=generator)).tolist()
        self._at = (top, left)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture."""
        return self._picture.shape[-2], self._picture.shape[-1]

    @torch.no_grad()
    def advance(self) -> None:
        """Take the step."""
        if self._network is not None:
            code = torch.stack([self._network.reader(read(look)[None]) for look in self._looks]).mean(0)
            height, width = self._small.shape[-2:]
            padded = _padded(2 * self._recoloured.clamp(0, 1) - 1)
            self._added = self._network(padded, code, at=[self._at])[0, :, :height, :width] / 2
        self.taken = 1

    def painted(self) -> torch.Tensor:
        """Return the picture as it stands, (3, height, width); values may lie somewhat outside 0..1."""
        change = self._recoloured.clamp(0, 1) - self._small + self._added
        whole = returned(self._picture, self._small, self._small + self.strength * change)
        return with_luminance(self._picture, luminance(whole)) if self._keep else whole


def read(look: torch.Tensor) -> torch.Tensor:
    """Bring a look's picture, (3, h, w) in 0..1, to the scale that looks are learnt at, in -1..1."""
    scale = SHEET / min(look.shape[-2:])
    height, width = (min(_LONGEST, max(SHEET, round(side * scale / MULTIPLE) * MULTIPLE)) for side in look.shape[-2:])
    return 2 * resized(look, (height, width)).clamp(0, 1) - 1


def _padded(picture: torch.Tensor) -> torch.Tensor:
    """Continue a picture to the right and downwards until its sides suit the network: (1, 3, h, w)."""
    down, right = (-side % MULTIPLE for side in picture.shape[-2:])
    return F.pad(picture[None], (0, right, 0, down), mode="replicate")
