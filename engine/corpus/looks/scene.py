"""What a style is given."""

from __future__ import annotations

from dataclasses import dataclass

from engine.corpus.raster import Plane, Rgb


@dataclass(frozen=True)
class Scene:
    """A finished scene before its style, of side ``s``.

    ``rgb`` is the lit picture with weather and mood, (s, s, 3) in 0..1; ``subject`` the coverage of
    the figures and ``glow`` that of the hour's own light (sun, moon, stars, lightning), both (s, s)
    in 0..1; ``key`` is the hour's signature colour, (3,), for styles that drop colour.
    """

    rgb: Rgb
    subject: Plane
    glow: Plane
    key: Rgb
