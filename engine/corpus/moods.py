"""Moods: a sign in the sky behind everything, and a tone over everything."""

from __future__ import annotations

import functools

import numpy as np

from engine.corpus.raster import Plane, Rgb, disk, grid, luminance, mix, rgb, smooth

RAINBOW = ("#f0383c", "#ff9a1f", "#ffe436", "#3fc65a", "#2f8cf0", "#8a4fd8")
ORBS = ((0.09, 0.30), (0.28, 0.12), (0.53, 0.22), (0.78, 0.10), (0.92, 0.36), (0.08, 0.64), (0.93, 0.68))
FIGURE_SHARE = 0.4


def sign(mood: str, sky: Rgb, light: float) -> Rgb:
    """Put the mood's sign into the sky; ``light`` is how bright the hour is, 0..1."""
    size = len(sky)
    if mood == "calm":
        return mix(sky, rgb("#fdf3ea") * (0.45 + 0.55 * light), 0.75 * _ribbons(size))
    if mood == "joyful":
        arc, colours = _rainbow(size)
        return mix(sky, colours, 0.85 * arc)
    if mood == "dramatic":
        rays = _rays(size)
        return mix(sky * (0.45 + 0.4 * rays[..., None]), rgb("#ffe9b0"), 0.55 * rays)
    return sky


def tone(mood: str, picture: Rgb, subject: Plane) -> Rgb:
    """Lay the mood's tone over the picture, half as strongly over its figures."""
    toned = _tone(mood, picture)
    toned = mix(picture, toned, 1 - (1 - FIGURE_SHARE) * subject)
    if mood != "mysterious":
        return toned
    core, halo = _orbs(len(picture))
    toned = mix(toned, rgb("#5fffe0"), 0.6 * halo)
    return mix(toned, rgb("#f0fff8"), core)


def _tone(mood: str, picture: Rgb) -> Rgb:
    size = len(picture)
    grey = luminance(picture)[..., None]
    if mood == "calm":
        return mix(picture, rgb("#d9e6ee"), 0.30)
    if mood == "gloomy":
        drained = grey + (picture - grey) * 0.22
        return (0.03 + drained * rgb("#c9cfda")) * (1 - 0.68 * _corners(size))[..., None]
    if mood == "joyful":
        vivid = grey + (picture - grey) * 1.25
        return np.clip(vivid * 1.03 + rgb("#ffe9a0") * 0.05, 0, 1)
    if mood == "mysterious":
        _, y = grid(size)
        veil = mix(rgb("#6a2fd0"), rgb("#0fa39a"), smooth(y, 0.2, 0.95))
        lit = mix(veil * (0.3 + grey), rgb("#f2fbff"), 0.7 * smooth(grey[..., 0], 0.62, 0.95))
        return mix(picture * 0.85, lit, 0.6)
    contrast = smooth(picture, 0.02, 0.92) * rgb("#fff2dc")
    return contrast * (1 - 0.5 * _corners(size))[..., None]


@functools.cache
def _ribbons(size: int) -> Plane:
    """Return long lens-shaped clouds."""
    x, y = grid(size)
    total = np.zeros((size, size), np.float32)
    for middle, top, wide, high in ((0.22, 0.10, 0.42, 0.030), (0.80, 0.21, 0.42, 0.036), (0.30, 0.33, 0.5, 0.034)):
        distance = ((x - middle) / wide) ** 2 + ((y - top) / high) ** 2
        total = np.maximum(total, smooth(1.2 - distance, 0, 0.5))
    return total


@functools.cache
def _rainbow(size: int) -> tuple[Plane, Rgb]:
    x, y = grid(size)
    radius = np.hypot(x - 0.5, (y - 0.66) * 1.0)
    along = (0.60 - radius) / 0.15 * len(RAINBOW)
    table = np.stack([rgb(code) for code in RAINBOW])
    steps = np.arange(len(RAINBOW)) + 0.5
    colours = np.stack([np.interp(along, steps, table[:, c]) for c in range(3)], -1)
    arc = np.clip(along * 2, 0, 1) * np.clip((len(RAINBOW) - along) * 2, 0, 1)
    return arc.astype(np.float32), colours.astype(np.float32)


@functools.cache
def _rays(size: int) -> Plane:
    """Return broad beams falling from the middle of the upper edge."""
    x, y = grid(size)
    angle = np.arctan2(x - 0.5, y + 0.25)
    beams = smooth(np.cos(angle * 13), -0.25, 0.55)
    return (beams * smooth(1.15 - y, 0, 0.9)).astype(np.float32)


@functools.cache
def _corners(size: int) -> Plane:
    x, y = grid(size)
    return smooth(np.hypot(x - 0.5, y - 0.52), 0.28, 0.72)


@functools.cache
def _orbs(size: int) -> tuple[Plane, Plane]:
    core, halo = (np.zeros((size, size), np.float32) for _ in range(2))
    for x, y in ORBS:
        core = np.maximum(core, disk(size, x, y, 0.020, 0.02))
        halo = np.maximum(halo, disk(size, x, y, 0.040, 0.06))
    return core, halo
