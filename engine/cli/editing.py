"""`salon edit`: a part painted anew, taken out, or added beyond the edges."""

import re
from dataclasses import dataclass
from pathlib import Path

from engine.api import Box
from engine.api.errors import InvalidBrief
from engine.cli.files import check_folder, read_bytes
from engine.cli.painting import inputs_of, paint, tell
from engine.cli.request import Wish, manner, mode_brief
from engine.cli.varying import recipe_in
from engine.pictures.intake import decode

SIDES = ("left", "top", "right", "bottom")
REPAINT, REFRAME, ERASE = 1.0, 0.9, 0.7
"""Strengths unless one is said: beyond the edges it begins with a mirrored picture, taking out with colours around."""
MOST_ZOOM = 8.0
_NUMBER = r"\s*(\d{1,3}(?:\.\d{1,3})?)\s*%?\s*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of a picture is meant, as typed."""

    box: str | None = None
    mask: Path | None = None
    find: str | None = None
    erase: bool = False
    extend: str | None = None
    pan: str | None = None
    zoom_out: float | None = None


def edit(picture: Path, wish: Wish, part: Part, *, out: Path, as_json: bool) -> None:
    """Edit the file `picture` and print where the results are."""
    check_folder(out)
    data = read_bytes(picture)
    mask = read_bytes(part.mask) if part.mask is not None else None
    recipe = recipe_in(data)
    inputs = inputs_of(data)
    source = next(iter(inputs))
    fields: dict[str, object] = {"prompt": ""}
    if recipe is not None:
        # What stays is there already, and words for it would be painted a second time.
        fields |= manner(recipe) | {"prompt": "" if part.erase else recipe.prompt}
    fields |= {
        "source": source,
        "parents": (source,),
        "box": None if part.box is None else box_of(part.box),
        "mask": None if mask is None else next(iter(inputs_of(mask))),
        "find": part.find,
        "place": (place := place_of(part)),
        "strength": ERASE if part.erase else REPAINT if place is None else REFRAME,
    }
    if part.zoom_out is not None:
        fields["width"], fields["height"] = decode(data).size
    brief = mode_brief("erase" if part.erase else "edit", wish, fields)
    paint(brief, inputs | inputs_of(mask), out, lambda painted: tell(painted, as_json=as_json))


def box_of(text: str) -> Box:
    """Read a box in percent, such as 50,0,100,100.

    Raises:
        InvalidBrief: it is none.
    """
    match = re.fullmatch(",".join([_NUMBER] * 4), text, re.ASCII)
    if match is None:
        raise InvalidBrief(
            f"--box takes left,top,right,bottom in percent, such as 50,0,100,100; you gave {text[:40]!r}."
        )
    return Box(*(float(number) / 100 for number in match.groups()))


def place_of(part: Part) -> Box | None:
    """Return where the picture lies on the new one, or None where that has the same frame.

    Raises:
        InvalidBrief: more than one change of the frame, or one that cannot be read.
    """
    if sum(one is not None for one in (part.extend, part.pan, part.zoom_out)) > 1:
        raise InvalidBrief("Extend, pan or zoom out, one at a time.")
    if part.extend is not None:
        added = _sides(part.extend, "--extend")
        width = 1 + added["left"] + added["right"]
        height = 1 + added["top"] + added["bottom"]
        left, top = added["left"] / width, added["top"] / height
        return Box(left, top, left + 1 / width, top + 1 / height)
    if part.pan is not None:
        moved = _sides(part.pan, "--pan")
        right, down = moved["left"] - moved["right"], moved["top"] - moved["bottom"]
        return Box(right, down, right + 1, down + 1)
    if part.zoom_out is not None:
        if not 1 < part.zoom_out <= MOST_ZOOM:
            raise InvalidBrief(f"--zoom-out takes a number above 1 up to {MOST_ZOOM:g}; you gave {part.zoom_out:g}.")
        margin = (1 - 1 / part.zoom_out) / 2
        return Box(margin, margin, 1 - margin, 1 - margin)
    return None


def _sides(text: str, option: str) -> dict[str, float]:
    """Read sides in percent, such as right=50,top=25."""
    found = dict.fromkeys(SIDES, 0.0)
    for piece in text.split(","):
        match = re.fullmatch(rf"\s*({'|'.join(SIDES)})\s*={_NUMBER}", piece, re.ASCII)
        if match is None or not 0 < float(match[2]) <= 400:
            raise InvalidBrief(
                f"{option} takes sides in percent up to 400, such as right=50,top=25; you gave {text[:40]!r}."
            )
        found[match[1]] = float(match[2]) / 100
    return found
