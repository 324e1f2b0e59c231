"""How a process that a person started turns into an engine process, with an environment that holds no token."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

from engine.client.environment import scrubbed
from engine.settings import EngineSettings
from engine.wire.address import Address


def become(program: Sequence[str], settings: EngineSettings, address: Address) -> NoReturn:
    """Run this program of the interpreter, an engine's, in place of the process; its number stays the same.

    What a process was started with can be read by others as long as it lives, and the OpenMP runtime reads its settings
    only once, so that to change the variables of the running process would be too little.

    Args:
        program: what follows the interpreter in the command, such as `-m engine.server`.
        settings: the engine's; it gets them through the environment.
        address: where it listens.
    """
    command = [sys.executable, *program, "--listen", str(address), "--scrubbed"]
    environment = scrubbed(os.environ, settings)
    if os.name == "nt":  # where no process can be replaced
        sys.exit(subprocess.call(command, env=environment))  # noqa: S603 - our own program
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own program
