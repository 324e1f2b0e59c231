"""What patches are moved to: one or several pictures of a look, at every scale."""

from collections.abc import Sequence
from functools import cached_property

import torch

from engine.patches.colour import luminance
from engine.patches.scales import resized, working_size


class Look:
    """One to three pictures of a look; each counts alike, whatever its size. Canvases of one look share it."""

    def __init__(self, pictures: Sequence[torch.Tensor], *, grey: bool) -> None:
        """Take pictures, (3, height, width) in 0..1; of a grey look only their luminance is taken."""
        self.grey = grey
        self.pictures = [luminance(picture) if grey else picture for picture in pictures]

    def at(self, scale: float) -> list[torch.Tensor]:
        """Return the pictures for a canvas that is `scale`, at most 1, of its own working size."""
        found = self._scaled.get(scale)
        if found is None:
            found = self._scaled[scale] = [_scaled(picture, scale) for picture in self.pictures]
        return found

    @cached_property
    def _scaled(self) -> dict[float, list[torch.Tensor]]:
        return {}


def _scaled(picture: torch.Tensor, scale: float) -> torch.Tensor:
    height, width = working_size(*picture.shape[-2:])
    return resized(picture, working_size(round(height * scale), round(width * scale)))
