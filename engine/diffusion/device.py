"""Where the networks run and in which precision."""

import torch

from engine.api.errors import SettingsRefused


def choose_device(wanted: str) -> torch.device:
    """Return the device that the settings ask for; `auto` is the first CUDA device, else the CPU.

    Raises:
        SettingsRefused: there is no such device here.
    """
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(wanted)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise SettingsRefused(f"SALON_ENGINE__DEVICE: there is no device {wanted!r} here; take auto or cpu.") from error
    return device


def choose_precision(wanted: str, device: torch.device) -> torch.dtype:
    """Return the precision of eager torch; `auto` is float32 on a CPU and bfloat16 elsewhere."""
    if wanted == "auto":
        return torch.float32 if device.type == "cpu" else torch.bfloat16
    precision: torch.dtype = getattr(torch, wanted)
    return precision


def describe(device: torch.device) -> str:
    """Name the device for a recipe, such as `cpu` or `cuda (NVIDIA H200)`."""
    return f"cuda ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else device.type
