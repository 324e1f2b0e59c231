"""The forms that ask which part of a picture is painted anew or taken out."""

from typing import Any

import discord
from discord import ui

from bot.discord.answers import open_form
from bot.discord.call import Call
from bot.discord.changing import change_artwork, private_of
from bot.discord.ids import CustomId
from bot.discord.modals.form import entries, form, line
from bot.discord.text import Text
from bot.discord.ways import AREAS
from bot.studio.checks import MAX_PROMPT
from bot.studio.requests import Change, Refusal

MAX_FIND = 200
"""Characters of the words for a part, as a brief takes them."""


async def open_repaint(call: Call, target: CustomId) -> None:
    """Ask what is painted anew, and as what. Reads nothing, so it cannot be late."""
    text = call.text
    words = line("words", text("edit.words"), hint=text("edit.words_hint"), long=True, most=MAX_PROMPT)
    await open_form(call.interaction, form(text("edit.repaint"), target, *_part(text), words))


async def open_clear(call: Call, target: CustomId) -> None:
    """Ask what is taken out."""
    await open_form(call.interaction, form(call.text("edit.clear"), target, *_part(call.text)))


async def submit_repaint(call: Call, target: CustomId) -> None:
    """Paint a part anew.

    Raises:
        Refusal: it says no part.
    """
    entered = entries(call.interaction)
    change = _change(entered)
    private = private_of(call, target)
    await change_artwork(call, target.id, "edit", change, private=private, prompt=entered.get("words", ""))


async def submit_clear(call: Call, target: CustomId) -> None:
    """Take something out.

    Raises:
        Refusal: it says no part.
    """
    change = _change(entries(call.interaction))
    await change_artwork(call, target.id, "erase", change, private=private_of(call, target))


def _part(text: Text) -> tuple[ui.Label[Any], ui.Label[Any]]:
    options = [discord.SelectOption(label=text(f"area.{name}"), value=name) for name in AREAS]
    menu: ui.Select[Any] = ui.Select(custom_id="area", options=options, required=False, min_values=0)
    what = line("what", text("edit.what"), hint=text("edit.what_hint"), most=MAX_FIND)
    return what, ui.Label(text=text("edit.area"), component=menu)


def _change(entered: dict[str, str]) -> Change:
    find, box = entered.get("what", "").strip() or None, AREAS.get(entered.get("area", ""))
    if find is None and box is None:
        raise Refusal("no_part")
    return Change(find=find, box=box)
