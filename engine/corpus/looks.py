"""Styles: how a finished scene is rendered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.corpus.filters import kuwahara, mean_by, saturate, warp
from engine.corpus.marks import TILES, dots, panes, strokes, triangles
from engine.corpus.raster import Plane, Rgb, blur, edges, grid, luminance, mix, noise, rgb


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


def plain(scene: Scene, rng: np.random.Generator) -> Rgb:
    """The scene as it is, a little brighter."""
    return saturate(scene.rgb, 1.1)


def watercolour(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Wet edges, granulating pigment and a ragged border of bare paper."""
    size = len(scene.rgb)
    wet = warp(saturate(scene.rgb, 1.2), rng, 0.010, 8)
    wet = mix(wet, blur(wet, max(1, size // 64)), 1 - 0.85 * scene.subject)
    rims = np.clip(edges(blur(wet, 1)) * 1.3, 0, 1)
    pigment = noise(rng, size, (5, 5), 3)
    wash = mix(wet, rgb("#fffdf6"), np.clip(0.16 + 0.4 * (pigment - 0.4), 0.04, 1) * (1 - 0.4 * scene.subject))
    wash = wash * (1 - 0.35 * rims[..., None])
    x, y = grid(size)
    border = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    torn = border + 0.05 * (noise(rng, size, (9, 9), 3) - 0.5)
    return mix(rgb("#fbf8ef"), wash, np.clip((torn - 0.045) * 45, 0, 1))


def oil(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Flattened into dabs (Kuwahara filter), with lit ridges of paint along curved strokes."""
    size = len(scene.rgb)
    dabs = kuwahara(saturate(scene.rgb, 1.25), max(2, size // 48))
    dabs = mix(dabs, scene.rgb, 0.35 * scene.subject)
    bristles = strokes(size)
    relief = 0.8 * bristles + 0.8 * luminance(dabs)
    slope = relief - np.roll(relief, (1, 1), (0, 1))
    shade = np.clip(slope * 1.1, -0.22, 0.22) * (1 - 0.4 * scene.subject)
    return np.clip(dabs * (1 + 0.9 * shade[..., None]) + 0.12 * shade[..., None], 0, 1)


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
    """A 32 x 32 picture of twenty colours, enlarged without smoothing."""
    size = len(scene.rgb)
    source = saturate(scene.rgb, 1.2).clip(0, 1)
    small = Image.fromarray((source * 255).astype(np.uint8)).resize((32, 32), Image.Resampling.BOX)
    few = small.quantize(20, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    return np.asarray(few.resize((size, size), Image.Resampling.NEAREST), np.float32) / 255


def pointillism(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Round dots of pure, slightly differing colours on a pale ground."""
    size = len(scene.rgb)
    owner, centres, cover, tones = dots(size)
    colours = saturate(scene.rgb, 1.35)[centres[:, 0], centres[:, 1]]
    vary = 0.075 - 0.045 * scene.subject[centres[:, 0], centres[:, 1], None]
    colours = colours + vary * tones
    spots = np.clip(colours, 0, 1)[owner]
    ground = mix(np.broadcast_to(rgb("#f4ead2"), scene.rgb.shape), scene.rgb, 0.5)
    wide = np.repeat(np.repeat(ground, 2, 0), 2, 1)
    sheet = mix(wide, spots, cover).reshape(size, 2, size, 2, 3).mean((1, 3))
    return mix(sheet, saturate(scene.rgb, 1.3), 0.35 * scene.subject)


def glass(scene: Scene, rng: np.random.Generator) -> Rgb:
    """Saturated panes in black lead that follows the subject's outline."""
    size = len(scene.rgb)
    owner, count = panes(size)
    inside = scene.subject > 0.5
    colours = saturate(scene.rgb, 1.5)
    glazing = mean_by(owner + count * inside, colours, 2 * count)
    glazing = mix(glazing, colours, np.where(inside, 0.8, 0.3).astype(np.float32))
    lead = (owner != np.roll(owner, 1, 0)) | (owner != np.roll(owner, 1, 1))
    lead = lead & ~inside
    lead[:2] = lead[-2:] = lead[:, :2] = lead[:, -2:] = True
    rim = np.clip(edges(blur(scene.subject, 1)[..., None]) * 2.2, 0, 1)
    lines = np.maximum(np.clip(blur(lead.astype(np.float32), 1) * 2.2, 0, 1), rim)
    shine = 0.9 + 0.25 * noise(rng, size, (6, 6), 2)[..., None]
    bright = np.clip(glazing * 1.12 * shine + 0.03, 0, 1)
    return mix(bright, rgb("#0b0a0e"), lines * 0.95)


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
    broad = _facets(scene.rgb, *triangles(size, 3), 0.05)
    fine = _facets(scene.rgb, *triangles(size, 10), 0.02)
    return mix(saturate(broad, 1.15), saturate(fine, 1.15), np.clip(scene.subject * 1.5, 0, 1))


def _facets(image: Rgb, owner: NDArray[np.intp], tones: Plane, tilt: float) -> Rgb:
    flat = mean_by(owner, image, len(tones))
    return np.clip(flat * (1 + tilt * tones)[owner][..., None], 0, 1)


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
