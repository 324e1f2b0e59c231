"""The upscaler: a small convolutional network that adds to Lanczos interpolation what that cannot know.

Residual blocks without normalisation, as in EDSR (Lim et al. 2017, arXiv:1707.02921), at the size of the small picture,
then a pixel shuffle (Shi et al. 2016, arXiv:1609.05158). Convolutions are not padded: a picture comes with a margin as
wide as the network sees, so that a tile with its surroundings becomes what the whole picture would have become there.
"""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from engine.api.errors import ModelRefused
from engine.diffusion import manifest
from engine.diffusion.loading import SHIPPED
from engine.enlarge import FACTORS
from engine.enlarge.lanczos import Lanczos

FOLDER = SHIPPED / "upscaler"
"""Where the upscaler lies that comes with Salon."""
WEIGHTS, CONFIG = "model.safetensors", "config.json"


class Block(nn.Module):
    """Two convolutions around a shortcut; the picture loses two pixels at every side."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3)
        self.second = nn.Conv2d(channels, channels, 3)

    def forward(self, inner: Tensor) -> Tensor:
        """Map (n, channels, h + 4, w + 4) to (n, channels, h, w)."""
        return _inside(inner, 2) + self.second(functional.relu(self.first(inner)))


class Upscaler(nn.Module):
    """One trunk, and a head for every factor. As it is built it does what Lanczos interpolation does."""

    def __init__(self, channels: int, blocks: int) -> None:
        super().__init__()
        self.shape = {"channels": channels, "blocks": blocks}
        self.margin = 2 + 2 * blocks
        self.base = Lanczos()
        self.trunk = nn.Sequential(nn.Conv2d(3, channels, 3), *(Block(channels) for _ in range(blocks)))
        self.heads = nn.ModuleDict({str(factor): nn.Conv2d(channels, 3 * factor**2, 3) for factor in FACTORS})
        for head in self.heads.values():
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)

    def forward(self, pictures: Tensor, factor: int) -> Tensor:
        """Map (n, 3, h + 2 margin, w + 2 margin) in [-1, 1] to (n, 3, factor h, factor w), which may overshoot."""
        # Rounded to bfloat16 the base would lose levels that nothing gives back.
        with torch.autocast(pictures.device.type, enabled=False):
            base = self.base(_inside(pictures, self.margin - self.base.margin), factor)
        added = functional.pixel_shuffle(self.heads[str(factor)](self.trunk(pictures)), factor)
        return base + added.to(base)


def save_upscaler(network: Upscaler, folder: Path) -> None:
    """Write weights (float16) and shape."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({key: value.half().contiguous() for key, value in network.state_dict().items()}, folder / WEIGHTS)
    (folder / CONFIG).write_text(json.dumps(network.shape, indent=1) + "\n", encoding="utf-8")


def load_upscaler(folder: Path) -> tuple[Upscaler, str]:
    """Load an upscaler, ready to enlarge in float32; also return the hash of its files.

    Raises:
        ModelRefused: the files are damaged, or not those that the manifest promises.
    """
    hashes = manifest.verify(folder)
    try:
        network = Upscaler(**json.loads((folder / CONFIG).read_text(encoding="utf-8")))
        network.load_state_dict({key: value.float() for key, value in load_file(folder / WEIGHTS).items()})
    except (OSError, ValueError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelRefused(f"The upscaler in {folder} cannot be loaded; fetch it again.") from error
    return network.eval().requires_grad_(False), manifest.model_hash(hashes)


def _inside(pictures: Tensor, margin: int) -> Tensor:
    """Take a margin off (n, c, h, w)."""
    return pictures[..., margin : pictures.shape[-2] - margin, margin : pictures.shape[-1] - margin]
