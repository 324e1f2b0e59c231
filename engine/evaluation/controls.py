"""Broken controls: pictures spoilt on purpose, which the measure meant for them must rank worse.

A measure that does not see a spoilt set of real pictures says nothing about a model's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.corpus.factors import Factors
from engine.corpus.lexicon import values
from engine.evaluation.cases import seen
from engine.evaluation.damage import blur
from engine.training.autoencoder import to_pictures, to_tensor

BLUR = 2.0
"""Pixels at 128: subjects can still be guessed, nobody would call it sharp."""
KEPT = 4
"""A mode-dropped model still knows one in so many subjects and styles."""


def blurred(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pictures out of focus: FD and KD must rise and precision must fall."""
    parts = [to_pictures(blur(to_tensor(part), BLUR)) for part in np.array_split(pictures, max(1, len(pictures) // 64))]
    return np.concatenate(parts)


def mode_dropped(seed: int, count: int) -> list[Factors]:
    """Draw from a quarter of the subjects and styles alone: recall, coverage and Vendi must fall."""
    kept = {factor: set(list(values(factor))[::KEPT]) for factor in ("subject", "style")}

    def known(factors: Factors) -> bool:
        return factors.figures[0].subject in kept["subject"] and factors.style in kept["style"]

    return seen(seed, count, 1, known)


def shuffled(factors: Sequence[Factors]) -> list[Factors]:
    """Return each prompt beside the next one's picture: factor accuracy must fall to chance."""
    return [*factors[1:], *factors[:1]]
