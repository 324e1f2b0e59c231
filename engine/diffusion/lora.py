"""LoRAs: low-rank adapters that a model wears, found by name under the data folder and loaded by diffusers and peft.

A model that wears some is a twin on the same weights, so that the plain one paints as ever and every executor that
hooks into a network works on both.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from engine.api.errors import InvalidBrief
from engine.api.guides import Lora
from engine.diffusion.executors.twin import twin_of
from engine.diffusion.model import LOADING, Model
from engine.memory import is_out_of_memory
from engine.names import unknown

WEIGHTS = "pytorch_lora_weights.safetensors"
"""diffusers' own name for the file."""
_NETWORKS = {
    "sd": ("StableDiffusionPipeline", "unet"),
    "sdxl": ("StableDiffusionXLPipeline", "unet"),
    "sd3": ("StableDiffusion3Pipeline", "transformer"),
    "flux": ("FluxPipeline", "transformer"),
}


class Worn(Model):
    """A model whose network wears LoRAs; everything else is the plain one's."""

    def __init__(self, plain: Model, loras: Sequence[tuple[Lora, Path]]) -> None:
        """Put LoRAs on a model, in that order.

        Raises:
            InvalidBrief: one cannot be read, or was made for another model.
        """
        self.source, self.device, self.dtype, self.defaults = plain.source, plain.device, plain.dtype, plain.defaults
        self._plain = plain
        kind, name = _NETWORKS[plain.source.architecture or ""]
        self.loras = tuple(lora for lora, _ in loras)
        network = twin_of(plain.part(name))
        with LOADING:
            for number, (lora, path) in enumerate(loras):
                with _refusing(lora.name, plain.name):
                    if not _put_on(network, kind, name, path, f"lora{number}"):
                        raise ValueError("not all of its layers are this network's")
            network.set_adapters(
                [f"lora{number}" for number in range(len(loras))], [lora.weight for lora in self.loras]
            )
            # The rest of the network stays as it is: some of its layers may be kept in float32 on purpose.
            for label, parameter in network.named_parameters():
                if ".lora_" in label:
                    parameter.data = parameter.data.to(plain.device, plain.dtype)
        self._parts = {name: network.eval().requires_grad_(False)}

    def part(self, name: str) -> Any:
        """Return the network with its LoRAs, or a part of the plain model."""
        return self._parts[name] if name in self._parts else self._plain.part(name)


def loras_of(model: Model) -> tuple[Lora, ...]:
    """Return the LoRAs that a model wears."""
    return model.loras if isinstance(model, Worn) else ()


def names(folder: Path) -> tuple[str, ...]:
    """Return the LoRAs that lie in a folder: folders with `WEIGHTS`, and single files."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.parent.name if path.name == WEIGHTS else path.stem for path in _files(folder)))


def _files(folder: Path) -> list[Path]:
    return [*folder.glob(f"*/{WEIGHTS}"), *folder.glob("*.safetensors")]


def opened_loras(loras: Sequence[Lora], folder: Path) -> list[tuple[Lora, Path]]:
    """Return LoRAs with the SHA-256 of their files, and the files.

    Raises:
        UnknownName: there is none of that name.
        InvalidBrief: one is not the one that was meant.
    """
    return [_open(lora, folder) for lora in loras]


def _open(lora: Lora, folder: Path) -> tuple[Lora, Path]:
    for path in (folder / lora.name / WEIGHTS, folder / f"{lora.name}.safetensors"):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if lora.sha256 not in (None, digest):
                raise InvalidBrief(f"The LoRA {lora.name} is not the one that was meant any more; leave it out.")
            return replace(lora, sha256=digest), path
    raise unknown("LoRA", lora.name, names(folder))


@contextmanager
def _refusing(name: str, model: str) -> Iterator[None]:
    try:
        yield
    except (OSError, SafetensorError) as error:
        raise InvalidBrief(f"The LoRA {name} cannot be read; fetch or train it again.") from error
    except (ValueError, KeyError, RuntimeError, TypeError) as error:
        if is_out_of_memory(error):
            raise
        raise InvalidBrief(
            f"The LoRA {name} was made for another model than {model}; name one that was trained on it."
        ) from error


def _put_on(network: Any, kind: str, part: str, path: Path, label: str) -> bool:
    """Add the layers of one LoRA to a network; False where they are not all layers of this network."""
    import diffusers

    read = getattr(diffusers, kind).lora_state_dict
    told = read(str(path.parent), weight_name=path.name, local_files_only=True, return_lora_metadata=True)
    state, alphas, metadata = told[0], told[1] if len(told) > 2 else None, told[-1]
    mine = sum(key.startswith(f"{part}.") for key in state)
    if not mine:
        return False
    network.load_lora_adapter(
        state, prefix=part, adapter_name=label, network_alphas=None if metadata else alphas, metadata=metadata
    )
    return mine == sum(f".{label}." in name for name, _ in network.named_parameters())
