import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.corpus.factors import Factors, Figure, draw_factors, generator
from engine.corpus.lexicon import values
from engine.corpus.painter import paint, paint_indexed


def test_picture_depends_on_seed_and_index_alone():
    first, factors = paint_indexed(5, 17)
    paint_indexed(5, 3)
    again, same = paint_indexed(5, 17)
    assert np.array_equal(first, again)
    assert factors == same
    assert not np.array_equal(first, paint_indexed(5, 18)[0])
    assert not np.array_equal(first, paint_indexed(6, 17)[0])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 2**31), st.sampled_from([64, 96, 128]))
def test_any_picture_can_be_painted(seed, index, size):
    picture, factors = paint_indexed(seed, index, size)
    assert factors == draw_factors(seed, index)
    assert picture.shape == (size, size, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 8


@pytest.mark.parametrize("style", values("style"))
def test_every_style_is_painted_in_its_own_look(style):
    figures = (Figure("owl", None, "centre", "large"),)
    plain, styled = (
        paint(Factors(figures, "meadow", "noon", None, None, name), generator(1, 2)) for name in ("plain", style)
    )
    assert (style == "plain") == np.array_equal(plain, styled)
