"""The kind ``text-to-image``: what the house's recipes of that kind are trained, exported and scored by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from engine.corpus.bank import open_bank
from engine.training.autoencoder import to_tensor
from engine.training.export import export
from engine.training.mini import HELD_OUT, held_out_captions, load_trained, train_text_to_image
from engine.training.recipe import Recipe, load_recipe

__all__ = ["export", "load", "score", "train"]

TIMES = (100, 300, 500, 700, 900)
"""Noise levels, of the thousand steps that the models of the house train with, at which they are scored."""


def load(path: Path) -> Recipe:
    """Read the recipe of the house that ``path`` names."""
    return load_recipe(path.stem)


def train(recipe: Recipe, minutes: float, data: Path, out: Path, say: Callable[[str], None]) -> None:
    """Train from the bank ``data``, which is rendered where there is none."""
    train_text_to_image(recipe, minutes, data, out, say)


@torch.no_grad()
def score(recipe: Recipe, data: Path, out: Path) -> float:
    """Return how far, in pixel levels of [-1, 1], held-out pictures are from what the model makes of their noise.

    Each is hidden under noise at several levels, predicted in one step, and decoded. Unlike the loss, this
    can be compared between autoencoders.
    """
    pipeline = load_trained(recipe, out)
    vae, unet = pipeline.vae, pipeline.unet
    bank = open_bank(data)
    captions = held_out_captions(recipe.seed, bank.factors)
    first = len(bank.pictures) - HELD_OUT
    wanted = to_tensor(bank.pictures[first : first + len(captions)])
    tokens = pipeline.tokenizer(
        captions, padding="max_length", max_length=pipeline.tokenizer.model_max_length, truncation=True,
        return_tensors="pt",
    ).input_ids  # fmt: skip
    words = pipeline.text_encoder(tokens).last_hidden_state
    clean = vae.encode(wanted).latent_dist.mode() * vae.config.scaling_factor
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(recipe.seed))

    def distance(time: int) -> Tensor:
        alpha = pipeline.scheduler.alphas_cumprod[time]
        noisy = alpha.sqrt() * clean + (1 - alpha).sqrt() * noise
        velocity = unet(noisy, torch.full((len(noisy),), time), words).sample
        got = alpha.sqrt() * noisy - (1 - alpha).sqrt() * velocity
        return functional.l1_loss(vae.decode(got / vae.config.scaling_factor).sample, wanted)

    return float(sum(distance(time) for time in TIMES) / len(TIMES))
