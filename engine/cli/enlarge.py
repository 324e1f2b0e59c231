"""`salon enlarge`: a picture made two or four times larger, and repainted at that size if a person wants it so."""

import dataclasses
from pathlib import Path

from engine.api import Brief, Picture, Recipe
from engine.api.errors import InvalidBrief
from engine.cli.console import console
from engine.cli.files import check_folder, read_bytes
from engine.cli.painting import Painted, inputs_of, paint, tell
from engine.cli.request import Wish, drawn_seed, manner, mode_brief
from engine.cli.varying import recipe_in
from engine.enlarge import FACTORS
from engine.pictures.intake import decode
from engine.pictures.opening import opened

FAMILY, MODE = "enlarge", "enlarge"


def enlarge(picture: Path, times: int, wish: Wish, *, by: str | None, out: Path, as_json: bool) -> None:
    """Enlarge the file `picture` and print where the result is.

    Args:
        picture: A file.
        times: How many times larger its sides become.
        wish: What a model repaints the large picture with; where `strength` is None it stays as it is.
        by: `upscaler` or `lanczos`; whichever is installed unless said.
        out: The folder for the results.
        as_json: Whether to print them, or where it is repainted the last, as JSON.

    Raises:
        InvalidBrief: other numbers, or words for a picture that is not repainted.
    """
    if times not in FACTORS:
        raise InvalidBrief(f"Pictures are enlarged 2 or 4 times; you gave --times {times}.")
    if wish.strength is None and wish != Wish():
        raise InvalidBrief("Words, a seed and a model are for repainting; add --repaint 0.3, or leave them out.")
    if wish.strength is not None and not 0 <= wish.strength <= 1:
        raise InvalidBrief(f"--repaint takes a number from 0 to 1; you gave {wish.strength:g}.")
    check_folder(out)
    data = read_bytes(picture)
    recipe, inputs = recipe_in(data), inputs_of(data)
    brief = enlarging_brief(recipe, next(iter(inputs)), decode(data).size, times, by)
    done: list[Picture] = []

    def show(painted: Painted) -> None:
        done.extend(painted.pictures.values())
        if wish.strength is None or not as_json:
            tell(painted, as_json=as_json)

    paint(brief, inputs, out, show)
    if _transparent(data):
        console().print("The picture was transparent in parts, which are white now.")
    if wish.strength is not None:
        (large,) = done
        brief = repainting_brief(recipe, wish, large)
        paint(brief, inputs_of(large.image), out, lambda painted: tell(painted, as_json=as_json))


def enlarging_brief(recipe: Recipe | None, source: str, size: tuple[int, int], times: int, by: str | None) -> Brief:
    """Build the brief that enlarges a file of that size, with or without a recipe, whose SHA-256 is `source`."""
    fields: dict[str, object] = {"prompt": "", "seed": 0}
    if recipe is not None:
        # Nothing of this is painted with, but whoever opens the large picture wants to know what it shows.
        fields = {name: getattr(recipe, name) for name in ("prompt", "negative", "style", "styles", "seed")}
    fields |= {"width": size[0] * times, "height": size[1] * times, "family": FAMILY, "model": by, "count": 1}
    return mode_brief(MODE, Wish(), fields | {"source": source, "parents": (source,)})


def repainting_brief(recipe: Recipe | None, wish: Wish, large: Picture) -> Brief:
    """Build the brief that paints over an enlarged picture, in the manner of what was enlarged."""
    fields: dict[str, object] = {"prompt": "", "seed": drawn_seed()}
    if recipe is not None:
        fields |= manner(recipe) | {"prompt": recipe.prompt}
    fields |= {"source": large.sha256, "parents": (large.sha256,), "count": 1}
    fields |= {"width": large.width, "height": large.height}
    return mode_brief(MODE, dataclasses.replace(wish, count=1), fields)


def _transparent(data: bytes) -> bool:
    with opened(data) as image:
        return image.has_transparency_data
