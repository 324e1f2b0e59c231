import dataclasses

import numpy as np
import pytest
from PIL import Image

from engine.cli.comparison import compare
from tests.engine.pictures.files import RECIPE, noise

IMAGE = noise()


def brighter(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image).astype(int)
    return Image.fromarray(np.where(pixels < 255, pixels + 1, pixels - 1).astype(np.uint8))


def test_the_same_pixels_are_identical() -> None:
    comparison = compare((RECIPE, IMAGE), (RECIPE, IMAGE.copy()))
    assert (comparison.identical, comparison.psnr_db, comparison.differences) == (True, None, ())
    assert comparison.sentence() == "Identical pixels."


def test_psnr_is_measured() -> None:
    """An error of 1 in every value is 20 log10(255) decibels."""
    comparison = compare((RECIPE, IMAGE), (RECIPE, brighter(IMAGE)))
    assert comparison.psnr_db == pytest.approx(48.13, abs=0.01)
    assert "48.1 dB" in comparison.sentence() and "are the same" in comparison.sentence()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threads": 8}, "threads 2 then, 8 now"),
        ({"executor": "fast"}, "executor full then, fast now"),
        ({"device": "cuda (NVIDIA H200)"}, "device cpu then, cuda"),
        ({"precision": "bfloat16"}, "precision"),
        ({"versions": {"torch": "2.14.0"}}, "torch 2.13.0 then, 2.14.0 now"),
        ({"versions": {}}, "torch 2.13.0 then, none now"),
    ],
)
def test_what_differs_in_the_backend_is_named(change: dict[str, object], words: str) -> None:
    now = dataclasses.replace(RECIPE, backend=dataclasses.replace(RECIPE.backend, **change))
    assert words in compare((RECIPE, IMAGE), (now, brighter(IMAGE))).sentence()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"rows": ((2, 20),)}, "rows"), ({"model_hash": "cd" * 32}, "weights"), ({"source": "ef" * 32}, "started from")],
)
def test_what_differs_in_the_recipe_is_named(change: dict[str, object], words: str) -> None:
    now = dataclasses.replace(RECIPE, **change)
    comparison = compare((RECIPE, IMAGE), (now, IMAGE))
    assert comparison.identical and len(comparison.differences) == 1
    assert words in comparison.sentence()


def test_other_sizes_are_not_measured() -> None:
    comparison = compare((RECIPE, IMAGE), (RECIPE, noise(8, 8)))
    assert (comparison.identical, comparison.psnr_db) == (False, None)
    assert "64 x 48 pixels then, 8 x 8 now" in comparison.sentence()
