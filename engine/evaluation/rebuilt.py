"""Pictures of a bank as an autoencoder gives them back.

The judge must know its subjects through the autoencoder of the model it judges, and what of the
factors survives there is the ceiling of everything that model can paint.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray

from engine.corpus.bank import open_bank
from engine.training.autoencoder import to_pictures, to_tensor

NAME = "rebuilt.npy"
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


def open_rebuilt(bank: Path) -> NDArray[np.uint8] | None:
    """Return the rebuilt first pictures of a bank, memory-mapped; None where there are none."""
    path = bank / NAME
    return np.load(path, mmap_mode="r") if path.exists() else None


def main() -> None:
    """Rebuild the first pictures of a bank, for the judge to learn from."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("autoencoder", type=Path, help="a folder that AutoencoderKL loads, such as mini's vae")
    parser.add_argument("bank", type=Path)
    parser.add_argument("--count", type=int, default=COUNT)
    arguments = parser.parse_args()
    autoencoder = AutoencoderKL.from_pretrained(arguments.autoencoder).eval()
    found = rebuild(autoencoder, open_bank(arguments.bank).pictures[: arguments.count])
    partial = arguments.bank / "rebuilt.partial.npy"
    np.save(partial, found)
    partial.rename(arguments.bank / NAME)


if __name__ == "__main__":
    main()
