"""What the pixels of a picture depend on beside the request."""

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

import torch

from engine.api import Backend
from engine.diffusion.device import describe
from engine.diffusion.state import State

_LIBRARIES = {
    "full": ("torch", "diffusers", "transformers"),
    "fast": ("torch", "diffusers", "transformers", "openvino"),
}


def backend(state: State) -> Backend:
    """Say who painted a picture, on what and with which libraries."""
    return Backend(
        executor=state.executor.name,
        device=describe(state.adapter.model.device),
        precision=state.executor.precision,
        threads=torch.get_num_threads(),
        versions=dict(_versions(state.executor.name)),
    )


@lru_cache
def _versions(executor: str) -> tuple[tuple[str, str], ...]:
    found = []
    for library in _LIBRARIES[executor]:
        try:
            found.append((library, version(library)))
        except PackageNotFoundError:
            continue
    return tuple(found)
