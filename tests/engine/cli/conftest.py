import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from engine.cli import app
from tests.engine.fake_engine import COMMAND
from tests.engine.processes import DEADLINE_S


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scripted engine that all tests of a module share."""
    folder = tmp_path_factory.mktemp("engine")
    address = folder / "engine.sock"
    environment = os.environ | {"SALON_ENGINE__DATA_DIR": str(folder)}
    with subprocess.Popen([*COMMAND, "--listen", str(address), "--scrubbed"], env=environment) as process:
        deadline = time.monotonic() + DEADLINE_S
        while not address.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        yield str(address)
        process.terminate()


class Salon:
    """The `salon` command, run in this process, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    def pictures(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "pictures").glob("*"))


@pytest.fixture
def salon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Salon:
    """The command, with neither settings nor an engine."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SALON_ENGINE__")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SALON_ENGINE__DATA_DIR", str(tmp_path / "data"))
    return Salon(tmp_path)


@pytest.fixture
def served(salon: Salon, engine: str, monkeypatch: pytest.MonkeyPatch) -> Salon:
    """The command, reaching the shared engine."""
    monkeypatch.setenv("SALON_ENGINE__LISTEN", engine)
    return salon
