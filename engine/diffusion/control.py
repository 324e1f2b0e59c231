"""ControlNets: networks that lead a model by a picture of lines, depths or poses, by name from the data folder."""

from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from engine.api.errors import InvalidBrief
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.model import LOADING
from engine.memory import is_out_of_memory
from engine.names import unknown


def names(folder: Path) -> tuple[str, ...]:
    """Return the ControlNets that lie in a folder, in the layout of diffusers."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/config.json"))) if folder.is_dir() else ()


def open_control(name: str, folder: Path, adapter: Adapter) -> Any:
    """Load a ControlNet for a model.

    Raises:
        UnknownName: there is none of that name.
        InvalidBrief: it cannot be read, or was made for another model.
    """
    from diffusers import ControlNetModel

    model = adapter.model
    if name not in names(folder):
        raise unknown("ControlNet", name, names(folder))
    try:
        with LOADING:
            control = ControlNetModel.from_pretrained(
                folder / name, local_files_only=True, use_safetensors=True, torch_dtype=model.dtype
            )
    except (OSError, ValueError, KeyError, RuntimeError, TypeError, SafetensorError) as error:
        if is_out_of_memory(error):
            raise
        raise InvalidBrief(f"The ControlNet {name} cannot be read; fetch it again.") from error
    own = model.config("unet") if adapter.network == "unet" else {}
    told = ("cross_attention_dim", "block_out_channels", "in_channels", "addition_embed_type")
    if any(_plain(control.config[key]) != _plain(own.get(key)) for key in told):
        raise InvalidBrief(f"The ControlNet {name} was made for another model than {model.name}; name one made for it.")
    return control.to(model.device).eval().requires_grad_(False)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
