"""A family tree: pictures by generations, oldest on top, with a line from each parent to each child.

There are no words in it, only numbers, so that one drawing serves every language.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from engine.pictures.sheet import FAINT, PAPER, TEXT

_CELL = 168
"""Longest side of a picture, in pixels."""
_ACROSS, _DOWN, _MARGIN = 28, 74, 36
_LINE = (116, 122, 140)
_OWN_LINE = (242, 187, 88)
"""Of the picture that was asked about, and of the lines to and from it."""
_EMPTY = (34, 35, 40)
_BADGE = 13
_SCALE = 2
"""Lines are drawn at so many times the size, for Pillow draws them jagged."""
_PIECES = 24


@dataclass(frozen=True)
class Node:
    """One picture of the tree."""

    number: int
    """Written beside it."""
    picture: Image.Image | None
    """RGB; None where it may not be shown."""
    parents: tuple[int, ...] = ()
    """Numbers of other nodes."""
    asked: bool = False
    """Whether the tree is about it."""


def family_tree(generations: Sequence[Sequence[Node]]) -> Image.Image:
    """Draw a tree.

    Args:
        generations: Oldest first; none is empty.

    Returns:
        An RGB picture.
    """
    columns = max(len(row) for row in generations)
    width = 2 * _MARGIN + columns * _CELL + (columns - 1) * _ACROSS
    height = 2 * _MARGIN + len(generations) * _CELL + (len(generations) - 1) * _DOWN
    boxes = {}
    for level, row in enumerate(generations):
        left = (width - len(row) * _CELL - (len(row) - 1) * _ACROSS) // 2
        for place, node in enumerate(row):
            corner = left + place * (_CELL + _ACROSS), _MARGIN + level * (_CELL + _DOWN)
            boxes[node.number] = _box(node, corner)
    tree = Image.new("RGB", (width * _SCALE, height * _SCALE), PAPER)
    _draw_lines(ImageDraw.Draw(tree), [node for row in generations for node in row], boxes)
    tree = tree.resize((width, height), Image.Resampling.LANCZOS)
    for row in generations:
        for node in row:
            _draw_node(tree, node, boxes[node.number])
    return tree


def _box(node: Node, corner: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return where a picture lies in its cell, in the middle of it."""
    sides = node.picture.size if node.picture else (1, 1)
    scale = _CELL / max(sides)
    across, down = max(1, round(sides[0] * scale)), max(1, round(sides[1] * scale))
    left, top = corner[0] + (_CELL - across) // 2, corner[1] + (_CELL - down) // 2
    return left, top, left + across, top + down


def _draw_lines(draw: ImageDraw.ImageDraw, nodes: Sequence[Node], boxes: dict[int, tuple[int, int, int, int]]) -> None:
    own = {node.number for node in nodes if node.asked}
    lines = [(parent, node.number) for node in nodes for parent in node.parents if parent in boxes]
    # Those of the picture asked about last, so that they lie above the others.
    for parent, child in sorted(lines, key=lambda line: bool(own & set(line))):
        (left, _, right, bottom), (left_below, top, right_below, _) = boxes[parent], boxes[child]
        start, end = ((left + right) / 2, bottom), ((left_below + right_below) / 2, top)
        colour, thickness = (_OWN_LINE, 3) if own & {parent, child} else (_LINE, 2)
        draw.line(_curve(start, end), fill=colour, width=thickness * _SCALE, joint="curve")


def _curve(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Return a cubic Bézier curve that leaves downwards and arrives downwards."""
    middle = (start[1] + end[1]) / 2
    points = []
    for step in range(_PIECES + 1):
        t = step / _PIECES
        parts = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        x = start[0] * (parts[0] + parts[1]) + end[0] * (parts[2] + parts[3])
        y = start[1] * parts[0] + middle * (parts[1] + parts[2]) + end[1] * parts[3]
        points.append((x * _SCALE, y * _SCALE))
    return points


def _draw_node(tree: Image.Image, node: Node, box: tuple[int, int, int, int]) -> None:
    draw = ImageDraw.Draw(tree)
    if node.picture is None:
        draw.rounded_rectangle(box, 10, fill=_EMPTY, outline=FAINT, width=1)
    else:
        tree.paste(node.picture.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.LANCZOS), box[:2])
    if node.asked:
        draw.rectangle((box[0] - 4, box[1] - 4, box[2] + 3, box[3] + 3), outline=_OWN_LINE, width=4)
    centre = box[0] + _BADGE + 4, box[1] + _BADGE + 4
    corners = (centre[0] - _BADGE, centre[1] - _BADGE, centre[0] + _BADGE, centre[1] + _BADGE)
    draw.ellipse(corners, fill=_OWN_LINE if node.asked else PAPER)
    draw.text(
        centre,
        str(node.number),
        fill=PAPER if node.asked else TEXT,
        font=ImageFont.load_default(15),
        anchor="mm",
    )
