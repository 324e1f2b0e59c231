"""Several processes that train one model together, one thread each.

One process with a thread a core stalls at every operation when something else wants a core; these
meet only once a step, to average their gradients (gloo).
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterable
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, distributed, multiprocessing


class Ranks:
    """This process among those that train together; alone when there are no others."""

    def __init__(self) -> None:
        together = distributed.is_available() and distributed.is_initialized()
        self.rank = distributed.get_rank() if together else 0
        self.count = distributed.get_world_size() if together else 1

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

    def first(self, value: float) -> float:
        """Return the value that the first process has, in all of them."""
        if self.count == 1:
            return value
        box = torch.tensor([value], dtype=torch.float64)
        distributed.broadcast(box, 0)
        return float(box)


def together(count: int, work: Callable[..., None], *arguments: Any) -> None:
    """Run ``work(*arguments)`` in ``count`` processes that know each other, and wait for all.

    Raises:
        ProcessRaisedException: one of them failed; the others are ended.
    """
    if count == 1:
        work(*arguments)
        return
    with tempfile.TemporaryDirectory() as folder:
        meeting = f"file://{Path(folder) / 'ranks'}"
        multiprocessing.spawn(_enter, (count, meeting, work, arguments), nprocs=count)


def _enter(rank: int, count: int, meeting: str, work: Callable[..., None], arguments: Any) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(max(1, (os.cpu_count() or 1) // count))
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=count)
    try:
        work(*arguments)
    finally:
        distributed.destroy_process_group()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, however it went."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
