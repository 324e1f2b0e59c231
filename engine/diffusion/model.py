"""One model in memory: its parts, loaded when first needed, and what it paints with unless told otherwise."""

import importlib
import json
import logging
import threading
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import torch
from pydantic import Field, TypeAdapter, ValidationError
from safetensors import SafetensorError

from engine.api import MAX_SIDE, Brief, ModelInfo
from engine.api.errors import ModelRefused
from engine.diffusion import schedulers
from engine.diffusion.loading import COMPONENTS, Source
from engine.memory import is_out_of_memory

log = logging.getLogger(__name__)

OWN_SCHEDULER = "own"
"""The scheduler of a model that paints through its own pipeline."""
LOADING = threading.RLock()
"""Held while weights are loaded: the libraries patch torch meanwhile, so that two loads at once spoil each other."""

STEPS = {"sd": 25, "sdxl": 25, "sd3": 28, "flux": 28}
GUIDANCE = {"sd": 7.0, "sdxl": 6.0, "sd3": 5.0, "flux": 3.5}

_BRIEF = TypeAdapter(Brief)
_SIDE = TypeAdapter(Annotated[int, Field(ge=1, strict=True)])


@dataclass(frozen=True)
class Defaults:
    """What a model paints with unless the brief says otherwise: its `salon.toml`, else what suits the architecture."""

    title: str
    width: int
    height: int
    multiple: int
    max_side: int
    steps: int
    guidance: float
    scheduler: str
    lexicon: frozenset[str] = frozenset()
    """Every word that the model was taught; empty for a model of the open world."""


def read_defaults(source: Source) -> Defaults:
    """Read a model's defaults from its folder, without loading it.

    Raises:
        ModelRefused: its `salon.toml` has a value of the wrong kind, or one that no brief could ask for.
    """
    architecture = source.architecture
    factor = vae_factor(source)
    network = "unet" if source.has("unet") else "transformer"
    side = (source.config(network).get("sample_size") if source.has(network) else None) or 128
    native = factor * (side if isinstance(side, int) else side[0])
    told = _read_toml(source)
    _check_bounds(source, told)
    try:
        width, height = int(told.get("width", native)), int(told.get("height", native))
        return Defaults(
            title=str(told.get("title", source.name)),
            width=width,
            height=height,
            multiple=factor * (1 if network == "unet" else 2),
            max_side=min(MAX_SIDE, int(told.get("max_side", 4 * max(width, height)))),
            steps=int(told.get("steps", STEPS.get(architecture or "", 25))),
            guidance=float(told.get("guidance", GUIDANCE.get(architecture or "", 4.5))),
            scheduler=_scheduler(source, told.get("scheduler")),
            lexicon=frozenset(str(word).casefold() for word in told.get("lexicon", ())),
        )
    except (TypeError, ValueError) as error:
        raise ModelRefused(
            f"The salon.toml of the model {source.name} has a value of the wrong kind: {error}."
        ) from error


def _check_bounds(source: Source, told: dict[str, Any]) -> None:
    """Hold what a model paints with by default to the bounds of what may be asked for."""
    asked = {key: told[key] for key in ("width", "height", "steps", "guidance") if key in told}
    try:
        _BRIEF.validate_json(json.dumps({"id": "defaults", "prompt": "", **asked}, default=str))
        _SIDE.validate_python(told.get("max_side", 1))
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else "max_side"
        raise ModelRefused(
            f"The salon.toml of the model {source.name} cannot have {key} = {told[key]!r} "
            f"({first['msg'].lower()}); correct it."
        ) from error


def _scheduler(source: Source, told: Any) -> str:
    if source.architecture is None:
        return OWN_SCHEDULER
    if told is not None:
        return schedulers.check(source.architecture, str(told))
    return schedulers.default(source.architecture, source.config("scheduler"))


def vae_factor(source: Source) -> int:
    """Return how many pixels one latent cell is wide."""
    blocks = source.config("vae").get("block_out_channels") if source.has("vae") else None
    blocks = blocks or (1, 1, 1, 1)
    return int(2 ** (len(blocks) - 1))


def info(source: Source, defaults: Defaults, *, loaded: bool, preparing: bool) -> ModelInfo:
    """Describe a model."""
    architecture = source.architecture
    fitting = schedulers.FITTING.get(architecture or "", (OWN_SCHEDULER,))
    others = tuple(name for name in fitting if name != defaults.scheduler)
    return ModelInfo(
        name=source.name,
        family="diffusion",
        title=defaults.title,
        native=(defaults.width, defaults.height),
        multiple=defaults.multiple,
        max_side=defaults.max_side,
        steps=defaults.steps,
        guidance=defaults.guidance,
        schedulers=(defaults.scheduler, *others),
        loaded=loaded,
        step_seconds={},
        row_cap=None,
        preparing=preparing,
        hash=source.hash,
        varies=architecture is not None,
    )


class Model:
    """The parts of one model, each loaded when it is first asked for.

    With the compiled executor at hand, most parts never are: that is what makes a warm start quick and small.
    """

    def __init__(self, source: Source, device: torch.device, dtype: torch.dtype) -> None:
        self.source = source
        self.device = device
        self.dtype = dtype
        self.defaults = read_defaults(source)
        self._parts: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """The name it was asked for by."""
        return self.source.name

    @property
    def hash(self) -> str:
        """One SHA-256 for all its files."""
        return self.source.hash

    def config(self, component: str) -> dict[str, Any]:
        """Return the configuration of one part."""
        return self.source.config(component)

    @cached_property
    def vae_factor(self) -> int:
        """Pixels that one latent cell is wide."""
        return vae_factor(self.source)

    def part(self, name: str) -> Any:
        """Return a part, loading it onto the device if need be; None for an optional part that the model lacks.

        Raises:
            ModelRefused: its files are damaged.
        """
        with LOADING:
            if name not in self._parts:
                self._parts[name] = self.load(name, self.device, self.dtype)
            return self._parts[name]

    def load(self, name: str, device: torch.device, dtype: torch.dtype) -> Any:
        """Load a fresh copy of a part, in the precision asked for; None for an optional part that the model lacks."""
        if not self.source.has(name) and name != "tiny_vae":
            return None
        with LOADING:
            return self._load(name, device, dtype)

    def _load(self, name: str, device: torch.device, dtype: torch.dtype) -> Any:
        try:
            if name.startswith("tokenizer"):
                return _class("transformers", self._class_name(name)).from_pretrained(
                    self.source.folder / name, local_files_only=True, trust_remote_code=False
                )
            library = "transformers" if name.startswith("text_encoder") else "diffusers"
            cls = _class(library, self._class_name(name))
            network = cls.from_pretrained(
                self.source.folder / name,
                local_files_only=True,
                use_safetensors=True,
                variant=self.source.variant,
                dtype=dtype,
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            if is_out_of_memory(error):
                raise
            raise ModelRefused(
                f"The {name} of the model {self.name} cannot be loaded; fetch the model again."
            ) from error
        return network.to(device).eval().requires_grad_(False)

    def loaded(self, name: str) -> bool:
        """Whether a part is in memory."""
        return name in self._parts

    @property
    def has_tiny_vae(self) -> bool:
        """Whether the model folder carries a small decoder for previews."""
        return (self.source.folder / "tiny_vae" / "config.json").is_file()

    def _class_name(self, name: str) -> str:
        if name == "tiny_vae":
            return "AutoencoderTiny"
        return COMPONENTS[self.source.architecture or ""][name][0]


def _class(library: str, name: str) -> Any:
    """Import one class; the libraries are lazy, so nothing else of them is loaded. Their progress bars are silenced."""
    importlib.import_module(f"{library}.utils.logging").disable_progress_bar()
    return getattr(importlib.import_module(library), name)


def _read_toml(source: Source) -> dict[str, Any]:
    path = source.folder / "salon.toml"
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelRefused(f"The salon.toml of the model {source.name} cannot be read: {error}.") from error
