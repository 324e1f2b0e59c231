"""What a caption tells of a picture: its factors, some left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.corpus.factors import Factors, Figure

FIGURE, COLOUR, PLACE, SIZE = 0.97, 0.95, 0.3, 0.45
GROUND, HOUR, MOOD, PALETTE, STYLE = 0.88, 0.85, 0.9, 0.95, 0.92
USUAL = 0.5
ACROSS = 0.3


@dataclass(frozen=True)
class Mention:
    """One figure as a caption tells of it; None is what goes unsaid."""

    subject: str
    colour: str | None = None
    place: str | None = None
    size: str | None = None


@dataclass(frozen=True)
class Told:
    """What a caption tells, its figures in the order in which they are named."""

    figures: tuple[Mention, ...] = ()
    ground: str | None = None
    hour: str | None = None
    mood: str | None = None
    palette: str | None = None
    style: str | None = None


def leave_out(factors: Factors, rng: np.random.Generator) -> Told:
    """Choose what a caption tells: at least a figure or the ground.

    Figures are named from left to right, so that their order means something; only where every
    place is said are they sometimes named in another order.
    """

    def perhaps(value: str | None, share: float) -> str | None:
        return value if rng.random() < share else None

    placed = rng.random() < PLACE
    figures = [_mention(figure, rng, placed) for figure in factors.figures if rng.random() < FIGURE]
    ground = perhaps(factors.ground, GROUND)
    if not figures and ground is None:
        figures = [_mention(figure, rng, placed) for figure in factors.figures]
    if len(figures) > 1 and placed and rng.random() < ACROSS:
        rng.shuffle(figures)
    return Told(
        figures=tuple(figures),
        ground=ground,
        hour=perhaps(factors.hour, HOUR),
        mood=perhaps(factors.mood, MOOD),
        palette=perhaps(factors.palette, PALETTE),
        style=perhaps(factors.style, STYLE),
    )


def _mention(figure: Figure, rng: np.random.Generator, placed: bool) -> Mention:
    colour = figure.colour if rng.random() < COLOUR else None
    size = figure.size if rng.random() < SIZE else None
    return Mention(figure.subject, colour, figure.place if placed else None, size)


def choose(options: list[str], rng: np.random.Generator) -> str:
    """Choose a way to say something, the first one half of the time."""
    if rng.random() < USUAL:
        return options[0]
    return options[int(rng.integers(len(options)))]
