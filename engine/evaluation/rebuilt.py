"""Pictures of a bank as an autoencoder gives them back.

The judge must know its subjects through the autoencoder of the model it judges, and what of the
factors survives there is the ceiling of everything that model can paint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray

from engine.corpus.bank import open_bank
from engine.training.autoencoder import to_pictures, to_tensor

COUNT = 4096


@torch.inference_mode()
def rebuild(autoencoder: AutoencoderKL, pictures: NDArray[np.uint8], batch: int = 32) -> NDArray[np.uint8]:
    """Return what is left of pictures (n, h, w, 3) after encoding and decoding."""
    parts = []
    for start in range(0, len(pictures), batch):
        with torch.autocast("cpu", torch.bfloat16):
            latents = autoencoder.encode(to_tensor(pictures[start : start + batch])).latent_dist.mode()
            parts.append(to_pictures(autoencoder.decode(latents).sample))
    return np.concatenate(parts)


def rebuilt_of(bank: Path, folder: Path, say: Callable[[str], None] = print) -> NDArray[np.uint8] | None:
    """Return the first pictures of a bank as the autoencoder in ``folder`` gives them back, memory-mapped.

    They are made once for a bank and an autoencoder. None where there is no autoencoder.
    """
    weights = folder / "diffusion_pytorch_model.safetensors"
    if not weights.exists():
        return None
    path = bank / f"rebuilt-{hashlib.sha256(weights.read_bytes()).hexdigest()[:12]}.npy"
    if not path.exists():
        pictures = open_bank(bank).pictures[:COUNT]
        say(f"Passing {len(pictures):,} pictures of the bank through the autoencoder, once.")
        partial = path.with_suffix(".partial.npy")
        np.save(partial, rebuild(AutoencoderKL.from_pretrained(folder).eval(), pictures))
        partial.rename(path)
    found: NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return found
