from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from engine.corpus.factors import Factors, draw_factors, generator
from engine.corpus.lexicon import FACTORS, values
from engine.corpus.painter import compose_scene, paint, paint_indexed

SCENE = Factors(subject="owl", place="centre", ground="meadow", hour="noon", style="plain")


def signature(factors: Factors) -> np.ndarray:
    """A coarse look at pictures of these factors, averaged over chance: 16 x 16 colours."""
    pictures = [paint(factors, generator(7, index), 64) for index in range(3)]
    return np.mean([p.reshape(16, 4, 16, 4, 3).mean((1, 3)) for p in pictures], 0)


def test_picture_depends_on_seed_and_index_alone():
    first, factors = paint_indexed(5, 17)
    paint_indexed(5, 3)
    again, same = paint_indexed(5, 17)
    assert np.array_equal(first, again)
    assert factors == same
    assert not np.array_equal(first, paint_indexed(5, 18)[0])
    assert not np.array_equal(first, paint_indexed(6, 17)[0])


@pytest.mark.parametrize("style", values("style"))
@pytest.mark.parametrize("size", [64, 128, 192])
def test_every_style_paints_at_every_size(style, size):
    picture = paint(replace(SCENE, style=style), generator(1, 2), size)
    assert picture.shape == (size, size, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 15


@pytest.mark.parametrize("style", values("style"))
@pytest.mark.parametrize("factor", ["hour", "ground"])
def test_values_look_different_in_every_style(style, factor):
    looks = {v: signature(replace(SCENE, style=style, **{factor: v})) for v in values(factor)}
    for one, other in combinations(looks, 2):
        # levels of 255, averaged over the picture; two drawings of one scene differ by about 4
        assert np.abs(looks[one] - looks[other]).mean() > 6, (one, other)


@pytest.mark.parametrize("style", values("style"))
def test_subjects_look_different_in_every_style(style):
    looks = {v: signature(replace(SCENE, style=style, subject=v)) for v in values("subject")}
    for one, other in combinations(looks, 2):
        assert np.abs(looks[one] - looks[other]).max() > 40, (one, other)


@pytest.mark.parametrize("subject", values("subject"))
def test_subject_is_large_and_where_it_was_put(subject):
    for place, (low, high) in {"left": (0, 0.45), "centre": (0.4, 0.6), "right": (0.55, 1)}.items():
        factors = replace(SCENE, subject=subject, place=place)
        mask = compose_scene(factors, generator(1, 1), 128).subject
        rows, columns = np.nonzero(mask > 0.5)
        assert max(np.ptp(rows), np.ptp(columns)) > 0.5 * 128
        assert low < columns.mean() / 128 < high


def test_every_value_is_drawn():
    drawn = [draw_factors(0, index).as_dict() for index in range(600)]
    for factor in FACTORS:
        assert {factors[factor] for factors in drawn} == set(values(factor))
