"""Streams of requests that every policy is given alike."""

import random
from dataclasses import dataclass

from engine.api import Brief

STEP_COUNTS = (8, 12, 20, 30, 50)
"""The mix that people ask for: drafts, defaults and patient ones."""
PROMPTS = (
    "an owl in a snowy forest at dawn, oil painting",
    "a red sailboat on the sea at sunset, watercolour",
    "a castle in the mountains at night, stained glass",
    "a fox in a meadow, pixel art",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One member's wish and the second it comes in."""

    at_s: float
    steps: int
    seed: int

    def brief(self, name: str, **fields: object) -> Brief:
        """Return the brief of a single picture."""
        values = {
            "id": name,
            "prompt": PROMPTS[self.seed % len(PROMPTS)],
            "count": 1,
            "seed": self.seed,
            "steps": self.steps,
            **fields,
        }
        return Brief(**values)  # type: ignore[arg-type]


def poisson(count: int, per_second: float, seed: int) -> list[Request]:
    """Draw requests with exponential gaps and mixed step counts; the same seed gives the same stream."""
    draw = random.Random(seed)
    clock = 0.0
    stream = []
    for number in range(count):
        clock += draw.expovariate(per_second)
        stream.append(Request(clock, draw.choice(STEP_COUNTS), seed * 10_000 + number))
    return stream


def together(count: int, steps: int) -> list[Request]:
    """Return requests that all come at once and want the same number of steps."""
    return [Request(0.0, steps, number) for number in range(count)]
