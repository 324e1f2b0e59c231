"""From what was typed to a brief."""

import dataclasses
import json
import re
import secrets
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from engine.api import Brief, Recipe
from engine.api.brief import Mode
from engine.api.errors import InvalidBrief
from engine.api.guides import Control, Layout, Lora, Palette, Reference

MAX_BYTES = 60 * 1024 * 1024
"""Files stay on this machine, so that only the size of a message to the engine bounds them."""
_SEEDS = 2**31
"""A drawn seed is short enough to be typed again."""

_BRIEF = TypeAdapter(Brief)
_SIZE = re.compile(r"(\d{1,6})(?:\s*[x×*]\s*(\d{1,6}))?", re.IGNORECASE | re.ASCII)
_OPTIONS = {"width": "size", "height": "size"}
MANNER = (
    *("negative", "style", "styles", "family", "model"),
    *("steps", "guidance", "scheduler", "tile", "palette", "loras"),
)
"""Fields of a recipe that say how it was painted, whatever it shows."""
_REPEATED = (
    *("mode", "prompt", "count", "seed", "width", "height"),
    *("source", "mask", "box", "find", "place", "noise", "keep_colours", "parents", "timeline"),
    *("references", "layout", "control", "ingredients", "loop"),
    *MANNER,
)
"""Fields that a brief takes from a recipe as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was typed. None was not."""

    prompt: str | None = None
    count: int | None = None
    style: str | None = None
    negative: str | None = None
    seed: int | None = None
    size: str | None = None
    steps: int | None = None
    guidance: float | None = None
    model: str | None = None
    scheduler: str | None = None
    family: str | None = None
    strength: float | None = None
    tile: bool | None = None
    executor: str | None = None
    references: tuple[Reference, ...] | None = None
    palette: Palette | None = None
    layout: Layout | None = None
    control: Control | None = None
    loras: tuple[Lora, ...] | None = None


def new_id() -> str:
    """Return an id for a brief."""
    return uuid.uuid4().hex


def brief_of(wish: Wish, source: str | None) -> Brief:
    """Build the brief of a new request; a seed is drawn where none was given.

    Args:
        wish: What was typed.
        source: SHA-256 of the picture to start from.

    Raises:
        InvalidBrief: naming the option and what is wrong with it.
    """
    if wish.prompt is None and source is None and not wish.references:
        raise InvalidBrief('Say what to paint: salon imagine "an owl in a snowy forest".')
    if wish.strength is not None and source is None:
        raise InvalidBrief("--strength says how far to go from a picture; name that with --image too.")
    fields = {name: value for name, value in dataclasses.asdict(wish).items() if value is not None}
    if "size" in fields:
        fields["width"], fields["height"] = pixels(fields.pop("size"))
    fields.setdefault("prompt", "")
    fields.setdefault("seed", drawn_seed())
    return validated(fields | {"source": source})


def brief_again(recipe: Recipe, pictures: Collection[str]) -> Brief:
    """Build the brief that paints the picture of a recipe again, alone but in the batches of the first time.

    Args:
        recipe: Of the picture.
        pictures: SHA-256 of the files that are at hand, of those that it was painted from.

    Raises:
        InvalidBrief: the recipe says something that no engine of this version paints, or a file is not at hand.
    """
    if recipe.mode not in get_args(Mode):
        raise InvalidBrief(f"This picture was made by {recipe.mode!r}, which cannot be painted again yet.")
    mixed = ((each.picture, "others") for each in recipe.ingredients)
    guides: list[tuple[str | None, str]] = [(each.picture, "others") for each in recipe.references]
    guides.append((recipe.palette.picture if recipe.palette else None, "the colours of another"))
    guides.append((recipe.layout.mask if recipe.layout else None, "a layout"))
    guides.append((recipe.control.picture if recipe.control else None, "a guiding one"))
    for name, what in ((recipe.source, "another one"), (recipe.mask, "a mask"), *mixed, *guides):
        if name is not None and name not in pictures:
            raise InvalidBrief(
                f"This picture was painted from {what}; give that too, with --image FILE "
                f"(the file's SHA-256 begins with {name[:10]})."
            )
    fields = {name: getattr(recipe, name) for name in _REPEATED}
    if recipe.strength is not None:
        fields["strength"] = recipe.strength
    fields |= {
        "only": recipe.index,
        "executor": recipe.backend.executor if recipe.backend.executor in ("full", "fast") else "auto",
    }
    return validated(fields)


def manner(recipe: Recipe) -> dict[str, object]:
    """Return the fields by which another picture is painted in the manner of a recipe's."""
    # What was enlarged had no painter, and its steps are tiles.
    names = ("negative", "style", "styles") if recipe.family == "enlarge" else MANNER
    return {name: getattr(recipe, name) for name in names}


def mode_brief(mode: str, wish: Wish, fields: Mapping[str, object]) -> Brief:
    """Build the brief of a mode from what the picture says (`fields`) and what was typed, which goes first.

    Raises:
        InvalidBrief: naming the option and what is wrong with it.
    """
    typed = {name: value for name, value in dataclasses.asdict(wish).items() if value is not None}
    if "size" in typed:
        typed["width"], typed["height"] = pixels(typed.pop("size"))
    if "style" in typed or "model" in typed:
        # Steps and guidance may have been those of the other style, or of the other model.
        fields = {name: value for name, value in fields.items() if name not in ("steps", "guidance", "scheduler")}
    return validated({"seed": drawn_seed(), **fields, **typed, "mode": mode})


def drawn_seed() -> int:
    """Return a seed for a request that names none."""
    return secrets.randbelow(_SEEDS)


def pixels(size: str) -> tuple[int, int]:
    """Read a size such as 128 or 512x768."""
    match = _SIZE.fullmatch(size.strip())
    if not match:
        raise InvalidBrief(f"--size takes pixels such as 128 or 512x768; you gave {size[:40]!r}.")
    return int(match[1]), int(match[2] or match[1])


def validated(fields: dict[str, object]) -> Brief:
    """Build a brief of these fields, with an id of its own.

    Raises:
        InvalidBrief: naming the option and what is wrong with it.
    """
    fields |= {"id": new_id(), "max_bytes": MAX_BYTES}
    try:
        # Through JSON, for only there does the strict brief take a dictionary.
        return _BRIEF.validate_json(json.dumps(fields, ensure_ascii=False, default=dataclasses.asdict).encode())
    except UnicodeEncodeError as error:
        raise InvalidBrief("The text contains characters that are not valid Unicode; remove them.") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        sentence = first["msg"][:1].lower() + first["msg"][1:]
        given = str(first["input"])[:40]
        raise InvalidBrief(f"--{_OPTIONS.get(name, name)}: {sentence}; you gave {given!r}.") from error
