"""Palettes: a remapping of the whole picture's colours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.corpus.raster import Plane, Rgb, luminance, mix, rgb

FIGURE_SHARE = 0.33


def tint(picture: Rgb, palette: str, subject: Plane) -> Rgb:
    """Bring a picture into a palette; figures follow half way, so that their colours keep their names."""
    return mix(picture, PALETTES[palette](picture), 1 - (1 - FIGURE_SHARE) * subject)


def _gradient(light: Plane, *stops: str) -> Rgb:
    levels = np.linspace(0, 1, len(stops))
    table = np.stack([rgb(stop) for stop in stops])
    return np.stack([np.interp(light, levels, table[:, c]) for c in range(3)], -1).astype(np.float32)


def pastel(picture: Rgb) -> Rgb:
    """Everything pale and milky."""
    grey = luminance(picture)[..., None]
    vivid = np.clip(grey + (picture - grey) * 1.9 + 0.08 * rgb("#c9a0ff"), 0, 1)
    return mix(rgb("#fff4fa"), vivid, 0.48)


def neon(picture: Rgb) -> Rgb:
    """Glowing pink, violet and cyan on near black."""
    glowing = _gradient(luminance(picture), "#07001c", "#34009c", "#d4008f", "#ff4fd0", "#19f0ff", "#eaffff")
    grey = luminance(picture)[..., None]
    vivid = np.clip(grey + (picture - grey) * 2.6, 0, 1)
    return mix(glowing, vivid, 0.25)


def sepia(picture: Rgb) -> Rgb:
    """Browns of an old photograph."""
    return mix(_gradient(luminance(picture), "#1e1009", "#7a5230", "#c9a06a", "#fbeccb"), picture, 0.10)


def earth(picture: Rgb) -> Rgb:
    """Terracotta, ochre and moss."""
    light = luminance(picture)
    warm = np.clip(0.5 + (picture[..., 0] - picture[..., 2]) * 1.1, 0, 1)
    clay = _gradient(light, "#24110a", "#a3431f", "#de9440", "#f7e2ae")
    moss = _gradient(light, "#161b0e", "#4d5c26", "#98a052", "#e9e4ba")
    return mix(mix(moss, clay, warm), picture, 0.08)


def ice(picture: Rgb) -> Rgb:
    """Frosty blues."""
    return mix(_gradient(luminance(picture), "#061a40", "#2b6cb0", "#86cdf0", "#f4feff"), picture, 0.12)


PALETTES: dict[str, Callable[[Rgb], Rgb]] = {
    "pastel": pastel,
    "neon": neon,
    "sepia": sepia,
    "earth": earth,
    "ice": ice,
}
