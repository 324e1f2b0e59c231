"""The one training loop: every model of the house is a ``Task`` that it drives."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from PIL import Image
from torch import Tensor, nn

from engine.training.checkpoint import load_checkpoint, save_checkpoint
from engine.training.ranks import Ranks


class TrainingDivergedError(RuntimeError):
    """The loss stopped being a number; the last good checkpoint is kept."""


class Task(Protocol):
    """A model in training: what it learns from and how it is looked at."""

    model: nn.Module

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return scalar losses of one batch; ``"loss"`` is the one to minimise.

        The batch and all its noise must depend on ``draw`` alone: that makes resuming exact, and
        gives processes that train together batches of their own.
        """

    def sheet(self) -> Image.Image:
        """Return a picture to judge progress by, made with the weights now in the model."""


@dataclass(frozen=True)
class Schedule:
    """How one task is trained. Rates are per step, ``cooldown`` is a fraction of the run."""

    rate: float
    warmup: int = 200
    cooldown: float = 0.3
    floor: float = 0.02
    steps: float = math.inf
    weight_decay: float = 0.01
    clip: float = 1.0
    ema: float = 0.999
    slow: tuple[str, ...] = ()
    slow_factor: float = 1.0
    sheet_every: float = 240.0
    save_every: float = 90.0


def run(
    task: Task,
    schedule: Schedule,
    out: Path,
    minutes: float = math.inf,
    say: Callable[[str], None] = print,
) -> dict[str, Tensor]:
    """Train until ``minutes`` (of all its runs together) or the schedule's steps are over.

    Continues from the checkpoint in ``out`` if there is one, writes ``losses.csv`` and sample
    sheets there, and returns the averaged (EMA) weights.

    Raises:
        TrainingDivergedError: the loss or its gradient became infinite or NaN.
    """
    out.mkdir(parents=True, exist_ok=True)
    ranks = Ranks()
    loop = _Loop(task, schedule, out, ranks)
    begun, saved, shown, said = time.monotonic(), time.monotonic(), time.monotonic(), 0.0
    spent_before = loop.seconds
    while loop.step < schedule.steps and loop.seconds < minutes * 60:
        fraction = max(loop.step / schedule.steps, loop.seconds / (minutes * 60))
        losses = loop.advance(fraction)
        now = time.monotonic()
        loop.seconds = ranks.first(spent_before + now - begun)
        if ranks.rank:
            continue
        if now - said > 15:
            said = now
            say(loop.report(losses, max(fraction, 1e-6)))
        if now - saved > schedule.save_every:
            loop.save()
            saved = time.monotonic()
        if now - shown > schedule.sheet_every:
            loop.show()
            shown = time.monotonic()
    if not ranks.rank:
        loop.save()
        loop.show()
    return loop.ema


class _Loop:
    def __init__(self, task: Task, schedule: Schedule, out: Path, ranks: Ranks) -> None:
        self.task, self.schedule, self.out, self.ranks = task, schedule, out, ranks
        self.ema = {key: value.clone() for key, value in task.model.state_dict().items()}
        self.optimizer = torch.optim.AdamW(
            _groups(task.model, schedule), betas=(0.9, 0.99), weight_decay=schedule.weight_decay
        )
        progress = load_checkpoint(out, task.model, self.ema, self.optimizer) or {}
        self.step: int = progress.get("step", 0)
        self.seconds: float = progress.get("seconds", 0.0)
        self._rates: list[float] = []
        self._smooth: dict[str, float] = {}

    def advance(self, fraction: float) -> dict[str, float]:
        began = time.monotonic()
        factor = self._factor(fraction)
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"] * factor
        self.task.model.train()
        losses = self.task.losses(self.step * self.ranks.count + self.ranks.rank)
        self.optimizer.zero_grad(set_to_none=True)
        losses["loss"].backward()
        self.ranks.average(p.grad for p in self.task.model.parameters() if p.grad is not None)
        norm = nn.utils.clip_grad_norm_(self.task.model.parameters(), self.schedule.clip)
        loss = float(losses["loss"].detach())
        if not math.isfinite(loss + float(norm)):
            raise TrainingDivergedError(
                f"The loss became {loss:g} at step {self.step}; the last good "
                f"checkpoint is kept in {self.out}. Train again with a lower rate."
            )
        self.optimizer.step()
        self.step += 1
        self._average()
        self._rates = [*self._rates[-49:], time.monotonic() - began]
        values = {key: float(value.detach()) for key, value in losses.items()}
        for key, value in values.items():
            self._smooth[key] = 0.98 * self._smooth.get(key, value) + 0.02 * value
        if self.step % 20 == 0 and not self.ranks.rank:
            self._log()
        return values

    def _factor(self, fraction: float) -> float:
        rising = min(1.0, (self.step + 1) / self.schedule.warmup)
        left = (1 - fraction) / self.schedule.cooldown if self.schedule.cooldown else 1.0
        return max(self.schedule.floor, min(rising, left))

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(self.schedule.ema, (1 + self.step) / (10 + self.step))
        for key, value in self.task.model.state_dict().items():
            if value.is_floating_point():
                self.ema[key].lerp_(value, 1 - keep)

    def _log(self) -> None:
        path = self.out / "losses.csv"
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            if fresh:
                writer.writerow(["step", "seconds", *self._smooth])
            row = [f"{value:.6g}" for value in self._smooth.values()]
            writer.writerow([self.step, f"{self.seconds:.1f}", *row])

    def report(self, losses: dict[str, float], fraction: float) -> str:
        pace = len(self._rates) / max(sum(self._rates), 1e-9)
        left = self.seconds * (1 - fraction) / fraction / 60
        shown = "  ".join(f"{key} {self._smooth[key]:.4f}" for key in losses)
        return f"step {self.step}  {pace:.2f} steps/s  {shown}  {left:.0f} min left"

    def save(self) -> None:
        progress = {"step": self.step, "seconds": self.seconds}
        save_checkpoint(self.out, self.task.model, self.ema, self.optimizer, progress)

    def show(self) -> None:
        with averaged(self.task.model, self.ema):
            self.task.sheet().save(self.out / f"sheet-{self.step:06d}.png")


@contextmanager
def averaged(model: nn.Module, ema: dict[str, Tensor]) -> Iterator[None]:
    """Put the averaged weights into the model, in evaluation mode, for a while."""
    own = {key: value.clone() for key, value in model.state_dict().items()}
    model.load_state_dict(ema)
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.load_state_dict(own)
        model.train()


def _groups(model: nn.Module, schedule: Schedule) -> list[dict[str, object]]:
    slow, usual = [], []
    for name, parameter in model.named_parameters():
        (slow if name.startswith(schedule.slow) else usual).append(parameter)
    groups = []
    for parameters, factor in ((usual, 1.0), (slow, schedule.slow_factor)):
        if parameters:
            rate = schedule.rate * factor
            groups.append({"params": parameters, "lr": rate, "initial_lr": rate})
    return groups
