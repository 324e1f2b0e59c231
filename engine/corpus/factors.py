"""What a picture shows, and the randomness that belongs to it alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from engine.corpus.lexicon import FACTORS, values


@dataclass(frozen=True)
class Factors:
    """One value per factor; the names are those of ``lexicon.toml``."""

    subject: str
    place: str
    ground: str
    hour: str
    style: str

    def as_dict(self) -> dict[str, str]:
        """Return the values by factor name."""
        return asdict(self)


def generator(seed: int, index: int, purpose: int = 0) -> np.random.Generator:
    """Return the random stream of picture ``index``: the same whatever was drawn before it."""
    return np.random.default_rng((seed, index, purpose))


def draw_factors(seed: int, index: int) -> Factors:
    """Draw what picture ``index`` shows, every value of a factor being equally likely."""
    rng = generator(seed, index)
    return Factors(**{factor: str(rng.choice(list(values(factor)))) for factor in FACTORS})
