"""The one training loop: every model of the house is a ``Task`` that it drives."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from PIL import Image
from torch import Tensor, nn

from engine.training.checkpoint import load_checkpoint, load_progress, save_checkpoint
from engine.training.console import Standing, report
from engine.training.errors import TrainingDivergedError, plainly
from engine.training.losses import LossLog
from engine.training.muon import MuonAdamW, is_matrix
from engine.training.plot import plot_losses
from engine.training.ranks import Ranks

LOG_EVERY = 20
"""Steps between two rows of the log, and between two looks at the losses of a CUDA device."""


class Task(Protocol):
    """A model in training: what it learns from and how it is looked at.

    The loop moves ``model`` to its device and sets ``device`` to it before the first batch; what
    else a task needs there, it moves itself. A task may have ``batch``, the samples of one draw.
    """

    model: nn.Module
    device: torch.device

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return scalar losses of one batch; ``"loss"`` is the one to minimise.

        The batch and all its noise must depend on ``draw`` alone: that makes resuming exact, and
        gives processes that train together batches of their own.
        """

    def sheet(self) -> Image.Image:
        """Return a picture to judge progress by, made with the weights now in the model."""


@dataclass(frozen=True)
class Schedule:
    """How one task is trained. Rates are per step, ``cooldown`` is a fraction of the run.

    With a ``matrix_rate`` the weights of layers are trained by Muon at that rate.
    """

    rate: float
    matrix_rate: float = 0.0
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

    Continues from the checkpoint in ``out`` if there is one; writes ``losses.csv``, ``losses.png``
    and sample sheets there, and returns the averaged (EMA) weights. Ctrl-C saves first. With an end
    in steps, a training that was killed and resumed ends with the very weights of one that was not;
    with an end in minutes the cool-down follows the clock, which no two runs share.

    Raises:
        TrainingDivergedError: the loss or its gradient became infinite or NaN.
        CheckpointRefused: the checkpoint in ``out`` is damaged or of another model.
        CannotWrite: the disk is full; the last checkpoint is whole.
        OutOfMemory: memory ran short; the last checkpoint is whole.
        KeyboardInterrupt: Ctrl-C.
    """
    with plainly(), _interruptible() as interrupted:
        out.mkdir(parents=True, exist_ok=True)
        loop = _Loop(task, schedule, out, minutes)
        with report(say) if loop.ranks.rank == 0 else nullcontext() as shown:
            while not loop.is_over():
                loop.advance()
                if loop.keep_time(interrupted()):
                    loop.finish()
                    raise KeyboardInterrupt
                if shown:
                    shown.stepped(loop.standing)
                    loop.keep_up()
        loop.finish(show=True)
        return loop.ema


class _Loop:
    def __init__(self, task: Task, schedule: Schedule, out: Path, minutes: float) -> None:
        self.task, self.schedule, self.out, self.limit_s = task, schedule, out, minutes * 60
        self.ranks = Ranks()
        task.device = self.ranks.device
        model = task.model.to(self.ranks.device)
        self.ema = {key: value.clone() for key, value in model.state_dict().items()}
        self.optimizer = _optimizer(model, schedule, self.ranks.device)
        progress: dict[str, Any] = load_checkpoint(out, model, self.ema, self.optimizer) or {}
        self.ranks.first(0.0)  # nobody replaces the checkpoint while somebody reads it
        self.step: int = progress.get("step", 0)
        self.seconds: float = progress.get("seconds", 0.0)
        self.samples: int = progress.get("samples", 0)
        self._smooth: dict[str, float] = progress.get("losses", {})
        self._log = LossLog(out, self.step) if self.ranks.rank == 0 else None
        self._pending: list[dict[str, Tensor]] = []
        self._began = time.monotonic() - self.seconds
        self._steps_at: deque[float] = deque(maxlen=50)
        self._saved, self._shown = (time.monotonic(),) * 2

    @property
    def fraction(self) -> float:
        """How much of the training is done, in [0, 1]; 0 where no end is set."""
        return min(1.0, max(self.step / self.schedule.steps, self.seconds / self.limit_s if self.limit_s else 1.0))

    def is_over(self) -> bool:
        return self.step >= self.schedule.steps or self.seconds >= self.limit_s

    def advance(self) -> None:
        """Make one step. Weights never take a step whose loss or gradient is not finite (CPU)."""
        factor = self._factor(self.fraction)
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"] * factor
        self.task.model.train()
        losses = self.task.losses(self.step * self.ranks.count + self.ranks.rank)
        self.optimizer.zero_grad(set_to_none=True)
        losses["loss"].backward()
        self.ranks.average(p.grad for p in self.task.model.parameters() if p.grad is not None)
        norm = nn.utils.clip_grad_norm_(self.task.model.parameters(), self.schedule.clip)
        self._pending.append({"norm": norm, **{key: value.detach() for key, value in losses.items()}})
        self.step += 1
        # To look at a number of a CUDA device is to wait for the device, so it is done now and then.
        if self.ranks.device.type == "cpu" or self.step % LOG_EVERY == 0:
            self._settle()
        self.optimizer.step()
        self._average()
        self.samples += getattr(self.task, "batch", 0) * self.ranks.count
        self._steps_at.append(time.monotonic())

    def keep_time(self, interrupted: bool) -> bool:
        """Take over the first process's clock, and whether it was interrupted."""
        now = time.monotonic() - self._began
        self.seconds, came = self.ranks.first(now, float(interrupted))
        return bool(came)

    def keep_up(self) -> None:
        """Save and show when it is time; save before showing, for a sheet takes its time."""
        shows = time.monotonic() - self._shown > self.schedule.sheet_every
        if shows or time.monotonic() - self._saved > self.schedule.save_every:
            self.save()
        if shows:
            self.show()

    def finish(self, show: bool = False) -> None:
        """Save what is not saved yet, and show it."""
        if self.ranks.rank == 0 and (load_progress(self.out) or {}).get("step") != self.step:
            self.save()
            if show:
                self.show()

    def standing(self) -> Standing:
        ticks = self._steps_at
        pace = (len(ticks) - 1) / max(ticks[-1] - ticks[0], 1e-9) if len(ticks) > 1 else 0.0
        done = self.fraction
        left = self.seconds * (1 - done) / done if done else math.inf
        samples = pace * getattr(self.task, "batch", 0) * self.ranks.count
        return Standing(self.step, done, pace, samples, left, self._smooth)

    def save(self) -> None:
        self._settle()
        progress = {
            "step": self.step,
            "seconds": self.seconds,
            "samples": self.samples,
            "losses": self._smooth,
            "device": str(self.ranks.device),
            "processes": self.ranks.count,
            "threads": torch.get_num_threads(),
        }
        save_checkpoint(self.out, self.task.model, self.ema, self.optimizer, progress)
        self._saved = time.monotonic()

    def show(self) -> None:
        with averaged(self.task.model, self.ema):
            self.task.sheet().save(self.out / f"sheet-{self.step:06d}.png")
        plot_losses(self.out)
        self._shown = time.monotonic()

    def _settle(self) -> None:
        """Look at the losses of the steps since the last look: stop at the first bad one, log the rest."""
        if not self._pending:
            return
        names = list(self._pending[0])
        rows = torch.stack([torch.stack([row[name].float() for name in names]) for row in self._pending]).tolist()
        first = self.step - len(rows) + 1
        self._pending.clear()
        for step, row in enumerate(rows, first):
            norm, *values = row
            losses = dict(zip(names[1:], values, strict=True))
            if not math.isfinite(losses["loss"] + norm):
                raise TrainingDivergedError(self._verdict(step, losses["loss"], norm))
            for key, value in losses.items():
                self._smooth[key] = 0.98 * self._smooth.get(key, value) + 0.02 * value
            if self._log and step % LOG_EVERY == 0:
                self._log.add(step, self.seconds, self._smooth)

    def _verdict(self, step: int, loss: float, norm: float) -> str:
        what = f"gradient became {norm:g}" if math.isfinite(loss) else f"loss became {loss:g}"
        kept = load_progress(self.out)
        where = f"the checkpoint of step {kept['step']} is kept in {self.out}" if kept else "nothing was saved yet"
        return f"The {what} at step {step}; {where}. Train again with a lower rate in the recipe's schedule."

    def _factor(self, fraction: float) -> float:
        rising = min(1.0, (self.step + 1) / self.schedule.warmup)
        left = (1 - fraction) / self.schedule.cooldown if self.schedule.cooldown else 1.0
        return max(self.schedule.floor, min(rising, left))

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(self.schedule.ema, (1 + self.step) / (10 + self.step))
        weights = self.task.model.state_dict()
        floating = [key for key, value in weights.items() if value.is_floating_point()]
        torch._foreach_lerp_([self.ema[key] for key in floating], [weights[key] for key in floating], 1 - keep)
        for key in weights.keys() - floating:
            self.ema[key].copy_(weights[key])


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


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C wait for the end of a step; yield what tells whether it came."""
    came = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield came.is_set
        return
    before = signal.signal(signal.SIGINT, lambda *_: came.set())
    try:
        yield came.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _optimizer(model: nn.Module, schedule: Schedule, device: torch.device) -> torch.optim.Optimizer:
    if schedule.matrix_rate:
        return MuonAdamW(_groups(model, schedule), weight_decay=schedule.weight_decay)
    # on a CPU the fused step is no faster
    return torch.optim.AdamW(
        _groups(model, schedule), betas=(0.9, 0.99), weight_decay=schedule.weight_decay, fused=device.type == "cuda"
    )


def _groups(model: nn.Module, schedule: Schedule) -> list[dict[str, Any]]:
    groups: dict[tuple[bool, bool], dict[str, Any]] = {}
    for name, parameter in model.named_parameters():
        slow = name.startswith(schedule.slow) if schedule.slow else False
        muon = bool(schedule.matrix_rate) and is_matrix(name, parameter)
        rate = (schedule.matrix_rate if muon else schedule.rate) * (schedule.slow_factor if slow else 1.0)
        fresh = {"params": [], "lr": rate, "initial_lr": rate, **({"muon": True} if muon else {})}
        groups.setdefault((slow, muon), fresh)["params"].append(parameter)
    return list(groups.values())
