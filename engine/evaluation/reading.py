"""Reading pictures: what the judge says of many of them, and where they lie in its space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.corpus.factors import Factors
from engine.evaluation.classes import FIGURE, SCENE, classes, figure_truth, scene_truth
from engine.evaluation.crops import figure_square, take_crops
from engine.evaluation.judge import Judge
from engine.training.autoencoder import to_tensor

BATCH = 64


@dataclass(frozen=True)
class Readings:
    """What was read of n pictures with m figures in all.

    ``scene`` and ``figure`` hold the answers by factor, (n,) and (m,); ``owners`` (m,) tells which
    picture a figure is of. ``whole`` (n, 128) and ``crops`` (m, 192) are float64 embeddings.
    """

    scene: dict[str, NDArray[np.str_]]
    figure: dict[str, NDArray[np.str_]]
    owners: NDArray[np.int64]
    whole: NDArray[np.float64]
    crops: NDArray[np.float64]


@torch.inference_mode()
def read(judge: Judge, pictures: NDArray[np.uint8], factors: Sequence[Factors]) -> Readings:
    """Read pictures (n, 128, 128, 3); ``factors`` say where in each of them figures are looked for."""
    owners = [row for row, one in enumerate(factors) for _ in one.figures]
    squares = [figure_square(one.figures, place) for one in factors for place in range(len(one.figures))]
    scene, whole, figure, crops = [], [], [], []
    for start in range(0, len(pictures), BATCH):
        batch = to_tensor(pictures[start : start + BATCH])
        within = [number for number, owner in enumerate(owners) if start <= owner < start + BATCH]
        embedded, answered = judge.scene(batch)
        whole.append(embedded)
        scene.append({name: logits.argmax(1) for name, logits in answered.items()})
        cut = take_crops(
            batch,
            torch.tensor([owners[number] - start for number in within]),
            torch.from_numpy(np.stack([squares[number] for number in within])),
        )
        embedded, answered = judge.figure(cut)
        crops.append(embedded)
        figure.append({name: logits.argmax(1) for name, logits in answered.items()})
    return Readings(
        {name: _names(name, scene) for name in SCENE},
        {name: _names(name, figure) for name in FIGURE},
        np.array(owners),
        torch.cat(whole).double().numpy(),
        torch.cat(crops).double().numpy(),
    )


@torch.inference_mode()
def embed(judge: Judge, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return where whole pictures (n, 128, 128, 3) lie: (n, 128)."""
    starts = range(0, len(pictures), BATCH)
    parts = [judge.scene(to_tensor(pictures[start : start + BATCH]))[0] for start in starts]
    return torch.cat(parts).double().numpy()


def _names(factor: str, parts: list[dict[str, torch.Tensor]]) -> NDArray[np.str_]:
    return np.array(classes(factor))[torch.cat([part[factor] for part in parts]).numpy()]


def truths(factors: Sequence[Factors]) -> tuple[dict[str, NDArray[np.str_]], dict[str, NDArray[np.str_]]]:
    """Return the right answers in the shapes of ``Readings.scene`` and ``Readings.figure``."""
    scene = {name: np.array([scene_truth(one, name) for one in factors]) for name in SCENE}
    figure = {
        name: np.array([figure_truth(one, place, name) for one in factors for place in range(len(one.figures))])
        for name in FIGURE
    }
    return scene, figure
