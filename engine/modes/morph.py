"""The way that a morph leads: which mixture each of its frames is, so that equal times are equal changes.

A place on the way is a number: whole ones are the stops (the ingredients in order), between two of them lie their
mixtures. A loop through three or more ends where it began; one between two leads there and back, and is painted once.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.api import Brief
from engine.api.errors import InvalidBrief


def check(brief: Brief) -> None:
    """Refuse a morph that cannot show all of its stops.

    Raises:
        InvalidBrief: it has too few frames.
    """
    least = max(2, len(brief.ingredients))
    if brief.mode == "morph" and brief.count < least:
        raise InvalidBrief(f"A morph through {len(brief.ingredients)} needs at least {least} frames; ask for more.")


def closed(brief: Brief) -> bool:
    """Whether the way leads from the last stop to the first."""
    return brief.loop and len(brief.ingredients) > 2


def legs(brief: Brief) -> int:
    """Return the number of ways from a stop to the next."""
    return len(brief.ingredients) - (0 if closed(brief) else 1)


def evenly(brief: Brief) -> list[float]:
    """Return the places of the frames before anything is known of the changes."""
    return spaced([0.0, float(legs(brief))], [1.0], brief.count, legs(brief), round_trip=closed(brief))


def spaced(
    places: Sequence[float], changes: Sequence[float], count: int, legs: int, *, round_trip: bool
) -> list[float]:
    """Return places of frames between which there is equal change; every stop has a frame.

    Args:
        places: ascending, from 0 to `legs`; where the change was measured.
        changes: between each and the next, of any unit.
        count: frames; at least one for each stop.
        legs: ways from a stop to the next.
        round_trip: whether the last place is the first, and so has no frame of its own.
    """
    travelled = np.concatenate([[0.0], np.cumsum(np.maximum(changes, 1e-9))])
    stops = np.interp(range(legs + 1), places, travelled)
    gaps = _shared(np.diff(stops), count if round_trip else count - 1)
    found: list[float] = []
    for begin, end, share in zip(stops[:-1], stops[1:], gaps, strict=True):
        leg = np.interp(np.linspace(begin, end, share + 1)[:-1], travelled, places)
        leg[0] = round(leg[0])
        found += leg.tolist()
    return found if round_trip else [*found, float(legs)]


def _shared(lengths: np.ndarray, gaps: int) -> list[int]:
    """Share gaps out over legs, at least one each, so that the widest is as narrow as can be."""
    shared = [1] * len(lengths)
    for _ in range(gaps - len(lengths)):
        shared[int(np.argmax(lengths / shared))] += 1
    return shared


def shares_at(place: float, stops: int) -> list[float]:
    """Return how much of every stop is in the mixture at a place; they add up to 1."""
    before = math.floor(place)
    rest = place - before
    shares = [0.0] * stops
    shares[before % stops] += 1 - rest
    if rest:
        shares[(before + 1) % stops] += rest
    return shares


def strength_at(place: float, pictured: Sequence[bool], halfway: float) -> float:
    """Return how far a frame goes from the pictures that are mixed as they look, 0 to 1.

    At such a picture it is 0, so that the frame is that picture; at what is painted from noise it is 1. Between
    pictures it rises to `halfway`, for there the network makes one picture of the two.
    """
    before = math.floor(place)
    rest = place - before
    one, two = pictured[before % len(pictured)], pictured[(before + 1) % len(pictured)]
    if one and two:
        return halfway * math.sin(math.pi * rest)
    return math.sin(math.pi / 2 * (rest if one else 1 - rest)) if one or two else 1.0


def unevenness(changes: Sequence[float]) -> float:
    """Return the largest of the changes between frames, relative to their mean; 1 is perfectly even."""
    mean = float(np.mean(changes))
    return float(np.max(changes)) / mean if mean > 0 else 1.0


def merged(places: Sequence[float], vectors: np.ndarray) -> tuple[list[float], list[float]]:
    """Return distinct places in ascending order, and the distances of what was seen from each to the next.

    Args:
        places: in any order; where one occurs twice the first counts.
        vectors: (places, n), what was seen at each.
    """
    order = [int(at) for at in np.unique(places, return_index=True)[1]]
    distances = [float(np.linalg.norm(vectors[one] - vectors[two])) for one, two in pairwise(order)]
    return [places[at] for at in order], distances
