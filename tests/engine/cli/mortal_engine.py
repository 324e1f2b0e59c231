"""`python -m tests.engine.cli.mortal_engine`: the scripted engine; in its first life a "mortal" brief never ends."""

import os
from collections.abc import Mapping
from dataclasses import replace

from engine.api import Brief
from engine.families.base import Family, Group, Inputs
from engine.server.__main__ import main
from engine.settings import EngineSettings
from tests.engine.fake_family import Scripted


class Mortal(Scripted):
    def __init__(self, first_life: bool) -> None:
        super().__init__()
        self.first_life = first_life

    def start(self, brief: Brief, inputs: Inputs) -> list[Group]:
        endless = self.first_life and "mortal" in brief.prompt
        return super().start(replace(brief, prompt="endless") if endless else brief, inputs)


def build(settings: EngineSettings) -> Mapping[str, Family]:
    lives = settings.data_dir / "pids"
    first_life = not lives.exists()
    lives.mkdir(parents=True, exist_ok=True)
    (lives / str(os.getpid())).touch()
    family = Mortal(first_life)
    return {family.name: family}


if __name__ == "__main__":
    main(build)
