"""What a picture shows, and the randomness that belongs to it alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from engine.corpus.lexicon import values

WITHHELD_SHARE = 0.1
WITHHELD_WITH = ("style", "ground", "hour")
COUNTS = {1: 0.64, 2: 0.26, 3: 0.10}
COLOURED = {1: 0.4, 2: 0.6, 3: 0.6}
MOODY = 0.5
TINTED = 0.15
PLACES = ("left", "centre", "right")


@dataclass(frozen=True)
class Figure:
    """One subject of a picture; ``colour`` None leaves it its own colours."""

    subject: str
    colour: str | None
    place: str
    size: str


@dataclass(frozen=True)
class Factors:
    """All that a picture shows; names are those of ``lexicon.toml``, figures stand left to right."""

    figures: tuple[Figure, ...]
    ground: str
    hour: str
    mood: str | None
    palette: str | None
    style: str


def generator(seed: int, index: int, purpose: int = 0) -> np.random.Generator:
    """Return the random stream of picture ``index``: the same whatever was drawn before it."""
    return np.random.default_rng((seed, index, purpose))


def withheld(subject: str, factor: str, value: str) -> bool:
    """Tell whether the pair is kept out of banks and captions, so that "unseen" can be measured."""
    digest = hashlib.sha256(f"{subject}|{factor}|{value}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < WITHHELD_SHARE * 2**64


def is_seen(factors: Factors) -> bool:
    """Tell whether no pair of these factors is withheld."""
    return not any(
        withheld(figure.subject, factor, getattr(factors, factor))
        for figure in factors.figures
        for factor in WITHHELD_WITH
    )


def draw_factors(seed: int, index: int) -> Factors:
    """Draw what picture ``index`` of the bank shows: any combination without a withheld pair."""
    rng = generator(seed, index)
    factors = draw_any(rng)
    while not is_seen(factors):
        # Only the scene is drawn again: figures with many withheld pairs would else come up less often.
        factors = replace(factors, ground=_any(rng, "ground"), hour=_any(rng, "hour"), style=_any(rng, "style"))
        if not _have_a_scene(factors.figures):
            factors = draw_any(rng)
    return factors


def _have_a_scene(figures: tuple[Figure, ...]) -> bool:
    """Tell whether any scene is seen with all of these figures; a dog, a lion and a snail share no hour."""
    return all(
        any(not any(withheld(figure.subject, factor, value) for figure in figures) for value in values(factor))
        for factor in WITHHELD_WITH
    )


def draw_any(rng: np.random.Generator, count: int | None = None) -> Factors:
    """Draw any combination, withheld pairs included; ``count`` figures, or one to three."""
    if count is None:
        count = int(rng.choice(list(COUNTS), p=list(COUNTS.values())))
    return Factors(
        figures=_draw_figures(rng, count),
        ground=_any(rng, "ground"),
        hour=_any(rng, "hour"),
        mood=_any(rng, "mood") if rng.random() < MOODY else None,
        palette=_any(rng, "palette") if rng.random() < TINTED else None,
        style=_any(rng, "style"),
    )


def _draw_figures(rng: np.random.Generator, count: int) -> tuple[Figure, ...]:
    subjects = rng.choice(list(values("subject")), count, replace=False)
    spots = sorted(rng.choice(len(PLACES), count, replace=False))
    return tuple(
        Figure(
            str(subject),
            _any(rng, "colour") if rng.random() < COLOURED[count] else None,
            PLACES[spot],
            _any(rng, "size"),
        )
        for subject, spot in zip(subjects, spots, strict=True)
    )


def _any(rng: np.random.Generator, factor: str) -> str:
    options = list(values(factor))
    return options[int(rng.integers(len(options)))]
