"""The restyler: one network, one pass, any look.

A reader, which is the beginning of the judge's, turns pictures of a look into features at two scales; mean and
deviation of every channel are the look's code. A picture's own features, at three scales, lose their mean and deviation
and take on those that the code leads to (adaptive instance normalisation: Huang and Belongie, ICCV 2017; with predicted
parameters: Ghiasi et al., Exploring the structure of a real-time, arbitrary neural artistic stylization network, BMVC
2017). A decoder says what to add to the picture.
"""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from engine.api.errors import ModelRefused
from engine.diffusion import manifest
from engine.diffusion.loading import SHIPPED
from engine.restyle.carriers import CARRIERS, carriers
from engine.restyle.reader import CODE, Reader

FOLDER = SHIPPED / "restyle"
"""Where the restyler lies that comes with Salon."""
WEIGHTS, CONFIG = "model.safetensors", "config.json"
FOLD = 2
"""Pixels of a side that become channels before the first convolution."""
MULTIPLE = 8
"""What the sides of a picture have to be a multiple of."""
_WIDTH = 64
"""Of what lies between the code and the modulations."""
_LEAST_DEVIATION = 1e-3


class Block(nn.Module):
    """Two 3x3 convolutions around a shortcut; between them a scale and a shift for every channel may act."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _convolution(channels, channels)
        self.second = _convolution(channels, channels)

    def forward(self, inner: Tensor, modulation: Tensor | None = None) -> Tensor:
        """Map (n, channels, h, w) to the same shape; `modulation` is (n, 2 channels)."""
        bent = self.first(functional.silu(inner))
        if modulation is not None:
            scale, shift = modulation[..., None, None].chunk(2, 1)
            bent = bent * (1 + scale) + shift
        return inner + self.second(functional.silu(bent))


class Encoder(nn.Module):
    """Features at a half, a quarter and an eighth of the sides."""

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        inner = [3 * FOLD**2, *widths[:-1]]
        self.stages = nn.ModuleList(
            nn.Sequential(_convolution(before, after, stride=1 if level == 0 else 2), Block(after))
            for level, (before, after) in enumerate(zip(inner, widths, strict=True))
        )

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Map (n, 3, h, w) in [-1, 1] to (n, widths[k], h / 2^(k + 1), w / 2^(k + 1)) for k = 0, 1, 2."""
        found = [functional.pixel_unshuffle(pictures, FOLD)]
        for stage in self.stages:
            found.append(stage(found[-1]))
        return found[1:]


class Decoder(nn.Module):
    """From features of three scales, modulations and carriers to what is added to the picture."""

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        deep = list(reversed(widths))
        self.depths = [width for width in deep for _ in range(2)]
        self.blocks = nn.ModuleList(Block(width) for width in self.depths)
        self.rises = nn.ModuleList(_convolution(below, above) for below, above in itertools.pairwise(deep))
        self.carried = nn.ModuleList(nn.Conv2d(CARRIERS, width, 1) for width in deep[1:])
        self.head = _convolution(widths[0], 3 * FOLD**2)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, features: Sequence[Tensor], modulations: Sequence[Tensor], waves: Tensor) -> Tensor:
        """Map features, a modulation for each block, and carriers at half the sides to (n, 3, h, w)."""
        deep = list(reversed(features))
        carried = [functional.avg_pool2d(waves, 2), waves]
        inner = deep[0]
        for level, above in enumerate(deep):
            if level:
                inner = self.rises[level - 1](functional.interpolate(inner, scale_factor=2.0))
                inner = inner + above + self.carried[level - 1](carried[level - 1])
            for at in (2 * level, 2 * level + 1):
                inner = self.blocks[at](inner, modulations[at])
        return functional.pixel_shuffle(self.head(functional.silu(inner)), FOLD)


class Restyler(nn.Module):
    """Reader, encoder and decoder. As it is built it leaves pictures as they are."""

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.widths = list(widths)
        self.reader = Reader()
        self.encoder = Encoder(widths)
        self.decoder = Decoder(widths)
        self.code = nn.Sequential(nn.LayerNorm(CODE), nn.Linear(CODE, _WIDTH), nn.SiLU())
        self._parts = [2 * width for width in (*widths, *self.decoder.depths)]
        self.modulations = nn.Linear(_WIDTH, sum(self._parts))
        self.to(memory_format=torch.channels_last)

    def forward(self, pictures: Tensor, code: Tensor, *, at: Sequence[tuple[int, int]]) -> Tensor:
        """Return what to add to pictures so that they take on a look.

        Args:
            pictures: (n, 3, h, w) in [-1, 1], sides multiples of `MULTIPLE` and at least twice that, in the colours
                wanted.
            code: of the look, (n, CODE), from `reader`.
            at: of each picture the row and column at which it lies on the sheet of the carriers, even numbers.

        Returns:
            (n, 3, h, w).
        """
        features = self.encoder(pictures.contiguous(memory_format=torch.channels_last))
        modulations = self.modulations(self.code(code)).split(self._parts, 1)
        adapted = [_adapted(*pair) for pair in zip(features, modulations, strict=False)]
        waves = torch.cat([carriers(pictures.shape[-2], pictures.shape[-1], *place) for place in at])
        return self.decoder(adapted, modulations[len(features) :], waves.to(features[0]))


def save_restyler(network: Restyler, folder: Path) -> None:
    """Write weights (float16) and shape."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({key: value.half().contiguous() for key, value in network.state_dict().items()}, folder / WEIGHTS)
    (folder / CONFIG).write_text(json.dumps({"widths": network.widths}, indent=1) + "\n", encoding="utf-8")


def load_restyler(folder: Path) -> tuple[Restyler, str]:
    """Load a restyler, ready to work in float32; also return the hash of its files.

    Raises:
        ModelRefused: the files are damaged, or not those that the manifest promises.
    """
    hashes = manifest.verify(folder)
    try:
        network = Restyler(**json.loads((folder / CONFIG).read_text(encoding="utf-8")))
        network.load_state_dict({key: value.float() for key, value in load_file(folder / WEIGHTS).items()})
    except (OSError, ValueError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelRefused(f"The restyler in {folder} cannot be loaded; fetch it again.") from error
    return network.eval().requires_grad_(False), manifest.model_hash(hashes)


def _convolution(inner: int, outer: int, stride: int = 1) -> nn.Conv2d:
    # Zeros around a picture would be an edge of their own, and leave specks along its border.
    return nn.Conv2d(inner, outer, 3, stride, 1, padding_mode="reflect")


def _adapted(features: Tensor, modulation: Tensor) -> Tensor:
    """Give features (n, c, h, w) the mean and deviation of a look; `modulation` is (n, 2 c)."""
    flat = features.float().flatten(2)
    mean, deviation = flat.mean(-1), flat.var(-1, correction=0).add(_LEAST_DEVIATION**2).sqrt()
    shift, scale = modulation.float().chunk(2, 1)
    gain = (1 + scale) / deviation
    return features * gain[..., None, None].to(features) + (shift - gain * mean)[..., None, None].to(features)
