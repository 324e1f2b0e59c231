"""Enlarging pictures: a small network over Lanczos interpolation, tile by tile."""

FACTORS = (2, 4)
"""How many times larger a picture's sides may become."""
