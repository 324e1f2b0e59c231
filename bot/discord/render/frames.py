"""The menu under what moves: a frame of it to go on from."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.discord.clean import cut
from bot.discord.ids import CustomId
from bot.discord.render.parts import row
from bot.discord.text import Text
from storage.records import Artwork

_OPTIONS = 25
_LINE = 100


def frame_menu(artwork: Artwork, text: Text) -> ui.ActionRow[Any]:
    """Return a menu of the frames, each with how much of everything is in it."""
    names = _names(artwork.recipe.get("ingredients") or (), text)
    options = [
        discord.SelectOption(
            label=text("mix.frame", n=number), value=str(number), description=_mixture(frame, names, text)
        )
        for number, frame in enumerate(artwork.frames[:_OPTIONS], 1)
    ]
    menu: ui.Select[Any] = ui.Select(
        custom_id=str(CustomId("frame", artwork.id)), placeholder=text("mix.frame_pick"), options=options
    )
    return row(menu)


def _names(ingredients: Sequence[Mapping[str, Any]], text: Text) -> list[str]:
    return [
        str(one.get("prompt") or "") or text("report.picture", n=number) for number, one in enumerate(ingredients, 1)
    ]


def _mixture(frame: Mapping[str, Any], names: Sequence[str], text: Text) -> str | None:
    parts = [(round(100 * weight), name) for weight, name in zip(frame["weights"], names, strict=False) if weight > 0]
    room = _LINE // max(1, len(parts)) - 8
    return cut(" · ".join(text("mix.part", percent=percent, name=cut(name, room)) for percent, name in parts), _LINE)
