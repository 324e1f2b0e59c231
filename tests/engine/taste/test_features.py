import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from engine.taste.features import EXTRACTOR, measure

SHA = "0" * 64


def measured(image: Image.Image) -> dict[str, float]:
    features = measure(SHA, image)
    assert (features.sha256, features.extractor) == (SHA, EXTRACTOR)
    return dict(zip(features.names, features.values, strict=True))


def flat(colour: str) -> Image.Image:
    return Image.new("RGB", (128, 128), colour)


def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8))


def disc(x: int = 64, y: int = 64, radius: int = 15) -> Image.Image:
    image = flat("black")
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill="white")
    return image


def test_flat_grey_has_nothing_to_show() -> None:
    values = measured(flat("#808080"))
    assert values["brightness"] == pytest.approx(128 / 255)
    for name in ("contrast", "saturation", "colourfulness", "warmth", "hue_spread", "edges", "sharpness", "entropy"):
        assert values[name] == pytest.approx(0, abs=1e-9)
    assert values["symmetry"] == 1


@pytest.mark.parametrize(
    ("name", "more", "less"),
    [
        ("brightness", flat("white"), flat("#444444")),
        ("contrast", disc(radius=50), flat("white")),
        ("saturation", flat("red"), flat("#bb8888")),
        ("colourfulness", noise(), noise().convert("L").convert("RGB")),
        ("warmth", flat("orange"), flat("skyblue")),
        ("hue_spread", noise(), flat("teal")),
        ("edges", noise(), disc()),
        ("sharpness", noise(), noise().filter(ImageFilter.GaussianBlur(2))),
        ("entropy", noise(), disc()),
        ("symmetry", disc(), disc(x=30)),
        ("centrality", disc(), disc(x=20, y=20)),
        ("dark", flat("#101010"), flat("#909090")),
        ("light", flat("#f0f0f0"), flat("#909090")),
        ("aspect", Image.new("RGB", (200, 100)), Image.new("RGB", (100, 200))),
    ],
)
def test_each_measure_tells_more_from_less(name: str, more: Image.Image, less: Image.Image) -> None:
    assert measured(more)[name] > measured(less)[name] + 0.05


def test_every_measure_is_compared_above() -> None:
    marks = test_each_measure_tells_more_from_less.pytestmark
    assert {case[0] for case in marks[0].args[1]} == set(measured(noise()))


def test_colourfulness_follows_its_paper() -> None:
    """Half red, half blue: rg is 1 and 0, yb is 0.5 and -1."""
    image = flat("red")
    image.paste("blue", (0, 0, 64, 128))
    expected = math.hypot(0.5, 0.75) + 0.3 * math.hypot(0.5, 0.25)
    assert measured(image)["colourfulness"] == pytest.approx(expected)


def test_warmth_has_its_ends_at_orange_red_and_blue() -> None:
    assert measured(flat("#ff0000"))["warmth"] == 1
    assert measured(flat("#0000ff"))["warmth"] == -1


def test_a_thumbnail_measures_like_its_original() -> None:
    original = disc(radius=40).resize((1024, 1024), Image.Resampling.BICUBIC)
    small = original.resize((256, 256), Image.Resampling.BOX)
    for name, value in measured(original).items():
        assert measured(small)[name] == pytest.approx(value, abs=0.03), name


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from(["RGB", "L", "RGBA", "1"]))
def test_any_size_and_mode_gives_finite_values(width: int, height: int, mode: str) -> None:
    values = measured(Image.new(mode, (width, height)))
    assert all(math.isfinite(value) for value in values.values())
