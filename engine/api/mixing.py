"""What blends and morphs take from the pictures and prompts that a person names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.api.brief import Ingredient, OwnStyle
from engine.api.errors import InvalidBrief
from engine.api.recipe import Recipe
from engine.api.varying import noise_of

MIXED, TURNED = 0.65, 0.3
"""Strengths of a blend unless one is said: with pictures that are mixed as they look, and without."""
HALFWAY = 0.6
"""Strength of a morph unless one is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A prompt, or a picture by its SHA-256 and, where Salon painted it, its recipe."""

    prompt: str = ""
    """Words; of a picture those of its recipe unless others are said."""
    picture: str | None = None
    recipe: Recipe | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a brief that mixes things is made of."""

    ingredients: tuple[Ingredient, ...]
    fields: dict[str, object]
    """The other fields of the brief: what it is called, and the manner in which it is painted."""
    looked_at: tuple[int, ...]
    """Places of paintings that are mixed as they look, for they were painted in another manner."""


def gather(things: Sequence[Thing], *, joined: str, model: str | None, size: tuple[int, int] | None) -> Gathered:
    """Turn things into the ingredients of a blend or a morph.

    The first painting decides model, size, steps and scheduler, unless they are said. Paintings of that manner are
    mixed from their noise, so that they can be painted again; all other pictures as the autoencoder sees them.

    Args:
        things: in order; their number is for the engine to judge.
        joined: what stands between the prompts in the name of the result.
        model: the model that paints, where it is said.
        size: likewise, in pixels.
    """
    leader = next((one.recipe for one in things if one.recipe is not None and _painted(one.recipe, model, size)), None)
    found = [_ingredient(one, leader) for one in things]
    words = [each.prompt.strip() for each in found if each.prompt.strip()]
    fields: dict[str, object] = {
        "prompt": joined.join(dict.fromkeys(words)),
        "parents": tuple(one.picture for one in things if one.picture is not None),
        "styles": tuple(_styles(things).values()),
    }
    if leader is not None:
        fields |= {name: getattr(leader, name) for name in ("model", "width", "height", "steps", "scheduler")}
    looked_at = (
        place
        for place, (one, each) in enumerate(zip(things, found, strict=True))
        if one.recipe is not None and each.picture is not None
    )
    return Gathered(ingredients=tuple(found), fields=fields, looked_at=tuple(looked_at))


def strength_of(ingredients: Sequence[Ingredient]) -> float:
    """Return the strength of a blend unless one is said."""
    return MIXED if any(each.picture is not None for each in ingredients) else TURNED


def style_of(recipe: Recipe) -> tuple[str | None, str]:
    """Return a picture's style for another one: the name of a look, or the words after the first comma of its prompt.

    Raises:
        InvalidBrief: it has neither.
    """
    _, _, words = recipe.prompt.partition(",")
    if recipe.style is None and not words.strip():
        raise InvalidBrief("That picture names no style; say one in words instead.")
    return recipe.style, "" if recipe.style is not None else words.strip()


def _ingredient(one: Thing, leader: Recipe | None) -> Ingredient:
    recipe = one.recipe
    if recipe is None:
        return Ingredient(prompt=one.prompt, picture=one.picture)
    made = Ingredient(prompt=one.prompt or recipe.prompt, negative=recipe.negative, style=recipe.style)
    if leader is None or _manner(recipe) != _manner(leader) or not _from_noise(recipe):
        return replace(made, picture=one.picture)
    return replace(made, guidance=recipe.guidance, noise=noise_of(recipe))


def _painted(recipe: Recipe, model: str | None, size: tuple[int, int] | None) -> bool:
    fits = model in (None, recipe.model) and size in (None, (recipe.width, recipe.height))
    return fits and _from_noise(recipe)


def _from_noise(recipe: Recipe) -> bool:
    """Whether words and noise alone make the picture."""
    others = (recipe.source, recipe.ingredients, recipe.references, recipe.palette, recipe.loras, recipe.timeline)
    return recipe.family == "diffusion" and not recipe.tile and not any(others)


def _manner(recipe: Recipe) -> tuple[object, ...]:
    return recipe.model, recipe.model_hash, recipe.width, recipe.height, recipe.steps, recipe.scheduler


def _styles(things: Sequence[Thing]) -> dict[str, OwnStyle]:
    return {style.name: style for one in things if one.recipe is not None for style in one.recipe.styles}
