"""The contract that every way of painting obeys: start, step, preview, finish.

The batcher (`engine.batcher`) drives all families by it, so continuous batching, progress, cancelling, adjusting and
recovery are written once. A family never sees time, queues or other people's requests; the batcher never sees a tensor.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PIL.Image import Image

from engine.api import Adjustment, Brief, ModelInfo, Recipe

State = Any
"""One picture in the making. Opaque to everyone but its family; compared by identity."""

Group = tuple[State, ...]
"""States that advance together (a morph, pictures that share attention); mostly a single state. All share one lane."""

Inputs = dict[str, Image]
"""Decoded pictures that a brief refers to, by SHA-256, RGB."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A trial step that the engine times at start-up to learn where larger batches stop paying."""

    lane: Hashable
    pixels: int
    """Pixels of the picture that one row stands for."""
    run: Callable[[int], None]
    """Computes one step of that many rows on scratch data, and returns when the device is done."""


class Family(Protocol):
    """A way of painting."""

    name: str

    def models(self) -> tuple[ModelInfo, ...]:
        """What it can paint with."""
        ...

    def start(self, brief: Brief, inputs: Inputs) -> list[Group]:
        """Encode the conditions and draw the start of every picture from its own generator.

        Every random number of a picture comes from a generator seeded with `brief.seed + index`, so that one seed gives
        one picture whatever else is in the batch. `brief.seed` is set. Groups come in the order of their pictures'
        indices.

        Raises:
            InvalidBrief: sizes, steps or names that the model does not take, said in one sentence.
            ModelRefused: the model's files cannot be used.
        """
        ...

    def lane(self, state: State) -> Hashable:
        """Return what a batch must have in common: network, stage, shape, adapter set, executor. May change mid-run."""
        ...

    def timing(self, state: State) -> Hashable:
        """Return what step times and memory limits are kept under: the lane without what is private to one state.

        Its `str` must mean the same in another process.
        """
        ...

    def rows(self, state: State) -> int:
        """Return the network rows that the state's next step takes (a guided state brings two)."""
        ...

    def steps_left(self, state: State) -> int:
        """Return the steps until the state can be finished; 0 means it can be finished now."""
        ...

    def step(self, states: Sequence[State]) -> None:
        """Advance every state, all of one lane, by one step.

        It either advances all of them or raises and leaves all of them as they were.
        """
        ...

    def adjust(self, state: State, change: Adjustment) -> None:
        """Change the prompt, guidance or strength of a state between two steps; `change.step` goes into its recipe.

        Raises:
            InvalidBrief: the change makes no sense for this state.
        """
        ...

    def preview(self, state: State) -> Image:
        """Return a cheap look at the unfinished picture."""
        ...

    def finish(self, states: Sequence[State]) -> list[Image]:
        """Decode states that have no steps left (all of one lane) into RGB pictures, in their order."""
        ...

    def recipe(self, state: State) -> Recipe:
        """Return all that is needed to paint the state's picture again."""
        ...

    def index(self, state: State) -> int:
        """Return which picture of its brief the state is."""
        ...

    def notices(self, brief: Brief) -> tuple[str, ...]:
        """Return sentences that the person should read with the pictures, such as words the model does not know."""
        ...

    def drop(self, states: Sequence[State]) -> None:
        """Let go of states that were cancelled or finished, and of what they hold."""
        ...

    def probe(self, model: str | None = None) -> Probe | None:
        """Return a trial step for the default (or the named) model, or None where timing makes no sense."""
        ...

    def relieve(self, pressure: int) -> bool:
        """Free memory after the device ran out of it; True if anything was done.

        Pressure 1 releases caches, 2 also decodes by tiles from now on.
        """
        ...
