"""Sending a form that the library does not keep, and reading what came back."""

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bot.discord.context import Interaction
from bot.discord.ids import CustomId

MAX_TITLE = 45
"""Characters of a form's title and of each label."""


def form(title: str, target: CustomId, *fields: ui.Label[Any]) -> ui.Modal:
    """Return a form with up to five fields, whose submit carries `target`."""
    modal = ui.Modal(title=title[:MAX_TITLE], custom_id=str(target), timeout=None)
    for field in fields:
        modal.add_item(field)
    # A modal that has ended is not kept by the library, which would serve the submit a second time.
    modal.stop()
    return modal


def line(
    name: str,
    label: str,
    *,
    hint: str | None = None,
    default: str | None = None,
    long: bool = False,
    required: bool = False,
    most: int = 4000,
) -> ui.Label[Any]:
    """Return a field for text."""
    style = discord.TextStyle.paragraph if long else discord.TextStyle.short
    entry: ui.TextInput[Any] = ui.TextInput(
        custom_id=name, style=style, default=default or None, required=required, max_length=most
    )
    return ui.Label(text=label[:MAX_TITLE], description=hint, component=entry)


def picked(interaction: Interaction, name: str) -> list[str]:
    """Return all choices of a menu."""
    data: Mapping[str, Any] = interaction.data or {}  # type: ignore[assignment]
    fields = [outer.get("component") or {} for outer in data.get("components", ())]
    return [str(value) for field in fields if field.get("custom_id") == name for value in field.get("values") or ()]


def entries(interaction: Interaction) -> dict[str, str]:
    """Return what was entered, by the fields' names; of a menu the first choice."""
    found: dict[str, str] = {}
    data: Mapping[str, Any] = interaction.data or {}  # type: ignore[assignment]
    for outer in data.get("components", ()):
        for field in (outer.get("component"), *outer.get("components", ())):
            if field and "custom_id" in field:
                values = field.get("values") or [field.get("value") or ""]
                found[str(field["custom_id"])] = str(values[0])
    return found
