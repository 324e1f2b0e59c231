"""The words of the corpus: factors, their values and how each is said, read from ``lexicon.toml``.

A factor is one thing that varies from picture to picture (subject, ground, hour, style and so on).
Adding a value, a synonym or a language means adding data, not code.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FACTORS = ("subject", "place", "size", "colour", "ground", "hour", "mood", "palette", "style")
LANGUAGES = ("en", "zh")

_AROUND = {
    "en": re.compile(r"^(?:(?:in|on|at|by|to|among|under|below|before|beside|near) )?(?:(?:the|an?) )?"),
    "zh": re.compile(r"(?<=.)(?:时分|脚下|[中里下上间前边旁畔])$"),
}
"""The preposition, article or localiser that makes an adverbial of a noun phrase."""


@functools.cache
def lexicon() -> Mapping[str, Mapping[str, Any]]:
    """Return the whole table: factor, then value, then its entry."""
    return tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))


def values(factor: str) -> Mapping[str, Any]:
    """Return the values of one factor, in their stable order, each with its entry."""
    return lexicon()[factor]


def phrases(factor: str, value: str, language: str = "en") -> list[str]:
    """Return the ways to say a value, the most usual first."""
    said: list[str] = values(factor)[value][language]
    return said


def tags(factor: str, value: str, language: str) -> list[str]:
    """Return the ways to say a value as a tag: its phrases without preposition, article or localiser."""
    bare = [bare_phrase(phrase, language) for phrase in phrases(factor, value, language)]
    return list(dict.fromkeys([*bare, *values(factor)[value].get(f"{language}_tag", [])]))


def names(style: str, language: str) -> list[str]:
    """Return the countable names of a style, of which "a ... of an owl" can be said."""
    said: list[str] = values("style")[style][f"{language}_of"]
    return said


def bare_phrase(phrase: str, language: str) -> str:
    """Strip what makes an adverbial of a noun phrase: "in the desert" becomes "desert"."""
    return _AROUND[language].sub("", phrase)


def measure(subject: str, noun: str) -> str:
    """Return the measure word that a Chinese noun for ``subject`` takes after a number."""
    entry = values("subject")[subject]
    words = entry["measure"]
    return words if isinstance(words, str) else words[entry["zh"].index(noun)]


def measures() -> list[str]:
    """Return all measure words."""
    subjects = values("subject")
    return sorted({measure(subject, noun) for subject in subjects for noun in phrases("subject", subject, "zh")})
