"""Grounds: the ten landscapes a subject can stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.corpus.landscape import Landscape
from engine.corpus.raster import Rgb, below, disks, grid, mix, polygon, rectangles, rgb, smooth
from engine.corpus.scenery import blossoms, crown, lava_cracks, pines, towers, tree_row, wave_crest, windows

HORIZON = 0.58


@dataclass(frozen=True)
class Ground:
    """A landscape and about where its skyline runs, in fractions of the side from the top."""

    paint: Callable[[Landscape], None]
    skyline: float


def _shade(size: int, near: str, far: str, top: float = HORIZON) -> Rgb:
    """Return a gradient from ``far`` at the horizon to ``near`` at the lower edge."""
    return mix(rgb(far), rgb(near), smooth(grid(size)[1], top, 1.0))


def meadow(land: Landscape) -> None:
    """Rolling green hills with round bushes."""
    size, rng = land.size, land.rng
    land.cover(below(land.hills(0.60, 0.14, 2), size), "#8fc3a0", 0.3)
    land.cover(below(land.hills(0.66, 0.10, 2), size), "#74c757", 0.08)
    side = float(rng.choice((-1, 1)))
    bushes = [(0.5 + side * 0.42, 0.62, 0.075), (0.5 + side * 0.30, 0.645, 0.05), (0.5 - side * 0.40, 0.65, 0.055)]
    land.cover(disks(size, bushes), "#2f8f4a", 0.05)
    land.cover(below(land.hills(0.72, 0.05, 1), size), _shade(size, "#2f9a35", "#5cc043"))


def forest(land: Landscape) -> None:
    """Snow-laden pines behind drifts of snow."""
    size, rng = land.size, land.rng
    land.cover(below(land.hills(0.52, 0.10, 2), size), "#b4cadd", 0.35)
    trees = tree_row(rng, 8, 0.42)
    land.cover(pines(size, trees, 0.70), "#1c5c4c", 0.06)
    land.cover(pines(size, trees, 0.70, snow=True), "#f4f9ff")
    land.cover(below(land.hills(0.71, 0.05, 2), size), "#d3e3f5", 0.05)
    land.cover(below(land.hills(0.80, 0.06, 1), size), _shade(size, "#ffffff", "#f1f7ff", 0.75))


def desert(land: Landscape) -> None:
    """Two pyramids behind dunes with a lit and a shaded side."""
    size, rng = land.size, land.rng
    side = float(rng.choice((-1, 1)))
    for x, base, half, pale in ((0.5 + side * 0.32, 0.70, 0.25, 0.12), (0.5 - side * 0.37, 0.68, 0.18, 0.25)):
        _pyramid(land, x, base, half, pale)
    for top, height, pale in ((0.68, 0.08, 0.08), (0.84, 0.12, 0.0)):
        line = land.hills(top, height, 1)
        slope = np.gradient(line) * size
        lit = smooth(0.5 - slope * 1.3, 0, 1)
        sand = mix(rgb("#d9923f"), rgb("#f9cd72"), lit[None])
        land.cover(below(line, size), np.broadcast_to(sand, (size, size, 3)), pale)


def _pyramid(land: Landscape, x: float, base: float, half: float, pale: float) -> None:
    tall = half * 1.15

    for right, colour in ((half, "#b87436"), (half * 0.28, "#eebd68")):
        face = ((x, base - tall), (x + right, base), (x - half, base))
        land.cover(polygon(land.size, face), colour, pale)


def sea(land: Landscape) -> None:
    """Open water to the horizon, with rows of rounded waves."""
    size = land.size
    land.cover(below(HORIZON, size), _shade(size, "#0d58ae", "#49b4e8"))
    for row, y in enumerate((0.68, 0.80, 0.92)):
        crest = wave_crest(size, y, row % 2)
        land.cover(below(crest, size), _shade(size, "#0d58ae", "#3aa2e0"), 0.04)
        foam = below(crest, size) * (1 - below(crest + 0.013 + 0.004 * row, size))
        land.cover(foam, "#e9f8ff")


def mountains(land: Landscape) -> None:
    """Two ranges of snowy peaks over a green alp."""
    size, rng = land.size, land.rng
    side = float(rng.choice((-1, 1)))
    far = ((0.5 + side * 0.12, 0.30), (0.5 - side * 0.46, 0.34), (0.5 + side * 0.5, 0.36))
    near = ((0.5 - side * 0.24, 0.20), (0.5 + side * 0.33, 0.28))
    for peaks, pale in ((far, 0.30), (near, 0.03)):
        for x, top in peaks:
            _peak(land, x, top, pale)
    land.cover(below(land.hills(0.76, 0.06, 1), size), _shade(size, "#4f7f52", "#7da86a", 0.7))


def _peak(land: Landscape, x: float, top: float, pale: float) -> None:
    half, tall = (0.80 - top) * 0.58, 0.80 - top
    lean = float(land.rng.uniform(-0.03, 0.03))

    left_cap = ((lean, 0), (0.06, 0.16), (0.09, 0.43), (-0.06, 0.30), (-0.2, 0.42), (-0.36, 0.36))
    for colour, points in (
        ("#626a86", ((lean, 0), (1, 1), (-1, 1))),
        ("#98a1b8", ((lean, 0), (0.18, 0.5), (0.05, 1), (-1, 1))),
        ("#c3d2ea", ((lean, 0), (0.36, 0.36), (0.2, 0.31), *left_cap[2:])),
        ("#ffffff", left_cap),
    ):
        land.cover(polygon(land.size, points, (x, top), (half, tall)), colour, pale)


def city(land: Landscape) -> None:
    """Two rows of towers behind a street; their windows shine when it is dark."""
    size, rng = land.size, land.rng
    land.cover(rectangles(size, towers(rng, 0.30, 0.46, 0.0625)), "#8fa3c4", 0.35)
    blocks = towers(rng, 0.40, 0.60, 0.0)
    land.cover(rectangles(size, blocks), "#566389", 0.06)
    panes = rectangles(size, windows(blocks))
    if land.dark:
        land.glow(panes, "#ffd863")
    else:
        land.cover(panes, "#d9ecff")
    land.cover(below(0.75, size), "#d3d5da")
    land.cover(below(0.78, size), _shade(size, "#666975", "#8a8d98", 0.78))
    dashes = [(k / 4 + 0.0625, 0.875, k / 4 + 0.1875, 0.90) for k in range(4)]
    land.cover(rectangles(size, dashes), "#f7efce")


def flowers(land: Landscape) -> None:
    """Rows of bright blossoms, larger as they come nearer."""
    size, rng = land.size, land.rng
    land.cover(below(land.hills(0.60, 0.09, 2), size), "#86b87e", 0.3)
    land.cover(below(0.60, size), _shade(size, "#3a8f33", "#58aa45"))
    bands = ("#f0406a", "#ffcf2e", "#f79ad8", "#ff8030", "#b56cf0")
    start = int(rng.integers(5))
    for row, (y, count) in enumerate(((0.625, 20), (0.675, 16), (0.74, 12), (0.83, 8), (0.945, 8))):
        petals, hearts = blossoms(size, y, count, row % 2)
        land.cover(petals, bands[(start + row) % 5], 0.1 * (1 - row / 4))
        if row > 1:
            land.cover(hearts, "#fff3c4" if (start + row) % 5 != 1 else "#c9741a")


def autumn(land: Landscape) -> None:
    """Round trees in red and gold over fallen leaves."""
    size, rng = land.size, land.rng
    land.cover(below(land.hills(0.56, 0.10, 2), size), "#c98f5a", 0.3)
    xs = np.linspace(0.02, 0.98, 7) + rng.uniform(-0.03, 0.03, 7)
    reach = 0.085 + 0.075 * np.abs(xs - 0.5) + rng.uniform(-0.01, 0.01, 7)
    tops = 0.50 - 0.20 * np.abs(xs - 0.5)
    trunks = [(float(x) - 0.016, float(y), float(x) + 0.016, 0.74) for x, y in zip(xs, tops, strict=True)]
    land.cover(rectangles(size, trunks), "#5f3a22", 0.04)
    tones = ("#e2571e", "#f4a321", "#c8331f")
    shift = int(rng.integers(3))
    for tone in range(3):
        crowns = [c for k in range(tone, 7, 3) for c in crown(float(xs[k]), float(tops[k]), float(reach[k]))]
        land.cover(disks(size, crowns), tones[(tone + shift) % 3], 0.04)
    land.cover(below(land.hills(0.73, 0.04, 1), size), _shade(size, "#a8501c", "#dd8a35", 0.7))
    leaves = [((k + 0.5 + 0.25 * (row % 2)) / 8, 0.80 + 0.08 * row, 0.017) for row in range(3) for k in range(8)]
    land.cover(disks(size, leaves), "#f2b53a")


CONE = ((-0.075, 0.27), (0.075, 0.27), (0.22, 0.5), (0.5, 0.76), (-0.5, 0.76), (-0.22, 0.5))
CONE_LEFT = ((-0.075, 0.27), (-0.01, 0.27), (-0.08, 0.5), (-0.2, 0.76), (-0.5, 0.76), (-0.22, 0.5))
LAVA = (
    *((-0.07, 0.27), (0.07, 0.27), (0.09, 0.36), (0.05, 0.42), (0.16, 0.60), (0.20, 0.76)),
    *((0.09, 0.76), (0.06, 0.6), (-0.02, 0.44), (-0.06, 0.52), (-0.10, 0.50), (-0.05, 0.36)),
)
MOUTH = ((-0.05, 0.265), (0.05, 0.265), (0.035, 0.34), (0.02, 0.40), (-0.03, 0.34))


def volcano(land: Landscape) -> None:
    """A smoking cone with streams of lava, over black ash."""
    size, rng = land.size, land.rng
    x = 0.5 + float(rng.choice((-1, 1))) * float(rng.uniform(0.14, 0.20))
    smoke = [(x, 0.22, 0.055), (x + 0.05, 0.14, 0.07), (x - 0.02, 0.06, 0.085)]
    land.cover(disks(size, smoke), "#6f666b", 0.1)

    land.cover(polygon(size, CONE, (x, 0)), "#4b3b41", 0.04)
    land.cover(polygon(size, CONE_LEFT, (x, 0)), "#6d565a", 0.04)
    land.glow(polygon(size, LAVA, (x, 0)), "#ff5a1c")
    land.glow(polygon(size, MOUTH, (x, 0)), "#ffc93a")
    land.cover(below(land.hills(0.76, 0.03, 1), size), _shade(size, "#2b2226", "#4a3a3c", 0.74))
    land.glow(lava_cracks(size), "#ff5a1c")


def lake(land: Landscape) -> None:
    """Still water that mirrors sky, hills and pines, with a green bank before it."""
    size, rng = land.size, land.rng
    land.cover(below(land.hills(0.55, 0.16, 1), size), "#7f9cc0", 0.22)
    land.cover(pines(size, tree_row(rng, 15, 0.15), 0.605), "#2b6a58", 0.08)
    shore = round(0.60 * size)
    mirrored = land.rgb[max(0, 2 * shore - size) : shore][::-1]
    water = mix(mirrored, rgb("#46c0cf") * land.light, 0.45)
    land.rgb = land.rgb.copy()
    land.rgb[shore : shore + len(mirrored)] = water
    land.sky[shore:] = 0
    for x, y in ((0.16, 0.68), (0.80, 0.71), (0.40, 0.75)):
        lens = smooth(1 - ((grid(size)[0] - x) / 0.17) ** 2 - ((grid(size)[1] - y) / 0.012) ** 2, 0, 0.6)
        land.cover(lens * 0.7, "#d9f6fa")
    land.cover(below(0.93 - 0.10 * smooth(np.abs(np.linspace(-1, 1, size, dtype=np.float32)), 0.1, 1), size), "#63a848")


GROUNDS = {
    "meadow": Ground(meadow, 0.53),
    "forest": Ground(forest, 0.38),
    "desert": Ground(desert, 0.56),
    "sea": Ground(sea, HORIZON),
    "mountains": Ground(mountains, 0.40),
    "city": Ground(city, 0.40),
    "flowers": Ground(flowers, 0.54),
    "lake": Ground(lake, 0.46),
    "autumn": Ground(autumn, 0.36),
    "volcano": Ground(volcano, 0.50),
}
