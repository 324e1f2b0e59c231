import colorsys

import numpy as np
import pytest

from engine.corpus.dyes import COLOURS, dyed
from engine.corpus.lexicon import values
from engine.corpus.raster import luminance, rgb
from engine.corpus.sprites import sprites

HUES = [name for name in COLOURS if name not in ("white", "black")]


def mean_colour(subject: str, colour: str) -> np.ndarray:
    pixels = np.asarray(dyed(subject, colour), np.float32) / 255
    return np.average(pixels[..., :3].reshape(-1, 3), 0, pixels[..., 3].ravel())


def hue(colour: np.ndarray) -> float:
    return colorsys.rgb_to_hls(*(float(part) for part in colour))[0] * 360


def test_every_named_colour_has_a_dye():
    assert set(COLOURS) == set(values("colour"))


@pytest.mark.parametrize("subject", values("subject"))
@pytest.mark.parametrize("colour", HUES)
def test_dyed_figure_has_the_named_hue(subject, colour):
    mean = mean_colour(subject, colour)
    assert np.ptp(mean) > 0.12
    assert abs((hue(mean) - hue(rgb(COLOURS[colour])) + 180) % 360 - 180) < 40


@pytest.mark.parametrize("subject", values("subject"))
def test_white_and_black_figures_are_pale_and_dark(subject):
    white, black = mean_colour(subject, "white"), mean_colour(subject, "black")
    assert luminance(white) > luminance(black) + 0.18
    assert max(np.ptp(white), np.ptp(black)) < 0.25


@pytest.mark.parametrize("colour", COLOURS)
def test_dye_keeps_the_outline_and_the_shade(colour):
    own, dye = (np.asarray(image, np.float32) for image in (sprites()["apple"], dyed("apple", colour)))
    assert np.array_equal(own[..., 3], dye[..., 3])
    solid = own[..., 3] > 200
    shades = [luminance(image[..., :3])[solid] for image in (own, dye)]
    assert np.corrcoef(*shades)[0, 1] > 0.4
