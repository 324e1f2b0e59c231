"""The part of a picture that is painted anew, while the rest stays.

Every step puts the rest back into the latent, with the noise of that step (Avrahami et al., Blended latent diffusion,
2022), so that what is painted agrees with what stays; at the end the rest is put back to the bit. No network made for
inpainting is needed, so that every architecture can do it.
"""

import torch
import torch.nn.functional as F
from PIL.Image import Image

from engine.diffusion import pixels
from engine.diffusion.adapters.base import Adapter


class Region:
    """A marked part of one picture."""

    def __init__(self, picture: Image, marked: Image, adapter: Adapter) -> None:
        """Mark a part of a picture.

        Args:
            picture: RGB, as large as what is painted.
            marked: of the same size, mode L: 255 where it is painted anew, 0 where the picture stays.
            adapter: of the model that paints.
        """
        self._picture = picture
        self._marked = (pixels.to_tensor(marked)[:, :1] > 0).float()
        rows, columns = adapter.shape(*picture.size)[-2:]
        # A cell that is marked anywhere is painted, or remains of what was there would show through.
        self._cells = F.adaptive_max_pool2d(self._marked, (rows, columns)).to(adapter.model.device)
        self._seam = max(1, adapter.model.vae_factor // 2)

    def blend(self, painted: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        """Return latents, (1, channels, rows, columns), that are painted in the region and kept elsewhere."""
        return torch.where(self._cells > 0, painted, kept)

    def restore(self, painted: Image) -> Image:
        """Put the picture back outside the region, to the bit; the region's rim passes over into it."""
        share = self._rim()
        both = share * pixels.to_tensor(painted) + (1 - share) * pixels.to_tensor(self._picture)
        (image,) = pixels.to_images(torch.where(self._marked > 0, both, pixels.to_tensor(self._picture)))
        return image

    def _rim(self) -> torch.Tensor:
        """Return how much of the painted picture shows: 0 outside, rising to 1 over some pixels inside the region."""
        inner, total = self._marked, self._marked
        for _ in range(self._seam):
            # What lies beyond the picture's edge counts as marked: there is nothing to pass over into.
            inner = -F.max_pool2d(-F.pad(inner, (1, 1, 1, 1), value=1.0), 3, stride=1)
            total = total + inner
        return total / (self._seam + 1)
