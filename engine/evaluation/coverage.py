"""Fidelity and variety: how two sets of pictures overlap in the judge's space, and how varied one is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.distances import Vectors

NEIGHBOURS = 5
NARROWEST = 1e-3


@dataclass(frozen=True)
class Overlap:
    """Shares in 0..1; all three are high only where painted and real pictures lie among one another."""

    precision: float
    recall: float
    coverage: float


def overlap(real: Vectors, painted: Vectors, neighbours: int = NEIGHBOURS) -> Overlap:
    """Compare two sets by balls around their points that reach to the k-th neighbour.

    Precision: painted pictures within a ball of a real one; recall: real pictures within a ball of
    a painted one (Kynkäänniemi et al. 2019, arXiv:1904.06991). Coverage: balls of real pictures
    with a painted one in them (Naeem et al. 2020, arXiv:2002.09797).
    """
    real_reach, painted_reach = _reach(real, neighbours), _reach(painted, neighbours)
    between = pairwise(real, painted)
    return Overlap(
        float((between <= real_reach[:, None]).any(0).mean()),
        float((between <= painted_reach[None]).any(1).mean()),
        float((between <= real_reach[:, None]).any(1).mean()),
    )


def whitened(points: Vectors, real: Vectors) -> Vectors:
    """Return points in the space where real pictures vary as much in every direction.

    The judge was taught to read spoilt pictures too, so that its widest directions tell subjects and
    styles apart and hardly see a blur; the narrow ones do. Directions in which real pictures vary
    ``NARROWEST`` times less than in the widest are noise and not widened further.
    """
    centre = real.mean(0)
    _, spread, directions = np.linalg.svd(real - centre, full_matrices=False)
    spread = spread.clip(spread[0] * NARROWEST) / np.sqrt(len(real))
    return (points - centre) @ (directions.T / spread)


def vendi(pictures: Vectors, origin: Vectors | float = 0.0) -> float:
    """Return the effective number of different pictures, 1 to n (Friedman and Dieng 2023, arXiv:2210.02410).

    The similarity is the cosine about ``origin``: about the mean of real pictures it tells more
    than about zero, where all activations lie in one corner.
    """
    centred = pictures - origin
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True).clip(1e-12)
    # the Gram matrix in feature space has the same non-zero eigenvalues and is the smaller one
    shares = np.linalg.eigvalsh(unit.T @ unit / len(unit)).clip(0)
    shares = shares[shares > 1e-12]
    return float(np.exp(-(shares * np.log(shares)).sum()))


def nearest(pictures: Vectors, among: Vectors) -> NDArray[np.float64]:
    """Return the distance from every picture to the nearest of the others, (n,)."""
    parts = [pairwise(pictures[start : start + 256], among).min(1) for start in range(0, len(pictures), 256)]
    return np.concatenate(parts)


def pairwise(one: Vectors, other: Vectors) -> NDArray[np.float64]:
    """Return Euclidean distances, (n, m)."""
    squared = (one**2).sum(1)[:, None] + (other**2).sum(1)[None] - 2 * one @ other.T
    return np.sqrt(squared.clip(0))


def _reach(points: Vectors, neighbours: int) -> NDArray[np.float64]:
    k = min(neighbours, len(points) - 1)
    return np.asarray(np.partition(pairwise(points, points), k, axis=1)[:, k])
