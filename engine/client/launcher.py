"""The two ways to an engine: start a process of one's own, or reach one that listens already."""

import asyncio
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from engine.api.errors import EngineLost, EngineSilent
from engine.client.environment import scrubbed
from engine.client.link import Link, open_link
from engine.client.timing import Timing
from engine.settings import EngineSettings
from engine.wire import address as addresses
from engine.wire.address import Address, TcpAddress, UnixAddress

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "engine.server")
LOG_BYTES = 5 * 1024 * 1024
"""A log larger than this is put aside, once, before an engine starts."""
_LONGEST_SOCKET_PATH = 100


class Source(Protocol):
    """Where links come from, one at a time."""

    shared: bool
    """Whether an engine that is ending may have a successor already, run by somebody else."""

    def __str__(self) -> str:
        """Say which engine, in words for a person."""
        ...

    async def open(self, timing: Timing) -> Link:
        """Return a live link that is as patient as `timing`, as is this.

        Raises:
            EngineError: there is none; the sentence says why.
        """
        ...

    async def close(self, *, kill: bool) -> None:
        """Let go of what `open` made; `kill` when it is beyond listening."""
        ...


class Listener:
    """An engine that somebody else runs."""

    shared = True

    def __init__(self, address: Address) -> None:
        """Look for it at this address."""
        self._address = address

    def __str__(self) -> str:
        """Say which engine."""
        return f"the engine at {self._address}"

    async def open(self, timing: Timing) -> Link:
        """Connect to it."""
        try:
            async with asyncio.timeout(timing.silence_s):
                return await open_link(self._address, "", timing)
        except TimeoutError as error:  # first, for it is an OSError as well
            raise EngineSilent(f"What listens at {self._address} does not answer; restart the engine there.") from error
        except OSError as error:
            raise EngineLost(
                f"Nothing listens at {self._address}; start an engine there with `salon serve`, "
                "or unset SALON_ENGINE__LISTEN."
            ) from error

    async def close(self, *, kill: bool) -> None:
        """Leave it alone."""


class Launcher:
    """An engine of one's own: a child process that ends with this one, reached through a private socket."""

    shared = False

    def __init__(
        self,
        settings: EngineSettings,
        timing: Timing,
        log: Path | None = None,
        command: Sequence[str] = COMMAND,
        nice: int = 0,
    ) -> None:
        """Prepare to start `command`, its standard error going to `log` (by default under the data folder)."""
        self._settings = settings
        self._timing = timing
        self._command = command
        self._nice = nice
        self.log = log or settings.data_dir / "logs" / "engine.log"
        self._folder: Path | None = None
        self.process: asyncio.subprocess.Process | None = None

    def __str__(self) -> str:
        """Say which engine."""
        return f"the engine (its log: {self.log})"

    async def open(self, timing: Timing) -> Link:
        """Start it and connect."""
        try:
            async with asyncio.timeout(timing.start_s):
                return await self._open(timing)
        except TimeoutError as error:
            raise EngineSilent(f"The engine did not start within {timing.start_s:.0f} s; see {self.log}.") from error
        except OSError as error:
            raise EngineLost(f"The engine could not be started ({error}); see {self.log}.") from error

    async def close(self, *, kill: bool) -> None:
        """End the process and remove its socket."""
        process, self.process = self.process, None
        folder, self._folder = self._folder, None
        try:
            if process is not None and process.returncode is None:
                await self._end(process, kill)
        finally:
            if process is not None:
                _kill(process)
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)

    async def _open(self, timing: Timing) -> Link:
        key = secrets.token_hex(32)
        with _open_log(self.log) as errors:
            self.process = process = await asyncio.create_subprocess_exec(
                *self._command,
                "--listen",
                str(self._place()),
                "--lifeline",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=scrubbed(os.environ, self._settings),
                # Ctrl-C in a terminal is for the client, which then ends the engine in its own way.
                start_new_session=True,
            )
        if self._nice and hasattr(os, "setpriority"):
            with suppress(ProcessLookupError):  # it died at once: the empty line below says so
                os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + self._nice)
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(ConnectionError):  # it died at once: the empty line below says so
            process.stdin.write(f"{key}\n".encode())
            await process.stdin.drain()
        line = (await process.stdout.readline()).decode(errors="replace").strip()
        if not line:
            raise EngineLost(f"The engine ended while it started ({await _fate(process)}); see {self.log}.")
        return await open_link(addresses.parse(line), key, timing)

    def _place(self) -> Address:
        if not hasattr(socket, "AF_UNIX"):
            return TcpAddress("127.0.0.1", 0)
        self._folder = Path(tempfile.mkdtemp(prefix="salon-"))  # mode 0700
        path = self._folder / "engine.sock"
        return UnixAddress(path) if len(os.fsencode(path)) < _LONGEST_SOCKET_PATH else TcpAddress("127.0.0.1", 0)

    async def _end(self, process: asyncio.subprocess.Process, kill: bool) -> None:
        if not kill:
            assert process.stdin is not None
            process.stdin.close()  # the lifeline: the engine ends when it breaks
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), self._timing.farewell_s)
        _kill(process)
        log.info("the engine process ended: %s", await _fate(process))


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)  # it led a session of its own: helpers that it left behind go too
        elif process.returncode is None:
            process.kill()


async def _fate(process: asyncio.subprocess.Process) -> str:
    code = await process.wait()
    return f"exit code {code}" if code >= 0 else f"killed by signal {-code}"


def _open_log(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(path.suffix + ".1"))
        return path.open("ab")
    except OSError as error:
        log.warning("the engine's log cannot be written and is lost: %s", error)
        return Path(os.devnull).open("wb")
