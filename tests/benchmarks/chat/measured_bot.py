"""`python -m tests.benchmarks.chat.measured_bot`: the bot beside a sandbox, with every callback of its loop clocked.

SIGUSR1 makes it write what it measured into the file that `MEASURED` names.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

from tests.faults import beside

FILE = "MEASURED"
NOTED_S = 0.002
"""Shorter callbacks are only counted."""


class CallbackClock:
    """Clocks callbacks by their own thread's CPU time, which other processes on the machine cannot lengthen."""

    def __init__(self) -> None:
        self.count = 0
        self.noted: deque[tuple[float, float, str]] = deque(maxlen=100_000)
        """Monotonic time of the end, CPU seconds, what it was."""
        self._collections = 0

    def install(self) -> None:
        """Clock every callback from now on."""
        gc.callbacks.append(self._collecting)
        run = asyncio.Handle._run

        def clocked(handle: Any) -> None:
            before, collections = time.thread_time(), self._collections
            try:
                run(handle)
            finally:
                spent = time.thread_time() - before
                self.count += 1
                if spent >= NOTED_S:
                    # A collection of garbage befalls whoever makes an object at the wrong moment.
                    befallen = ", collecting" if self._collections > collections else ""
                    self.noted.append((time.monotonic(), spent, _name(handle) + befallen))

        asyncio.Handle._run = clocked  # type: ignore[method-assign]

    def _collecting(self, phase: str, information: dict[str, int]) -> None:
        self._collections += phase == "stop" and information["generation"] == 2

    def document(self) -> dict[str, Any]:
        """Return what was measured, as plain values."""
        return {"callbacks": self.count, "noted": list(self.noted), "torch": "torch" in sys.modules}


def _name(handle: Any) -> str:
    """Return the callback's name; of a task, the functions it was in when it came to wait again."""
    callback = handle._callback
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        return str(getattr(callback, "__qualname__", callback))
    names, running = [], task.get_coro()
    while running is not None:
        names.append(str(getattr(running, "__qualname__", type(running).__name__)))
        running = getattr(running, "cr_await", None)
    return " > ".join(names[:6])


def main() -> None:
    """Run the bot."""
    clock, path = CallbackClock(), Path(os.environ.pop(FILE))

    def tell(*_: Any) -> None:
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(clock.document()))
        partial.replace(path)

    signal.signal(signal.SIGUSR1, tell)
    clock.install()
    beside.main()


if __name__ == "__main__":
    main()
