"""A painted example of each style, small enough to be shown in a list."""

import functools
from pathlib import Path

FOLDER = Path(__file__).with_name("examples")


@functools.cache
def example(name: str) -> bytes | None:
    """Return the example of a style, by its name in the catalogue, as WebP; None where there is none."""
    file = FOLDER / f"{name}.webp"
    return file.read_bytes() if file.parent == FOLDER and file.is_file() else None
