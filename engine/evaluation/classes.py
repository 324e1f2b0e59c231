"""What the judge can say of a picture: the values of every factor, and that there is none of them."""

from __future__ import annotations

import functools

from engine.corpus.factors import Factors
from engine.corpus.lexicon import values

SCENE = ("style", "ground", "hour", "mood", "palette")
"""Factors read from the whole picture."""
FIGURE = ("subject", "colour")
"""Factors read from a crop around one figure."""

NOTHING = "nothing"
"""Said of a crop that shows no subject of the lexicon, or one damaged beyond recognition."""
NATURAL = "natural"
"""Said of a figure that has the colours it has by nature."""
NONE = "none"
"""Said of a picture without a mood, or without a palette."""

_BESIDE = {"subject": NOTHING, "colour": NATURAL, "mood": NONE, "palette": NONE}


@functools.cache
def classes(factor: str) -> tuple[str, ...]:
    """Return everything the judge can answer for a factor; what stands beside the lexicon comes last."""
    beside = _BESIDE.get(factor)
    return (*values(factor), *([beside] if beside else []))


def scene_truth(factors: Factors, factor: str) -> str:
    """Return the right answer for one of the factors of the whole picture."""
    return getattr(factors, factor) or NONE


def figure_truth(factors: Factors, place: int, factor: str) -> str:
    """Return the right answer for one of the factors of figure number ``place``."""
    return getattr(factors.figures[place], factor) or NATURAL


@functools.cache
def indices(factor: str) -> dict[str, int]:
    """Return the number of every answer."""
    return {name: index for index, name in enumerate(classes(factor))}
