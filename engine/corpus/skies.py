"""Skies: the hour and the weather, and the light they throw on what lies below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import ImageDraw

from engine.corpus.raster import Plane, Rgb, disk, grid, mix, noise, rgb, stencil


@dataclass(frozen=True)
class Hour:
    """What an hour looks like: colours from zenith to horizon, its light, its clouds and stars."""

    zenith: str
    middle: str
    horizon: str
    light: str
    cloud: str
    clouds: float = 0.0
    orb: str = ""
    orb_height: tuple[float, float] = (0.0, 0.0)
    orb_radius: float = 0.0
    stars: int = 0
    haze: float = 0.0


HOURS = {
    "dawn": Hour("#8fa8e0", "#f4b6c2", "#ffe3a8", "#ffe0cf", "#ffd9d6", 0.55, "#fff6d0", (0.40, 0.50), 0.085),
    "noon": Hour("#1f78dc", "#6cbcf7", "#cdefff", "#ffffff", "#ffffff", 0.85, "#fff3a0", (0.12, 0.20), 0.07),
    "sunset": Hour("#45206b", "#d8385e", "#ffa02e", "#ffb48c", "#f2668b", 0.60, "#ffe45c", (0.36, 0.47), 0.10),
    "night": Hour(
        "#0a1433",
        "#16305f",
        "#35588c",
        "#7088c8",
        "#2a4573",
        0.35,
        "#fdf6d8",
        (0.12, 0.24),
        0.095,
        14,
    ),
    "stars": Hour("#140828", "#35145c", "#7a3a92", "#a184d6", "#a06adf", 0.0, stars=120),
    "storm": Hour("#1d2027", "#3d424c", "#7d8078", "#989da3", "#16181d", 1.0),
    "fog": Hour("#c3c9cc", "#d5d9d9", "#e6e7e4", "#e9ebe9", "#f0f1ef", 0.4, haze=0.8),
    "rain": Hour("#4d6379", "#71889b", "#9db2be", "#aebfca", "#3c4f62", 0.9, haze=0.2),
}


def paint_sky(rng: np.random.Generator, hour: str, size: int) -> Rgb:
    """Paint a whole sheet of sky, (size, size, 3) in [0, 1]; the ground covers its lower part."""
    look = HOURS[hour]
    _, y = grid(size)
    height = np.clip(y / 0.58, 0, 1)
    upper = mix(rgb(look.zenith), rgb(look.middle), np.clip(height * 2, 0, 1))
    sky = mix(upper, rgb(look.horizon), np.clip(height * 2 - 1, 0, 1))
    if hour == "stars":
        sky = _milky_way(rng, sky)
    if look.stars:
        sky = _stars(rng, sky, look.stars)
    if look.orb:
        sky = _orb(rng, sky, look, craters=hour == "night")
    if look.clouds:
        sky = _clouds(rng, sky, look)
    if hour == "storm":
        sky = _lightning(rng, sky)
    return sky


def _orb(rng: np.random.Generator, sky: Rgb, look: Hour, craters: bool) -> Rgb:
    size = len(sky)
    side = rng.choice((-1, 1))
    x, y = 0.5 + side * rng.uniform(0.16, 0.36), rng.uniform(*look.orb_height)
    colour = rgb(look.orb)
    across, down = grid(size)
    glow = np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * look.orb_radius) ** 2 * 0.6)
    sky = mix(sky, colour, glow * 0.45)
    sky = mix(sky, colour, disk(size, x, y, look.orb_radius))
    if craters:
        for dx, dy, radius in ((-0.3, -0.2, 0.22), (0.25, 0.3, 0.28), (0.3, -0.35, 0.15)):
            spot = disk(
                size,
                x + dx * look.orb_radius,
                y + dy * look.orb_radius,
                radius * look.orb_radius,
            )
            sky = mix(sky, colour * 0.86, spot)
    return sky


def _clouds(rng: np.random.Generator, sky: Rgb, look: Hour) -> Rgb:
    size = len(sky)
    _, y = grid(size)
    field = noise(rng, size, (3, 7), 3)
    cover = np.clip((field - (1.0 - 0.5 * look.clouds)) * 5 + 0.5, 0, 1)
    lit = noise(rng, size, (4, 9), 2)
    colour = mix(rgb(look.cloud), rgb(look.cloud) * 0.86, lit)
    fade = np.clip(1.15 - y / 0.6, 0.0, 1.0) * min(1.0, look.clouds + 0.25)
    return mix(sky, colour, cover * fade)


def _stars(rng: np.random.Generator, sky: Rgb, count: int) -> Rgb:
    size = len(sky)
    where = rng.random((count, 2)) * (1.0, 0.62)
    bright = rng.random(count) ** 2

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        for (x, y), level in zip(where * side, bright, strict=True):
            radius = side * (0.005 + 0.007 * level)
            canvas.ellipse((x - radius, y - radius, x + radius, y + radius), int(150 + 105 * level))

    return mix(sky, rgb("#fffbe6"), stencil(size, draw))


def _milky_way(rng: np.random.Generator, sky: Rgb) -> Rgb:
    size = len(sky)
    x, y = grid(size)
    slope, offset = rng.choice((-1, 1)) * rng.uniform(0.5, 0.9), rng.uniform(0.15, 0.35)
    distance = (y - offset - slope * (x - 0.5)) / 0.16
    band = np.exp(-(distance**2)) * (0.45 + 0.55 * noise(rng, size, (6, 6), 3))
    sky = mix(sky, rgb("#d58ce8"), band * 0.55)
    return mix(sky, rgb("#fde8ff"), np.clip(band - 0.55, 0, 1) * 1.1)


def _lightning(rng: np.random.Generator, sky: Rgb) -> Rgb:
    size = len(sky)
    x = 0.5 + rng.choice((-1, 1)) * rng.uniform(0.18, 0.38)
    heights = np.linspace(0.0, 0.56, 8)
    bolt = np.stack([x + np.cumsum(rng.uniform(-0.05, 0.05, 8)), heights], 1)
    fork = bolt[3:6] + np.outer(np.arange(3), (rng.choice((-1, 1)) * 0.06, 0.01))

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        for line, width in ((bolt, 0.022), (fork, 0.014)):
            points = [tuple(point) for point in line * side]
            canvas.line(points, 255, round(width * side), joint="curve")

    core = stencil(size, draw)
    across, _ = grid(size)
    glow = np.exp(-((across - x) ** 2) / 0.02)
    return mix(mix(sky, rgb("#8f93a8"), glow * 0.4), rgb("#fff7b8"), core)


def haze(scene: Rgb, hour: str, horizon: float) -> Rgb:
    """Pale the landscape by what hangs in the air, most of all towards the horizon."""
    look = HOURS[hour]
    if not look.haze:
        return scene
    depth = np.clip(1.1 - np.abs(grid(len(scene))[1] - horizon) / 0.45, 0.25, 1)
    return mix(scene, rgb(look.horizon), depth * look.haze)


def veil(rng: np.random.Generator, scene: Rgb, hour: str) -> Rgb:
    """Lay what falls before everything: streaks of rain, a thin bank of fog."""
    size = len(scene)
    if hour == "rain":
        return mix(scene, rgb("#dbe9f4"), _streaks(rng, size) * 0.6)
    if hour == "fog":
        bank = noise(rng, size, (2, 6), 3)
        return mix(scene, rgb("#eceeec"), np.clip(bank - 0.35, 0, 1) * 0.55)
    if hour == "storm":
        return mix(scene, rgb("#c4ccd4"), _streaks(rng, size) * 0.22)
    return scene


def _streaks(rng: np.random.Generator, size: int) -> Plane:
    starts = rng.uniform(-0.1, 1.1, (46, 2))
    lengths = rng.uniform(0.08, 0.16, 46)

    def draw(canvas: ImageDraw.ImageDraw, side: float) -> None:
        for (x, y), length in zip(starts * side, lengths * side, strict=True):
            canvas.line((x, y, x - 0.35 * length, y + length), 255, round(side * 0.009))

    return stencil(size, draw)
