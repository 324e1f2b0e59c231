"""Styles: how a finished scene is rendered."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.corpus.grounds import HORIZON
from engine.corpus.painter import Scene
from engine.corpus.raster import (
    Plane,
    Rgb,
    blur,
    edges,
    grid,
    luminance,
    mix,
    noise,
    rgb,
)

TILES = 4
"""Marks repeat in tiles of a quarter of the side: whole latent cells of the autoencoder.

A mark whose place follows from its tile costs the autoencoder nothing; one placed at random costs
it as much as a subject's eye.
"""
DOTS_A_TILE = 7


def plain(scene: Scene, rng: np.random.Generator) -> Rgb:
    """The scene as it is, a little brighter."""
    return saturate(scene.rgb, 1.1)


def saturate(image: Rgb, amount: float) -> Rgb:
    """Push colours away from grey (above 1) or towards it (below 1)."""
    grey = luminance(image)[..., None]
    return np.clip(grey + (image - grey) * amount, 0, 1)


def watercolour(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Wet edges, granulating pigment and a ragged border of bare paper."""
    size = len(scene.rgb)
    wet = _warp(saturate(scene.rgb, 1.2), rng, 0.010, 8)
    wet = mix(wet, blur(wet, max(1, size // 64)), 1 - 0.85 * scene.subject)
    rims = np.clip(edges(blur(wet, 1)) * 1.3, 0, 1)
    pigment = noise(rng, size, (5, 5), 3)
    wash = mix(wet, rgb("#fffdf6"), np.clip(0.16 + 0.4 * (pigment - 0.4), 0.04, 1) * (1 - 0.4 * scene.subject))
    wash = wash * (1 - 0.35 * rims[..., None])
    x, y = grid(size)
    border = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    torn = border + 0.05 * (noise(rng, size, (9, 9), 3) - 0.5)
    return mix(rgb("#fbf8ef"), wash, np.clip((torn - 0.045) * 45, 0, 1))


def _warp(image: Rgb, rng: np.random.Generator, reach: float, cells: int) -> Rgb:
    size = len(image)
    rows, columns = np.indices((size, size), np.float32)
    dy = (noise(rng, size, (cells, cells), 2) - 0.5) * 2 * reach * size
    dx = (noise(rng, size, (cells, cells), 2) - 0.5) * 2 * reach * size
    y = np.clip(np.rint(rows + dy), 0, size - 1).astype(int)
    x = np.clip(np.rint(columns + dx), 0, size - 1).astype(int)
    return image[y, x]


def oil(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Flattened into dabs (Kuwahara filter), with lit ridges of paint along curved strokes."""
    size = len(scene.rgb)
    dabs = kuwahara(saturate(scene.rgb, 1.25), max(2, size // 48))
    dabs = mix(dabs, scene.rgb, 0.35 * scene.subject)
    bristles = _strokes(size)
    relief = 0.8 * bristles + 0.8 * luminance(dabs)
    slope = relief - np.roll(relief, (1, 1), (0, 1))
    shade = np.clip(slope * 1.1, -0.22, 0.22) * (1 - 0.4 * scene.subject)
    return np.clip(dabs * (1 + 0.9 * shade[..., None]) + 0.12 * shade[..., None], 0, 1)


def kuwahara(image: Rgb, radius: int) -> Rgb:
    """Replace each pixel by the mean of the calmest of its four quadrants (Kuwahara 1976)."""
    half = max(1, radius // 2)
    means = blur(image, half)
    light = luminance(image)
    spread = blur(light * light, half) - blur(light, half) ** 2
    offsets = [(dy, dx) for dy in (-half, half) for dx in (-half, half)]
    all_means = np.stack([np.roll(means, offset, (0, 1)) for offset in offsets])
    calm = np.stack([np.roll(spread, offset, (0, 1)) for offset in offsets]).argmin(0)
    return np.take_along_axis(all_means, calm[None, ..., None], 0)[0]


@functools.cache
def _strokes(size: int) -> Plane:
    """Return bristle marks: level ones over the ground, slanting ones over the sky."""
    rng = np.random.default_rng(1)
    x, y = grid(size)
    total = np.zeros((size, size), np.float32)
    for slant, where in ((0, y >= HORIZON), (1, y < HORIZON)):
        marks = np.zeros((size, size), np.float32)
        for across, down, phase in zip(rng.integers(-1, 2, 9), rng.integers(3, 7, 9), rng.random(9), strict=True):
            turns = (across + slant * down) * x + down * y
            marks += np.cos(2 * np.pi * (turns * TILES + phase))
        total += np.where(where, marks / 9, 0)
    return 0.5 + 0.7 * total


def ink(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Black contour and hatching over a pale wash of the scene's own colours."""
    size = len(scene.rgb)
    dark = 1 - luminance(blur(scene.rgb, 1))
    wash = mix(rgb("#fbf6e9"), saturate(blur(scene.rgb, max(1, size // 42)), 1.25), 0.36)
    x, y = grid(size)
    pitch = 2 * np.pi * 4 * TILES
    first = np.sin((x + y) * pitch) * 0.5 + 0.5
    second = np.sin((x - y) * pitch) * 0.5 + 0.5
    hatch = np.clip((dark - 0.50 - 0.5 * first) * 4, 0, 1)
    hatch = np.maximum(hatch, np.clip((dark - 0.72 - 0.5 * second) * 4, 0, 1))
    hatch *= 0.85 - 0.75 * scene.subject
    contour = np.clip(edges(scene.rgb) * 1.4 - 0.35, 0, 1)
    outline = np.clip(edges(scene.subject[..., None]) * 1.6, 0, 1)
    return mix(wash, rgb("#17161c"), np.clip(np.maximum(np.maximum(hatch, contour), outline), 0, 0.95))


def pixel(scene: Scene, rng: np.random.Generator) -> Rgb:
    """A 32 x 32 picture of sixteen colours, enlarged without smoothing."""
    size = len(scene.rgb)
    source = saturate(scene.rgb, 1.2).clip(0, 1)
    small = Image.fromarray((source * 255).astype(np.uint8)).resize((32, 32), Image.Resampling.BOX)
    few = small.quantize(20, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    return np.asarray(few.resize((size, size), Image.Resampling.NEAREST), np.float32) / 255


def pointillism(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Round dots of pure, slightly differing colours on a pale ground."""
    size = len(scene.rgb)
    owner, centres, cover, tones = _dots(size)
    colours = saturate(scene.rgb, 1.35)[centres[:, 0], centres[:, 1]]
    vary = 0.075 - 0.045 * scene.subject[centres[:, 0], centres[:, 1], None]
    colours = colours + vary * tones
    dots = np.clip(colours, 0, 1)[owner]
    ground = mix(np.broadcast_to(rgb("#f4ead2"), scene.rgb.shape), scene.rgb, 0.5)
    wide = np.repeat(np.repeat(ground, 2, 0), 2, 1)
    sheet = mix(wide, dots, cover).reshape(size, 2, size, 2, 3).mean((1, 3))
    return mix(sheet, saturate(scene.rgb, 1.3), 0.35 * scene.subject)


@functools.cache
def _dots(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Plane, Rgb]:
    """Scatter dots: who owns each pixel (at twice the size), centres, coverage, tones."""
    rng = np.random.default_rng(2)
    points, pitch = _lattice(rng, size, DOTS_A_TILE, 0.36)
    tile = rng.normal(0, 1, (DOTS_A_TILE, DOTS_A_TILE, 3))
    tones = _repeated(tile, DOTS_A_TILE * TILES + 1).reshape(-1, 3).astype(np.float32)
    fine = 2 * size
    owner = np.zeros((fine, fine), np.intp)
    cover = np.zeros((fine, fine), np.float32)
    rows, columns = np.indices((fine, fine), np.float32) / 2
    reach = int(pitch * 2)
    for index, (cy, cx) in enumerate(points):
        top, left = (max(0, int(2 * c) - 2 * reach) for c in (cy, cx))
        window = np.s_[top : top + 4 * reach, left : left + 4 * reach]
        inside = np.hypot(rows[window] - cy, columns[window] - cx) < pitch * 0.58
        owner[window][inside] = index
        cover[window][inside] = 1.0
    return owner, np.clip(points, 0, size - 1).astype(np.intp), cover, tones


def _lattice(rng: np.random.Generator, size: int, count: int, jitter: float) -> tuple[NDArray[np.float64], float]:
    """Return points (y, x) in pixels, ``count`` squared a tile, each tile shaken alike, and the pitch."""
    pitch = size / TILES / count
    side = count * TILES + 1
    shaken = _repeated(rng.uniform(-jitter, jitter, (count, count, 2)), side)
    places = np.stack(np.mgrid[0:side, 0:side], -1)
    return ((places + shaken) * pitch).reshape(-1, 2), pitch


def _repeated(tile: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    times = -(-side // len(tile))
    return np.tile(tile, (times, times, 1))[:side, :side]


def glass(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Saturated panes in black lead that follows the subject's outline."""
    size = len(scene.rgb)
    owner, count = _panes(size)
    inside = scene.subject > 0.5
    colours = saturate(scene.rgb, 1.5)
    panes = _mean_by(owner + count * inside, colours, 2 * count)
    panes = mix(panes, colours, np.where(inside, 0.8, 0.3).astype(np.float32))
    lead = (owner != np.roll(owner, 1, 0)) | (owner != np.roll(owner, 1, 1))
    lead = lead & ~inside
    lead[:2] = lead[-2:] = lead[:, :2] = lead[:, -2:] = True
    rim = np.clip(edges(blur(scene.subject, 1)[..., None]) * 2.2, 0, 1)
    lines = np.maximum(np.clip(blur(lead.astype(np.float32), 1) * 2.2, 0, 1), rim)
    shine = 0.9 + 0.25 * noise(rng, size, (6, 6), 2)[..., None]
    bright = np.clip(panes * 1.12 * shine + 0.03, 0, 1)
    return mix(bright, rgb("#0b0a0e"), lines * 0.95)


@functools.cache
def _panes(size: int) -> tuple[NDArray[np.intp], int]:
    """Cut the sheet into cells, each pixel belonging to the nearest of the points."""
    points, _ = _lattice(np.random.default_rng(3), size, 2, 0.42)
    points[:, 0] += size / TILES / 4
    rows, columns = np.indices((size, size))
    squared = (rows[..., None] - points[:, 0]) ** 2 + (columns[..., None] - points[:, 1]) ** 2
    return squared.argmin(-1), len(points)


def _mean_by(labels: NDArray[np.intp], image: Rgb, count: int) -> Rgb:
    flat = labels.ravel()
    total = np.maximum(np.bincount(flat, minlength=count), 1)
    sums = [np.bincount(flat, image[..., c].ravel(), count) / total for c in range(3)]
    return np.stack(sums, 1).astype(np.float32)[labels]


def woodcut(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Carved lines of one dark ink over two flat tints of the scene's colours."""
    size = len(scene.rgb)
    tint = saturate(blur(scene.rgb, max(1, size // 42)), 1.3)
    tint = np.rint(tint * 3) / 3
    paper = mix(rgb("#f3e6c8"), tint, 0.55)
    x, y = grid(size)
    wobble = 0.008 * np.sin(2 * np.pi * TILES * x) + 0.004 * np.sin(4 * np.pi * TILES * x + 1)
    carve = np.sin((y + wobble) * 2 * np.pi * 4 * TILES) * 0.5 + 0.5
    dark = 1 - luminance(blur(scene.rgb, 1))
    cut = np.clip((dark * 0.86 - 0.2 - 0.62 * carve) * 5, 0, 1) * (1 - 0.8 * scene.subject)
    bold = np.clip((blur(edges(scene.rgb), 1) - 0.2) * 4, 0, 1)
    solid = np.clip((dark - 0.78) * 8, 0, 1) * scene.subject
    block = np.maximum(np.maximum(cut, bold), solid)
    return mix(paper, rgb("#221a1c"), np.clip(block, 0, 0.96))


def lowpoly(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Flat triangles: broad ones for the landscape, fine ones for the subject."""
    size = len(scene.rgb)
    broad = _facets(scene.rgb, *_triangles(size, 3), 0.05)
    fine = _facets(scene.rgb, *_triangles(size, 10), 0.02)
    return mix(saturate(broad, 1.15), saturate(fine, 1.15), np.clip(scene.subject * 1.5, 0, 1))


def _facets(image: Rgb, owner: NDArray[np.intp], tones: Plane, tilt: float) -> Rgb:
    flat = _mean_by(owner, image, len(tones))
    return np.clip(flat * (1 + tilt * tones)[owner][..., None], 0, 1)


@functools.cache
def _triangles(size: int, count: int) -> tuple[NDArray[np.intp], Plane]:
    """Cut the sheet into triangles (a shaken lattice, each quad split) and tilt each one."""
    rng = np.random.default_rng((4, count))
    points, _ = _lattice(rng, size, count, 0.3)
    side = count * TILES + 1
    corners = points.reshape(side, side, 2)
    splits = rng.random((count, count)) < 0.5
    tones = _repeated(rng.normal(0, 1, (count, count, 2)), side - 1)
    canvas = Image.new("I", (size, size))
    draw = ImageDraw.Draw(canvas)
    label = 0
    for row in range(side - 1):
        for column in range(side - 1):
            quad = [corners[row + a, column + b] for a, b in ((0, 0), (0, 1), (1, 1), (1, 0))]
            rising = splits[row % count, column % count]
            for triple in ((0, 1, 3), (1, 2, 3)) if rising else ((0, 1, 2), (0, 2, 3)):
                draw.polygon([(float(quad[k][1]), float(quad[k][0])) for k in triple], fill=label)
                label += 1
    return np.asarray(canvas, np.intp), tones.reshape(-1).astype(np.float32)


LOOKS: dict[str, Callable[[Scene, np.random.Generator], Rgb]] = {
    "plain": plain,
    "watercolour": watercolour,
    "oil": oil,
    "ink": ink,
    "pixel": pixel,
    "pointillism": pointillism,
    "glass": glass,
    "woodcut": woodcut,
    "lowpoly": lowpoly,
}
