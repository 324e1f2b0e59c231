from itertools import combinations

import numpy as np
import pytest

from engine.corpus.factors import Factors, Figure, generator
from engine.corpus.lexicon import values
from engine.corpus.looks import LOOKS, Scene
from engine.corpus.painter import compose_scene


def scene(size: int = 64, hour: str = "noon", index: int = 0) -> Scene:
    figure = Figure("fox", "blue", "centre", "large")
    factors = Factors((figure,), "meadow", hour, None, None, "plain")
    return compose_scene(factors, generator(2, index), size)


def coarse(picture: np.ndarray) -> np.ndarray:
    """The picture as 16 x 16 mean colours."""
    part = len(picture) // 16
    return picture.reshape(16, part, 16, part, 3).mean((1, 3))


def test_every_style_has_a_look():
    assert set(LOOKS) == set(values("style"))


@pytest.mark.parametrize("style", LOOKS)
@pytest.mark.parametrize("size", [64, 128, 192])
def test_look_keeps_shape_and_range(style, size):
    styled = LOOKS[style](scene(size), generator(0, 0))
    assert styled.shape == (size, size, 3)
    assert np.isfinite(styled).all()
    assert styled.min() > -0.01
    assert styled.max() < 1.01
    assert styled.std() > 0.05


@pytest.mark.parametrize("style", LOOKS)
def test_look_is_deterministic_and_leaves_the_scene_alone(style):
    given, untouched = scene(), scene()
    first = LOOKS[style](given, generator(0, 0))
    assert np.array_equal(first, LOOKS[style](given, generator(0, 0)))
    assert np.array_equal(given.rgb, untouched.rgb)
    assert np.array_equal(given.subject, untouched.subject)


def test_looks_differ_clearly_from_one_another():
    given = scene(128)
    styled = {style: LOOKS[style](given, generator(0, 0)) for style in LOOKS}
    for one, other in combinations(LOOKS, 2):
        assert np.abs(styled[one] - styled[other]).mean() > 0.03, (one, other)


@pytest.mark.parametrize("style", LOOKS)
def test_look_keeps_hours_apart(style):
    hours = values("hour")
    scenes = {hour: scene(hour=hour) for hour in hours}
    styled = {hour: coarse(LOOKS[style](scenes[hour], generator(0, 0))) for hour in hours}
    plain = {hour: coarse(scenes[hour].rgb) for hour in hours}
    for one, other in combinations(hours, 2):
        kept = np.abs(styled[one] - styled[other]).mean() / np.abs(plain[one] - plain[other]).mean()
        assert kept > 0.45, (one, other)


@pytest.mark.parametrize("style", LOOKS)
def test_look_keeps_the_colour_of_a_figure(style):
    given = scene(128)
    styled = LOOKS[style](given, generator(0, 0))
    inside = given.subject > 0.95
    red, _, blue = styled[inside & (given.rgb[..., 2] > given.rgb[..., 0] + 0.3)].mean(0)
    assert blue > red + 0.5
