"""Every sentence the bot says, in each of its languages: data in one TOML file a language."""

from bot.discord.text.catalogue import LANGUAGES, Text, language_of, text_for

__all__ = ["LANGUAGES", "Text", "language_of", "text_for"]
