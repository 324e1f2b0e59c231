"""The form that asks with what a picture is blended, or into what it passes."""

import asyncio
from typing import Any

import discord
from discord import ui

from bot.discord.answers import open_form
from bot.discord.call import Call
from bot.discord.changing import private_of
from bot.discord.clean import cut
from bot.discord.ids import CustomId
from bot.discord.mixing import Named, mix
from bot.discord.modals.form import entries, form, line, picked
from bot.discord.render import captions
from bot.studio.checks import MAX_PROMPT
from bot.studio.requests import Refusal, Wish
from engine.api import MAX_INGREDIENTS

_READ_S = 1.0
"""How long the pictures may take to be found: the form is itself the answer, due within three seconds."""
_OPTIONS = 25
_LABEL = 100


async def open_mix(call: Call, target: CustomId) -> None:
    """Ask for the other pictures and words."""
    try:
        async with asyncio.timeout(_READ_S):
            found = await call.studio.at_hand(call.actor, call.interaction.guild_id, _OPTIONS + 1)
    except (TimeoutError, Refusal):
        # It can be asked in words alone.
        found = []
    text, fields = call.text, []
    options = [
        discord.SelectOption(label=cut(f"{one.id} · {captions.alt(one, text)}", _LABEL), value=str(one.id))
        for one in found
        if one.id != target.id
    ][:_OPTIONS]
    if options:
        most = min(MAX_INGREDIENTS - 1, len(options))
        menu: ui.Select[Any] = ui.Select(
            custom_id="which", options=options, required=False, min_values=0, max_values=most
        )
        fields.append(ui.Label(text=text("mix.which"), component=menu))
    fields.append(line("words", text("mix.with"), hint=text("mix.with_hint"), long=True, most=MAX_PROMPT))
    await open_form(call.interaction, form(text(f"mix.{target.verb}"), target, *fields))


async def submit_mix(call: Call, target: CustomId) -> None:
    """Mix them.

    Raises:
        Refusal: there is nothing to mix the picture with, or too much.
    """
    others: list[Named] = [int(one) for one in picked(call.interaction, "which") if one.isdecimal()]
    words = entries(call.interaction).get("words", "").strip()
    things: list[Named] = [target.id, *others, *([words] if words else [])]
    wish = Wish(prompt="", mode=target.verb)
    await mix(call, wish, things, private=private_of(call, target), pressed=target.id)
