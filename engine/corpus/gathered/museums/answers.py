"""Reading answers that may be anything: what is not as expected is absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST = 500


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object; an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON list, or the one object that stands for a list."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def text(value: Any) -> str:
    """Return a string or a whole number as one line of at most 500 characters; empty in the place of anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    printable = "".join(char if char.isprintable() else " " for char in str(value)[: 4 * _LONGEST])
    return " ".join(printable.split())[:_LONGEST]


def keys(value: Any) -> list[str]:
    """Return the whole numbers of a JSON list, as text; museums number their works."""
    items = value if isinstance(value, list) else []
    return [str(item) for item in items if isinstance(item, int) and not isinstance(item, bool) and item >= 0]
