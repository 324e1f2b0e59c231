"""What the engine runs on, in words."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from engine import __version__
from engine.settings import EngineSettings


def device(settings: EngineSettings) -> str:
    """Return the device that families paint on, such as `cpu` or `cuda (NVIDIA H200)`.

    Torch is asked only where a family loaded it: importing it for this answer would take seconds.

    Raises:
        SettingsRefused: the device of the settings is not here.
    """
    if "torch" not in sys.modules:
        return "cpu"
    from engine.diffusion.device import choose_device, describe

    return describe(choose_device(settings.device))


def threads(settings: EngineSettings) -> int:
    """Return how many CPU threads the engine may use."""
    if settings.threads:
        return settings.threads
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def signature(settings: EngineSettings) -> str:
    """Return all that step times depend on; measurements under another signature say nothing."""
    try:
        torch = version("torch")
    except PackageNotFoundError:
        torch = "none"
    parts = (__version__, torch, platform.node(), platform.machine(), device(settings), settings.precision)
    return " ".join([*parts, settings.executor, str(threads(settings))])
