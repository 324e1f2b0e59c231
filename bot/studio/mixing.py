"""Blends and morphs: what members name becomes the ingredients of a brief, and again each time that it is asked for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.studio.backstage import Backstage
from bot.studio.changes import Source, source_of, whole_size, why_not_subtly
from bot.studio.checks import MAX_PROMPT, NO_STYLE, clean
from bot.studio.requests import Actor, Change, Piece, Refusal, Wish
from bot.studio.rights import may_see
from bot.studio.sizes import sides
from bot.studio.watch import Watch
from engine.api import MAX_INGREDIENTS, Brief, ModelInfo, Recipe
from engine.api.mixing import HALFWAY, Gathered, Thing, gather, strength_of
from storage import artworks, uploads

FRAMES = 16
"""Of a morph, unless somebody asks for fewer."""
_JOINED = {"blend": " + ", "morph": " → "}
"""What stands between the prompts of what is mixed, in the name of the result."""


class Mixing:
    """Completes wishes that mix things."""

    def __init__(self, backstage: Backstage, watch: Watch) -> None:
        """Find the pictures in these stores, and ask this watch what paints them."""
        self._backstage = backstage
        self._watch = watch

    async def complete(self, actor: Actor, wish: Wish) -> Wish:
        """Fill in what a mixture leaves to its ingredients; completing it again changes nothing.

        Raises:
            Refusal: mix_count, mix_tile, weights_zero, model_varies, no_artwork, not_yours, removed or upload_gone.
        """
        pieces = [replace(one, prompt=clean(one.prompt)) for one in wish.change.mixed]
        pieces = [one for one in pieces if one.artwork or one.upload or one.prompt]
        if not 2 <= len(pieces) <= MAX_INGREDIENTS:
            raise Refusal("mix_count", most=MAX_INGREDIENTS)
        if sum(one.weight for one in pieces) <= 0:
            raise Refusal("weights_zero")
        if wish.change.tile:
            raise Refusal("mix_tile")
        async with self._backstage.database.read() as tx:
            found = await sources(tx, pieces, actor)
        pieces = [replace(one, looks=self._looks(source)) for one, source in zip(pieces, found, strict=True)]
        things = [thing(one, source) for one, source in zip(pieces, found, strict=True)]
        asked = None if wish.size is None else self._sides(wish.size, wish.model)
        gathered = gather(things, joined=_JOINED[wish.mode], model=wish.model, size=asked)
        model = wish.model or _text(gathered.fields.get("model"))
        info = self._watch.model(model)
        if info is not None and not info.varies:
            raise Refusal("model_varies", model=info.name)
        works = (one.artwork for one in pieces if one.artwork is not None)
        name = str(gathered.fields["prompt"])
        return replace(
            wish,
            prompt=name if len(name) <= MAX_PROMPT else f"{name[: MAX_PROMPT - 1]}…",
            style=wish.style or NO_STYLE,
            model=model,
            size=wish.size or _size(gathered, found, info),
            count=wish.count or (FRAMES if wish.mode == "morph" else None),
            palette=None,
            parents=tuple(dict.fromkeys((*wish.parents, *works))),
            change=replace(wish.change, mixed=tuple(pieces), instead=_instead(pieces, gathered)),
        )

    def _looks(self, source: Source | None) -> bool:
        if source is None or source.recipe is None or source.recipe.family != "diffusion":
            return False
        return why_not_subtly(source, self._watch.model(source.recipe.model)) == "other_model"

    def _sides(self, size: str, model: str | None) -> tuple[int, int] | None:
        info = self._watch.model(model)
        return None if info is None else sides(size, info.native, info.multiple)


async def sources(tx: AsyncConnection, pieces: Sequence[Piece], actor: Actor | None = None) -> list[Source | None]:
    """Return the picture of each piece; None for words.

    Args:
        tx: A transaction.
        pieces: What was named.
        actor: Who must be allowed to see the artworks; None: that was looked at before.

    Raises:
        Refusal: no_artwork, not_yours, removed or upload_gone.
    """
    found: list[Source | None] = []
    for piece in pieces:
        if piece.artwork is not None:
            work = await artworks.get(tx, piece.artwork)
            if work is None:
                raise Refusal("no_artwork")
            if actor is not None and not may_see(actor, work):
                raise Refusal("not_yours")
            source = source_of(work)
            if source is None:
                raise Refusal("removed")
            found.append(source)
        elif piece.upload is not None:
            sent = await uploads.get(tx, piece.upload)
            if sent is None:
                raise Refusal("upload_gone")
            found.append(Source(blob=sent.blob, width=sent.width, height=sent.height))
        else:
            found.append(None)
    return found


def thing(piece: Piece, source: Source | None) -> Thing:
    """Return what the engine's language calls a piece."""
    if source is None:
        return Thing(prompt=piece.prompt)
    recipe = source.recipe
    if recipe is None or piece.looks or recipe.family != "diffusion":
        return Thing(prompt=recipe.prompt if recipe else "", picture=source.blob)
    return Thing(picture=source.blob, recipe=_without_looks(recipe))


def mixed(brief: Brief, mode: str, change: Change, found: Sequence[Source | None]) -> Brief:
    """Return what is asked of the engine for a blend or a morph.

    Args:
        brief: As the job's words have it.
        mode: Of the job.
        change: Of the job.
        found: The pictures of its pieces, in order.
    """
    things = [thing(piece, source) for piece, source in zip(change.mixed, found, strict=True)]
    size = (brief.width, brief.height) if brief.width and brief.height else None
    gathered = gather(things, joined=_JOINED[mode], model=brief.model, size=size)
    ingredients = tuple(
        replace(one, weight=piece.weight, style=one.style if brief.style is None else None)
        for one, piece in zip(gathered.ingredients, change.mixed, strict=True)
    )
    fields: dict[str, Any] = dict(gathered.fields)
    own = {style.name: style for style in (*fields["styles"], *brief.styles)}
    # They belong to the style of words alone: a mixture takes no reference pictures.
    plain = tuple(replace(style, references=()) for style in own.values())
    usual = HALFWAY if mode == "morph" else strength_of(ingredients)
    strength = usual if change.strength is None else change.strength
    # Frames are what they are by their neighbours: to have one of them again, all are painted.
    only = None if mode == "blend" or change.frame is None else change.frame - 1
    fields |= {"only": only, "prompt": brief.prompt, "styles": plain, "ingredients": ingredients, "strength": strength}
    return replace(brief, mode="morph" if mode == "morph" else "blend", **fields)


def frame_of(recipe: Recipe) -> dict[str, Any]:
    """Return what is kept of a frame of a morph: how much of everything is in it."""
    return {"weights": [one.weight for one in recipe.ingredients]}


def _without_looks(recipe: Recipe) -> Recipe:
    return replace(recipe, styles=tuple(replace(style, references=()) for style in recipe.styles))


def _size(gathered: Gathered, found: Sequence[Source | None], info: ModelInfo | None) -> str | None:
    """Return the size of a mixture: that of its first painting, else one of the shape of its first picture."""
    if "width" in gathered.fields:
        return f"{gathered.fields['width']}x{gathered.fields['height']}"
    first = next((source for source in found if source is not None), None)
    return None if first is None or info is None else whole_size(first, info)


def _instead(pieces: Sequence[Piece], gathered: Gathered) -> str | None:
    return "as_it_looks" if gathered.looked_at or any(piece.looks for piece in pieces) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
