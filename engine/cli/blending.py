"""`salon blend`: several pictures and prompts in one, or the one in the style of another."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.api import Brief, Ingredient
from engine.api.errors import InvalidBrief
from engine.api.mixing import Gathered, Thing, gather, strength_of, style_of
from engine.api.varying import noise_of
from engine.cli.console import console, shown_path
from engine.cli.files import check_folder, read_bytes
from engine.cli.painting import Painted, inputs_of, paint, tell
from engine.cli.request import Wish, manner, mode_brief, pixels
from engine.cli.varying import recipe_in

_FILE = re.compile(r".+\.(png|jpe?g|webp|apng|gif)", re.IGNORECASE)
_WEIGHT = re.compile(r"\d{1,3}(\.\d{1,3})?", re.ASCII)
RESTYLED = 0.6
"""How much of an upload's pixels changes when it is painted in another's style."""


def blend(named: Sequence[str], weights: str | None, wish: Wish, *, out: Path, as_json: bool) -> None:
    """Blend files and prompts and print where the results are."""
    check_folder(out)
    things, inputs = things_of(named)
    gathered = gathered_of(things, wish, joined=" + ")
    shares = weights_of(weights, len(things))
    brief = blend_brief(gathered, shares, wish)

    def show(painted: Painted) -> None:
        tell(painted, as_json=as_json)
        say_looked_at(gathered, named)

    paint(brief, inputs, out, show)


def restyle_by(named: Sequence[str], other: Path, wish: Wish, *, out: Path, as_json: bool) -> None:
    """Paint what a file or a prompt shows in the style of another file, and print where the results are."""
    check_folder(out)
    if len(named) != 1:
        raise InvalidBrief("--style-of takes one picture or prompt to paint anew; name no more.")
    (thing,), inputs = things_of(named)
    data = read_bytes(other)
    recipe = recipe_in(data)
    if recipe is None:
        raise InvalidBrief(
            f"{shown_path(other)} carries no Salon recipe, so its style has no words; name a style instead."
        )
    style, words = style_of(recipe)
    wish = replace(wish, style=wish.style or style)
    brief = styled_brief(thing, words, next(iter(inputs_of(data))), wish)
    paint(brief, inputs, out, lambda painted: tell(painted, as_json=as_json))


def blend_brief(gathered: Gathered, weights: Sequence[float], wish: Wish) -> Brief:
    """Build the brief of a blend."""
    pairs = zip(gathered.ingredients, weights, strict=True)
    mixed = tuple(replace(each, weight=weight) for each, weight in pairs)
    fields = {**gathered.fields, "ingredients": mixed, "strength": strength_of(mixed)}
    return mode_brief("blend", wish, fields)


def styled_brief(thing: Thing, words: str, parent: str, wish: Wish) -> Brief:
    """Build the brief of a thing in a style: of the same noise where it was painted from noise alone, else its pixels.

    Args:
        thing: What is shown.
        words: Of the style, where it has no name.
        parent: SHA-256 of the picture whose style it is.
        wish: What was typed; it names the style where that has a name.
    """
    recipe = thing.recipe
    content = thing.prompt or (recipe.prompt if recipe is not None else "")
    plain = content.partition(",")[0].strip()
    prompt = ", ".join(part for part in (plain, words) if part)
    parents = tuple(one for one in (thing.picture, parent) if one is not None)
    fields: dict[str, object] = {"prompt": prompt, "parents": parents}
    if thing.picture is None:
        return mode_brief("imagine", replace(wish, prompt=prompt), fields)
    if recipe is not None:
        fields = {**manner(recipe), **fields, "width": recipe.width, "height": recipe.height, "style": None}
    try:
        start: dict[str, object] = (
            {"noise": noise_of(recipe), "strength": 0.0, "count": 1} if recipe is not None else {}
        )
    except InvalidBrief:
        start = {}
    return mode_brief("vary", wish, fields | (start or {"source": thing.picture, "strength": RESTYLED}))


def things_of(named: Sequence[str]) -> tuple[list[Thing], dict[str, bytes]]:
    """Read what is named: files, and prompts where there is no such file; with the files by their SHA-256.

    Raises:
        UnreadablePicture: a name is that of a picture file which is not there, or cannot be read.
    """
    things: list[Thing] = []
    inputs: dict[str, bytes] = {}
    for name in named:
        if not _FILE.fullmatch(name.strip()) and not Path(name).is_file():
            things.append(Thing(prompt=name))
            continue
        data = read_bytes(Path(name))
        (sha256,) = held = inputs_of(data)
        inputs |= held
        things.append(Thing(picture=sha256, recipe=recipe_in(data)))
    return things, inputs


def gathered_of(things: Sequence[Thing], wish: Wish, *, joined: str) -> Gathered:
    """Gather things as the person wished; a style that was typed goes before the things' own."""
    size = None if wish.size is None else pixels(wish.size)
    gathered = gather(things, joined=joined, model=wish.model, size=size)
    if wish.style is None:
        return gathered
    return replace(gathered, ingredients=tuple(_bare(each) for each in gathered.ingredients))


def weights_of(text: str | None, count: int) -> list[float]:
    """Read weights such as 2,1,1; all are 1 unless said.

    Raises:
        InvalidBrief: they are no numbers, or as many as there are things to weigh.
    """
    if text is None:
        return [1.0] * count
    pieces = [piece.strip() for piece in text.split(",")]
    if not all(_WEIGHT.fullmatch(piece) for piece in pieces):
        raise InvalidBrief(f"--weights takes numbers from 0 up, such as 2,1,1; you gave {text[:40]!r}.")
    if len(pieces) != count:
        raise InvalidBrief(f"--weights has {len(pieces)} for {count} pictures and prompts; give one for each.")
    return [float(piece) for piece in pieces]


def say_looked_at(gathered: Gathered, named: Sequence[str]) -> None:
    """Say which paintings were mixed as they look."""
    if gathered.looked_at:
        names = ", ".join(shown_path(Path(named[place])) for place in gathered.looked_at)
        console().print(
            f"Painted in another manner (model, size, steps or from a picture), so mixed as it looks: {names}"
        )


def _bare(each: Ingredient) -> Ingredient:
    return replace(each, style=None)
