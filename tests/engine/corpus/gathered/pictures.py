"""Small pictures with something in them, painted in no time."""

import numpy as np
from PIL import Image, ImageDraw


def scene(number=0, size=(120, 100)):
    """A picture unlike those of other numbers: discs on a slope."""
    rng = np.random.default_rng(number)
    across, down = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    weights = rng.uniform(-1, 1, (3, 2))
    levels = np.stack([60 + 60 * (across * a + down * b + 1) for a, b in weights], -1)
    picture = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(6):
        x, y, r = rng.uniform(0, size[0]), rng.uniform(0, size[1]), rng.uniform(8, 26)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(int(v) for v in rng.integers(0, 256, 3)))
    return picture


def folder_of(path, count, size=(120, 100)):
    path.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        scene(number, size).save(path / f"scene-{number:03d}-of-discs.png", compress_level=1)
    return path
