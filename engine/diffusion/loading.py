"""From a model's name to a folder that may be trusted: safetensors only, no code of its own, hashes verified.

A model is a folder in the diffusers layout, or the id of one on the Hugging Face hub. Classes are chosen by our
code from `model_index.json`; a pickle in the folder is never opened.
"""

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.api.errors import ModelRefused
from engine.diffusion import manifest
from engine.names import model_name

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).resolve().parent.parent / "models"
"""Where the models that come with Salon lie, each in a folder of its name."""

ARCHITECTURES = {
    "StableDiffusionPipeline": "sd",
    "StableDiffusionImg2ImgPipeline": "sd",
    "LatentConsistencyModelPipeline": "sd",
    "StableDiffusionXLPipeline": "sdxl",
    "StableDiffusionXLImg2ImgPipeline": "sdxl",
    "StableDiffusion3Pipeline": "sd3",
    "FluxPipeline": "flux",
}
"""Pipeline classes that have an adapter; every other pipeline of diffusers paints through itself."""

_CLIP = ("CLIPTextModel",)
_CLIP_PROJECTED = ("CLIPTextModelWithProjection",)
_BPE = ("CLIPTokenizer", "CLIPTokenizerFast")
_T5 = ("T5Tokenizer", "T5TokenizerFast")
COMPONENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "sd": {"unet": ("UNet2DConditionModel",), "vae": ("AutoencoderKL",), "text_encoder": _CLIP, "tokenizer": _BPE},
    "sdxl": {
        "unet": ("UNet2DConditionModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": _CLIP,
        "tokenizer": _BPE,
        "text_encoder_2": _CLIP_PROJECTED,
        "tokenizer_2": _BPE,
    },
    "sd3": {
        "transformer": ("SD3Transformer2DModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": _CLIP_PROJECTED,
        "tokenizer": _BPE,
        "text_encoder_2": _CLIP_PROJECTED,
        "tokenizer_2": _BPE,
        "text_encoder_3": ("T5EncoderModel",),
        "tokenizer_3": _T5,
    },
    "flux": {
        "transformer": ("FluxTransformer2DModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": _CLIP,
        "tokenizer": _BPE,
        "text_encoder_2": ("T5EncoderModel",),
        "tokenizer_2": _T5,
    },
}
"""The parts that each adapter loads, and the classes it loads them with: the first of each row."""

OPTIONAL = {"sdxl": ("text_encoder", "tokenizer"), "sd3": ("text_encoder_3", "tokenizer_3")}
"""Parts that a model may lack."""

_HUB_PATTERNS = ["model_index.json", "salon.toml", "manifest.json"] + [
    f"*/*{ending}" for ending in (".safetensors", ".json", ".txt", ".model")
]
_VOCABULARIES = (
    ("tokenizer.json",),
    ("vocab.json", "merges.txt"),
    ("spiece.model",),
    ("tokenizer.model",),
    ("vocab.txt",),
)
"""Files of which a tokenizer needs one row; without them transformers makes one that knows no words."""
_WORDLESS = ("ByT5Tokenizer",)
"""Tokenizers that read bytes and so have no vocabulary."""
_PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")


@dataclass(frozen=True)
class Source:
    """A verified model folder."""

    name: str
    folder: Path
    pipeline: str
    """Its pipeline class."""
    architecture: str | None
    """A key of COMPONENTS, or None where it paints through its own pipeline."""
    index: dict[str, Any]
    hash: str
    variant: str | None = None
    """Such as `fp16`, where only weights of that spelling are there."""
    configs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def has(self, component: str) -> bool:
        """Whether the model comes with that part."""
        return is_named(self.index.get(component))

    def config(self, component: str) -> dict[str, Any]:
        """Return the configuration of one part, without loading it."""
        if component not in self.configs:
            name = "scheduler_config.json" if component == "scheduler" else "config.json"
            self.configs[component] = _read_json(self.folder / component / name, self.name)
        return self.configs[component]


def find(name: str) -> Path | None:
    """Return the folder of a model that is on this machine already, or None."""
    shipped = SHIPPED / name
    if "/" not in name and "\\" not in name and name not in ("", ".", "..") and shipped.is_dir():
        return shipped
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        return folder
    return _from_hub(name, local_only=True)


def open_source(place: str) -> Source:
    """Find, fetch if need be, and verify a model.

    Raises:
        ModelRefused: it cannot be found, is incomplete, has changed, or has no safe weights.
    """
    folder = find(place) or _from_hub(place, local_only=False)
    if folder is None:
        raise ModelRefused(
            f"There is no model folder {place}, and it is no id on the Hugging Face hub; check the name."
        )
    name = model_name(place)
    index = _read_json(folder / "model_index.json", name)
    pipeline = index.get("_class_name")
    architecture = ARCHITECTURES.get(pipeline) if isinstance(pipeline, str) else None
    _check_classes(name, index, architecture)
    variant = _check_weights(name, folder, index, architecture)
    hashes = manifest.verify(folder)
    return Source(name, folder, str(pipeline), architecture, index, manifest.model_hash(hashes), variant)


def is_named(entry: Any) -> bool:
    """Whether an entry of `model_index.json` names a part (and is not `[null, null]`)."""
    return isinstance(entry, list) and len(entry) == 2 and all(isinstance(part, str) for part in entry)


def _from_hub(name: str, *, local_only: bool) -> Path | None:
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        return None
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=_HUB_PATTERNS, local_files_only=local_only))
    except (HFValidationError, RepositoryNotFoundError):
        return None
    except (LocalEntryNotFoundError, OSError) as error:
        if local_only:
            return None
        raise ModelRefused(f"The model {name} could not be fetched; check the network, or name a folder.") from error


def _read_json(path: Path, name: str) -> dict[str, Any]:
    shown = path.name if path.name == "model_index.json" else f"{path.parent.name}/{path.name}"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelRefused(f"The model {name} lacks {shown}; fetch it again.") from error
    except (OSError, ValueError) as error:
        raise ModelRefused(f"The file {shown} of the model {name} cannot be read; fetch it again.") from error
    if not isinstance(content, dict):
        raise ModelRefused(f"The file {shown} of the model {name} is not a configuration; fetch it again.")
    return content


def _check_classes(name: str, index: dict[str, Any], architecture: str | None) -> None:
    """Refuse classes that are not diffusers' or transformers' own: their code would have to come with the model."""
    if architecture is None:
        _check_pipeline(name, index)
    wanted = COMPONENTS.get(architecture or "", {})
    for part, entry in index.items():
        if not is_named(entry):
            continue
        library, cls = entry
        if part in wanted and cls not in wanted[part]:
            raise ModelRefused(f"The model {name} uses {cls} as its {part}, which is not supported; use another model.")
        if part not in wanted and architecture is None and library not in ("diffusers", "transformers"):
            raise ModelRefused(f"The model {name} brings code of its own ({library}.{cls}), which is never run.")


def _check_pipeline(name: str, index: dict[str, Any]) -> None:
    import diffusers

    cls = index.get("_class_name")
    known = getattr(diffusers, cls, None) if isinstance(cls, str) and cls.endswith("Pipeline") else None
    if not (isinstance(known, type) and issubclass(known, diffusers.DiffusionPipeline)):
        raise ModelRefused(
            f"The model {name} names the pipeline {cls}, which diffusers does not have; use another model."
        )


def _check_weights(name: str, folder: Path, index: dict[str, Any], architecture: str | None) -> str | None:
    """Return the variant to load; refuse parts whose weights are missing or pickles."""
    parts = COMPONENTS[architecture] if architecture else {part: () for part, entry in index.items() if is_named(entry)}
    variants = set()
    for part in parts:
        if part in ("scheduler", "feature_extractor", "safety_checker", "image_processor"):
            continue
        if not is_named(index.get(part)):
            if architecture and part not in OPTIONAL.get(architecture, ()):
                raise ModelRefused(f"The model {name} lacks its {part}; fetch it again.")
            continue
        if part.startswith("tokenizer"):
            _check_vocabulary(name, folder / part, index[part][1])
        else:
            variants.add(_variant(name, folder / part))
    if pickles := sorted(path.name for path in folder.rglob("*") if path.suffix in _PICKLES):
        log.warning("the model %s holds %s, a pickle, which is never opened", name, pickles[0])
    return next((variant for variant in sorted(variants, key=str) if variant), None)


def _check_vocabulary(name: str, folder: Path, cls: str) -> None:
    if cls not in _WORDLESS and not any(all((folder / file).is_file() for file in row) for row in _VOCABULARIES):
        raise ModelRefused(f"The model {name} lacks the vocabulary of its {folder.name}; fetch it again.")


def _variant(name: str, folder: Path) -> str | None:
    weights = sorted(path.name for path in folder.glob("*.safetensors"))
    if not weights:
        if any(path.suffix in _PICKLES for path in folder.glob("*")):
            raise ModelRefused(
                f"The model {name} holds its {folder.name} only as a pickle, which is never opened; "
                "use one with safetensors."
            )
        raise ModelRefused(f"The model {name} lacks the weights of its {folder.name}; fetch it again.")
    spellings = {weight.split(".")[1] if weight.count(".") > 1 else None for weight in weights}
    spellings = {spelling.split("-")[0] if spelling else None for spelling in spellings}
    return None if None in spellings else sorted(spelling for spelling in spellings if spelling)[0]
