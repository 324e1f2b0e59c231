"""A loop without a batcher: paint briefs alone or together."""

from collections import defaultdict
from collections.abc import Sequence

from PIL.Image import Image

from engine.api import Brief
from engine.families.base import Inputs


def brief(prompt: str = "a red fox", **more) -> Brief:
    settings = {"id": "one", "prompt": prompt, "count": 1, "seed": 7, "steps": 4, "guidance": 4.0}
    return Brief(**(settings | more))


def start(family, *briefs: Brief, inputs: Inputs | None = None) -> list:
    return [state for one in briefs for group in family.start(one, inputs or {}) for state in group]


def run(family, states: Sequence) -> None:
    """Step all states to their end, each tick in one batch for each lane."""
    while waiting := [state for state in states if family.steps_left(state)]:
        lanes = defaultdict(list)
        for state in waiting:
            lanes[family.lane(state)].append(state)
        for batch in lanes.values():
            family.step(batch)


def paint(family, *briefs: Brief, inputs: Inputs | None = None) -> tuple[list, list[Image]]:
    states = start(family, *briefs, inputs=inputs)
    run(family, states)
    return states, [family.finish([state])[0] for state in states]
