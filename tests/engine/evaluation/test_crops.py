import numpy as np
import pytest
import torch

from engine.corpus.factors import Figure, draw_any
from engine.corpus.painter import nominal_box
from engine.evaluation.crops import MARGIN, empty_square, figure_square, take_crops


def draws(count=40):
    rng = np.random.default_rng(3)
    return [draw_any(rng).figures for _ in range(count)]


def test_a_square_holds_its_figure():
    for figures in draws():
        for place in range(len(figures)):
            x, y, side = figure_square(figures, place)
            left, top, right, bottom = nominal_box(figures, place)
            assert side == pytest.approx(MARGIN * max(right - left, bottom - top))
            assert x - side / 2 < left and x + side / 2 > right
            assert y - side / 2 < top and y + side / 2 > bottom


def test_an_empty_square_is_empty_but_for_its_rim():
    found = 0
    for figures in draws():
        square = empty_square(figures, np.random.default_rng(0))
        if square is None:
            continue
        found += 1
        x, y, side = square
        assert x - side / 2 >= 0 and x + side / 2 <= 1 and y - side / 2 >= 0 and y + side / 2 <= 1
        for place in range(len(figures)):
            left, top, right, bottom = nominal_box(figures, place)
            inner = side * 0.4
            assert x + inner <= left or x - inner >= right or y + inner <= top or y - inner >= bottom
    assert found > 5


def test_no_room_is_said():
    # three large figures fill the lower half, and the tries are few
    crowd = tuple(Figure("bus", None, place, "large") for place in ("left", "centre", "right"))
    assert empty_square(crowd, np.random.default_rng(0), tries=0) is None


def test_the_whole_picture_is_a_crop_of_itself():
    picture = torch.rand(1, 3, 64, 64)
    crop = take_crops(picture, torch.tensor([0]), torch.tensor([[0.5, 0.5, 1.0]]), 64)
    # two samples a pixel, averaged, are a slight blur
    assert (crop - picture).abs().mean() < 0.12
    flat = torch.full((1, 3, 64, 64), 0.3)
    assert torch.allclose(take_crops(flat, torch.tensor([0]), torch.tensor([[0.5, 0.5, 1.0]]), 32), flat[..., ::2, ::2])


def test_crops_are_of_their_own_pictures_and_places():
    pictures = torch.zeros(2, 3, 40, 40)
    pictures[1, 0, 10:20, 20:30] = 1
    squares = torch.tensor([[0.625, 0.375, 0.25], [0.625, 0.375, 0.25], [0.2, 0.8, 0.25]])
    crops = take_crops(pictures, torch.tensor([0, 1, 1]), squares, 8)
    assert crops.shape == (3, 3, 8, 8)
    assert crops[0].abs().max() == 0
    assert crops[1, 0, 1:-1, 1:-1].min() == pytest.approx(1, abs=1e-5)
    assert crops[2].abs().max() == 0


def test_beyond_the_edge_the_edge_goes_on():
    picture = torch.full((1, 3, 16, 16), 0.7)
    crop = take_crops(picture, torch.tensor([0]), torch.tensor([[0.0, 0.0, 1.0]]), 8)
    assert torch.allclose(crop, torch.full_like(crop, 0.7))
