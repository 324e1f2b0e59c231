"""How much better than Lanczos interpolation an upscaler is, on pictures of combinations that no bank holds.

``python -m engine.enlarge.measure`` prints the figures of the shipped upscaler, or of another folder.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray

from engine.diffusion.loading import SHIPPED
from engine.enlarge import FACTORS
from engine.enlarge.degrading import painted, reduced, wanted
from engine.enlarge.lanczos import Lanczos
from engine.enlarge.network import FOLDER, load_upscaler
from engine.enlarge.tiles import Enlarger, enlarged
from engine.evaluation.cases import paint_real, unseen
from engine.evaluation.judge import PICTURE, Judge, load_judge
from engine.evaluation.reading import embed

SEED = 7_500
"""Of the pictures that upscalers are measured by."""
SIZE = 512
"""Pixels of their sides: as many as those of what `mini` paints, four times."""
JUDGE = SHIPPED / "judge"
_AUTOENCODER = SHIPPED / "mini" / "vae"


@dataclass(frozen=True)
class Figures:
    """How far enlarged pictures are from what they were before they were made small."""

    psnr: float
    """Mean over the pictures, in dB."""
    error: float
    """Root of the mean square, in levels of 0..1."""
    distance: float
    """Mean distance of crops of the judge's size in its space."""


@dataclass(frozen=True)
class Comparison:
    """An upscaler beside Lanczos interpolation, on the same small pictures."""

    factor: int
    through: bool
    """Whether the small pictures went through an autoencoder."""
    own: Figures
    lanczos: Figures

    @property
    def gain(self) -> float:
        """By how many dB it is better."""
        return self.own.psnr - self.lanczos.psnr

    @property
    def nearer(self) -> float:
        """By which share it is nearer in the judge's space."""
        return 1 - self.own.distance / self.lanczos.distance

    def sentence(self) -> str:
        """Say it."""
        what = "painted" if self.through else "reduced"
        return (
            f"{self.factor}x of {what} pictures: {self.own.psnr:.2f} dB, Lanczos {self.lanczos.psnr:.2f} dB; "
            f"distance {self.own.distance:.4f}, Lanczos {self.lanczos.distance:.4f}"
        )


def compare(enlarger: Enlarger, judge: Judge, autoencoder: AutoencoderKL, count: int = 48) -> list[Comparison]:
    """Compare on ``count`` pictures of the corpus, reduced alone and also as an autoencoder gives them back."""
    painting = paint_real(unseen(SEED, count, None), SEED, SIZE)
    found = []
    for factor in FACTORS:
        originals = np.stack([wanted(one, factor) for one in painting])
        small = np.stack([reduced(one, factor) for one in originals])
        for through in (False, True):
            seen = painted(autoencoder, small) if through else small
            own, lanczos = (figures(enlarged(way, seen, factor), originals, judge) for way in (enlarger, Lanczos()))
            found.append(Comparison(factor, through, own, lanczos))
    return found


def figures(found: NDArray[np.uint8], originals: NDArray[np.uint8], judge: Judge) -> Figures:
    """Measure pictures (n, h, w, 3) whose sides are whole numbers of the judge's."""
    squares = ((found.astype(np.float32) - originals) / 255) ** 2
    each = squares.mean((1, 2, 3)).clip(1e-10)
    places = [embed(judge, _crops(pictures)) for pictures in (found, originals)]
    return Figures(
        psnr=float((-10 * np.log10(each)).mean()),
        error=float(np.sqrt(squares.mean())),
        distance=float(np.linalg.norm(places[0] - places[1], axis=1).mean()),
    )


def score(comparisons: list[Comparison]) -> float:
    """Return how bad an upscaler is: its error and its distance as shares of Lanczos', which itself has 1."""
    shares = [(one.own.error / one.lanczos.error + one.own.distance / one.lanczos.distance) / 2 for one in comparisons]
    return float(np.mean(shares))


def open_autoencoder() -> AutoencoderKL:
    """Return the autoencoder whose pictures will mostly be enlarged."""
    return AutoencoderKL.from_pretrained(_AUTOENCODER, local_files_only=True, use_safetensors=True).float().eval()


def _crops(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut pictures into squares of the judge's size."""
    count, height, width, channels = pictures.shape
    grid = pictures.reshape(count, height // PICTURE, PICTURE, width // PICTURE, PICTURE, channels)
    return grid.transpose(0, 1, 3, 2, 4, 5).reshape(-1, PICTURE, PICTURE, channels)


def main() -> int:
    """Print the figures of an upscaler."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--count", type=int, default=48)
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        sys.stderr.write(f"{arguments.folder} holds no upscaler; train one with `salon train upscaler`.\n")
        return 1
    network, _ = load_upscaler(arguments.folder)
    with torch.inference_mode():
        found = compare(network, load_judge(JUDGE), open_autoencoder(), arguments.count)
    for one in found:
        sys.stdout.write(f"{one.sentence()}\n")
    sys.stdout.write(f"score {score(found):.3f} (Lanczos has 1, less is better)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
