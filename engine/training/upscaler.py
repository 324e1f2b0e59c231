"""The kind ``upscaler``: pictures of the corpus are made small and spoilt, and the network is to undo that."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from engine.corpus.bank import ABOUT, open_bank, render_bank
from engine.enlarge import FACTORS
from engine.enlarge.degrading import compressed, degraded, painted, reduced, wanted
from engine.enlarge.lanczos import Lanczos
from engine.enlarge.measure import JUDGE, Comparison, compare, open_autoencoder
from engine.enlarge.measure import score as share_of_lanczos
from engine.enlarge.network import Upscaler, save_upscaler
from engine.enlarge.tiles import Tile, cut, enlarged, surrounded
from engine.evaluation.judge import load_judge
from engine.training.autoencoder import gradient_loss, to_tensor
from engine.training.checkpoint import load_average
from engine.training.loop import Schedule, run
from engine.training.shipping import filled_card, shipped

SHEET_COUNT = 4
HELD_OUT = 64
PICTURES = "pictures"
"""The folder, beside the checkpoints, of a bank that is rendered for this training alone."""


@dataclass(frozen=True)
class UpscalerRecipe:
    """How an upscaler is trained.

    ``crop`` is the side of what is enlarged at once, in pixels of the small picture. ``painted``, ``blurred`` and
    ``compressed`` are the shares of small pictures that went through an autoencoder, a blur, a JPEG or WebP file.
    """

    name: str
    size: int
    pictures: int
    channels: int
    blocks: int
    batch: int
    crop: int
    painted: float
    blurred: float
    compressed: float
    seed: int
    schedule: Schedule


def load_upscaler_recipe(path: Path) -> UpscalerRecipe:
    """Read ``recipes/upscaler.toml`` or one like it."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    for key in ("kind", "tune"):
        table.pop(key, None)
    return UpscalerRecipe(name=path.stem, **{**table, "schedule": Schedule(**table["schedule"])})


class UpscalerTask:
    """L1 and gradient loss on crops of pictures that were made small, both factors in turn by chance."""

    def __init__(self, recipe: UpscalerRecipe, pictures: NDArray[np.uint8], autoencoder: AutoencoderKL) -> None:
        torch.manual_seed(recipe.seed)
        self.upscaler = Upscaler(recipe.channels, recipe.blocks)
        self.model: nn.Module = self.upscaler
        self.recipe, self.pictures, self.autoencoder = recipe, pictures, autoencoder
        self.device, self.batch = torch.device("cpu"), recipe.batch
        self.usable = len(pictures) - min(HELD_OUT, len(pictures) // 4)

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return the losses of the crops that belong to ``draw``."""
        small, large, factor = self._pairs(draw)
        small, large = small.to(self.device), large.to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16):
            found = self.upscaler(small, factor)
        l1, gradient = functional.l1_loss(found, large), gradient_loss(found, large)
        return {"loss": l1 + gradient, f"l1_{factor}x": l1, f"gradient_{factor}x": gradient}

    def _pairs(self, draw: int) -> tuple[Tensor, Tensor, int]:
        """Return small crops with their surroundings, what they should become, and by which factor."""
        rng = np.random.default_rng((self.recipe.seed, draw))
        factor = FACTORS[rng.integers(len(FACTORS))]
        rows = np.sort(rng.choice(self.usable, self.recipe.batch))
        originals = np.stack([self._turned(wanted(self.pictures[row], factor), rng) for row in rows])
        small = self._spoilt(originals, factor, rng)
        side, margin = min(self.recipe.crop, small.shape[1]), self.upscaler.margin
        crops, targets = [], []
        for picture, original in zip(small, originals, strict=True):
            left, top = (int(place) for place in rng.integers(0, small.shape[1] - side + 1, 2))
            crops.append(cut(surrounded(picture, margin), [Tile(left, top, side, side)], margin))
            across, down = slice(left * factor, (left + side) * factor), slice(top * factor, (top + side) * factor)
            targets.append(original[down, across])
        return torch.cat(crops), to_tensor(np.stack(targets)), factor

    def _turned(self, picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        """Mirror and turn a picture: to enlarge is the same in every direction."""
        turned = np.rot90(picture, rng.integers(4))
        return turned[:, ::-1] if rng.random() < 0.5 else turned

    def _spoilt(self, originals: NDArray[np.uint8], factor: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        small = np.stack([degraded(np.ascontiguousarray(one), factor, self.recipe.blurred, rng) for one in originals])
        through = rng.random(len(small)) < self.recipe.painted
        if through.any():
            small[through] = painted(self.autoencoder, small[through])
        for number in np.flatnonzero(rng.random(len(small)) < self.recipe.compressed):
            small[number] = compressed(small[number], rng)
        return small

    def sheet(self) -> Image.Image:
        """Return held-out pictures: small as a model paints them, by Lanczos, by the network, and as they were."""
        blocks = []
        for factor in FACTORS:
            originals = np.stack([wanted(one, factor) for one in self.pictures[self.usable :][:SHEET_COUNT]])
            small = painted(self.autoencoder, np.stack([reduced(one, factor) for one in originals]))
            own = enlarged(self.upscaler, small, factor, self.device)
            plain = small.repeat(factor, 1).repeat(factor, 2)
            rows = [plain, enlarged(Lanczos(), small, factor), own, originals]
            blocks.append(np.concatenate([np.concatenate(list(row), 1) for row in rows], 0))
        sheet = Image.new("RGB", (max(block.shape[1] for block in blocks), sum(block.shape[0] for block in blocks)))
        for number, block in enumerate(blocks):
            sheet.paste(Image.fromarray(block), (0, sum(above.shape[0] for above in blocks[:number])))
        return sheet


def train_upscaler(
    recipe: UpscalerRecipe, minutes: float, data: Path, out: Path, say: Callable[[str], None], workers: int = 0
) -> None:
    """Train on the bank ``data`` if its pictures are large enough, else on one that is rendered into ``out``."""
    task = UpscalerTask(recipe, _pictures(recipe, data, out, say, workers), open_autoencoder())
    run(task, recipe.schedule, out, minutes, say)


def _pictures(
    recipe: UpscalerRecipe, data: Path, out: Path, say: Callable[[str], None], workers: int
) -> NDArray[np.uint8]:
    if (data / ABOUT).exists():
        pictures = open_bank(data).pictures
        if pictures.shape[1] >= recipe.size:
            return pictures
        say(f"The pictures in {data} have {pictures.shape[1]} pixels and an upscaler learns from larger ones.")
    say(f"Rendering {recipe.pictures:,} pictures of {recipe.size} pixels.")
    render_bank(out / PICTURES, recipe.pictures, recipe.seed, recipe.size, workers)
    return open_bank(out / PICTURES).pictures


def load_trained_upscaler(recipe: UpscalerRecipe, trained: Path) -> Upscaler:
    """Return the upscaler of the newest checkpoint, with averaged weights.

    Raises:
        FileNotFoundError: there is none.
    """
    network = Upscaler(recipe.channels, recipe.blocks)
    network.load_state_dict(load_average(trained))
    return network.eval()


def compared(recipe: UpscalerRecipe, trained: Path, count: int) -> list[Comparison]:
    """Compare the newest checkpoint with Lanczos interpolation on ``count`` pictures of unseen combinations."""
    return compare(load_trained_upscaler(recipe, trained), load_judge(JUDGE), open_autoencoder(), count)


def score_upscaler(recipe: UpscalerRecipe, data: Path, trained: Path, count: int = 24) -> float:
    """Return how bad the trained upscaler is: Lanczos interpolation has 1, less is better."""
    return share_of_lanczos(compared(recipe, trained, count))


def export_upscaler(recipe: UpscalerRecipe, trained: Path, folder: Path, count: int = 96) -> list[Comparison]:
    """Write the upscaler of the newest checkpoint as ``folder``, its figures on its card, and return those."""
    network, found = load_trained_upscaler(recipe, trained), compared(recipe, trained, count)
    figures = {"pictures": f"{recipe.pictures:,}", "measured": f"{count}"}
    figures["parameters"] = f"{sum(value.numel() for value in network.parameters()):,}"
    for one in found:
        key = f"{'painted' if one.through else 'reduced'}_{one.factor}"
        figures |= {f"{key}_psnr": f"{one.own.psnr:.2f}", f"{key}_lanczos": f"{one.lanczos.psnr:.2f}"}
        figures |= {f"{key}_gain": f"{one.gain:+.2f}", f"{key}_nearer": f"{one.nearer:.0%}"}
    with shipped(folder, filled_card(recipe.name, trained, **figures)) as fresh:
        save_upscaler(network, fresh)
    return found
