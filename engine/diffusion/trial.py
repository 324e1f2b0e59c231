"""A trial step that the engine times to learn where larger batches stop paying."""

import torch

from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors.base import Executor
from engine.diffusion.state import lane_of
from engine.families.base import Probe


def trial(adapter: Adapter, executor: Executor) -> Probe:
    """Return a trial step of scratch rows at a model's native size."""
    width, height = adapter.model.defaults.width, adapter.model.defaults.height
    row = adapter.scratch_row(width, height, embed=executor.embed)

    def run(rows: int) -> None:
        executor.predict(adapter.scratch_inputs(row, rows, width, height))
        if adapter.model.device.type == "cuda":
            torch.cuda.synchronize(adapter.model.device)

    return Probe(lane_of(adapter, executor, width, height, row), width * height, run)
