"""What the batcher knows of a brief it was given: its groups of states, and whom to tell."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from PIL.Image import Image

from engine.api import Adjustment, Brief, EngineError, Recipe
from engine.families.base import Family, Group, Inputs


class Sink(Protocol):
    """Who hears about one brief. Called in the batcher's thread: must return quickly and never raise."""

    def progress(self, step: int, steps: int, eta_s: float | None) -> None:
        """Steps taken and steps in all, summed over the brief's pictures."""
        ...

    def preview(self, index: int, step: int, image: Image) -> None:
        """A cheap look at an unfinished picture."""
        ...

    def picture(self, index: int, image: Image, recipe: Recipe) -> None:
        """A finished picture, RGB."""
        ...

    def finished(self, seconds: float, notices: tuple[str, ...]) -> None:
        """The last call of a brief that went well."""
        ...

    def failed(self, error: EngineError) -> None:
        """The last call of a brief that did not."""
        ...


@dataclass(slots=True, eq=False)
class Entry:
    """One group of a job, which the batcher moves as a whole."""

    job: "Job"
    group: Group
    taken: int = 0
    """Steps it has taken."""
    replayed: int = 0
    """Changes of the brief's timeline that it has had."""

    @property
    def rows(self) -> int:
        """Network rows of its next step."""
        return sum(self.job.family.rows(state) for state in self.group)

    @property
    def left(self) -> int:
        """Steps until it can be finished."""
        return max(self.job.family.steps_left(state) for state in self.group)

    @property
    def lane(self) -> tuple[str, object]:
        """What its batch must have in common."""
        return self.job.family.name, self.job.family.lane(self.group[0])

    @property
    def timing(self) -> tuple[str, object]:
        """What its step times and memory limits are kept under."""
        return self.job.family.name, self.job.family.timing(self.group[0])

    @property
    def work(self) -> int:
        """Row-steps until it can be finished."""
        return self.left * self.rows


@dataclass(slots=True, eq=False)
class Job:
    """One brief from submission to its last picture."""

    brief: Brief
    inputs: Inputs
    sink: Sink
    family: Family
    submitted_at: float
    entries: list[Entry] = field(default_factory=list)
    """Groups not finished yet."""
    finished_steps: int = 0
    """Steps that groups took which are finished."""
    changes: list[tuple[Adjustment, "Future[None]"]] = field(default_factory=list)
    """Live adjustments that wait for the next boundary."""
    cancelled: bool = False
    alone: bool = False
    """Steps without strangers, because a batch it was in failed."""
    previewed_at: float = 0.0

    @property
    def work(self) -> int:
        """Row-steps until the last picture."""
        return sum(entry.work for entry in self.entries)

    @property
    def progress(self) -> tuple[int, int]:
        """Steps taken and steps in all, over all pictures."""
        taken = self.finished_steps + sum(entry.taken for entry in self.entries)
        return taken, taken + sum(entry.left for entry in self.entries)
