"""`python -m tests.faults.beside`: `salon run` beside a sandbox that outlives it, so that a test may kill the bot only.

It is unchanged, but that it neither starts nor ends the sandbox and may be told which engine to start. Imports no more
than the bot does, since its memory is measured. `tests.faults.lives` starts it.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from bot import run
from bot.box import Box
from engine.client import connect

ADDRESS, ENGINE = "BESIDE_SANDBOX", "BESIDE_ENGINE"
_LOOK_S = 1.0


class _Neighbour(Box):
    async def lost(self) -> None:
        """Wait until the test that started the bot is gone; nothing else would end it then."""
        parent = os.getppid()
        while os.getppid() == parent:
            await asyncio.sleep(_LOOK_S)


@asynccontextmanager
async def _neighbour(address: dict[str, str], *_: Any) -> AsyncIterator[Box]:
    yield _Neighbour(process=None, **address)  # type: ignore[arg-type]


def main() -> None:
    """Run the bot."""
    vars(run)["sandbox"] = partial(_neighbour, json.loads(os.environ.pop(ADDRESS)))
    if command := json.loads(os.environ.pop(ENGINE)):
        vars(run)["connect"] = partial(connect, command=command)
    run.run()


if __name__ == "__main__":
    main()
