"""The kind ``lora``: a low-rank adapter (Hu et al. 2021, arXiv:2106.09685) learns from captioned pictures."""

from __future__ import annotations

import importlib
import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DDPMScheduler, StableDiffusionPipeline
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from PIL import Image
from torch import Tensor, nn

from engine.api.errors import InvalidBrief
from engine.corpus.gathered.folders import read_folder
from engine.diffusion import pixels
from engine.diffusion.loading import open_source
from engine.pictures.intake import decode
from engine.training import MODELS
from engine.training.checkpoint import load_average
from engine.training.denoiser import paint_sheet
from engine.training.loop import Schedule, run
from engine.training.shipping import filled_card, shipped

ABOUT = "lora.json"
"""In the folder of the checkpoints: which model the adapter is for, and of how many pictures it learns."""
SHEET_COUNT = 4
SHEET_STEPS = 8
_LARGEST = 512
"""Longest side, in pixels, that pictures are learnt at; a model of a larger native size learns from smaller ones."""


@dataclass(frozen=True)
class LoraRecipe:
    """How an adapter is trained."""

    name: str
    rank: int
    layers: tuple[str, ...]
    batch: int
    caption_drop: float
    seed: int
    schedule: Schedule


def load_lora_recipe(path: Path) -> LoraRecipe:
    """Read ``recipes/lora.toml`` or one like it."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    table.pop("kind", None)
    made = {"layers": tuple(table["layers"]), "schedule": Schedule(**table["schedule"])}
    return LoraRecipe(name=path.stem, **{**table, **made})


class LoraTask:
    """The loss that the model itself was trained with, on the adapter's weights alone."""

    def __init__(
        self, recipe: LoraRecipe, pipeline: StableDiffusionPipeline, latents: Tensor, captions: Sequence[str]
    ) -> None:
        self.recipe, self.pipeline, self.latents, self.captions = recipe, pipeline, latents, captions
        self.device, self.batch = torch.device("cpu"), recipe.batch
        self.scheduler = DDPMScheduler.from_config(pipeline.scheduler.config)
        self.model: nn.Module = adapted(pipeline.unet, recipe)
        self.words = {caption: _words(pipeline, caption) for caption in {*captions, ""}}

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return the loss of the pictures, noise levels and noise that belong to ``draw``."""
        rng = np.random.default_rng((self.recipe.seed, draw))
        rows = rng.integers(0, len(self.latents), self.batch)
        clean = self.latents[torch.from_numpy(rows)].to(self.device)
        noise = torch.from_numpy(rng.standard_normal(clean.shape, np.float32)).to(self.device)
        times = torch.from_numpy(rng.integers(0, self.scheduler.config.num_train_timesteps, self.batch)).to(self.device)
        dropped = rng.random(self.batch) < self.recipe.caption_drop
        said = ["" if drop else self.captions[row] for row, drop in zip(rows, dropped, strict=True)]
        words = torch.cat([self.words[one] for one in said]).to(self.device)
        unet = self.pipeline.unet.to(self.device)
        found = unet(self.scheduler.add_noise(clean, noise, times), times, words).sample
        wanted = noise
        if self.scheduler.config.prediction_type == "v_prediction":
            wanted = self.scheduler.get_velocity(clean, noise, times)
        return {"loss": (found.float() - wanted).square().mean()}

    def sheet(self) -> Image.Image:
        """Return pictures of the first captions."""
        return paint_sheet(self.pipeline.to(self.device), list(self.captions[:SHEET_COUNT]), steps=SHEET_STEPS)


def adapted(unet: Any, recipe: LoraRecipe) -> nn.Module:
    """Add an adapter to a network, and return its layers alone as a module: what is trained and kept."""
    torch.manual_seed(recipe.seed)
    unet.requires_grad_(False)
    config = LoraConfig(r=recipe.rank, lora_alpha=recipe.rank, target_modules=list(recipe.layers))
    unet.add_adapter(config)
    layers = {name: module for name, module in unet.named_modules() if name.endswith((".lora_A", ".lora_B"))}
    return nn.ModuleDict({name.replace(".", "/"): module for name, module in layers.items()})


def train_lora(recipe: LoraRecipe, minutes: float, data: Path, out: Path, say: Callable[[str], None]) -> None:
    """Train on the pictures below ``data``, going on from what lies in ``out``."""
    pipeline = open_base(out)
    pictures, captions = _pictures(data, pipeline, say)
    about = _about(out) | {"pictures": len(pictures)}
    (out / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
    say(f"Learning from {len(pictures)} pictures.")
    run(LoraTask(recipe, pipeline, _latents(pipeline, pictures), captions), recipe.schedule, out, minutes, say)


def export_lora(recipe: LoraRecipe, trained: Path, folder: Path) -> None:
    """Write the averaged adapter of the newest checkpoint as a folder that diffusers loads.

    Raises:
        FileNotFoundError: there is none.
    """
    average, about = load_average(trained), _about(trained)
    pipeline = open_base(trained)
    adapted(pipeline.unet, recipe).load_state_dict(average)
    # In peft's own names: in the older ones of diffusers, convolutions are lost on the way back.
    layers = get_peft_model_state_dict(pipeline.unet)
    figures = {"rank": f"{recipe.rank}", "base": Path(about["base"]).name, "pictures": f"{about['pictures']}"}
    card = filled_card(recipe.name, trained, called=folder.name, **figures)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with shipped(folder, card) as fresh:
        StableDiffusionPipeline.save_lora_weights(
            fresh, {name: value.half().contiguous() for name, value in layers.items()}, safe_serialization=True
        )


def begin_lora(model: Path, out: Path) -> None:
    """Let the training in ``out`` be for the model in the folder ``model``.

    Raises:
        InvalidBrief: it is no model in the layout of Stable Diffusion, or the training is for another one.
    """
    source = open_source(str(model.resolve()))
    if source.architecture != "sd":
        raise InvalidBrief(f"LoRAs are trained for models in the layout of Stable Diffusion; {model} is none.")
    about = {"base": str(model.resolve())}
    if (out / ABOUT).exists() and _about(out)["base"] != about["base"]:
        raise InvalidBrief(f"The training in {out} is for the model {_about(out)['base']}; give this one another name.")
    out.mkdir(parents=True, exist_ok=True)
    if not (out / ABOUT).exists():
        (out / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")


def open_base(out: Path) -> StableDiffusionPipeline:
    """Return the pipeline, in float32, of the model that the training in ``out`` is for: mini unless told otherwise."""
    for library in ("diffusers", "transformers"):
        importlib.import_module(f"{library}.utils.logging").disable_progress_bar()
    pipeline = StableDiffusionPipeline.from_pretrained(
        _about(out)["base"], dtype=torch.float32, local_files_only=True, use_safetensors=True, safety_checker=None
    )
    pipeline.set_progress_bar_config(disable=True)
    for part in (pipeline.vae, pipeline.unet, pipeline.text_encoder):
        part.eval().requires_grad_(False)
    return pipeline


def _about(out: Path) -> dict[str, Any]:
    path = out / ABOUT
    told: dict[str, Any] = {"base": str(MODELS / "mini")}
    return told | (json.loads(path.read_text(encoding="utf-8")) if path.exists() else {})


def _pictures(
    data: Path, pipeline: StableDiffusionPipeline, say: Callable[[str], None]
) -> tuple[list[Image.Image], list[str]]:
    """Return the pictures below a folder at the size that the model learns at, and what their captions say."""
    entries, remarks = read_folder(data)
    for remark in remarks:
        say(f"{remark.name} {remark.reason}.")
    side = min(_LARGEST, pipeline.unet.config.sample_size * pipeline.vae_scale_factor)
    pictures = [pixels.fit(decode(entry.path.read_bytes()), side, side) for entry in entries]
    if bare := sum(not entry.caption for entry in entries):
        say(f"{bare} of {len(entries)} pictures have no caption, so that the LoRA will show without being asked for.")
    return pictures, [entry.caption for entry in entries]


@torch.inference_mode()
def _latents(pipeline: StableDiffusionPipeline, pictures: Sequence[Image.Image]) -> Tensor:
    """Return the latents of pictures, (n, channels, rows, columns), at the scale of the network."""
    vae = pipeline.vae
    means = [vae.encode(pixels.to_tensor(picture)).latent_dist.mean for picture in pictures]
    return (torch.cat(means) * vae.config.scaling_factor).clone()


@torch.inference_mode()
def _words(pipeline: StableDiffusionPipeline, caption: str) -> Tensor:
    hidden, _ = pipeline.encode_prompt(caption, torch.device("cpu"), 1, False)
    return torch.Tensor(hidden).clone()
