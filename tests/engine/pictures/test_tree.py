"""Family trees."""

import numpy as np
from PIL import Image

from engine.pictures.sheet import PAPER
from engine.pictures.tree import Node, family_tree


def node(number: int, colour: str | None, *parents: int, asked: bool = False) -> Node:
    return Node(number, None if colour is None else Image.new("RGB", (20, 10), colour), parents, asked)


def middles(tree: Image.Image, colour: tuple[int, int, int]) -> tuple[float, float]:
    """Return the middle of everything that has a colour, as parts of the picture's sides."""
    rows, columns = np.nonzero((np.asarray(tree) == colour).all(axis=2))
    return float(columns.mean() / tree.width), float(rows.mean() / tree.height)


def test_generations_lie_below_each_other_and_pictures_beside_each_other():
    tree = family_tree([[node(1, "red"), node(2, "lime")], [node(3, "blue", 1, 2, asked=True)]])
    (red, above), (green, _), (blue, below) = (middles(tree, one) for one in ((255, 0, 0), (0, 255, 0), (0, 0, 255)))
    assert red < blue < green and above < 0.4 and below > 0.6
    assert abs(blue - 0.5) < 0.02


def test_lines_lead_to_parents_alone():
    apart = family_tree([[node(1, "red"), node(2, "red")], [node(3, "red"), node(4, "red")]])
    joined = family_tree([[node(1, "red"), node(2, "red")], [node(3, "red", 1), node(4, "red", 99)]])
    drawn = np.nonzero((np.asarray(apart) != np.asarray(joined)).any(axis=2))
    assert 0.2 < drawn[0].mean() / apart.height < 0.8
    assert drawn[1].max() / apart.width < 0.5, "the right half has no line"


def test_what_may_not_be_shown_has_its_place():
    shown, hidden = (family_tree([[node(1, "red")], [node(2, colour, 1)]]) for colour in ("red", None))
    assert shown.width == hidden.width and hidden.getpixel((hidden.width // 2, hidden.height // 4)) == (255, 0, 0)
    assert hidden.getpixel((hidden.width // 2, round(hidden.height * 0.75))) not in ((255, 0, 0), PAPER)
