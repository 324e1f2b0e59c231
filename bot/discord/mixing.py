"""Mixing several pictures and prompts, from whichever command or form it was asked for."""

import re
from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.discord.call import Call
from bot.discord.changing import ANY_WORDS
from bot.discord.pictures import NUMBER, check, take_in
from bot.studio.requests import Accepted, Origin, Piece, Refusal, Wish
from engine.api import MAX_INGREDIENTS

_WEIGHT = re.compile(r"\d{1,3}(?:\.\d{1,3})?", re.ASCII)
_BETWEEN = re.compile(r"[\s,，;；]+")

Named = int | discord.Attachment | str
"""An artwork by its number, a file, or words."""


def named(call: Call, typed: Sequence[str | None], files: Sequence[discord.Attachment | None]) -> list[Named]:
    """Return what the options name, in order: numbers of artworks and words first, files after them.

    Raises:
        Refusal: upload_large or upload_type.
    """
    found: list[Named] = []
    for text in typed:
        if text is not None and text.strip():
            number = NUMBER.fullmatch(text.strip())
            found.append(int(number[1]) if number else text)
    for file in files:
        if file is not None:
            check(call, file)
            found.append(file)
    return found


def weights_of(text: str | None, count: int) -> list[float]:
    """Read weights such as `2, 1, 1`; all are 1 unless said.

    Raises:
        Refusal: weights, where they are no numbers; weights_count; or weights_zero, where they share nothing out.
    """
    if text is None or not text.strip():
        return [1.0] * count
    parts = _BETWEEN.split(text.strip(" ,，;；\t\n"))
    if not all(_WEIGHT.fullmatch(part) for part in parts):
        raise Refusal("weights", given=text[:100])
    if len(parts) != count:
        raise Refusal("weights_count", given=len(parts), count=count)
    weights = [float(part) for part in parts]
    if not any(weights):
        raise Refusal("weights_zero")
    return weights


async def mix(
    call: Call,
    wish: Wish,
    things: Sequence[Named],
    weights: str | None = None,
    *,
    private: bool | None = None,
    pressed: int | None = None,
) -> None:
    """Have things mixed.

    Args:
        call: The interaction.
        wish: All but what is mixed.
        things: In order.
        weights: As they were typed.
        private: What the member asked for.
        pressed: An artwork whose button was pressed, which is proof that they were shown it.

    Raises:
        Refusal: they are too few, too many or wrongly weighed, or one of them is not there or not theirs to use.
    """
    if not 2 <= len(things) <= MAX_INGREDIENTS:
        raise Refusal("mix_count", most=MAX_INGREDIENTS)
    shares = weights_of(weights, len(things))
    here = call.origin(private=call.private(private))
    read: list[Named] = []
    for one in things:
        if isinstance(one, str):
            wish = _understood(call, here, replace(wish, prompt=one))
            one = wish.prompt
        read.append(one)
    wish = replace(wish, prompt=", ".join(one for one in read if isinstance(one, str)) or ANY_WORDS)

    async def ask(origin: Origin) -> Accepted:
        pieces = [
            await _piece(call, origin, one, weight, known=one == pressed)
            for one, weight in zip(read, shares, strict=True)
        ]
        return await call.studio.submit(
            call.actor, origin, replace(wish, change=replace(wish.change, mixed=tuple(pieces)))
        )

    await call.submit(wish, ask, private=private)


def _understood(call: Call, origin: Origin, wish: Wish) -> Wish:
    """Take the parameters out of the words of one thing."""
    wishes = call.studio.wishes(origin, wish)
    if len(wishes) > 1:
        raise Refusal("mix_choices")
    return wishes[0]


async def _piece(call: Call, origin: Origin, one: Named, weight: float, *, known: bool) -> Piece:
    if isinstance(one, str):
        return Piece(prompt=one, weight=weight)
    if isinstance(one, int):
        artwork_id = one if known else (await call.studio.choose(call.actor, origin, one)).id
        return Piece(artwork=artwork_id, weight=weight)
    return Piece(upload=await take_in(call, one), weight=weight)
