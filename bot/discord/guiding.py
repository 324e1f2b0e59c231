"""Painting after pictures: for what they show, or for how they look."""

from collections.abc import Sequence
from dataclasses import replace

from bot.discord.call import Call
from bot.discord.crafting import ask_first
from bot.discord.pictures import Chosen, take_in
from bot.studio.requests import Change, Origin, Piece, Wish

_ANY = (Piece(),)
"""Stands for pictures that are not looked up before the answer."""


async def paint_after(
    call: Call, wish: Wish, like: Sequence[Chosen], style_like: Sequence[Chosen], *, private: bool | None = None
) -> None:
    """Have words painted, after pictures if there are any.

    Raises:
        Refusal: it cannot be painted so, or a picture is not there, not theirs to use, or cannot be read.
    """
    here = call.origin(private=call.private(private))
    guided = bool(like or style_like)
    change = replace(wish.change, like=_ANY if like else (), style_like=_ANY if style_like else ())
    wishes = call.studio.wishes(here, replace(wish, change=change))
    pieces: list[tuple[Piece, ...]] = []

    async def complete(asked: Wish) -> Wish:
        if not pieces:
            # Once for all of them.
            pieces.extend([await _pieces(call, here, some) for some in (like, style_like)])
        return replace(asked, change=_after(asked.change, *pieces))

    async def prepare() -> Wish:
        return await complete(wishes[0])

    if len(wishes) > 1:
        await ask_first(call, wishes, private=private, complete=complete if guided else None)
    else:
        await call.submit(wishes[0], private=private, prepare=prepare if guided else None)


def _after(change: Change, like: tuple[Piece, ...], style_like: tuple[Piece, ...]) -> Change:
    return replace(change, like=like, style_like=style_like)


async def _pieces(call: Call, here: Origin, pictures: Sequence[Chosen]) -> tuple[Piece, ...]:
    return tuple([await _piece(call, here, picture) for picture in pictures])


async def _piece(call: Call, here: Origin, picture: Chosen) -> Piece:
    if picture.file is not None:
        return Piece(upload=await take_in(call, picture.file))
    assert picture.artwork_id is not None
    return Piece(artwork=(await call.studio.choose(call.actor, here, picture.artwork_id)).id)
