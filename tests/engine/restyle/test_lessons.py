"""What the restyler learns from."""

import numpy as np
import pytest

from engine.corpus.looks import LOOKS
from engine.corpus.painter import paint_indexed
from engine.restyle.lessons import content, details, styled

PICTURE, OTHER = (paint_indexed(0, index, 64)[0] for index in (1, 2))


@pytest.mark.parametrize("look", [name for name in LOOKS if name != "plain"])
def test_a_look_changes_a_picture_and_keeps_what_it_shows(look):
    picture = PICTURE.astype(np.float32) / 255
    found = styled(picture, look, np.random.default_rng(0))
    assert found.shape == picture.shape and found.min() >= 0 and found.max() <= 1
    assert np.abs(found - picture).mean() > 0.01
    small = [one.reshape(8, 8, 8, 8, 3).mean((1, 3, 4)).ravel() for one in (found, picture)]
    assert np.corrcoef(small)[0, 1] > 0.5


def test_details_are_where_something_happens():
    picture = np.full((64, 64, 3), 0.5, np.float32)
    picture[24:40, 24:40] = np.kron(np.indices((4, 4)).sum(0) % 2, np.ones((4, 4)))[..., None]
    found = details(picture)
    assert found[24:40, 24:40].mean() > 0.5 and found[:8].max() < 0.1


def test_contents_are_many_and_those_of_their_stream():
    found = [content(PICTURE, OTHER, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(found[0], found[1]) and np.abs(found[0] - found[2]).mean() > 0.01
    assert all(one.shape == (64, 64, 3) and one.dtype == np.float32 for one in found)
    assert min(one.min() for one in found) >= 0 and max(one.max() for one in found) <= 1
