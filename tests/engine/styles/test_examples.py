"""Every style has an example, and all of them together are small."""

import io

from PIL import Image

from engine.styles import catalogue
from engine.styles.examples import FOLDER, example
from engine.styles.thumbnails import MOST_BYTES, sheet


def test_every_style_has_an_example_and_nothing_else_has() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == {style.name for style in catalogue()}
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= MOST_BYTES


def test_no_two_examples_are_the_same_picture() -> None:
    pixels = set()
    for style in catalogue():
        with Image.open(io.BytesIO(example(style.name) or b"")) as image:
            assert image.format == "WEBP" and image.size == (128, 128)
            pixels.add(image.convert("RGB").tobytes())
    assert len(pixels) == len(catalogue())


def test_who_has_none_is_told_so() -> None:
    assert example("moss") is None and example("../catalogue") is None


def test_the_sheet_shows_them_all() -> None:
    few = catalogue()[:9]
    assert sheet(few).height > sheet(few[:8]).height
