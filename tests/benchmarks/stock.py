"""Stock diffusers as anybody would call it: the rival for grids and for a crowd."""

import time
from collections.abc import Callable
from typing import Any

import torch

from engine.families.base import Family
from tests.benchmarks.requests import PROMPTS


def stock_pipeline(folder: str, device: str, dtype: torch.dtype) -> Any:
    """Load the model's folder by diffusers' own AutoPipeline."""
    from diffusers import AutoPipelineForText2Image

    pipeline = AutoPipelineForText2Image.from_pretrained(folder, torch_dtype=dtype).to(device)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work took, the device's queue included."""
    began = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - began


def stock_grid(pipeline: Any, count: int, steps: int, guidance: float, size: int) -> float:
    """Seconds of one call for several pictures of one prompt."""
    return timed(
        lambda: pipeline(
            PROMPTS[0],
            num_images_per_prompt=count,
            num_inference_steps=steps,
            guidance_scale=guidance,
            width=size,
            height=size,
            generator=[torch.Generator().manual_seed(seed) for seed in range(count)],
        )
    )


def stock_serial(pipeline: Any, members: int, steps: int, guidance: float, size: int) -> float:
    """Seconds of one call for each of several members, one after the other."""
    return sum(
        timed(
            lambda seed=seed: pipeline(
                PROMPTS[seed % len(PROMPTS)],
                num_inference_steps=steps,
                guidance_scale=guidance,
                width=size,
                height=size,
                generator=torch.Generator().manual_seed(seed),
            )
        )
        for seed in range(members)
    )


def warm(family: Family, executor: str) -> None:
    """Load weights, compile networks and meet every size of batch once before any clock runs."""
    from tests.benchmarks.policies import steps
    from tests.benchmarks.requests import together

    for members in range(1, 9):
        steps(family, together(members, 2), executor, 16)
