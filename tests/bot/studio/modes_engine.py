"""`python -m tests.bot.studio.modes_engine`: the real engine process with families that paint nothing but tell all.

Every family takes any brief of any mode; its recipes repeat the brief, and the pictures have the size asked for. A file
`weights` in the data folder names the weights of its one model.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

from PIL import Image

from engine.api import Brief, ModelInfo, Recipe
from engine.client.environment import scrubbed
from engine.families.base import Family, Group, Inputs
from engine.modes.morph import evenly, shares_at
from engine.server.__main__ import main
from engine.settings import EngineSettings
from tests.engine.counting_family import Count
from tests.engine.fake_family import Scripted
from tests.engine.processes import settings_in

COMMAND = (sys.executable, "-m", "tests.bot.studio.modes_engine")
_REPEATED = {field.name for field in fields(Brief)} & {field.name for field in fields(Recipe)}


class Telling(Scripted):
    def __init__(self, name: str, weights: Path) -> None:
        super().__init__()
        self.name = name
        self._weights = weights
        self._sides: dict[str, tuple[int, int]] = {}

    def models(self) -> tuple[ModelInfo, ...]:
        if self.name != "diffusion":
            return ()
        return tuple(replace(model, hash=self._hash(), max_side=64) for model in super().models())

    def start(self, brief: Brief, inputs: Inputs) -> list[Group]:
        assert set(brief.pictures) <= set(inputs)
        own = inputs[brief.source].size if brief.source else (8, 8)
        self._sides[brief.id] = brief.width or own[0], brief.height or own[1]
        return super().start(replace(brief, strength=brief.strength or 0.01), inputs)

    def finish(self, states: list[Count]) -> list[Image.Image]:
        return [
            image.resize(self._sides[state.brief.id])
            for image, state in zip(super().finish(states), states, strict=True)
        ]

    def recipe(self, state: Count) -> Recipe:
        width, height = self._sides[state.brief.id]
        said = {name: getattr(state.brief, name) for name in _REPEATED}
        told = {name: value for name, value in said.items() if value is not None and name != "timeline"}
        if state.brief.source is None and not (state.brief.noise or state.brief.ingredients):
            told.pop("strength")
        told |= {"family": self.name, "model": "mini", "model_hash": self._hash(), "width": width, "height": height}
        if state.brief.mode == "morph":
            shares = shares_at(evenly(state.brief)[state.index], len(state.brief.ingredients))
            pairs = zip(state.brief.ingredients, shares, strict=True)
            told |= {
                "mode": "blend" if any(one.picture for one in state.brief.ingredients) else "morph",
                "strength": 0.0,
                "ingredients": tuple(replace(one, weight=share) for one, share in pairs),
            }
        return replace(super().recipe(state), **told)

    def _hash(self) -> str:
        return self._weights.read_text() if self._weights.exists() else "first"


def build(settings: EngineSettings) -> Mapping[str, Family]:
    weights = settings.data_dir / "weights"
    return {name: Telling(name, weights) for name in ("diffusion", "enlarge", "patches")}


@contextmanager
def listening(folder: Path) -> Iterator[EngineSettings]:
    """Run it for other processes; yield the settings with which clients reach it."""
    settings = settings_in(folder, listen=str(folder / "engine.sock"))
    process = subprocess.Popen(
        [*COMMAND, "--listen", settings.listen or "", "--scrubbed"], env=scrubbed(os.environ, settings)
    )
    try:
        yield settings
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main(build)
