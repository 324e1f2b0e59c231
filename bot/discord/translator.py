"""Names and descriptions of commands in other languages than English, which is written where the commands are."""

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.discord.text.catalogue import LANGUAGES, commands

_LOCALES: Mapping[discord.Locale, str] = {discord.Locale.chinese: "zh-CN"}
"""Discord's locale to the catalogue that serves it; every language but the first must be here."""

assert set(_LOCALES.values()) == set(LANGUAGES[1:])


class CatalogueTranslator(app_commands.Translator):
    """Looks names up in `commands.<language>.toml`."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the translation, or None where the catalogue has none."""
        language = _LOCALES.get(locale)
        if language is None:
            return None
        return commands(language).get(key_of(string, context))


def key_of(string: app_commands.locale_str, context: Any) -> str:
    """Return under which key a catalogue keeps the translation of a command's name, option or choice."""
    place, data = context.location, context.data
    if isinstance(data, app_commands.ContextMenu):
        return f"menu.{string.message.casefold()}.name"
    if place in (Location.command_name, Location.group_name):
        return f"{_path(data)}.name"
    if place in (Location.command_description, Location.group_description):
        return f"{_path(data)}.description"
    if place is Location.parameter_name:
        return f"{_path(data.command)}.{data.name}.name"
    if place is Location.parameter_description:
        return f"{_path(data.command)}.{data.name}.description"
    if place is Location.choice_name:
        return f"choice.{data.value}.name"
    return f"other.{string.message}"


def _path(command: Any) -> str:
    return str(command.qualified_name).replace(" ", ".")
