"""`salon imagine`: pictures from words, or one picture again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from engine.api import Recipe
from engine.api.errors import InvalidBrief
from engine.cli.comparison import Comparison, compare
from engine.cli.console import console, print_json
from engine.cli.crafting import Order, orders_of
from engine.cli.files import check_folder, read_bytes
from engine.cli.guiding import Guides, guided
from engine.cli.painting import Painted, as_plain, inputs_of, opened, paint, paint_all, tell
from engine.cli.request import Wish, brief_again
from engine.pictures.intake import decode, intake
from engine.pictures.provenance import read_recipe
from engine.settings import load_settings


@dataclass(frozen=True, slots=True)
class Original:
    """The picture that is painted again."""

    recipe: Recipe
    image: Image.Image


def imagine(
    wish: Wish, *, images: Sequence[Path], again: Path | None, out: Path, as_json: bool, guides: Guides | None = None
) -> None:
    """Paint what is wished for, or the picture at `again` once more, and print where the pictures are."""
    if again is not None and (wish != Wish() or guides not in (None, Guides())):
        raise InvalidBrief("--from paints a picture again as it was; leave the prompt and the other options out.")
    if again is None and len(images) > 1:
        raise InvalidBrief("A picture starts from one other at most; name --image once.")
    check_folder(out)
    guides = guides or Guides()
    wish = guided(wish, guides)
    original = _original(again) if again is not None else None
    inputs = inputs_of(*map(read_bytes, images))
    if original is not None and _pictures_of(original.recipe) - inputs.keys():
        # A chat's pictures are cleaned before they are painted from, and then known by another hash.
        inputs |= {taken.sha256: taken.image for taken in map(intake, inputs.values())}
    if original is None:
        orders = orders_of(wish, next(iter(inputs), None), load_settings().permutations)
        _paint_wish(orders, inputs | guides.files, out, as_json)
        return
    paint(
        brief_again(original.recipe, inputs),
        inputs,
        out,
        lambda painted: tell(painted, _compared(original, painted), as_json=as_json),
    )


def _pictures_of(recipe: Recipe) -> set[str | None]:
    """Return the SHA-256 of the pictures that the picture of a recipe was painted from."""
    after = [one.picture for one in (recipe.palette, recipe.control, *recipe.references, *recipe.ingredients) if one]
    return {recipe.source, recipe.mask, recipe.layout.mask if recipe.layout else None, *after} - {None}


def _paint_wish(orders: Sequence[Order], inputs: Mapping[str, bytes], out: Path, as_json: bool) -> None:
    if len(orders) == 1:
        paint_all(orders, inputs, out, lambda painted: tell(painted, as_json=as_json))
        return
    console().print(f"The choices in braces make {len(orders)} requests.")
    listed: list[dict[str, Any]] = []

    def show(painted: Painted) -> None:
        listed.append(as_plain(painted))
        if not as_json:
            tell(painted, as_json=False)

    try:
        paint_all(orders, inputs, out, show)
    finally:
        if as_json:
            print_json(listed)


def _original(path: Path) -> Original:
    data = read_bytes(path)
    return Original(read_recipe(data), decode(data))


def _compared(original: Original, painted: Painted) -> Comparison | None:
    for picture in painted.pictures.values():
        return compare((original.recipe, original.image), (picture.recipe, opened(picture)))
    return None
