"""Processes forked off a server that loads their code once, instead of once for each of them."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

FORKS = multiprocessing.get_context("forkserver")
# The server is one for all tests of a process, so that it holds what any of them forks off.
FORKS.set_forkserver_preload(["bot.sandbox.__main__", "engine.training.loop", "tests.engine.training.tiny"])


class Forked:
    """A program with its standard input and output in pipes; as much of `subprocess.Popen` as the tests use."""

    def __init__(self, main: Callable[[], None], arguments: list[str]) -> None:
        """Start ``main`` as if with these on its command line."""
        inner, outer = FORKS.Pipe(duplex=False)
        told, tells = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=_become, args=(main, arguments, inner, tells))
        self._process.start()
        inner.close()
        tells.close()
        self.stdin = os.fdopen(os.dup(outer.fileno()), "w")
        self.stdout = os.fdopen(os.dup(told.fileno()))
        outer.close()
        told.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self._process), timeout or 0)
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()


def _become(main: Callable[[], None], arguments: list[str], stdin: Connection, stdout: Connection) -> None:
    for number, pipe in enumerate((stdin, stdout)):
        os.dup2(pipe.fileno(), number)
        pipe.close()
    sys.argv, sys.stdin, sys.stdout = [main.__module__, *arguments], os.fdopen(0), os.fdopen(1, "w")
    main()


def forked(work: Callable[..., None], *arguments: Any) -> int:
    """Run work in a process of its own and return its exit status, negative for a signal."""
    process = FORKS.Process(target=work, args=arguments)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode
