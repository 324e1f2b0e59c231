"""`salon vary`: other pictures of the same noise, or from the same pixels."""

from collections.abc import Mapping
from pathlib import Path

from engine.api import Brief, Recipe
from engine.api.errors import InvalidBrief, UnreadablePicture
from engine.api.varying import noise_of
from engine.cli.console import console, shown_path
from engine.cli.files import check_folder, read_bytes
from engine.cli.painting import Painted, inputs_of, paint, tell
from engine.cli.request import Wish, manner, mode_brief
from engine.pictures.provenance import read_recipe

SUBTLE, STRONG = 0.3, 0.75
"""Strengths unless one is said."""


def vary(picture: Path, wish: Wish, *, strong: bool, out: Path, as_json: bool) -> None:
    """Paint variations of the file `picture` and print where they are."""
    check_folder(out)
    data = read_bytes(picture)
    recipe = recipe_in(data)
    inputs = inputs_of(data)
    if strong:
        brief = strong_brief(recipe, wish, next(iter(inputs)))
    elif recipe is None:
        raise InvalidBrief(f"{shown_path(picture)} carries no Salon recipe, so vary it by its pixels: add --strong.")
    else:
        brief = subtle_brief(recipe, wish, next(iter(inputs)))

    def show(painted: Painted) -> None:
        if recipe is not None and not strong:
            _warn(recipe, painted)
        tell(painted, as_json=as_json)

    paint(brief, inputs, out, show)


def subtle_brief(recipe: Recipe, wish: Wish, parent: str) -> Brief:
    """Build the brief of variations on the noise of a recipe's picture, whose file has the SHA-256 `parent`.

    Raises:
        InvalidBrief: they would have another size or model, or the picture was not painted from noise alone.
    """
    if wish.size is not None or wish.model is not None:
        raise InvalidBrief("Noise has one size and one model; leave --size and --model out, or add --strong.")
    fields = manner(recipe) | {
        "prompt": recipe.prompt,
        "width": recipe.width,
        "height": recipe.height,
        "noise": noise_of(recipe),
        "strength": SUBTLE,
        "parents": (parent,),
        # Its changes are those of its words, which other words replace.
        "timeline": recipe.timeline if wish.prompt is None else (),
    }
    return mode_brief("vary", wish, fields)


def strong_brief(recipe: Recipe | None, wish: Wish, source: str) -> Brief:
    """Build the brief of variations that start from the pixels of a file, with or without a recipe."""
    fields: dict[str, object] = {"prompt": "", "source": source, "strength": STRONG, "parents": (source,)}
    if recipe is not None:
        known: Mapping[str, object] = manner(recipe)
        fields |= {**known, "prompt": recipe.prompt, "width": recipe.width, "height": recipe.height}
    return mode_brief("vary", wish, fields)


def recipe_in(data: bytes) -> Recipe | None:
    """Return the recipe inside a picture, or None where there is none that can be read."""
    try:
        return read_recipe(data)
    except UnreadablePicture:
        return None


def _warn(parent: Recipe, painted: Painted) -> None:
    if any(picture.recipe.model_hash != parent.model_hash for picture in painted.pictures.values()):
        console().print("The model is not the one that painted the picture, so these differ entirely; try --strong.")
