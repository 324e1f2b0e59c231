"""Lives of the bot, to be ended by the test, at a sandbox that goes on."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.engine.fake_engine import COMMAND
from tests.faults.beside import ADDRESS, ENGINE

NO_LIMITS = {f"SALON_LIMITS__{name}": "0" for name in ("PENDING_PER_MEMBER", "PENDING_PER_GUILD", "PENDING")}
_READY_S = 120.0


@dataclass(frozen=True)
class Beside:
    """One life of the bot."""

    process: subprocess.Popen[str]
    log: Path

    @classmethod
    def start(
        cls,
        folder: Path,
        sandbox: Any,
        *,
        engine: Sequence[str] | None = COMMAND,
        module: str = "tests.faults.beside",
        cwd: Path | None = None,
        **names: str,
    ) -> "Beside":
        """Start the bot with its data in `folder`.

        Args:
            folder: also keeps `run.log`.
            sandbox: whatever has `url`, `api`, `gateway` and `token`.
            engine: the command of its engine; None for the one that it would start anyway.
            module: the program.
            cwd: where it works; here by default.
            names: settings, as in the environment.
        """
        folder.mkdir(parents=True, exist_ok=True)
        log = folder / "run.log"
        address = {name: getattr(sandbox, name) for name in ("url", "api", "gateway", "token")}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SALON_")}
        told = {ADDRESS: json.dumps(address), ENGINE: json.dumps(engine), "SALON_DATA_DIR": str(folder)}
        with log.open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", module],
                env=kept | told | {"PYTHONPATH": str(Path(__file__).parents[2])} | names,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=cwd,
            )
        return cls(process, log)

    async def ready(self) -> None:
        """Wait until it has said that it is open."""
        assert self.process.stdout is not None
        async with asyncio.timeout(_READY_S):
            line = await asyncio.to_thread(self.process.stdout.readline)
        assert line.startswith("Salon is open"), self.log.read_text()[-2000:]

    def engines(self) -> list[psutil.Process]:
        """Return its engine, if there is one now."""
        try:
            return psutil.Process(self.process.pid).children()
        except psutil.NoSuchProcess:
            return []

    def kill_engine(self) -> None:
        """Kill its engine, if there is one now."""
        for engine in self.engines():
            try:
                engine.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue

    def kill(self) -> None:
        """Kill the bot; its engine ends with it."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
