"""Distances between two sets of pictures in the judge's space.

FD and KD are the formulas of FID and KID; on an encoder of our own the numbers are comparable with
one another and with nobody else's, so they are never called by those names.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
"""One embedding a row."""

SUBSETS, SUBSET_SIZE = 50, 200


def frechet(one: Vectors, other: Vectors) -> float:
    """Return the Fréchet distance of the two Gaussians (Heusel et al. 2017, arXiv:1706.08500), at least 0."""
    apart = one.mean(0) - other.mean(0)
    first, second = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    # the trace of the root of a product of covariances; its eigenvalues are real up to rounding
    roots = np.sqrt(np.clip(np.linalg.eigvals(first @ second).real, 0, None))
    return max(0.0, float(apart @ apart + np.trace(first) + np.trace(second) - 2 * roots.sum()))


def kernel(one: Vectors, other: Vectors, seed: int = 0) -> tuple[float, float]:
    """Return the kernel distance and its standard error over subsets.

    The unbiased squared MMD under the cubic polynomial kernel (Bińkowski et al. 2018,
    arXiv:1801.01401); it may be a little below 0 for equal distributions.
    """
    rng = np.random.default_rng(seed)
    size = min(SUBSET_SIZE, len(one), len(other))
    found = [
        _mmd(one[rng.choice(len(one), size, replace=False)], other[rng.choice(len(other), size, replace=False)])
        for _ in range(SUBSETS)
    ]
    return float(np.mean(found)), float(np.std(found) / np.sqrt(SUBSETS))


def _mmd(one: Vectors, other: Vectors) -> float:
    n = len(one)
    within = _cubic(one, one).sum() - np.trace(_cubic(one, one))
    beyond = _cubic(other, other).sum() - np.trace(_cubic(other, other))
    return float((within + beyond) / (n * (n - 1)) - 2 * _cubic(one, other).mean())


def _cubic(one: Vectors, other: Vectors) -> NDArray[np.float64]:
    return np.asarray((one @ other.T / one.shape[1] + 1) ** 3)
