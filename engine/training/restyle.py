"""The kind ``restyle``: any picture is to become what the corpus' own code for a look makes of it."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from engine.corpus.bank import open_bank
from engine.corpus.factors import Factors
from engine.corpus.looks import LOOKS
from engine.evaluation.judge import load_judge
from engine.patches import transport
from engine.patches.colour import monge
from engine.restyle.carriers import SHEET
from engine.restyle.lessons import PLAIN, content, styled
from engine.restyle.measure import JUDGE, Reading, measured
from engine.restyle.network import Restyler, save_restyler
from engine.training.autoencoder import gradient_loss, to_pictures, to_tensor
from engine.training.checkpoint import load_average
from engine.training.loop import Schedule, run
from engine.training.shipping import filled_card, shipped

RIM = 8
"""Pixels along the border of a sheet that are not learnt: some looks have a torn edge or a frame there."""
SHEET_COUNT = 4
_HELD_OUT = 0.1
_MOST_ROWS = 8000
_DIRECTIONS = 24
"""Along which patches are compared in one step: sorting takes longer than the network."""


@dataclass(frozen=True)
class RestyleRecipe:
    """How a restyler is trained.

    ``crop`` is the side of what is compared, in pixels, a multiple of 8. ``recoloured`` is the share of pictures that
    take the colours of the look's picture first, ``patches`` the weight of the distance between patch distributions.
    """

    name: str
    widths: tuple[int, ...]
    batch: int
    crop: int
    recoloured: float
    patches: float
    seed: int
    schedule: Schedule


def load_restyle_recipe(path: Path) -> RestyleRecipe:
    """Read ``recipes/restyle.toml`` or one like it."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    for key in ("kind", "tune"):
        table.pop(key, None)
    table |= {"widths": tuple(table["widths"]), "schedule": Schedule(**table["schedule"])}
    return RestyleRecipe(name=path.stem, **table)


@dataclass(frozen=True)
class Lesson:
    """A batch in [-1, 1]: what is restyled and what it should become, (n, 3, crop, crop), and pictures of the looks.

    ``at`` is where the crops lie on the sheet.
    """

    pictures: Tensor
    targets: Tensor
    looks: Tensor
    at: list[tuple[int, int]]


class RestyleTask:
    """L1, gradient and patch losses between what the network and what the corpus' code makes of a picture."""

    def __init__(self, recipe: RestyleRecipe, pictures: NDArray[np.uint8], factors: Sequence[Factors]) -> None:
        torch.manual_seed(recipe.seed)
        self.restyler = Restyler(recipe.widths)
        self.restyler.reader.take_over(load_judge(JUDGE))
        self.model: nn.Module = self.restyler
        self.recipe, self.pictures = recipe, pictures
        self.device, self.batch = torch.device("cpu"), recipe.batch
        rows = rows_by_look(factors)
        kept = {look: max(1, int(len(found) * (1 - _HELD_OUT))) for look, found in rows.items()}
        self.rows = {look: found[: kept[look]] for look, found in rows.items()}
        self.held_out = {look: found[kept[look] :] or found for look, found in rows.items()}

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return the losses of the lesson that belongs to ``draw``."""
        lesson = self.lesson(draw)
        pictures, targets, looks = (one.to(self.device) for one in (lesson.pictures, lesson.targets, lesson.looks))
        with torch.autocast(self.device.type, torch.bfloat16):
            added = self.restyler(pictures, self.restyler.reader(looks), at=lesson.at)
        found = pictures + added.float()
        l1, gradient = functional.l1_loss(found, targets), gradient_loss(found, targets)
        patches = _patch_loss(found, targets, draw)
        return {
            "loss": l1 + gradient + self.recipe.patches * patches,
            "l1": l1,
            "gradient": gradient,
            "patches": patches,
        }

    def lesson(self, draw: int) -> Lesson:
        """Return the lesson that belongs to ``draw``."""
        rng = np.random.default_rng((self.recipe.seed, draw))
        taught = [look for look in LOOKS if look in self.rows]
        parts = [self._example(taught[rng.integers(len(taught))], rng) for _ in range(self.recipe.batch)]
        pictures, targets, looks, at = zip(*parts, strict=True)
        return Lesson(torch.stack(pictures), torch.stack(targets), torch.stack(looks), list(at))

    def _example(self, look: str, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor, tuple[int, int]]:
        shown = to_tensor(self.pictures[self._row(look, rng)][None])[0]
        picture = content(self.pictures[self._row(PLAIN, rng)], self.pictures[self._row(PLAIN, rng)], rng)
        if rng.random() < self.recipe.recoloured:
            moved = monge(torch.from_numpy(picture).permute(2, 0, 1), [shown / 2 + 0.5])
            picture = moved.clamp(0, 1).permute(1, 2, 0).numpy()
        target = styled(picture, look, rng)
        side, reach = self.recipe.crop, (len(picture) - self.recipe.crop - 2 * RIM) // 2
        top, left = (RIM + 2 * int(place) for place in rng.integers(0, max(reach, 0) + 1, 2))
        before, after = (
            torch.from_numpy(one[top : top + side, left : left + side] * 2 - 1).permute(2, 0, 1)
            for one in (picture, target)
        )
        return before, after, shown, (top, left)

    def _row(self, look: str, rng: np.random.Generator) -> int:
        rows = self.rows[look]
        return rows[rng.integers(len(rows))]

    @torch.no_grad()
    def sheet(self) -> Image.Image:
        """Return held-out pictures in every look, each above what the corpus' own code makes of them."""
        rng = np.random.default_rng(self.recipe.seed)
        originals = [self.pictures[row].astype(np.float32) / 255 for row in self.held_out[PLAIN][:SHEET_COUNT]]
        lines: list[NDArray[np.uint8]] = []
        for picture, look in itertools.product(originals, self.rows):
            shown = to_tensor(self.pictures[self.held_out[look][0]][None])
            before = torch.from_numpy(picture * 2 - 1).permute(2, 0, 1)[None]
            found = before + self.restyler(before, self.restyler.reader(shown), at=[(0, 0)])
            wanted = (styled(picture, look, rng) * 255 + 0.5).astype(np.uint8)
            lines.append(np.concatenate((to_pictures(found)[0], wanted)))
        across = len(self.rows)
        return Image.fromarray(
            np.concatenate([np.concatenate(lines[at : at + across], 1) for at in range(0, len(lines), across)])
        )


def rows_by_look(factors: Sequence[Factors]) -> dict[str, list[int]]:
    """Return in which rows of a bank pictures of each look lie; a part of a large bank is enough.

    Raises:
        ValueError: there are no plain pictures among them, which all are made of.
    """
    found: dict[str, list[int]] = {}
    for row in range(min(len(factors), _MOST_ROWS)):
        found.setdefault(factors[row].style, []).append(row)
    if PLAIN not in found:
        raise ValueError("The bank holds no picture without a look; render a larger one.")
    return dict(sorted(found.items()))


def _patch_loss(found: Tensor, targets: Tensor, draw: int) -> Tensor:
    """Return the sliced Wasserstein distance between the patches of each picture and of its target, at two scales."""
    total = found.new_zeros(())
    for level in range(2):
        cut = transport.slices(2 * draw + level, 3, found.device, dense=False)
        cut = replace(cut, kernels=cut.kernels[:_DIRECTIONS])
        one, other = (transport.project(pictures, cut).sort(-1).values for pictures in (found, targets))
        total = total + functional.l1_loss(one, other)
        found, targets = functional.avg_pool2d(found, 2), functional.avg_pool2d(targets, 2)
    return total / 2


def train_restyle(recipe: RestyleRecipe, minutes: float, data: Path, out: Path, say: Callable[[str], None]) -> None:
    """Train on the bank ``data``.

    Raises:
        ValueError: its pictures are of another size than looks are learnt at.
    """
    bank = open_bank(data)
    if bank.pictures.shape[1] != SHEET:
        raise ValueError(f"Looks are learnt on pictures of {SHEET} pixels; those in {data} have another size.")
    run(RestyleTask(recipe, bank.pictures, bank.factors), recipe.schedule, out, minutes, say)


def load_trained_restyler(recipe: RestyleRecipe, trained: Path) -> Restyler:
    """Return the restyler of the newest checkpoint, with averaged weights.

    Raises:
        FileNotFoundError: there is none.
    """
    network = Restyler(recipe.widths)
    network.load_state_dict(load_average(trained))
    return network.eval()


def export_restyle(recipe: RestyleRecipe, trained: Path, folder: Path, count: int = 32) -> Reading:
    """Write the restyler of the newest checkpoint as ``folder``, its figures on its card, and return those."""
    network = load_trained_restyler(recipe, trained)
    found = measured(network, load_judge(JUDGE), count)
    figures = {
        "parameters": f"{sum(value.numel() for value in network.parameters()):,}",
        "measured": f"{count * len(LOOKS)}",
        "read": f"{found.read:.0%}",
        "read_painted": f"{found.read_painted:.0%}",
        "read_before": f"{found.read_before:.0%}",
        "psnr": f"{found.psnr:.1f}",
        "psnr_before": f"{found.psnr_before:.1f}",
    }
    with shipped(folder, filled_card(recipe.name, trained, **figures)) as fresh:
        save_restyler(network, fresh)
    return found
