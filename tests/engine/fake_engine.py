"""`python -m tests.engine.fake_engine`: the real engine process with the scripted family instead of real ones."""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from engine.families.base import Family
from engine.server import host
from engine.server.__main__ import main
from engine.settings import EngineSettings
from tests.engine.fake_family import Scripted

COMMAND = (sys.executable, "-m", "tests.engine.fake_engine")


def build(settings: EngineSettings) -> Mapping[str, Family]:
    if settings.model == "refused":
        raise ValueError("the weights are upside down")
    while settings.model == "gated" and not (settings.data_dir / "gate").exists():
        time.sleep(0.01)
    family = Scripted()
    return {family.name: family}


if __name__ == "__main__":
    folder = os.environ["SALON_ENGINE__DATA_DIR"]
    (Path(folder) / "pids").mkdir(parents=True, exist_ok=True)
    (Path(folder) / "pids" / str(os.getpid())).touch()
    host.DRAIN_S = float(os.environ.get("FAKE_DRAIN_S", host.DRAIN_S))
    main(build)
