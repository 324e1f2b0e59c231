"""Cases: what a model is asked to paint when it is evaluated, and real pictures to compare with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.corpus.captions import say
from engine.corpus.factors import Factors, draw_any, generator, is_seen
from engine.corpus.painter import paint
from engine.corpus.telling import Mention, Told

Language = Literal["en", "zh"]

PROMPT_STREAM, PAINT_STREAM = 21, 22
"""Purposes of random streams, apart from those of the bank."""


@dataclass(frozen=True)
class Case:
    """One picture to be painted: ``prompt`` says all of ``factors``."""

    factors: Factors
    prompt: str
    seed: int


def unseen(seed: int, count: int, figures: int | None = 1) -> list[Factors]:
    """Draw combinations that hold at least one withheld pair, with so many figures each (None: one to three)."""
    return _draw(seed, count, figures, lambda factors: not is_seen(factors))


def seen(
    seed: int, count: int, figures: int | None = 1, wanted: Callable[[Factors], bool] = lambda factors: True
) -> list[Factors]:
    """Draw combinations without a withheld pair, of those that are ``wanted``."""
    return _draw(seed, count, figures, lambda factors: is_seen(factors) and wanted(factors))


def _draw(seed: int, count: int, figures: int | None, wanted: Callable[[Factors], bool]) -> list[Factors]:
    rng = np.random.default_rng((seed, 20))
    found: list[Factors] = []
    while len(found) < count:
        factors = draw_any(rng, figures)
        if wanted(factors):
            found.append(factors)
    return found


def cases(factors: Sequence[Factors], language: Language, seed: int) -> list[Case]:
    """Return a case for each; the same ``seed`` gives the same noise whatever the language."""
    return [
        Case(one, say(everything(one), generator(seed, number, PROMPT_STREAM), language), seed + number)
        for number, one in enumerate(factors)
    ]


def everything(factors: Factors) -> Told:
    """Return what a caption tells that leaves nothing out."""
    figures = tuple(Mention(one.subject, one.colour, one.place, one.size) for one in factors.figures)
    return Told(figures, factors.ground, factors.hour, factors.mood, factors.palette, factors.style)


def paint_real(factors: Sequence[Factors], seed: int, size: int = 128, workers: int = 1) -> NDArray[np.uint8]:
    """Paint what is meant with the corpus's own painter: (n, size, size, 3)."""
    jobs = [(one, seed, number, size) for number, one in enumerate(factors)]
    if workers == 1:
        return np.stack([_paint_one(job) for job in jobs])
    with ProcessPoolExecutor(workers) as pool:
        return np.stack(list(pool.map(_paint_one, jobs, chunksize=16)))


def _paint_one(job: tuple[Factors, int, int, int]) -> NDArray[np.uint8]:
    factors, seed, number, size = job
    return paint(factors, generator(seed, number, PAINT_STREAM), size)
