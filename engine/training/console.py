"""What a training tells the person who watches it: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

EVERY_S = 15.0
"""Seconds between two plain lines."""
_WIDE = 130
"""Columns of a terminal that has room for more than the main loss and the steps."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a training is. ``fraction`` is 0 and ``left_s`` infinite where no end is set."""

    step: int
    fraction: float
    steps_per_s: float
    samples_per_s: float
    left_s: float
    losses: Mapping[str, float]

    def parts(self) -> tuple[str, str, str]:
        """Return losses, rate and time left, in words; the last two are empty until there is a rate."""
        losses = "  ".join(f"{name} {value:.4f}" for name, value in self.losses.items())
        if not self.steps_per_s:
            return losses, "", ""
        samples = f", {self.samples_per_s:.0f} samples/s" if self.samples_per_s else ""
        return losses, f"{self.steps_per_s:.2f} steps/s{samples}", _spoken(self.left_s)


class Report(Protocol):
    """Shows how far a training is. A context manager."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *exception: object) -> None:
        """End, whatever happened."""
        ...

    def stepped(self, standing: Callable[[], Standing]) -> None:
        """Show where the training stands, if it is time to."""
        ...


def say(line: str) -> None:
    """Print a line: the training's voice where a person called it."""
    print(line, flush=True)  # noqa: T201 (the command line's own voice)


def report(voice: Callable[[str], None]) -> Report:
    """Return the report that suits: a bar for a person at a terminal, else lines for ``voice``."""
    if voice is say and sys.stdout.isatty():
        return Bar()
    return Lines(voice)


class Bar:
    """A bar with step, losses, rate and the time left."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=16),
            TextColumn("{task.percentage:3.0f} %"),
            TextColumn("{task.fields[losses]}"),
            TextColumn("{task.fields[rate]}", style="dim"),
            TextColumn("{task.fields[left]}", style="dim"),
            console=Console(markup=False, emoji=False, highlight=False),
        )
        self._task = self._bar.add_task("step 0", total=1.0, losses="", rate="", left="")
        self._shown = 0.0

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Leave the bar as it is."""
        self._bar.stop()

    def stepped(self, standing: Callable[[], Standing]) -> None:
        """Move the bar, a few times a second."""
        if time.monotonic() - self._shown < 0.2:
            return
        self._shown = time.monotonic()
        now = standing()
        losses, rate, left = now.parts()
        if self._bar.console.width < _WIDE:
            losses, rate = losses.partition("  ")[0], rate.partition(",")[0]
        self._bar.update(
            self._task, description=f"step {now.step}", completed=now.fraction, losses=losses, rate=rate, left=left
        )


class Lines:
    """Plain lines for logs and pipes, one every ``EVERY_S`` seconds."""

    def __init__(self, voice: Callable[[str], None]) -> None:
        """Say nothing yet."""
        self._voice = voice
        self._said = -math.inf

    def __enter__(self) -> Self:
        """Say nothing."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Say nothing."""

    def stepped(self, standing: Callable[[], Standing]) -> None:
        """Say a line, if the last one is long ago."""
        if time.monotonic() - self._said < EVERY_S:
            return
        self._said = time.monotonic()
        now = standing()
        self._voice("  ".join(part for part in (f"step {now.step}", *now.parts()) if part))


def _spoken(seconds: float) -> str:
    if not math.isfinite(seconds):
        return "no end set"
    minutes = round(seconds / 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min left"
    return f"{minutes} min left" if minutes else f"{seconds:.0f} s left"
