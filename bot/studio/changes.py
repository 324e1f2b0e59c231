"""The modes that begin with a picture: what each asks of the engine, how it is kept, and which pictures it suits."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.studio.requests import Change, Part, Piece
from engine.api import MAX_SIDE, Box, Brief, ModelInfo, OwnStyle, Recipe
from engine.api.errors import InvalidBrief
from engine.api.varying import noise_of
from engine.prompting.shape import shaped
from storage.records import Artwork

IMAGINE = "imagine"
BY_MODEL = frozenset({"vary", "strong", "edit", "erase"})
"""Modes for which a model paints. `vary` begins with a picture's noise, `strong` with its pixels."""
WITHOUT_MODEL = frozenset({"enlarge", "restyle"})
MIXING = frozenset({"blend", "morph"})
"""Modes that make one of several pictures and prompts: see `bot.studio.mixing`."""
MODES = BY_MODEL | WITHOUT_MODEL | MIXING | {IMAGINE}
ONE_RESULT = WITHOUT_MODEL
"""Modes of which more than one result would be the same again."""
TIMES = (2, 4)
MOST_LOOKS = 3
LOOK = "pictures"
"""What the engine knows a look as that somebody showed by pictures."""

_STRENGTHS = {"vary": 0.3, "strong": 0.75, "edit": 1.0, "erase": 0.7, "restyle": 0.7}
_BEYOND = 0.9
"""Strength where a picture is continued beyond its edges: there it begins with what is mirrored."""
_RECIPE: TypeAdapter[Recipe] = TypeAdapter(Recipe)
_NOTHING = Change()
_PIECES = frozenset({"mixed", "like", "style_like"})
"""Fields of a change that hold pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The picture that a change begins with."""

    blob: str
    width: int
    height: int
    recipe: Recipe | None = None
    """None of an upload, and of what an older Salon painted otherwise."""


def source_of(work: Artwork) -> Source | None:
    """Return an artwork as a source; None where it has been removed."""
    if work.removed or work.blob is None:
        return None
    try:
        # Through JSON, for only there do its strict parts take a dictionary.
        recipe = _RECIPE.validate_json(json.dumps(dict(work.recipe)))
    except ValidationError:
        recipe = None
    return Source(blob=work.blob, width=work.width, height=work.height, recipe=recipe)


def enlarged(recipe: Mapping[str, Any]) -> bool:
    """Whether a picture is larger than what a model paints, so that painting anew would shrink it."""
    return recipe.get("family") == "enlarge" or recipe.get("mode") == "enlarge"


def suits(work: Artwork, model: ModelInfo | None) -> frozenset[str]:
    """Return the modes that work for an artwork, painted on by this model."""
    found = {IMAGINE, "restyle"}
    if model is None or model.varies:
        found |= MIXING if enlarged(work.recipe) else MIXING | BY_MODEL
    if TIMES[0] * max(work.width, work.height) <= MAX_SIDE:
        found.add("enlarge")
    return frozenset(found)


def why_not_subtly(source: Source, model: ModelInfo | None) -> str | None:
    """Return why the noise of a picture cannot be varied, as `Change.instead` has it; None where it can."""
    recipe = source.recipe
    if recipe is None or recipe.family != "diffusion":
        return "no_noise"
    if model is None or model.name != recipe.model or (model.hash and model.hash != recipe.model_hash):
        return "other_model"
    try:
        noise_of(recipe)
    except InvalidBrief:
        return "no_noise"
    return None


def whole_size(source: Source, model: ModelInfo | None) -> str | None:
    """Return `WIDTHxHEIGHT` for a picture as large as its source, as far as the model paints that."""
    sides = source.width, source.height
    if model is not None and not (max(sides) <= model.max_side and all(side % model.multiple == 0 for side in sides)):
        sides = shaped(sides, model.native, model.multiple)
    return f"{sides[0]}x{sides[1]}"


def changed(brief: Brief, mode: str, change: Change, source: Source | None, looks: tuple[str, ...]) -> Brief:
    """Return what is asked of the engine, given what would be asked without a picture.

    Args:
        brief: As the job's words have it.
        mode: Of the job.
        change: Of the job.
        source: The picture; None for painting from words.
        looks: SHA-256 of the pictures that show the look.
    """
    brief = replace(brief, tile=change.tile)
    if source is None:
        return brief
    if mode not in ("vary", "strong"):
        # Its colours would go over what is to stay as it is.
        brief = replace(brief, palette=None)
    strength = _STRENGTHS.get(mode, 1.0) if change.strength is None else change.strength
    brief = replace(brief, source=source.blob, strength=strength, parents=(source.blob,))
    if mode == "vary":
        assert source.recipe is not None
        return replace(brief, mode="vary", source=None, noise=noise_of(source.recipe))
    if mode == "strong":
        return replace(brief, mode="vary")
    if mode == "enlarge":
        times = change.times or TIMES[0]
        width, height = source.width * times, source.height * times
        return replace(brief, mode="enlarge", family="enlarge", model=None, width=width, height=height)
    if mode == "restyle":
        brief = replace(brief, family="patches", model=None, width=None, height=None, keep_colours=change.keep_colours)
        if looks:
            own = OwnStyle(name=LOOK, prompt="{prompt}", references=looks)
            return replace(brief, style=LOOK, styles=(own,))
        return brief
    if change.place is not None and change.strength is None:
        brief = replace(brief, strength=_BEYOND)
    return replace(
        brief,
        mode="erase" if mode == "erase" else "edit",
        box=_box(change.box),
        find=change.find,
        place=_box(change.place),
    )


def stored(change: Change) -> dict[str, Any] | None:
    """Return what is kept of a change; None where there is none."""
    default = asdict(_NOTHING)
    return {name: value for name, value in asdict(change).items() if value != default[name]} or None


def read(kept: Mapping[str, Any] | None) -> Change:
    """Return the change that was kept so."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in (kept or {}).items()
    }
    pieces = {name: tuple(Piece(**one) for one in values[name]) for name in _PIECES & values.keys()}
    return Change(**values | pieces)


def _box(part: Part | None) -> Box | None:
    return None if part is None else Box(*part)
