"""Is the picture painted again the same as the first time, and if not, what was different?"""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine.api import Recipe


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two paintings of one recipe."""

    identical: bool
    psnr_db: float | None
    """Peak signal-to-noise ratio; None where the pixels are identical or the sizes differ."""
    differences: tuple[str, ...]
    """What was different about the two occasions."""

    def sentence(self) -> str:
        """Say it to the person."""
        because = "; ".join(self.differences)
        if self.identical:
            return "Identical pixels." + (f" (Although: {because}.)" if because else "")
        measured = "of another size" if self.psnr_db is None else f"alike to {self.psnr_db:.1f} dB PSNR"
        if because:
            return f"Not identical but {measured}, for not all is as it was: {because}."
        return f"Not identical but {measured}, although backend, rows, threads and versions are the same."


def compare(before: tuple[Recipe, Image.Image], now: tuple[Recipe, Image.Image]) -> Comparison:
    """Compare two RGB pictures and the recipes that they were painted by."""
    first, second = (np.asarray(image, dtype=np.float64) for _, image in (before, now))
    differences = _differences(before[0], now[0])
    if first.shape != second.shape:
        sizes = f"{before[1].width} x {before[1].height} pixels then, {now[1].width} x {now[1].height} now"
        return Comparison(False, None, (*differences, sizes))
    error = float(np.mean((first - second) ** 2))
    if error == 0:
        return Comparison(True, None, differences)
    return Comparison(False, 10 * math.log10(255**2 / error), differences)


def _differences(before: Recipe, now: Recipe) -> tuple[str, ...]:
    """List what the pixels depend on and is not as it was."""
    pairs: list[tuple[str, object, object]] = [
        ("the model's weights", before.model_hash[:10], now.model_hash[:10]),
        ("the picture started from", (before.source or "none")[:10], (now.source or "none")[:10]),
        ("executor", before.backend.executor, now.backend.executor),
        ("device", before.backend.device, now.backend.device),
        ("precision", before.backend.precision, now.backend.precision),
        ("threads", before.backend.threads, now.backend.threads),
        ("rows of the batches", _rows(before), _rows(now)),
    ]
    libraries = sorted(before.backend.versions.keys() | now.backend.versions.keys())
    pairs += [
        (name, before.backend.versions.get(name, "none"), now.backend.versions.get(name, "none")) for name in libraries
    ]
    return tuple(f"{name} {then} then, {today} now" for name, then, today in pairs if then != today)


def _rows(recipe: Recipe) -> str:
    return ", ".join(f"{steps} x {rows}" for rows, steps in recipe.rows) or "unknown"
