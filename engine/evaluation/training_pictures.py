"""The pictures a model was trained on, to look for copies in."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.bank import BankRefused, is_gathered, open_bank
from engine.corpus.factors import Factors
from engine.corpus.painter import paint_indexed
from engine.evaluation.judge import PICTURE

SEED = 0
"""Of the corpus that the models of the house are trained on."""


@dataclass(frozen=True)
class TrainingPictures:
    """Pictures (n, 128, 128, 3) uint8 and what they show."""

    pictures: NDArray[np.uint8]
    factors: Sequence[Factors]


def from_bank(folder: Path) -> TrainingPictures:
    """Return all pictures of a bank.

    Raises:
        BankRefused: the folder holds no finished bank of this corpus, at the size that the judge reads.
    """
    bank = open_bank(folder)
    if is_gathered(folder) or bank.pictures.shape[1] != PICTURE:
        raise BankRefused(
            f"{folder} holds other pictures than those of Salon's own world at {PICTURE} x {PICTURE}, by which an "
            "evaluation measures; leave --reference out."
        )
    return TrainingPictures(bank.pictures, bank.factors)


def painted_again(count: int, workers: int) -> TrainingPictures:
    """Return the first pictures of the corpus, painted anew."""
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(_paint, range(count), chunksize=16))
    return TrainingPictures(np.stack([picture for picture, _ in found]), [factors for _, factors in found])


def _paint(index: int) -> tuple[NDArray[np.uint8], Factors]:
    return paint_indexed(SEED, index)
