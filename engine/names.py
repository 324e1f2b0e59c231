"""What models are called, and answers to a name that nobody knows."""

import difflib
from collections.abc import Iterable
from pathlib import Path

from engine.api.errors import UnknownName


def model_name(place: str) -> str:
    """Return what a model is called in recipes and messages: a folder goes by its own name, for its path is private."""
    path = Path(place).expanduser()
    return path.name if path.is_absolute() or place.startswith(".") else place


def nearest(word: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return the known names closest to a word, best first; case does not count."""
    by_folded = {name.casefold(): name for name in known}
    hits = difflib.get_close_matches(word.casefold(), by_folded, n=most, cutoff=0.5)
    return tuple(by_folded[hit] for hit in hits)


def unknown(kind: str, word: str, known: Iterable[str], close: tuple[str, ...] | None = None) -> UnknownName:
    """Build the refusal of an unknown name.

    Args:
        kind: The noun shown to the person, such as "style".
        word: What was asked for.
        known: Every name that would have been right.
        close: Those to suggest; by default the nearest.
    """
    names = sorted(known)
    shown = word if len(word) <= 60 else word[:57] + "..."
    close = nearest(word, names) if close is None else close
    hint = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(names[:12])}."
    return UnknownName(f"There is no {kind} called {shown!r}; {hint}")
