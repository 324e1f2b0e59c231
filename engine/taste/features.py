"""Plain measures of a picture: what a preference model can learn from before any network looks at it.

All are computed on the picture scaled to 128 pixels at its longest side, so that a thumbnail and the original measure
nearly the same. No torch.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

from engine.api.events import Features

EXTRACTOR = "plain-1"
"""Changes with any change below: features of different extractors are never mixed."""

_SIDE = 128
_EDGE = 0.1
"""Gradient of brightness, per pixel, above which an edge is seen."""
_LUMA = np.array([0.299, 0.587, 0.114])
"""Rec. 601."""

Plane = npt.NDArray[np.float64]
"""(height, width), 0-1 unless said."""


def measure(sha256: str, image: Image.Image) -> Features:
    """Measure an RGB picture; every value is finite and, but for `aspect` and `warmth`, at least 0.

    `warmth` is -1 (blue) to 1 (orange), `aspect` the natural logarithm of width over height; `sharpness` and
    `colourfulness` are open-ended (about 0-1 for ordinary pictures), all others lie in 0-1.
    """
    small = image.convert("RGB")
    scale = _SIDE / max(small.size)
    size = (max(3, round(small.width * scale)), max(3, round(small.height * scale)))
    pixels = np.asarray(small.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)) / 255.0
    grey = pixels @ _LUMA
    values = {
        "brightness": float(grey.mean()),
        "contrast": float(grey.std() * 2),
        "saturation": float(_saturation(pixels).mean()),
        "colourfulness": _colourfulness(pixels),
        "warmth": float((pixels[..., 0] - pixels[..., 2]).mean()),
        "hue_spread": _hue_spread(pixels),
        "edges": _edge_density(grey),
        "sharpness": _sharpness(grey),
        "entropy": _entropy(grey),
        "symmetry": _symmetry(grey),
        "centrality": _centrality(grey),
        "dark": float((grey < 0.15).mean()),
        "light": float((grey > 0.85).mean()),
        "aspect": float(np.log(image.width / image.height)),
    }
    return Features(sha256=sha256, extractor=EXTRACTOR, names=tuple(values), values=tuple(values.values()))


def _saturation(pixels: npt.NDArray[np.float64]) -> Plane:
    """HSV saturation of (height, width, 3) pixels in 0-1."""
    most = pixels.max(axis=-1)
    saturation: Plane = np.divide(most - pixels.min(axis=-1), most, out=np.zeros_like(most), where=most > 0)
    return saturation


def _colourfulness(pixels: npt.NDArray[np.float64]) -> float:
    """Hasler and Suesstrunk, Measuring colourfulness in natural images (2003), equation 5, on channels in 0-1."""
    red, green, blue = np.moveaxis(pixels, -1, 0)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    shift = np.hypot(red_green.mean(), yellow_blue.mean())
    return float(spread + 0.3 * shift)


def _hue_spread(pixels: npt.NDArray[np.float64]) -> float:
    """Circular variance of the hues, each weighted by its chroma: 0 for one hue or none, 1 for all hues alike."""
    red, green, blue = np.moveaxis(pixels, -1, 0)
    across, up = red - (green + blue) / 2, (green - blue) * np.sqrt(3) / 2
    weight = float(np.hypot(across, up).sum())
    return 1 - float(np.hypot(across.sum(), up.sum())) / weight if weight > 1e-6 else 0.0


def _edge_density(grey: Plane) -> float:
    """Share of the pixels at which brightness changes abruptly."""
    down, along = np.gradient(grey)
    return float((np.hypot(down, along) > _EDGE).mean())


def _sharpness(grey: Plane) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al. 2000)."""
    middle = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * middle
    return float(laplacian.var())


def _entropy(grey: Plane) -> float:
    """Shannon entropy of the brightness in 64 bins; 1 where all are equally used."""
    counts, _ = np.histogram(grey, bins=64, range=(0, 1))
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum() / 6) + 0.0


def _symmetry(grey: Plane) -> float:
    """Likeness of the left and the right half: 1 minus their mean difference relative to the contrast."""
    spread = float(np.abs(grey - grey.mean()).mean())
    if spread < 1e-6:
        return 1.0
    return max(0.0, 1 - float(np.abs(grey - grey[:, ::-1]).mean()) / (2 * spread))


def _centrality(grey: Plane) -> float:
    """Share of the edges' strength in the middle ninth of the picture."""
    down, along = np.gradient(grey)
    strength = np.hypot(down, along)
    total = float(strength.sum())
    height, width = grey.shape
    rows, columns = slice(height // 3, height - height // 3), slice(width // 3, width - width // 3)
    return float(strength[rows, columns].sum()) / total if total > 1e-6 else 0.0
