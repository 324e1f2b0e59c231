"""The sandbox's process, as `salon run` sees it."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engine.api.errors import EngineError, Kind

_SLOW_S = 15.0
"""After so long it is said that the start is slow..."""
_START_S = 600.0
"""...and after so long, or when the process ends, it is given up: on a busy machine imports alone may take a minute."""
_FAREWELL_S = 2.0

log = logging.getLogger(__name__)


class SandboxFailed(EngineError):
    """The sandbox could not be started."""

    kind = Kind.PERMANENT
    code = "sandbox"
    exit_code = 69


@dataclass(frozen=True, slots=True)
class Box:
    """A running sandbox."""

    process: asyncio.subprocess.Process
    url: str
    """Of the page, with its secret."""
    api: str
    gateway: str
    token: str

    async def lost(self) -> None:
        """Wait until the process has ended."""
        await self.process.wait()


@asynccontextmanager
async def sandbox(folder: Path, port: int) -> AsyncIterator[Box]:
    """Run a sandbox while the context lasts. It ends by itself when this process does, however that ends.

    Raises:
        SandboxFailed: its own sentence says why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox", "--data", str(folder), "--port", str(port), "--with-parent"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # Ctrl-C in a terminal goes to the whole group; the sandbox must outlive the bot's farewell letters.
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("SALON_")}
        | {"PYTHONSAFEPATH": "1", "PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
    )
    try:
        yield await _greeted(process)
    finally:
        await _end(process)


async def _greeted(process: asyncio.subprocess.Process) -> Box:
    assert process.stdout is not None
    slow = asyncio.get_running_loop().call_later(_SLOW_S, log.warning, "the sandbox is slow to start; still waiting")
    try:
        async with asyncio.timeout(_START_S):
            # Ends with an empty line if the process does.
            said = json.loads(await process.stdout.readline())
    except TimeoutError as error:
        raise SandboxFailed(f"The sandbox did not start within {_START_S / 60:.0f} minutes.") from error
    except ValueError as error:
        raise SandboxFailed("The sandbox could not be started; what it printed says why.") from error
    finally:
        slow.cancel()
    return Box(process, said["url"], said["api"], said["gateway"], said["token"])


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
    try:
        async with asyncio.timeout(_FAREWELL_S):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
