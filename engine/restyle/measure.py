"""How well the restyler does what it learnt: on pictures and looks of the corpus that no bank holds."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.corpus.looks import LOOKS
from engine.diffusion.loading import SHIPPED
from engine.evaluation.cases import paint_real, unseen
from engine.evaluation.classes import classes
from engine.evaluation.judge import Judge
from engine.restyle.lessons import PLAIN, styled
from engine.restyle.network import Restyler
from engine.training.autoencoder import to_pictures, to_tensor

JUDGE = SHIPPED / "judge"
SEED = 7_600
"""Of the pictures that restylers are measured by; looks are shown by those of the next one."""


@dataclass(frozen=True)
class Reading:
    """Figures over all looks. ``read`` is the share of pictures in which the judge sees the look that was wanted.

    The restyler reads with the judge's first layers, so that this is no stranger's opinion; PSNR is.
    """

    read: float
    read_painted: float
    """Of those that the corpus' own code made."""
    read_before: float
    """Of those that were not restyled."""
    psnr: float
    """Of the restyled pictures against those of the corpus' own code, in dB; mean over the pictures."""
    psnr_before: float


@torch.inference_mode()
def measured(network: Restyler, judge: Judge, count: int) -> Reading:
    """Restyle ``count`` plain pictures of the corpus into every look, in their own colours."""
    drawn = [replace(one, style=PLAIN) for one in unseen(SEED, count, None)]
    before = paint_real(drawn, SEED)
    shares, errors = [], []
    for look in LOOKS:
        (shown,) = paint_real([replace(one, style=look) for one in unseen(SEED + 1, 1, None)], SEED + 1)
        rng = np.random.default_rng(SEED)
        painted = np.stack([_levels(styled(one.astype(np.float32) / 255, look, rng)) for one in before])
        found = _restyled(network, before, shown)
        shares.append([_read_as(judge, pictures, look) for pictures in (found, painted, before)])
        errors.append([_psnr(pictures, painted) for pictures in (found, before) if look != PLAIN])
    read, read_painted, read_before = np.mean(shares, 0)
    psnr, psnr_before = np.mean([pair for pair in errors if pair], 0)
    return Reading(float(read), float(read_painted), float(read_before), float(psnr), float(psnr_before))


def _restyled(network: Restyler, pictures: NDArray[np.uint8], shown: NDArray[np.uint8]) -> NDArray[np.uint8]:
    code = network.reader(to_tensor(shown[None]))
    found = [to_tensor(one[None]) for one in pictures]
    return np.concatenate([to_pictures(one + network(one, code, at=[(0, 0)])) for one in found])


def _read_as(judge: Judge, pictures: NDArray[np.uint8], look: str) -> float:
    _, answered = judge.scene(to_tensor(pictures))
    return float((answered["style"].argmax(1) == list(classes("style")).index(look)).float().mean())


def _psnr(found: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> float:
    squares = ((found.astype(np.float32) - wanted) / 255) ** 2
    return float((-10 * np.log10(squares.mean((1, 2, 3)).clip(1e-10))).mean())


def _levels(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (picture * 255 + 0.5).astype(np.uint8)
