"""The judge: two small residual networks that read what a picture shows.

One reads the whole picture, the other crops around its figures. Their penultimate layers are the
space in which distances between sets of pictures are measured. It is neither the painter nor the
network that re-ranks, so that nobody marks their own work.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.evaluation.classes import FIGURE, SCENE, classes

PICTURE = 128
"""Side, in pixels, of the pictures that are read."""
CROP = 64
"""Side, in pixels, to which crops around a figure are brought."""
WEIGHTS = "model.safetensors"
CONFIG = "config.json"


@dataclass(frozen=True)
class Shape:
    """A stem that makes pictures ``stride`` times smaller, then halvings: (channels, residual blocks)."""

    stride: int
    stem: int
    halvings: tuple[tuple[int, int], ...]


SCENE_SHAPE = Shape(stride=4, stem=64, halvings=((96, 1), (128, 2)))
FIGURE_SHAPE = Shape(stride=2, stem=32, halvings=((64, 1), (128, 2), (192, 1)))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions around a shortcut (He et al. 2016, arXiv:1512.03385; pooled as in ResNet-D, 1812.01187)."""

    def __init__(self, inner: int, outer: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inner, outer, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outer)
        self.second = nn.Conv2d(outer, outer, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outer)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.AvgPool2d(stride), nn.Conv2d(inner, outer, 1, bias=False))

    def forward(self, inner: Tensor) -> Tensor:
        """Map (n, inner, h, w) to (n, outer, h / stride, w / stride)."""
        bent = torch.relu(self.first_norm(self.first(inner)))
        return torch.relu(self.second_norm(self.second(bent)) + self.shortcut(inner))


class Trunk(nn.Sequential):
    """Pictures (n, 3, h, w) in [-1, 1] become embeddings (n, width): the mean of the last feature map."""

    def __init__(self, shape: Shape) -> None:
        stem = nn.Conv2d(3, shape.stem, 2 * shape.stride, shape.stride, shape.stride // 2, bias=False)
        layers: list[nn.Module] = [stem, nn.BatchNorm2d(shape.stem), nn.ReLU()]
        inner = shape.stem
        for outer, blocks in shape.halvings:
            layers.append(ResidualBlock(inner, outer, 2))
            layers += [ResidualBlock(outer, outer, 1) for _ in range(blocks - 1)]
            inner = outer
        super().__init__(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.width = inner


class Reader(nn.Module):
    """A trunk and one linear layer for every factor it reads."""

    def __init__(self, factors: tuple[str, ...], shape: Shape) -> None:
        super().__init__()
        self.trunk = Trunk(shape)
        self.heads = nn.ModuleDict({name: nn.Linear(self.trunk.width, len(classes(name))) for name in factors})

    def forward(self, pictures: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return embeddings (n, width) and, for every factor, logits (n, classes)."""
        embedded = self.trunk(pictures.contiguous(memory_format=torch.channels_last))
        return embedded, {name: head(embedded) for name, head in self.heads.items()}


class Judge(nn.Module):
    """Both readers: ``scene`` takes pictures of ``PICTURE`` pixels, ``figure`` crops of ``CROP`` pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Reader(SCENE, SCENE_SHAPE)
        self.figure = Reader(FIGURE, FIGURE_SHAPE)
        self.to(memory_format=torch.channels_last)


def answers() -> dict[str, list[str]]:
    """Return what the judge of the present lexicon can answer, by factor."""
    return {factor: list(classes(factor)) for factor in (*SCENE, *FIGURE)}


def save_judge(judge: Judge, folder: Path) -> None:
    """Write weights (float16) and answers."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        key: (value.half() if value.is_floating_point() else value).contiguous()
        for key, value in judge.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    save_file(state, folder / WEIGHTS)
    about = {"picture": PICTURE, "crop": CROP, "answers": answers()}
    (folder / CONFIG).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_judge(folder: Path) -> Judge:
    """Load a judge, ready to read in float32.

    Raises:
        FileNotFoundError: the folder holds none.
        ValueError: it was trained on another lexicon.
    """
    if not (folder / CONFIG).exists():
        raise FileNotFoundError(f"{folder} holds no judge; train one with `salon train judge`.")
    told = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    if told["answers"] != answers():
        raise ValueError(f"The judge in {folder} was trained on another lexicon; train it again: `salon train judge`.")
    judge = Judge()
    state = {key: value.float() for key, value in load_file(folder / WEIGHTS).items()}
    judge.load_state_dict(state, strict=False)
    return judge.eval()
