"""Processes that find torch loaded: forked off a server that loads it once, instead of once for each of them."""

import multiprocessing
from collections.abc import Callable
from typing import Any

import torch
from torch.multiprocessing import start_processes

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["engine.training.loop", "tests.engine.training.tiny"])


def forked(work: Callable[..., None], *arguments: Any) -> int:
    """Run work in a process of its own and return its exit status, negative for a signal."""
    process = FORKS.Process(target=_alone, args=(work, arguments))
    process.start()
    process.join()
    return process.exitcode or 0


def start_forked(work: Callable[..., None], args: tuple, nprocs: int, join: bool) -> Any:
    """Do what `torch.multiprocessing.spawn` does."""
    return start_processes(work, args, nprocs, join, start_method="forkserver")


def _alone(work: Callable[..., None], arguments: tuple) -> None:
    torch.set_num_threads(1)
    work(*arguments)
