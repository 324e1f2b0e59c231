"""A task small enough to train in milliseconds, a kind of such models, and a recipe small enough in seconds."""

import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from torch import nn

from engine.training.checkpoint import load_average
from engine.training.kinds import Kind
from engine.training.loop import Schedule, run
from engine.training.recipe import load_recipe


class LineTask:
    """Fits a line; poisons its loss at one draw if told to, and dies a real death at one."""

    batch = 8

    def __init__(self, nan_at: int = -1, die_at: int = -1) -> None:
        torch.manual_seed(0)
        self.model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
        self.nan_at, self.die_at = nan_at, die_at

    def losses(self, draw):
        if draw == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        generator = torch.Generator().manual_seed(draw)
        x = torch.randn(8, 3, generator=generator)
        loss = (self.model(x) - x.sum(1, keepdim=True)).square().mean()
        return {"loss": loss * float("nan") if draw == self.nan_at else loss}

    def sheet(self):
        return Image.new("RGB", (4, 4))


@dataclass(frozen=True)
class LineRecipe:
    """How a line is fitted: a "minute" is ten steps, so that no test depends on a clock."""

    name: str
    noise: float
    schedule: Schedule


def train_line(recipe, minutes, bank, out, say, die_at=-1):
    schedule = replace(recipe.schedule, steps=round(minutes * 10), cooldown=0.0)
    run(LineTask(die_at=die_at), schedule, out, say=say)


def score_line(recipe, bank, out):
    task = LineTask()
    task.model.load_state_dict(load_average(out))
    return float(task.losses(123_456)["loss"].detach())


LINE = Kind(
    load=lambda path: LineRecipe("line", 0.0, Schedule(rate=1e-6, warmup=2, ema=0.9)),
    train=train_line,
    export=lambda recipe, out, to: to.mkdir(),
    score=score_line,
    renders=True,
)
LINE_TOML = """\
kind = "line"
# how noisy the lines are
noise = 0.0

[schedule]
rate = 1e-6  # far too low
warmup = 2
ema = 0.9

[tune]
"schedule.rate" = { low = 1e-4, high = 5e-2, log = true }
"schedule.warmup" = { choices = [1, 2, 4] }
"""


def line_house(folder: Path, kind: Kind = LINE):
    """Return what to put in the places of the house's recipes and kinds: (owner, name, value)."""
    from engine.training import kinds
    from engine.training import recipe as recipes

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "line.toml").write_text(LINE_TOML)
    return [(recipes, "FOLDER", folder), (kinds, "_KINDS", {"line": lambda: kind})]


def tiny_recipe(steps=2):
    mini = load_recipe("mini")
    brief = {"warmup": 2, "steps": steps}
    return replace(
        mini,
        size=32,
        pictures=96,
        autoencoder=replace(
            mini.autoencoder,
            channels=(8, 8, 16),
            latent_channels=4,
            crop=16,
            batch=2,
            share=0.5,
            schedule=replace(mini.autoencoder.schedule, **brief),
        ),
        text=replace(
            mini.text,
            pieces=600,
            captions=100,
            width=16,
            inner=16,
            layers=1,
            heads=2,
            batch=4,
            schedule=replace(mini.text.schedule, **brief),
        ),
        denoiser=replace(
            mini.denoiser,
            channels=(16, 16),
            attention=(False, True),
            head_width=8,
            groups=4,
            batch=4,
            schedule=replace(mini.denoiser.schedule, **brief),
        ),
        preview=replace(
            mini.preview, channels=8, blocks=(1, 1, 1), batch=4, schedule=replace(mini.preview.schedule, **brief)
        ),
    )
