"""Accuracy: how often the judge reads off a picture what its prompt said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.corpus.factors import Factors
from engine.evaluation.classes import FIGURE, NATURAL, NONE, SCENE
from engine.evaluation.reading import Readings, truths

RESAMPLES = 500
UNSAID = "unsaid"


@dataclass(frozen=True)
class Share:
    """A share of right answers in 0..1 with its 95 % bootstrap interval, and of how many."""

    right: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Accuracy:
    """Shares by factor, and ``cells[style][factor]``."""

    factors: dict[str, Share]
    cells: dict[str, dict[str, Share]] = field(default_factory=dict)

    def worst_cell(self, least: int = 5) -> tuple[str, str, float] | None:
        """Return style, factor and share of the worst cell with at least so many answers."""
        found = [
            (share.right, style, factor)
            for style, row in self.cells.items()
            for factor, share in row.items()
            if share.count >= least
        ]
        if not found:
            return None
        right, style, factor = min(found)
        return style, factor, right

    def mean(self) -> float:
        """Return the share of right answers over all factors."""
        total = sum(share.count for share in self.factors.values())
        return sum(share.right * share.count for share in self.factors.values()) / max(1, total)


def accuracy(readings: Readings, factors: Sequence[Factors]) -> Accuracy:
    """Compare what was read with what was meant.

    ``colour``, ``mood`` and ``palette`` count only where one was named; what was left unsaid is
    counted together as ``unsaid``.
    """
    styles = np.array([one.style for one in factors])
    right = _right(readings, factors)
    overall = {name: share(hits) for name, (hits, _) in right.items()}
    cells = {
        str(style): {name: share(hits[styles[owners] == style]) for name, (hits, owners) in right.items()}
        for style in sorted(set(styles))
    }
    return Accuracy(overall, cells)


def bound(readings: Readings, factors: Sequence[Factors]) -> dict[str, Share]:
    """Return, of pictures with several figures, the shares with every subject, colour and both right.

    Only named colours can be wrong. ``swapped`` is the share with all subjects there, in each other's places.
    """
    _, meant = truths(factors)
    subject_right = readings.figure["subject"] == meant["subject"]
    colour_right = (readings.figure["colour"] == meant["colour"]) | (meant["colour"] == NATURAL)
    by_picture = [np.flatnonzero(readings.owners == row) for row in range(len(factors))]
    swapped = [
        sorted(readings.figure["subject"][rows]) == sorted(meant["subject"][rows]) and not subject_right[rows].all()
        for rows in by_picture
    ]
    return {
        "subjects": share([subject_right[rows].all() for rows in by_picture]),
        "colours": share([colour_right[rows].all() for rows in by_picture]),
        "both": share([(subject_right & colour_right)[rows].all() for rows in by_picture]),
        "swapped": share(swapped),
    }


def _right(readings: Readings, factors: Sequence[Factors]) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    scene, figure = truths(factors)
    pictures = np.arange(len(factors))
    found = {name: (readings.scene[name], scene[name], pictures) for name in SCENE}
    found |= {name: (readings.figure[name], figure[name], readings.owners) for name in FIGURE}
    right, unsaid = {}, []
    for name, (read, meant, owners) in found.items():
        named = ~np.isin(meant, (NATURAL, NONE))
        right[name] = (read == meant)[named], owners[named]
        unsaid.append(((read == meant)[~named], owners[~named]))
    right[UNSAID] = np.concatenate([hits for hits, _ in unsaid]), np.concatenate([owners for _, owners in unsaid])
    return right


def share(hits: Sequence[bool] | NDArray[np.bool_], seed: int = 0) -> Share:
    """Return the share of right answers and its interval, which is (0, 1) where there were none."""
    answers = np.asarray(hits, float)
    if not len(answers):
        return Share(0.0, 0.0, 1.0, 0)
    # resampling n answers of which a share is right is drawing from a binomial distribution
    drawn = np.random.default_rng(seed).binomial(len(answers), answers.mean(), RESAMPLES) / len(answers)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Share(float(answers.mean()), float(low), float(high), len(answers))
