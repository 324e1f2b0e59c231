"""The judge in training: it learns the factors of pictures, and that a blob is a blob."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional

from engine.corpus.bank import open_bank
from engine.corpus.factors import Factors
from engine.evaluation.cases import paint_real, unseen
from engine.evaluation.classes import NOTHING, SCENE, classes, figure_truth, indices, scene_truth
from engine.evaluation.crops import empty_square, figure_square, take_crops
from engine.evaluation.damage import fatal, gentle, slight
from engine.evaluation.factors import Accuracy, accuracy
from engine.evaluation.judge import Judge, save_judge
from engine.evaluation.reading import read
from engine.evaluation.rebuilt import rebuild, rebuilt_of
from engine.training import MODELS
from engine.training.autoencoder import to_tensor
from engine.training.checkpoint import load_average
from engine.training.loop import Schedule, run
from engine.training.shipping import filled_card, shipped

AUTOENCODER = MODELS / "mini" / "vae"
"""What it judges is seen through this one."""
IGNORED = -100
HELD_OUT = 256
FIGURES_SEED = 9_000
DAMAGED = 1000
"""Pictures that are damaged for the card."""
GROUP = 8
"""Crops that share one kind of damage."""
SHEET_COLUMNS = 8


@dataclass(frozen=True)
class JudgeRecipe:
    """How the judge is trained: ``fatal`` is the share of crops that are damaged beyond recognition."""

    name: str
    batch: int
    fatal: float
    empty: float
    rebuilt: float
    smoothing: float
    seed: int
    schedule: Schedule


def load_judge_recipe(path: Path) -> JudgeRecipe:
    """Read ``recipes/judge.toml`` or one like it."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    table.pop("kind", None)
    return JudgeRecipe(name=path.stem, **{**table, "schedule": Schedule(**table["schedule"])})


class JudgeTask:
    """Cross entropy of every factor, on pictures and crops that are damaged in many ways."""

    def __init__(
        self,
        recipe: JudgeRecipe,
        pictures: NDArray[np.uint8],
        factors: Sequence[Factors],
        rebuilt: NDArray[np.uint8] | None = None,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.judge = Judge()
        self.model: nn.Module = self.judge
        self.recipe, self.pictures, self.factors, self.rebuilt = recipe, pictures, factors, rebuilt
        self.device, self.batch = torch.device("cpu"), recipe.batch
        self.usable = len(pictures) - min(HELD_OUT, len(pictures) // 4)

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return the losses of the pictures, crops and damages that belong to ``draw``."""
        rng = np.random.default_rng((self.recipe.seed, draw))
        rows = rng.integers(0, self.usable, self.recipe.batch)
        pictures = self._pictures(rows, rng)
        crops, subjects, colours = self._crops(pictures, rows, rng)
        whole = _by_groups(pictures, gentle, rng)
        with torch.autocast(self.device.type, torch.bfloat16):
            _, scene = self.judge.scene(whole.to(self.device))
            _, figure = self.judge.figure(crops.to(self.device))
        truths = {"subject": subjects, "colour": colours} | self._scene_truths(rows)
        found = {
            name: functional.cross_entropy(
                logits.float(),
                truths[name].to(self.device),
                ignore_index=IGNORED,
                label_smoothing=self.recipe.smoothing,
            )
            for name, logits in (scene | figure).items()
        }
        return {"loss": torch.stack(list(found.values())).sum(), **found}

    def _scene_truths(self, rows: NDArray[np.int64]) -> dict[str, Tensor]:
        shown = [self.factors[row] for row in rows]
        return {name: torch.tensor([indices(name)[scene_truth(one, name)] for one in shown]) for name in SCENE}

    def _pictures(self, rows: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        """Fetch pictures; some, whose rows are changed for that, as an autoencoder gave them back."""
        again = rng.random(len(rows)) < (self.recipe.rebuilt if self.rebuilt is not None else 0.0)
        if self.rebuilt is not None:
            rows[again] %= len(self.rebuilt)
        chosen = [self.rebuilt if old else self.pictures for old in again]
        return to_tensor(np.stack([source[row] for source, row in zip(chosen, rows, strict=True)]))

    def _crops(
        self, pictures: Tensor, rows: NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Cut out every figure and some empty places; return crops, subjects and colours."""
        owners, squares, subjects, colours = [], [], [], []
        nothing = indices("subject")[NOTHING]
        for owner, row in enumerate(rows):
            figures = self.factors[row].figures
            for place in range(len(figures)):
                owners.append(owner)
                squares.append(_jittered(figure_square(figures, place), rng))
                subjects.append(indices("subject")[figure_truth(self.factors[row], place, "subject")])
                colours.append(indices("colour")[figure_truth(self.factors[row], place, "colour")])
            free = empty_square(figures, rng) if rng.random() < self.recipe.empty else None
            if free is not None:
                owners.append(owner)
                squares.append(free)
                subjects.append(nothing)
                colours.append(IGNORED)
        order = rng.permutation(len(owners))
        crops = take_crops(pictures, torch.tensor(owners)[order], torch.from_numpy(np.stack(squares))[order])
        subject, colour = torch.tensor(subjects)[order], torch.tensor(colours)[order]
        lost = round(len(order) * self.recipe.fatal)
        subject[:lost], colour[:lost] = nothing, IGNORED
        damaged = [_by_groups(crops[:lost], fatal, rng), _by_groups(crops[lost:], slight, rng)]
        return torch.cat(damaged), subject, colour

    def sheet(self) -> Image.Image:
        """Return crops of held-out pictures with what the judge takes them for, wrong answers in red."""
        rows = range(self.usable, min(self.usable + 5 * SHEET_COLUMNS, len(self.pictures)))
        squares = np.stack([figure_square(self.factors[row].figures, 0) for row in rows])
        pictures = to_tensor(self.pictures[rows.start : rows.stop])
        crops = take_crops(pictures, torch.arange(len(rows)), torch.from_numpy(squares), 128)
        answers = self.judge.figure(functional.avg_pool2d(crops, 2).to(self.device))[1]["subject"].argmax(1)
        names = classes("subject")
        sheet = Image.new("RGB", (128 * SHEET_COLUMNS, 128 * -(-len(rows) // SHEET_COLUMNS)))
        levels = ((crops + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
        for number, row in enumerate(rows):
            tile = Image.fromarray(levels[number])
            said, truth = names[int(answers[number])], figure_truth(self.factors[row], 0, "subject")
            ImageDraw.Draw(tile).text((3, 3), said, "white" if said == truth else "red", stroke_width=1)
            sheet.paste(tile, (number % SHEET_COLUMNS * 128, number // SHEET_COLUMNS * 128))
        return sheet


def _jittered(square: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    x, y, side = square
    shift = rng.normal(0, 0.05, 2) * side
    return np.array([x + shift[0], y + shift[1], side * np.exp(rng.normal(0, 0.08))], np.float32)


def _by_groups(
    pictures: Tensor, work: Callable[[Tensor, np.random.Generator], Tensor], rng: np.random.Generator
) -> Tensor:
    """Damage a few pictures at a time, so that one batch sees many kinds of damage."""
    return torch.cat([work(part, rng) for part in pictures.split(GROUP)]) if len(pictures) else pictures


def train_judge(recipe: JudgeRecipe, minutes: float, bank: Path, out: Path, say: Callable[[str], None] = print) -> None:
    """Train the judge on a bank for ``minutes``, those of earlier runs in ``out`` included."""
    opened = open_bank(bank)
    task = JudgeTask(recipe, opened.pictures, opened.factors, rebuilt_of(bank, AUTOENCODER, say))
    run(task, recipe.schedule, out, minutes, say=say)


def load_trained_judge(trained: Path) -> Judge:
    """Return the averaged judge of the newest checkpoint in ``trained``.

    Raises:
        FileNotFoundError: it was never trained.
    """
    judge = Judge()
    judge.load_state_dict(load_average(trained))
    return judge.eval()


@torch.inference_mode()
def bears_damage(judge: Judge, pictures: NDArray[np.uint8], factors: Sequence[Factors]) -> dict[str, float]:
    """Return how often the first figure of a picture is named through slight damage, and is nothing after fatal."""
    rng = np.random.default_rng(FIGURES_SEED)
    squares = np.stack([figure_square(one.figures, 0) for one in factors[: len(pictures)]])
    crops = take_crops(to_tensor(pictures), torch.arange(len(pictures)), torch.from_numpy(squares))
    names = indices("subject")
    truth = torch.tensor([names[figure_truth(one, 0, "subject")] for one in factors[: len(pictures)]])
    said = {
        kind: judge.figure(_by_groups(crops, work, rng))[1]["subject"].argmax(1)
        for kind, work in (("slight", slight), ("fatal", fatal))
    }
    return {
        "slight": float((said["slight"] == truth).float().mean()),
        "fatal": float((said["fatal"] == names[NOTHING]).float().mean()),
    }


def export_judge(recipe: JudgeRecipe, trained: Path, folder: Path, pictures: int = 4000) -> Accuracy:
    """Write the judge of the newest checkpoint as ``folder``, its own accuracy on its card, and return that.

    The accuracy is that on real pictures of unseen combinations with one to three figures.
    """
    judge = load_trained_judge(trained)
    factors = unseen(FIGURES_SEED, pictures, None)
    painted = paint_real(factors, FIGURES_SEED)
    found = accuracy(read(judge, painted, factors), factors)
    style, factor, worst = found.worst_cell(least=20) or ("", "", 0.0)
    figures = {name: f"{share.right:.1%}" for name, share in found.factors.items()}
    figures |= {"overall": f"{found.mean():.1%}", "worst": f"{worst:.0%} ({factor}, {style})"}
    figures |= {name: f"{share:.0%}" for name, share in bears_damage(judge, painted[:DAMAGED], factors).items()}
    figures["rebuilt"] = f"{_through_autoencoder(judge, painted[:DAMAGED], factors[:DAMAGED]):.0%}"
    with shipped(folder, filled_card(recipe.name, trained, **figures)) as fresh:
        save_judge(judge, fresh)
    return found


def _through_autoencoder(judge: Judge, pictures: NDArray[np.uint8], factors: Sequence[Factors]) -> float:
    """Return the share of subjects that is named through mini's autoencoder: the ceiling of what mini can score."""
    seen = rebuild(AutoencoderKL.from_pretrained(AUTOENCODER).eval(), pictures)
    return accuracy(read(judge, seen, factors), factors).factors["subject"].right
