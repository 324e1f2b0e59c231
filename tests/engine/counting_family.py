"""A family that paints by counting: every rule of the contract, no tensors, and mishaps on demand."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image

from engine.api import Adjustment, Backend, Brief, ModelInfo, Recipe
from engine.api.errors import InvalidBrief
from engine.families.base import Group, Inputs, Probe


@dataclass(eq=False)
class Count:
    brief: Brief
    index: int
    left: int
    guidance: float
    value: float = 0.0
    timeline: list[Adjustment] = field(default_factory=list)
    dropped: bool = False


class Counting:
    """Each step adds a number drawn from the state's own generator times its guidance."""

    name = "counting"

    def __init__(self) -> None:
        self.batches: list[list[tuple[str, int]]] = []
        self.decoded: list[int] = []
        self.live: set[Count] = set()
        self.relieved: list[int] = []
        self.mishap: Callable[[str, Sequence[Count]], None] = lambda place, states: None

    def models(self) -> tuple[ModelInfo, ...]:
        return ()

    def start(self, brief: Brief, inputs: Inputs) -> list[Group]:
        self.mishap("start", ())
        steps = brief.steps if brief.steps is not None else 4
        states = [
            Count(brief, i, 0 if brief.strength == 0 else steps, brief.guidance or 1.0) for i in range(brief.count)
        ]
        for state in states:
            state.value = random.Random(brief.seed + state.index).random()
        self.live.update(states)
        coupled = brief.style == "coupled"
        return [tuple(states)] if coupled else [(state,) for state in states]

    def lane(self, state: Count) -> object:
        return state.brief.model

    def timing(self, state: Count) -> object:
        return state.brief.model

    def rows(self, state: Count) -> int:
        return 2 if state.guidance > 1 else 1

    def steps_left(self, state: Count) -> int:
        return state.left

    def step(self, states: Sequence[Count]) -> None:
        self.mishap("step", states)
        self.batches.append([(state.brief.id, state.index) for state in states])
        for state in states:
            state.value += state.guidance
            state.left -= 1

    def adjust(self, state: Count, change: Adjustment) -> None:
        if change.strength is not None:
            raise InvalidBrief("There is no picture to be strong about.")
        state.guidance = change.guidance if change.guidance is not None else state.guidance
        state.timeline.append(change)

    def preview(self, state: Count) -> Image.Image:
        return Image.new("RGB", (8, 8))

    def finish(self, states: Sequence[Count]) -> list[Image.Image]:
        self.mishap("finish", states)
        self.decoded.append(len(states))
        return [Image.new("RGB", (8, 8), (int(state.value) % 256, state.index, 0)) for state in states]

    def recipe(self, state: Count) -> Recipe:
        brief = state.brief
        return Recipe(
            family=self.name,
            model="counting",
            model_hash="",
            prompt=brief.prompt,
            negative="",
            style=None,
            seed=brief.seed or 0,
            index=state.index,
            count=brief.count,
            width=8,
            height=8,
            steps=brief.steps or 4,
            guidance=brief.guidance or 1.0,
            scheduler="none",
            timeline=tuple(state.timeline),
            backend=Backend(executor="full", device="cpu", precision="float32", threads=1),
        )

    def index(self, state: Count) -> int:
        return state.index

    def notices(self, brief: Brief) -> tuple[str, ...]:
        return ()

    def drop(self, states: Sequence[Count]) -> None:
        self.live.difference_update(states)

    def probe(self, model: str | None = None) -> Probe | None:
        return None

    def relieve(self, pressure: int) -> bool:
        self.relieved.append(pressure)
        return True
