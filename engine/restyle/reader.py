"""Reading a look: the first layers of the judge's trunk for whole pictures, which know textures by heart."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from engine.evaluation.judge import SCENE_SHAPE, Judge, ResidualBlock

_STEM, _DEEP = SCENE_SHAPE.stem, SCENE_SHAPE.halvings[0][0]
CODE = 2 * (_STEM + _DEEP)
"""Mean and deviation of every channel at two scales."""


class Reader(nn.Module):
    """Frozen; it has no normalisation of its own, so that a picture's code depends on nothing else."""

    def __init__(self) -> None:
        super().__init__()
        stride = SCENE_SHAPE.stride
        self.stem = nn.Conv2d(3, _STEM, 2 * stride, stride, stride // 2)
        self.first = nn.Conv2d(_STEM, _DEEP, 3, 2, 1)
        self.second = nn.Conv2d(_DEEP, _DEEP, 3, 1, 1)
        self.pool = nn.AvgPool2d(2)
        self.shortcut = nn.Conv2d(_STEM, _DEEP, 1, bias=False)
        self.requires_grad_(False)

    @torch.no_grad()
    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, h, w) in [-1, 1], sides multiples of 8, to codes (n, CODE)."""
        coarse = torch.relu(self.stem(pictures.contiguous(memory_format=torch.channels_last)))
        bent = torch.relu(self.first(coarse))
        return _statistics((coarse, torch.relu(self.second(bent) + self.shortcut(self.pool(coarse)))))

    def take_over(self, judge: Judge) -> None:
        """Take the layers from a judge, its normalisation folded into the convolutions."""
        trunk = judge.scene.trunk
        block = trunk[3]
        assert isinstance(block, ResidualBlock)
        _fold(self.stem, trunk[0], trunk[1])
        _fold(self.first, block.first, block.first_norm)
        _fold(self.second, block.second, block.second_norm)
        with torch.no_grad():
            self.shortcut.weight.copy_(block.shortcut[1].weight)


def _statistics(features: Sequence[Tensor]) -> Tensor:
    flat = [level.float().flatten(2) for level in features]
    return torch.cat([one for level in flat for one in (level.mean(-1), level.std(-1, correction=0))], 1)


def _fold(into: nn.Conv2d, layer: nn.Module, norm: nn.Module) -> None:
    assert isinstance(layer, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None and norm.running_var is not None
    weight, bias = fuse_conv_bn_weights(
        layer.weight, layer.bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias
    )
    with torch.no_grad():
        into.weight.copy_(weight)
        assert into.bias is not None
        into.bias.copy_(bias)
