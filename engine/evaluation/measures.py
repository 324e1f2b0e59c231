"""All measures of one set of pictures, next to a set of real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.corpus.factors import Factors
from engine.evaluation.coverage import nearest, overlap, vendi, whitened
from engine.evaluation.distances import Vectors, frechet, kernel
from engine.evaluation.factors import Accuracy, accuracy
from engine.evaluation.reading import Readings


@dataclass(frozen=True)
class Measures:
    """One row of the table.

    ``accuracy`` is over all factors; ``fd`` and ``kd`` are over whole pictures, ``*_crops`` over
    crops around the subjects; ``nearest`` is the median distance to the nearest training picture;
    ``agreement`` is the share of pictures to which mini-clip gives their own prompt among 64, None
    without that model.
    """

    accuracy: float
    fd: float
    kd: float
    fd_crops: float
    kd_crops: float
    precision: float
    recall: float
    coverage: float
    vendi: float
    nearest: float
    agreement: float | None = None


@dataclass(frozen=True)
class Yardstick:
    """What sets are measured against: readings of real pictures, and where the training pictures lie."""

    real: Readings
    training: Vectors


def measure(
    readings: Readings, factors: Sequence[Factors], yardstick: Yardstick, agreement: float | None = None
) -> tuple[Measures, Accuracy]:
    """Measure one set of pictures that were to show ``factors``."""
    found = accuracy(readings, factors)
    real = yardstick.real.whole
    shared = overlap(whitened(real, real), whitened(readings.whole, real))
    return (
        Measures(
            accuracy=found.mean(),
            fd=frechet(readings.whole, yardstick.real.whole),
            kd=kernel(readings.whole, yardstick.real.whole)[0],
            fd_crops=frechet(readings.crops, yardstick.real.crops),
            kd_crops=kernel(readings.crops, yardstick.real.crops)[0],
            precision=shared.precision,
            recall=shared.recall,
            coverage=shared.coverage,
            vendi=vendi(readings.whole, yardstick.real.whole.mean(0)),
            nearest=float(np.median(nearest(readings.whole, yardstick.training))),
            agreement=agreement,
        ),
        found,
    )
