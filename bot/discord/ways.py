"""The ways in which a button or an option changes a picture, and how a button's number tells them."""

import re

from bot.discord.ids import CustomId
from bot.studio.requests import Change, Part, Refusal

PAN = 0.25
"""How far a button pans, in parts of a side."""
SIDES = ("left", "right", "top", "bottom")
ZOOMS = (1.5, 2.0)
ENLARGEMENTS = (2, 4)
AREAS: dict[str, Part] = {
    "left": (0.0, 0.0, 0.5, 1.0),
    "right": (0.5, 0.0, 1.0, 1.0),
    "top": (0.0, 0.0, 1.0, 0.5),
    "bottom": (0.0, 0.5, 1.0, 1.0),
    "middle": (0.25, 0.25, 0.75, 0.75),
}
"""Parts of a picture that have a name."""
_NUMBER = r"\s*(\d{1,3}(?:\.\d{1,3})?)\s*%?\s*"
_BOX = re.compile("[,，]".join([_NUMBER] * 4), re.ASCII)


def coded(way: int, *, private: bool) -> int:
    """Return the number that a button carries after its id."""
    return 2 * way + private


def way_of(target: CustomId) -> int:
    """Return which of several ways a button means."""
    return (target.n or 0) // 2


def panned(side: str, part: float = PAN) -> Change:
    """Return the change that looks further to one side, by a part of the picture's length."""
    across = {"left": part, "right": -part}.get(side, 0.0)
    down = {"top": part, "bottom": -part}.get(side, 0.0)
    return Change(place=(across, down, across + 1, down + 1), whole=True)


def zoomed(times: float) -> Change:
    """Return the change that looks from so many times as far away."""
    margin = (1 - 1 / times) / 2
    return Change(place=(margin, margin, 1 - margin, 1 - margin), whole=True)


def extended(side: str, part: float) -> Change:
    """Return the change that adds to one side of a picture, or to all, a part of its length."""
    added = {name: part if side in (name, "all") else 0.0 for name in SIDES}
    width, height = 1 + added["left"] + added["right"], 1 + added["top"] + added["bottom"]
    left, top = added["left"] / width, added["top"] / height
    return Change(place=(left, top, left + 1 / width, top + 1 / height))


def part_of(what: str | None, box: str | None) -> Part | None:
    """Return the part that somebody typed: the name of an area, or left, top, right and bottom in percent.

    Raises:
        Refusal: box, where it is none; or no_part, where there are no words for it either.
    """
    if box is None:
        if not (what or "").strip():
            raise Refusal("no_part")
        return None
    if box in AREAS:
        return AREAS[box]
    typed = _BOX.fullmatch(box.strip())
    if typed is None:
        raise Refusal("box", given=box[:100])
    left, top, right, bottom = (min(float(number), 100.0) / 100 for number in typed.groups())
    if left >= right or top >= bottom:
        raise Refusal("box", given=box[:100])
    return left, top, right, bottom
