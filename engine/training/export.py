"""Export: the newest checkpoint becomes a model folder that stock diffusers loads."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline

from engine.corpus.lexicon import FACTORS, values
from engine.corpus.reading import ways
from engine.training.mini import load_preview, load_trained
from engine.training.recipe import FOLDER, Recipe
from engine.training.shipping import shipped

_IN_FLOAT32 = {"dtype": "float32"}
"""Makes transformers load the text encoder as diffusers loads the rest: in float32 unless told.

It would otherwise keep the stored type, and a stock pipeline would mix the two and fail.
"""
_UNCLIPPED = {"clip_sample": False}
"""For a stock DDIM put in place of the model's own scheduler: it would clip latents as if they were pixels."""


def export(recipe: Recipe, trained: Path, folder: Path) -> None:
    """Write the model of the newest checkpoint in ``trained`` as ``folder``, in one swap.

    Weights are stored as float16 safetensors; beside them lie ``salon.toml`` (defaults and words),
    the model card, and ``manifest.json`` with the SHA-256 of every other file except the card.
    """
    pipeline = _half(load_trained(recipe, trained))
    preview = load_preview(recipe, trained)
    with shipped(folder, card(recipe, trained)) as fresh:
        pipeline.save_pretrained(fresh, safe_serialization=True)
        if preview is not None:
            preview.to(torch.float16).save_pretrained(fresh / "tiny_vae")
            _set(fresh / "tiny_vae" / "config.json")
        _set(fresh / "text_encoder" / "config.json", **_IN_FLOAT32)
        _set(fresh / "scheduler" / "scheduler_config.json", **_UNCLIPPED)
        for part in ("vae", "unet"):
            _set(fresh / part / "config.json")
        (fresh / "salon.toml").write_text(salon_toml(recipe), encoding="utf-8")


def _half(pipeline: StableDiffusionPipeline) -> StableDiffusionPipeline:
    for part in (pipeline.vae, pipeline.text_encoder, pipeline.unet):
        part.to(torch.float16)
    return pipeline


def _set(config_path: Path, **values: object) -> None:
    config = json.loads(config_path.read_text(encoding="utf-8")) | values
    config.pop("_name_or_path", None)  # where the part lay on the machine that trained it
    config_path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def salon_toml(recipe: Recipe) -> str:
    """Return the model's defaults and all that it was taught to understand, in every language."""
    lines = ["# What this model paints with unless told otherwise, and the words it knows.", ""]
    lines += [f"{key} = {_toml(value)}" for key, value in recipe.defaults.items()]
    words = [way for factor in FACTORS for value in values(factor) for way in ways(factor, value)]
    lines += [f"lexicon = {_toml(words)}"]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, list) and len(value) > 4:
        return "[\n" + "".join(f"    {_toml(item)},\n" for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def card(recipe: Recipe, trained: Path) -> str:
    """Return the model card, its figures filled in from the checkpoints."""
    text = (FOLDER / f"{recipe.name}.card.md").read_text(encoding="utf-8")
    for stage in ("autoencoder", "denoiser"):
        progress_path = trained / stage / "checkpoint" / "progress.json"
        progress = {"step": 0, "seconds": 0.0}  # of a part that was taken over from another model
        if progress_path.exists():
            progress = json.loads(progress_path.read_text(encoding="utf-8"))
        text = text.replace(f"{{{stage}_steps}}", f"{progress['step']:,}")
        text = text.replace(f"{{{stage}_minutes}}", f"{progress['seconds'] / 60:.0f}")
    text = text.replace("{guidance}", f"{recipe.defaults['guidance']:g}")
    return text.replace("{pictures}", f"{recipe.pictures:,}")
