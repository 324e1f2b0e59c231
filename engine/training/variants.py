"""Variants of a recipe: the values that its ``[tune]`` table lets vary, drawn at random."""

from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Mapping
from typing import Any

from engine.api.errors import InvalidBrief
from engine.training.record import flattened

SEED = 0
_TRIES = 1000


def draw_variants(recipe: Any, ranges: Mapping[str, Any], count: int, seed: int = SEED) -> list[dict[str, Any]]:
    """Return at most ``count`` different sets of changes, the first of them empty: the recipe itself.

    Fewer are returned where the ranges hold no more.

    Raises:
        InvalidBrief: a range names nothing of the recipe, or says neither ``choices`` nor ``low`` and ``high``.
    """
    known = flattened(recipe)
    for key, spread in ranges.items():
        if key not in known or not _is_range(spread):
            raise InvalidBrief(
                f"[tune] {key!r} is no range: write a dotted name of the recipe, such as {next(iter(known))!r}, and "
                "{ choices = [...] } or { low = ..., high = ..., log = true } with numbers, above 0 where log."
            )
    source, found = random.Random(seed), [dict[str, Any]()]
    for _ in range(_TRIES * count):
        if len(found) == count:
            break
        changes = {key: _drawn(spread, source) for key, spread in ranges.items()}
        as_it_is = all(known[key] == value for key, value in changes.items())
        if not as_it_is and changes not in found:
            found.append(changes)
    return found


def varied(recipe: Any, changes: Mapping[str, Any]) -> Any:
    """Return a recipe, a dataclass of dataclasses, with some values changed, named as in ``"schedule.rate"``."""
    for key, value in changes.items():
        first, _, rest = key.partition(".")
        whole = varied(getattr(recipe, first), {rest: value}) if rest else _frozen(value)
        recipe = dataclasses.replace(recipe, **{first: whole})
    return recipe


def said(changes: Mapping[str, Any]) -> str:
    """Say what a variant changes."""
    return ", ".join(f"{key} = {value}" for key, value in changes.items()) or "the recipe as it is"


def _is_range(spread: Any) -> bool:
    if not isinstance(spread, Mapping):
        return False
    if "choices" in spread:
        return isinstance(spread["choices"], list) and bool(spread["choices"])
    low, high = spread.get("low"), spread.get("high")
    if not (isinstance(low, int | float) and isinstance(high, int | float)):
        return False
    return -math.inf < low < high < math.inf and (low > 0 or not spread.get("log"))


def _drawn(spread: Mapping[str, Any], source: random.Random) -> Any:
    if "choices" in spread:
        return source.choice(spread["choices"])
    low, high = spread["low"], spread["high"]
    log = spread.get("log")
    value = math.exp(source.uniform(math.log(low), math.log(high))) if log else source.uniform(low, high)
    return round(value) if isinstance(low, int) and isinstance(high, int) else float(f"{value:.3g}")


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
