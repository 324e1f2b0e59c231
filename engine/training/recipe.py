"""Recipes: all that decides how a model is built and trained, read from ``recipes/*.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.training.loop import Schedule

FOLDER = Path(__file__).with_name("recipes")


@dataclass(frozen=True)
class Autoencoder:
    """The shape of the autoencoder, its loss and its batches."""

    channels: tuple[int, ...]
    latent_channels: int
    groups: int
    batch: int
    crop: int
    kl: float
    share: float
    schedule: Schedule


@dataclass(frozen=True)
class Text:
    """The shape of tokenizer and text encoder."""

    pieces: int
    captions: int
    width: int
    inner: int
    layers: int
    heads: int
    batch: int
    share: float
    schedule: Schedule


@dataclass(frozen=True)
class Denoiser:
    """The shape of the UNet, its loss and its batches."""

    channels: tuple[int, ...]
    attention: tuple[bool, ...]
    head_width: int
    groups: int
    batch: int
    caption_drop: float
    snr_cap: float
    figure_weight: float
    learns_words: bool
    schedule: Schedule


@dataclass(frozen=True)
class Preview:
    """The shape of the small autoencoder that previews are decoded with: ``blocks`` a level, from the finest on."""

    channels: int
    blocks: tuple[int, ...]
    batch: int
    share: float
    schedule: Schedule


@dataclass(frozen=True)
class Recipe:
    """How to train one text-to-image model from nothing."""

    name: str
    size: int
    seed: int
    pictures: int
    autoencoder: Autoencoder
    text: Text
    denoiser: Denoiser
    preview: Preview
    defaults: dict[str, Any]


def recipe_names() -> list[str]:
    """Return the models that have a recipe."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_recipe(name: str) -> Recipe:
    """Read one recipe by name.

    Raises:
        ValueError: there is no recipe of that name.
    """
    if name not in recipe_names():
        raise ValueError(f"No recipe is called {name!r}; choose one of {', '.join(recipe_names())}.")
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Recipe(
        name=name,
        **table["model"],
        autoencoder=Autoencoder(**_part(table["autoencoder"])),
        text=Text(**_part(table["text"])),
        denoiser=Denoiser(**_part(table["denoiser"])),
        preview=Preview(**_part(table["preview"])),
        defaults=table["defaults"],
    )


def _part(table: dict[str, Any]) -> dict[str, Any]:
    schedule = {key: _frozen(value) for key, value in table.pop("schedule").items()}
    fields = {key: _frozen(value) for key, value in table.items()}
    return {**fields, "schedule": Schedule(**schedule)}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
