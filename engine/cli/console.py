"""Printing: results on standard output, everything else on standard error, and no text that commands the terminal."""

import json
import os
import sys
from typing import Any

from rich.console import Console

_JOINERS = "\u200c\u200d"
"""Invisible, harmless, and what joins emoji and letters of some scripts."""


def visible(text: str) -> str:
    """Show control, direction and other invisible characters as escapes, for a terminal would obey them.

    Line ends become spaces: a message is one line.
    """
    return "".join(_shown(char) for char in text.replace("\n", " "))


def shown_path(path: os.PathLike[str]) -> str:
    """Show a path, whose name may be anything."""
    return visible(os.fspath(path))


def console() -> Console:
    """Return the console for what is not the result. Text is never taken for markup."""
    return Console(file=sys.stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)


def results() -> Console:
    """Return the console for results. Text is never taken for markup."""
    return Console(file=sys.stdout, markup=False, emoji=False, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print a result for programs: ASCII JSON, so that no terminal or pipe can spoil it."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def _shown(char: str) -> str:
    if char.isprintable() or char in _JOINERS:
        return char
    return char.encode("unicode_escape").decode("ascii")
