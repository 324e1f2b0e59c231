"""One picture in the making."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from engine.api import Adjustment, Brief
from engine.diffusion.adapters.base import Adapter, Row
from engine.diffusion.executors import Executor
from engine.modes.layout import Laid
from engine.modes.palette import Tint
from engine.modes.references import Seen
from engine.modes.region import Region

if TYPE_CHECKING:
    from engine.diffusion.morphing import Course


@dataclass(eq=False, kw_only=True, slots=True, weakref_slot=True)
class State:
    """All that belongs to one picture: nothing in it is shared with the others of a batch but the network."""

    brief: Brief
    index: int
    adapter: Adapter
    executor: Executor
    width: int
    height: int
    steps: int
    scheduler_name: str
    prompt: str
    """As last asked for, before any style words."""
    guidance: float
    strength: float | None
    rows: tuple[Row, ...]
    """Conditions of the network rows of its next step: one, or two where it is guided."""
    generator: torch.Generator
    scheduler: Any
    timesteps: torch.Tensor
    latents: torch.Tensor
    """(1, channels, rows, columns), float32, at the scale of the network."""
    noise: torch.Tensor
    source: torch.Tensor | None
    """The latent of the picture it started from."""
    region: Region | None
    """The part of `source` that is painted anew, where that is not all of it."""
    drawn: torch.Tensor
    """The generator's state after the start was drawn."""
    references: Seen | None = None
    """The pictures that its network looks at."""
    control: torch.Tensor | None = None
    """The picture that a ControlNet follows, (1, 3, height, width) in 0..1."""
    layout: Laid | None = None
    """Where what the last of its rows says is painted; the row before says what is elsewhere."""
    tint: Tint | None = None
    """The colours that it is to have."""
    frame: int | None = None
    """Which frame of a morph it is."""
    course: "Course | None" = None
    """The morph whose frame it is."""
    stop: int | None = None
    """Steps after which it waits for the other frames of its morph, with which it is then moved, or started again."""
    ahead: int = 0
    """Steps that it takes after that."""
    position: int = 0
    """Steps taken of `timesteps`."""
    clean: torch.Tensor | None = None
    """The latent as the last step expects it to end."""
    timeline: list[Adjustment] = field(default_factory=list)
    batches: list[tuple[int, int]] = field(default_factory=list)
    """Rows of the batches it went through, run-length encoded as (rows, steps)."""

    @property
    def network_rows(self) -> int:
        """Rows that its next step takes, those of its references included."""
        return len(self.rows) + (len(self.references.latents) if self.references else 0)

    @property
    def steps_left(self) -> int:
        """Steps until it can be decoded."""
        return self._stop - self.position + self.ahead

    @property
    def due(self) -> bool:
        """Whether it has a step to take now; a frame of a morph may have to wait for the others."""
        return self.position < self._stop

    @property
    def _stop(self) -> int:
        return len(self.timesteps) if self.stop is None else min(self.stop, len(self.timesteps))

    @property
    def seed(self) -> int:
        """What its generator was seeded with."""
        assert self.brief.seed is not None
        return self.brief.seed + self.index

    def count_batch(self, rows: int) -> None:
        """Note that a step was taken among that many rows."""
        if self.batches and self.batches[-1][0] == rows:
            rows, steps = self.batches.pop()
            self.batches.append((rows, steps + 1))
        else:
            self.batches.append((rows, 1))


def lane_of(adapter: Adapter, executor: Executor, width: int, height: int, row: Row) -> Hashable:
    """Return what rows must have in common to share a call: network, executor and the shapes of all inputs."""
    shapes = tuple((key, tuple(value.shape[1:])) for key, value in sorted(row.items()))
    return (adapter.model.name, executor.name, width, height, shapes)
