"""Several processes that train one model together: one a CUDA device, or one a CPU core.

On a CPU, one process with a thread a core stalls at every operation when something else wants a
core; processes of one thread meet only once a step, to average their gradients. Who they are and
which device each has is accelerate's to say. Gradients meet in one flat all-reduce and not in
accelerate's wrapper around the model (DistributedDataParallel): a task may call the parts of its
model one by one, and the wrapper is no faster where it matters, on batches that fill a core.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Any, NoReturn

import torch
from accelerate import PartialState
from accelerate.utils import patch_environment
from torch import Tensor, distributed, multiprocessing

from engine.api.errors import OutOfMemory
from engine.training.errors import as_sentence, rebuilt

_INTERRUPTED = "interrupted"
_GRACE_S = 5.0
"""Seconds in which the others leave by themselves once one has gone: they miss it at their next meeting."""


class Ranks:
    """This process among those that train together; alone when there are no others.

    ``device`` is where its part of the model lives.
    """

    def __init__(self) -> None:
        state = PartialState(cpu=not torch.cuda.is_available())
        self.rank: int = state.process_index
        self.count: int = state.num_processes
        self.device: torch.device = state.device

    def average(self, tensors: Iterable[Tensor]) -> None:
        """Replace tensors, in place, by their means over all processes."""
        if self.count == 1:
            return
        parts = list(tensors)
        flat = torch.cat([part.flatten() for part in parts])
        distributed.all_reduce(flat)
        flat /= self.count
        for part, mean in zip(parts, flat.split([part.numel() for part in parts]), strict=True):
            part.copy_(mean.view_as(part))

    def first(self, *values: float) -> tuple[float, ...]:
        """Return the values that the first process has, in all of them; they wait for one another."""
        if self.count == 1:
            return values
        box = torch.tensor(values, dtype=torch.float64, device=self.device)
        distributed.broadcast(box, 0)
        return tuple(box.tolist())


def processes() -> int:
    """Return how many processes a training on this machine is best shared among."""
    return torch.cuda.device_count() or os.cpu_count() or 1


def together(count: int, work: Callable[..., None], *arguments: Any) -> None:
    """Run ``work(*arguments)`` in ``count`` processes that know each other, and wait for all.

    Where there are CUDA devices there are no more processes than those. Ctrl-C reaches every
    process of a terminal; this one waits until they have saved what they learnt.

    Raises:
        EngineError: one of them failed for a reason that a person can mend; the others are ended.
        ProcessRaisedException: one of them failed otherwise; the others are ended.
        KeyboardInterrupt: they were interrupted.
    """
    count = min(count, torch.cuda.device_count() or count)
    if count == 1:
        work(*arguments)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        group = multiprocessing.spawn(_enter, (count, folder, work, arguments), nprocs=count, join=False)
        try:
            interrupted = _wait(group)
        except (multiprocessing.ProcessExitedException, multiprocessing.ProcessRaisedException) as error:
            _raise_reason(folder, error)
            raise
        if interrupted:
            raise KeyboardInterrupt


def _wait(group: multiprocessing.ProcessContext) -> bool:
    """Wait for all; on an interruption tell them and wait on, on a second one give up."""
    interrupted = False
    while True:
        try:
            if group.join(grace_period=_GRACE_S):
                return interrupted
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            for process in group.processes:
                if process.is_alive():
                    os.kill(process.pid, signal.SIGINT)


def _raise_reason(folder: Path, error: Exception) -> None:
    """Raise what a process said before it ended, or what its end says."""
    for path in sorted(folder.glob("reason-*")):
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["code"] == _INTERRUPTED:
            raise KeyboardInterrupt
        raise rebuilt(told["code"], told["message"]) from None
    if getattr(error, "signal_name", None) == "SIGKILL":
        raise OutOfMemory(
            "The system ended a training process, most likely because memory ran short; the last checkpoint is kept. "
            "Close other programs or make the recipe's batch smaller, and train again."
        ) from None


def _enter(rank: int, count: int, folder: Path, work: Callable[..., None], arguments: Any) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threads = max(1, (os.cpu_count() or 1) // count)
    torch.set_num_threads(threads)
    place = {"rank": rank, "local_rank": rank, "world_size": count, "local_world_size": count}
    meeting = f"file://{folder / 'ranks'}"
    with patch_environment(**place, omp_num_threads=threads):
        cpu = not torch.cuda.is_available()
        state = PartialState(cpu=cpu, init_method=meeting, rank=rank, world_size=count)
    try:
        work(*arguments)
    except KeyboardInterrupt:
        _leave(folder, rank, _INTERRUPTED)
    except Exception as error:
        reason = as_sentence(error)
        if reason is None:
            raise
        _leave(folder, rank, reason.code, reason.message)
    state.destroy_process_group()


def _leave(folder: Path, rank: int, code: str, message: str = "") -> NoReturn:
    """End this process and say why, so that no trace back of it is shown."""
    told = json.dumps({"code": code, "message": message})
    (folder / f"reason-{rank}").write_text(told, encoding="utf-8")
    os._exit(1)


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, however it went."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
