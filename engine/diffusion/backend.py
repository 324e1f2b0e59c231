"""How a picture was painted: its recipe, and what its pixels depend on beside the request."""

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

import torch

from engine.api import Backend, Recipe
from engine.diffusion.device import describe
from engine.diffusion.lora import loras_of
from engine.diffusion.state import State

_LIBRARIES = {
    "full": ("torch", "diffusers", "transformers"),
    "seamless": ("torch", "diffusers", "transformers"),
    "referring": ("torch", "diffusers", "transformers"),
    "controlled": ("torch", "diffusers", "transformers"),
    "mixing": ("torch", "diffusers", "transformers"),
    "fast": ("torch", "diffusers", "transformers", "openvino"),
}


def backend(executor: str, precision: str, device: torch.device) -> Backend:
    """Say who painted a picture, on what and with which libraries."""
    return Backend(
        executor=executor,
        device=describe(device),
        precision=precision,
        threads=torch.get_num_threads(),
        versions=dict(_versions(executor)),
    )


def recipe_of(state: State) -> Recipe:
    """Return all that is needed to paint a picture again."""
    brief, model = state.brief, state.adapter.model
    assert brief.seed is not None
    return Recipe(
        mode=brief.mode,
        family="diffusion",
        model=model.name,
        model_hash=model.hash,
        prompt=brief.prompt,
        negative=brief.negative,
        style=brief.style,
        styles=brief.styles,
        seed=brief.seed,
        index=state.index,
        count=brief.count,
        width=state.width,
        height=state.height,
        steps=state.steps,
        guidance=model.defaults.guidance if brief.guidance is None else brief.guidance,
        scheduler=state.scheduler_name,
        source=brief.source,
        strength=brief.strength if brief.source or brief.noise or brief.ingredients else None,
        parents=brief.parents,
        noise=brief.noise,
        mask=brief.mask,
        box=brief.box,
        find=brief.find,
        place=brief.place,
        tile=brief.tile,
        ingredients=brief.ingredients,
        loop=brief.loop,
        references=brief.references,
        palette=brief.palette,
        layout=brief.layout,
        control=brief.control,
        loras=loras_of(model),
        timeline=tuple(state.timeline),
        rows=tuple(state.batches),
        backend=backend(state.executor.name, state.executor.precision, model.device),
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
