"""One adapter for each architecture of diffusion networks."""

from importlib import import_module

from engine.diffusion.adapters.base import Adapter
from engine.diffusion.model import Model

_CLASSES = {"sd": "SD", "sdxl": "SDXL", "sd3": "SD3", "flux": "Flux"}


def build_adapter(model: Model) -> Adapter:
    """Return the adapter around a model; only its own file is imported."""
    architecture = model.source.architecture or ""
    module = import_module(f"engine.diffusion.adapters.{architecture}")
    adapter: Adapter = getattr(module, _CLASSES[architecture])(model)
    return adapter
