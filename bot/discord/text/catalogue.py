"""Reading the catalogues of sentences and filling in their fields."""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from bot.discord.clean import shown
from bot.discord.text.naming import Naming

LANGUAGES = ("en", "zh-CN")
"""The first serves whoever speaks none of the others."""

_FIELD = 300
"""Characters that one field of an error may have."""
_MINUTE_S = 60
_HOUR_S = 3600
_ROUND_S = 5
"""Seconds that an estimate is rounded up to; more would promise an exactness it does not have."""


class Text:
    """The sentences of one language."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        """Keep sentences by their dotted keys."""
        self.language = language
        self._sentences = sentences

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the sentence of that key with its fields filled in.

        Values are put in as they are: whoever passes untrusted text passes it through `bot.discord.clean` first.

        Raises:
            KeyError: there is no such sentence, or a field of it has no value.
        """
        return self._sentences[key].format_map(values)

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a sentence of that key."""
        return key in self._sentences

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all sentences."""
        return frozenset(self._sentences)

    def error(self, key: str | None, values: Mapping[str, object]) -> str:
        """Return why the studio refused, or why a job failed, by its key and fields; fields come escaped.

        A key without a sentence gets the one for internal errors, so that nobody is ever left without an answer.
        """
        fields = {name: _field(name, value) for name, value in values.items()}
        for section in ("refusal", "failure"):
            if f"{section}.{key}" in self:
                sentence = self(f"{section}.{key}", **fields)
                return self.join(sentence, self("hint.close", **fields)) if fields.get("close") else sentence
        return self("error.internal")

    def join(self, *sentences: str) -> str:
        """Return sentences as a line, those that are empty left out; Chinese ones stand without a space between."""
        return ("" if self.language.startswith("zh") else " ").join(filter(None, sentences))

    def duration(self, seconds: float) -> str:
        """Return a rough duration, such as `a few seconds`, `about 20 s`, `about 3 min`, `about 2 h`."""
        rounded = -(-int(seconds) // _ROUND_S) * _ROUND_S
        if rounded <= _ROUND_S:
            return self("duration.few")
        if rounded < _MINUTE_S:
            return self("duration.seconds", n=rounded)
        if rounded < _HOUR_S:
            return self("duration.minutes", n=-(-rounded // _MINUTE_S))
        return self("duration.hours", n=round(rounded / _HOUR_S))


def text_for(locale: str, picker: str = "") -> Text:
    """Return the sentences for a locale of Discord, such as `en-GB` or `zh-CN`.

    Args:
        locale: Of the sentences, which a member may choose.
        picker: Of the member's Discord, which decides what its picker calls commands and options; empty: the same.
    """
    return _text(language_of(locale), language_of(picker or locale))


@functools.cache
def _text(language: str, picker: str) -> Text:
    named = naming(picker)
    return Text(language, {key: named(sentence) for key, sentence in read_flat(f"{language}.toml").items()})


@functools.cache
def commands(language: str) -> Mapping[str, str]:
    """Return what commands and options are called, and said to do, by their dotted keys; English is in the code."""
    if language == LANGUAGES[0]:
        return {}
    names = read_flat(f"commands.{language}.toml")
    named = Naming(names)
    return {key: named(words) for key, words in names.items()}


@functools.cache
def naming(language: str) -> Naming:
    """Return the names of commands and options in a language."""
    return Naming(commands(language))


def read_flat(name: str) -> dict[str, str]:
    """Return the sentences of a catalogue's file by their dotted keys."""
    raw = resources.files("bot.discord.text").joinpath(name).read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(raw)))


def language_of(locale: str) -> str:
    """Return which of `LANGUAGES` serves a locale."""
    spoken = locale.partition("-")[0]
    return next((language for language in LANGUAGES if language.partition("-")[0] == spoken), LANGUAGES[0])


def _field(name: str, value: object) -> str:
    if name == "resets_at":
        return f"<t:{value}:R>"
    if name == "channel":
        return f"<#{value}>"
    return shown(str(value), _FIELD) if isinstance(value, str) else str(value)


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, str):
            found.append((prefix + name, value))
        else:
            found.extend(_flat(value, f"{prefix}{name}."))
    return found
