"""Dyes: a sprite in a named colour, keeping its light, its shade and its lesser hues."""

from __future__ import annotations

import functools

import numpy as np
from PIL import Image

from engine.corpus.raster import Plane, Rgb, luminance, mix, rgb, smooth
from engine.corpus.sprites import sprites

COLOURS = {
    "red": "#dd1a22",
    "orange": "#ff8412",
    "yellow": "#ffdd14",
    "green": "#22a83c",
    "blue": "#1f5ce6",
    "purple": "#8a35cc",
    "white": "#f4f5f7",
    "black": "#3a3a44",
}
MAIN_TONES = {
    "airplane": ("#c8c8c8", "#006ca8"),
    "bee": ("#febb00",),
    "butterfly": ("#fe8b03",),
    "lighthouse": ("#d62839",),
    "rocket": ("#8dafbf", "#d23a2c"),
    "train": ("#f34336", "#02786a", "#ababac"),
    "unicorn": ("#dfdfdf", "#e64b8c"),
}
"""Glyphs whose main colour is not simply the one that covers most of them."""
OUTLINE = 0.25  # what is darker is an outline or an eye
KIN = 0.35  # how far apart in chroma shades of one hue lie
BRIGHT = 0.22  # below this chroma a tone counts as grey
Tone = tuple[Rgb, float]


@functools.cache
def dyed(subject: str, colour: str) -> Image.Image:
    """Return the subject's sprite, RGBA, its main tones painted in the named colour."""
    pixels = np.asarray(sprites()[subject], np.float32) / 255
    painted, alpha = pixels[..., :3], pixels[..., 3:]
    light = luminance(painted)
    if colour == "black":  # outlines and eyes have to be told from it
        painted = painted * smooth(light, 0, 0.45)[..., None]
    for main, middle in _main_tones(subject):
        share = _likeness(_chroma(pixels[..., :3]), main)
        shaded = _ramp(rgb(COLOURS[colour]), light / middle, colour)
        if _is_bright(main):  # a half-tone at the rim of a red patch is half grey, not half red
            painted = np.where((share > 0)[..., None], light[..., None], painted)
        painted = mix(painted, shaded, share)
    both = np.concatenate([painted, alpha], -1)
    return Image.fromarray((both * 255 + 0.5).clip(0, 255).astype(np.uint8), "RGBA")


def _ramp(colour: Rgb, light: Plane, name: str) -> Rgb:
    """Shade a colour: ``light`` 1 leaves it, less darkens it, more brightens it."""
    reach = {"white": 0.55, "black": 1.0}.get(name, 0.8)
    dark = colour * (1 - reach * np.clip(1 - light, 0, 1))[..., None]
    bright = np.clip(light - 1, 0, 1) * (0.3 if name == "black" else 0.55)
    return mix(dark, np.ones(3, np.float32), bright)


@functools.cache
def _main_tones(subject: str) -> list[Tone]:
    """Return chroma and brightness of the tones to dye."""
    if subject in MAIN_TONES:
        tones = np.stack([rgb(code) for code in MAIN_TONES[subject]])
        return list(zip(_chroma(tones), luminance(tones).tolist(), strict=True))
    pixels = np.asarray(sprites()[subject], np.float32) / 255
    solid = pixels[pixels[..., 3] > 0.5, :3]
    few = Image.fromarray((solid * 255).astype(np.uint8)[None]).quantize(12, Image.Quantize.MEDIANCUT, kmeans=4)
    drawn = np.asarray(few.convert("RGB"), np.float32).reshape(-1, 3) / 255
    tones, counts = np.unique(drawn, axis=0, return_counts=True)
    light, chroma = luminance(tones), _chroma(tones)
    counts = counts * (light > OUTLINE)
    kin = np.linalg.norm(chroma[:, None] - chroma, axis=-1) < KIN
    group = kin[(kin * counts).sum(1).argmax()] * counts
    return [(np.average(chroma, 0, group).astype(np.float32), float(np.average(light, weights=group)))]


def _likeness(chroma: Rgb, main: Rgb) -> Plane:
    """Return how much of each pixel is the main tone, in 0..1."""
    if not _is_bright(main):
        return 1 - smooth(np.linalg.norm(chroma - main, axis=-1), 0.22, 0.45)
    along = chroma @ main / (main @ main)
    aside = np.linalg.norm(chroma - along[..., None] * main, axis=-1)
    straight = along * np.linalg.norm(main)
    return np.clip(along * 1.4, 0, 1) * (1 - smooth(aside / (straight + 1e-3), 0.45, 0.8)) * (along > 0)


def _is_bright(chroma: Rgb) -> bool:
    return bool(np.linalg.norm(chroma) > BRIGHT)


def _chroma(colours: Rgb) -> Rgb:
    light = luminance(colours)[..., None]
    return (colours - light) / (light + 0.15)
