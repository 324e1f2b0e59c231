"""The parts of the next mini that are trained already."""

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL

from engine.corpus.painter import paint_indexed
from engine.training.autoencoder import to_pictures, to_tensor

BEGUN = Path(__file__).parents[3] / "engine" / "training" / "begun" / "mini"
SEED = 9
"""Of pictures that it was not trained on."""


@torch.inference_mode()
def test_the_autoencoder_gives_unseen_pictures_back() -> None:
    autoencoder = AutoencoderKL.from_pretrained(BEGUN / "vae").eval()
    pictures = np.stack([paint_indexed(SEED, index)[0] for index in range(16)])
    rebuilt = to_pictures(autoencoder.decode(autoencoder.encode(to_tensor(pictures)).latent_dist.mode()).sample)
    errors = np.square(pictures.astype(np.float64) - rebuilt).mean((1, 2, 3))
    assert (10 * np.log10(255**2 / errors)).mean() >= 26, "decibels"
