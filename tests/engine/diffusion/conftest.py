"""One family over one tiny pipeline of each architecture, built once for the whole session."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.families.diffusion import Diffusion
from engine.settings import EngineSettings
from tests.engine.diffusion import tiny

torch.set_num_threads(1)  # tiny networks: several threads only wait for each other


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the folder of the tiny pipeline of an architecture, making it once."""
    root = tmp_path_factory.mktemp("models")
    made: dict[str, Path] = {}

    def folder(architecture: str) -> Path:
        if architecture not in made:
            made[architecture] = tiny.MAKERS[architecture](root / architecture)
        return made[architecture]

    return folder


@pytest.fixture(scope="session")
def families(folders: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Diffusion]:
    """Return a family whose default model is the tiny pipeline of an architecture, painting eagerly."""
    made: dict[str, Diffusion] = {}
    data = tmp_path_factory.mktemp("data")

    def family(architecture: str) -> Diffusion:
        if architecture not in made:
            made[architecture] = Diffusion(eager(folders(architecture), data))
        return made[architecture]

    return family


def eager(model: Path, data: Path) -> EngineSettings:
    return EngineSettings(model=str(model), device="cpu", executor="full", data_dir=data)
