"""Making something of a picture, from whichever button, form or command it was asked for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.discord.call import Call
from bot.discord.crafting import ask_first
from bot.discord.ids import CustomId
from bot.discord.pictures import Chosen, File, about
from bot.studio.requests import Accepted, Change, Origin, Wish

ANY_WORDS = "…"
"""Stands for the words of a picture that is not looked up before the answer."""


def private_of(call: Call, target: CustomId) -> bool:
    """Whether the result is for the member alone: as its picture was, or as they have set."""
    return bool((target.n or 0) % 2) or call.studio.cached_settings(call.interaction.guild_id, call.actor.id).private


async def change_artwork(
    call: Call,
    artwork_id: int,
    mode: str,
    change: Change | None = None,
    *,
    private: bool | None = None,
    prompt: str = "",
    style: str | None = None,
) -> None:
    """Make something of a picture whose button was pressed, which is proof that they were shown it."""
    wish = Wish(prompt=prompt, style=style, mode=mode, change=change or Change(), parents=(artwork_id,))

    async def completed(_: Origin, asked: Wish) -> Wish:
        return asked

    await _ask(call, wish, completed, private)


async def change_chosen(
    call: Call, wish: Wish, picture: Chosen, looks: tuple[File, ...] = (), *, private: bool | None = None
) -> None:
    """Make something of the picture that a command names."""

    async def completed(origin: Origin, asked: Wish) -> Wish:
        return await about(call, origin, asked, picture, looks)

    await _ask(call, wish, completed, private)


async def paint_frame(call: Call, artwork_id: int, number: int) -> None:
    """Paint one frame of what moves by itself, counted from 1."""
    at_least = Wish(prompt=ANY_WORDS, mode="morph", count=1)

    async def submit(origin: Origin) -> Accepted:
        wish = await call.studio.frame(call.actor, artwork_id, number)
        return await call.studio.submit(call.actor, origin, wish)

    await call.submit(at_least, submit)


async def _ask(
    call: Call, wish: Wish, completed: Callable[[Origin, Wish], Awaitable[Wish]], private: bool | None
) -> None:
    here = call.origin(private=call.private(private))
    wishes = call.studio.wishes(here, wish) if wish.prompt else (wish,)
    if len(wishes) > 1:
        await ask_first(call, wishes, private=private, complete=lambda asked: completed(here, asked))
        return
    (asked,) = wishes

    async def prepare() -> Wish:
        return await completed(here, asked)

    await call.submit(replace(asked, prompt=asked.prompt or ANY_WORDS), private=private, prepare=prepare)
