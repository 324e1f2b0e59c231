"""From what was typed to a brief."""

import dataclasses
import json
import re
import secrets
import uuid
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from engine.api import Brief, Recipe
from engine.api.errors import InvalidBrief

MAX_BYTES = 60 * 1024 * 1024
"""Files stay on this machine, so that only the size of a message to the engine bounds them."""
_SEEDS = 2**31
"""A drawn seed is short enough to be typed again."""

_BRIEF = TypeAdapter(Brief)
_SIZE = re.compile(r"(\d{1,6})(?:\s*[x×*]\s*(\d{1,6}))?", re.IGNORECASE | re.ASCII)
_OPTIONS = {"width": "size", "height": "size"}
_REPEATED = (
    *("prompt", "negative", "style", "styles", "family", "model", "count"),
    *("seed", "width", "height", "steps", "guidance", "scheduler"),
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
    executor: str | None = None


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
    if wish.prompt is None and source is None:
        raise InvalidBrief('Say what to paint: salon imagine "an owl in a snowy forest".')
    if wish.strength is not None and source is None:
        raise InvalidBrief("--strength says how far to go from a picture; name that with --image too.")
    fields = {name: value for name, value in dataclasses.asdict(wish).items() if value is not None}
    if "size" in fields:
        fields["width"], fields["height"] = _pixels(fields.pop("size"))
    fields.setdefault("prompt", "")
    fields.setdefault("seed", secrets.randbelow(_SEEDS))
    return _validated(fields | {"source": source})


def brief_again(recipe: Recipe, source: str | None) -> Brief:
    """Build the brief that paints the picture of a recipe again, alone but in the batches of the first time.

    Raises:
        InvalidBrief: the recipe says something that no engine of this version paints.
    """
    if recipe.mode != "imagine":
        raise InvalidBrief(f"This picture was made by {recipe.mode!r}, which cannot be painted again yet.")
    if recipe.source is not None and source is None:
        raise InvalidBrief("This picture was painted from another one; give that too, with --image FILE.")
    fields = {name: getattr(recipe, name) for name in _REPEATED}
    if source is not None and recipe.strength is not None:
        fields["strength"] = recipe.strength
    fields |= {
        "source": source,
        "timeline": recipe.timeline,
        "only": recipe.index,
        "executor": recipe.backend.executor if recipe.backend.executor in ("full", "fast") else "auto",
    }
    return _validated(fields)


def _pixels(size: str) -> tuple[int, int]:
    match = _SIZE.fullmatch(size.strip())
    if not match:
        raise InvalidBrief(f"--size takes pixels such as 128 or 512x768; you gave {size[:40]!r}.")
    return int(match[1]), int(match[2] or match[1])


def _validated(fields: dict[str, object]) -> Brief:
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
