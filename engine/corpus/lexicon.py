"""The words of the corpus: factors, their values and how each is said, read from ``lexicon.toml``.

A factor is one thing that varies from picture to picture (subject, ground, hour, style and so on).
Adding a value, a synonym or a language means adding data, not code.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FACTORS = ("subject", "place", "size", "colour", "ground", "hour", "mood", "palette", "style")


@functools.cache
def lexicon() -> Mapping[str, Mapping[str, Any]]:
    """Return the whole table: factor, then value, then its entry."""
    return tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))


def values(factor: str) -> Mapping[str, Any]:
    """Return the values of one factor, in their stable order, each with its entry."""
    return lexicon()[factor]


def phrases(factor: str, value: str, language: str = "en") -> list[str]:
    """Return the ways to say a value, the most usual first; empty where silence says it."""
    return values(factor)[value][language]
