"""Which diffusers scheduler goes with which architecture. None is written here.

Each picture owns its scheduler object: only the network call is shared between pictures, so any mixture of
schedulers and step counts may be batched.
"""

import inspect
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import torch

from engine.api.errors import InvalidBrief, ModelRefused
from engine.names import unknown

CLASSES = {
    "ddim": "DDIMScheduler",
    "euler": "EulerDiscreteScheduler",
    "euler_a": "EulerAncestralDiscreteScheduler",
    "dpmpp_2m": "DPMSolverMultistepScheduler",
    "unipc": "UniPCMultistepScheduler",
    "lcm": "LCMScheduler",
    "flow_euler": "FlowMatchEulerDiscreteScheduler",
}
"""Our names, those in common use, to diffusers' classes."""

NOISE_PREDICTING = ("dpmpp_2m", "euler", "euler_a", "ddim", "unipc", "lcm")
FLOW_MATCHING = ("flow_euler",)
FITTING: dict[str, tuple[str, ...]] = {
    "sd": NOISE_PREDICTING,
    "sdxl": NOISE_PREDICTING,
    "sd3": FLOW_MATCHING,
    "flux": FLOW_MATCHING,
}
"""The schedulers of each architecture, tested against diffusers' own pipelines; the first is the default."""


def default(architecture: str, own: Mapping[str, Any]) -> str:
    """Return the scheduler that the model's own configuration names, where it is in the table."""
    named = [name for name, cls in CLASSES.items() if cls == own.get("_class_name")]
    fitting = FITTING[architecture]
    return named[0] if named and named[0] in fitting else fitting[0]


def check(architecture: str, name: str) -> str:
    """Return the name if it fits the architecture.

    Raises:
        UnknownName: it does not, or nobody knows it; the nearest that do are named.
    """
    if name not in FITTING[architecture]:
        raise unknown("scheduler for this model", name, FITTING[architecture])
    return name


def make(name: str, own: Mapping[str, Any], *, sd_pipeline: bool) -> Any:
    """Build a scheduler with the model's own prediction type and noise schedule.

    Args:
        name: one of CLASSES.
        own: the model's `scheduler_config.json`.
        sd_pipeline: apply the two corrections that StableDiffusionPipeline makes to old configurations.
    """
    config = dict(_own(json.dumps(own, sort_keys=True)).config)
    if sd_pipeline:
        config["clip_sample"] = False
        if config.get("steps_offset", 1) != 1:
            config["steps_offset"] = 1
    return _class(CLASSES[name]).from_config(config)


def set_timesteps(scheduler: Any, steps: int, **kwargs: Any) -> torch.Tensor:
    """Lay out the timesteps (on the host, where their arithmetic is) and return them, largest first.

    Raises:
        InvalidBrief: the scheduler cannot take that many steps.
    """
    try:
        scheduler.set_timesteps(steps, device="cpu", **kwargs)
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise InvalidBrief(f"This scheduler cannot take {steps} steps with this model; ask for fewer.") from error
    timesteps: torch.Tensor = scheduler.timesteps
    return timesteps


@lru_cache
def takes_generator(cls: type) -> bool:
    """Whether the scheduler draws noise while stepping, and so must be handed the picture's generator."""
    return "generator" in inspect.signature(cls.step).parameters  # type: ignore[attr-defined]


def _class(class_name: str) -> Any:
    import diffusers

    cls = getattr(diffusers, class_name, None) if class_name.endswith("Scheduler") else None
    if cls is None:
        raise ModelRefused(f"The model names a scheduler {class_name!r} that is unknown here; use another model.")
    return cls


@lru_cache(maxsize=32)
def _own(config: str) -> Any:
    """Build the model's own scheduler, so that defaults its file leaves out are those of its class."""
    own = json.loads(config)
    return _class(str(own.get("_class_name"))).from_config(own)
