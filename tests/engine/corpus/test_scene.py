from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest

from engine.corpus.factors import Factors, Figure, draw_any, generator
from engine.corpus.figures import WIDEST, nominal_box
from engine.corpus.lexicon import values
from engine.corpus.painter import compose_scene

FIGURE = Figure("owl", None, "centre", "small")
SCENE = Factors((FIGURE,), "meadow", "noon", None, None, "plain")
LIGHTS = ("dawn", "noon", "sunset", "night", "stars", "storm")


def signature(factors: Factors) -> np.ndarray:
    """A coarse look at scenes of these factors, averaged over chance: 16 x 16 colours."""
    scenes = [compose_scene(factors, generator(7, index), 64).rgb for index in range(4)]
    return np.mean([scene.reshape(16, 4, 16, 4, 3).mean((1, 3)) for scene in scenes], 0) * 255


@pytest.mark.parametrize("factor", ["ground", "hour", "mood", "palette"])
def test_values_look_different(factor):
    silent = [None] if factor in ("mood", "palette") else []
    looks = {value: signature(replace(SCENE, **{factor: value})) for value in [*values(factor), *silent]}
    for one, other in combinations(looks, 2):
        # levels of 255, averaged over the picture; two drawings of one scene differ by about 2
        assert np.abs(looks[one] - looks[other]).mean() > 8, (one, other)


@pytest.mark.parametrize("factor", ["subject", "place", "size", "colour"])
def test_figures_look_different(factor):
    figures = {value: replace(FIGURE, **{factor: value}) for value in values(factor)}
    looks = {value: signature(replace(SCENE, figures=(figure,))) for value, figure in figures.items()}
    for one, other in combinations(looks, 2):
        assert np.abs(looks[one] - looks[other]).max() > 40, (one, other)


@pytest.mark.parametrize("subject", values("subject"))
@pytest.mark.parametrize(("size", "low", "high"), [("small", 0.42, 0.48), ("large", 0.60, 0.72)])
def test_lone_figure_is_as_high_as_promised_and_where_it_was_put(subject, size, low, high):
    middles = []
    for place in values("place"):
        figures = (Figure(subject, None, place, size),)
        left, top, right, bottom = nominal_box(figures, 0)
        assert low <= bottom - top <= high or right - left == pytest.approx(WIDEST[1])
        assert bottom - top > 0.42
        assert left >= 0 and top >= 0 and right <= 1 and bottom <= 1
        middles.append((left + right) / 2)
    assert middles == sorted(middles)
    assert middles[1] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_figures_stand_in_their_boxes(count):
    rng = np.random.default_rng(3)
    for index in range(20):
        factors = replace(draw_any(rng, count), hour="noon", ground="meadow")
        subject = compose_scene(factors, generator(4, index), 128).subject
        outside = np.ones_like(subject)
        for k in range(count):
            box = nominal_box(factors.figures, k)
            left, top, right, bottom = (round(v * 128) for v in box)
            inside = np.s_[max(top - 3, 0) : bottom + 3, max(left - 3, 0) : right + 3]
            outside[inside] = 0
            assert (subject[inside] > 0.5).mean() > 0.25
        assert not (subject * outside > 0.01).any()


def test_figures_together_are_large_and_hide_little_of_each_other():
    rng = np.random.default_rng(5)
    for index in range(300):
        figures = draw_any(rng, 2 + index % 2).figures
        boxes = [nominal_box(figures, k) for k in range(len(figures))]
        middles = [(left + right) / 2 for left, _, right, _ in boxes]
        assert all(b - a > 0.2 for a, b in pairwise(middles))
        for one, other in combinations(boxes, 2):
            assert _overlap(one, other) < 0.56 * min(_area(one), _area(other))
        for left, top, right, bottom in boxes:
            assert bottom - top >= 0.28
            assert left >= 0 and top >= 0 and right <= 1 and bottom <= 1


def _area(box: tuple[float, ...]) -> float:
    left, top, right, bottom = box
    return max(right - left, 0) * max(bottom - top, 0)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    pairs = list(zip(one, other, strict=True))
    return _area((max(pairs[0]), max(pairs[1]), min(pairs[2]), min(pairs[3])))


@pytest.mark.parametrize("hour", values("hour"))
@pytest.mark.parametrize("ground", values("ground"))
def test_light_of_the_hour_shows_over_every_ground(hour, ground):
    factors = replace(SCENE, hour=hour, ground=ground)
    scene = compose_scene(factors, generator(1, 1), 128)
    shining = float((scene.glow > 0.5).mean())
    assert (shining > 0.002) == (hour in LIGHTS)
    assert not (scene.glow * scene.subject > 0.6).any()
    assert scene.key.shape == (3,)


def test_key_follows_the_hour_and_the_palette():
    keys = [compose_scene(replace(SCENE, hour=hour), generator(1, 1), 64).key for hour in values("hour")]
    for one, other in combinations(keys, 2):
        assert np.abs(one - other).max() > 0.1
    icy = compose_scene(replace(SCENE, hour="sunset", palette="ice"), generator(1, 1), 64).key
    assert icy[2] > icy[0]


@pytest.mark.parametrize("ground", values("ground"))
def test_sun_rises_on_the_left_and_sets_on_the_right(ground):
    middles = []
    for hour in ("dawn", "sunset"):
        glow = compose_scene(replace(SCENE, hour=hour, ground=ground), generator(1, 1), 128).glow
        middles.append(np.average(np.arange(128), weights=glow.sum(0)))
    assert middles[0] < 45
    assert middles[1] > 83
