"""The kind ``text-to-image``: how the recipes of that kind are trained, exported and scored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor
from torch.nn import functional

from engine.corpus.bank import ABOUT, is_gathered, open_bank
from engine.evaluation.cases import cases, unseen
from engine.evaluation.factors import accuracy
from engine.evaluation.judge import PICTURE, Judge, load_judge
from engine.evaluation.reading import read
from engine.training import MODELS
from engine.training.autoencoder import to_tensor
from engine.training.export import export
from engine.training.mini import HELD_OUT, held_out_captions, load_trained, take_over, train_text_to_image
from engine.training.recipe import Recipe, load_recipe

__all__ = ["export", "load", "score", "take_over", "train"]

TIMES = (100, 300, 500, 700, 900)
"""Noise levels, of the thousand steps that the models of the house train with."""
COUNT = 128
SEED = 7_000
"""Of the pictures that variants are judged by: not those of an evaluation, which nothing is tuned to."""
AT_ONCE = 32
JUDGE = MODELS / "judge"


def load(path: Path) -> Recipe:
    """Read the recipe of the house that ``path`` names."""
    return load_recipe(path.stem)


def train(recipe: Recipe, minutes: float, data: Path, out: Path, say: Callable[[str], None]) -> None:
    """Train from the bank ``data``, which is rendered where there is none."""
    train_text_to_image(recipe, minutes, data, out, say)


def score(recipe: Recipe, data: Path, out: Path) -> float:
    """Return how bad the trained model is: the share of factors that the judge reads wrongly off unseen combinations.

    Where no judge ships, and for pictures that it cannot read (of another size, or other people's),
    the distance of held-out pictures (``distance``) serves.
    """
    pipeline = load_trained(recipe, out)
    bank = data if (data / ABOUT).exists() else out / "bank"  # a folder of pictures was prepared there
    if recipe.size == PICTURE and not is_gathered(bank) and JUDGE.is_dir():
        return share_wrong(pipeline, recipe, load_judge(JUDGE))
    return distance(pipeline, recipe, bank)


def share_wrong(pipeline: StableDiffusionPipeline, recipe: Recipe, judge: Judge, count: int = COUNT) -> float:
    """Return the share, in 0..1, of wrong factors in pictures painted of ``count`` unseen combinations."""
    pipeline.set_progress_bar_config(disable=True)
    meant = unseen(SEED, count)
    asked, painted = cases(meant, "en", SEED), []
    for start in range(0, count, AT_ONCE):
        part = asked[start : start + AT_ONCE]
        painted += pipeline(
            [case.prompt for case in part],
            num_inference_steps=recipe.defaults["steps"],
            guidance_scale=recipe.defaults["guidance"],
            generator=[torch.Generator().manual_seed(case.seed) for case in part],
        ).images
    pictures = np.stack([np.asarray(picture) for picture in painted])
    return 1 - accuracy(read(judge, pictures, meant), meant).mean()


def distance(pipeline: StableDiffusionPipeline, recipe: Recipe, data: Path) -> float:
    """Return how far held-out pictures are from what the model makes of them under noise, in levels of [-1, 1].

    Each is hidden at several levels, predicted in one step, and decoded. Unlike the loss, this can be
    compared between autoencoders.
    """
    with torch.no_grad():
        return _distance(pipeline, recipe, data)


def _distance(pipeline: StableDiffusionPipeline, recipe: Recipe, data: Path) -> float:
    vae, tokenizer = pipeline.vae, pipeline.tokenizer
    bank = open_bank(data)
    captions = held_out_captions(recipe.seed, bank.factors)
    first = len(bank.pictures) - HELD_OUT
    wanted = to_tensor(bank.pictures[first : first + len(captions)])
    padding = {"padding": "max_length", "max_length": tokenizer.model_max_length, "truncation": True}
    words = pipeline.text_encoder(tokenizer(captions, return_tensors="pt", **padding).input_ids).last_hidden_state
    clean = vae.encode(wanted).latent_dist.mode() * vae.config.scaling_factor
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(recipe.seed))

    def at(time: int) -> Tensor:
        alpha = pipeline.scheduler.alphas_cumprod[time]
        noisy = alpha.sqrt() * clean + (1 - alpha).sqrt() * noise
        velocity = pipeline.unet(noisy, torch.full((len(noisy),), time), words).sample
        guess = alpha.sqrt() * noisy - (1 - alpha).sqrt() * velocity
        return functional.l1_loss(vae.decode(guess / vae.config.scaling_factor).sample, wanted)

    return float(torch.stack([at(time) for time in TIMES]).mean())
