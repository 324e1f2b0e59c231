r"""What a person wrote, made safe to encode and split where words carry a weight.

`(red fox:1.3)` gives those words more weight and `(fog:0.5)` less. Anything else in brackets is ordinary text,
and so is a weight above 2 (`(John 3:16)`, `(at 12:30)`); `\(` and `\)` are brackets that are never read as a
weight. An empty prompt is allowed: the picture is then painted unconditionally.
"""

import re
import unicodedata
from dataclasses import dataclass

from engine.api import MAX_PROMPT
from engine.api.errors import InvalidBrief

MAX_WEIGHT = 2.0

_WEIGHTED = re.compile(r"(?<!\\)\(([^()\\]*[^()\\\s])\s*:\s*(\d{0,3}(?:\.\d{1,6})?)\s*\)")
_ESCAPED = re.compile(r"\\([()])")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Consecutive words of one weight; 1.0 is ordinary."""

    text: str
    weight: float = 1.0


Prompt = tuple[Fragment, ...]
"""A prompt without weights is one fragment, or none when it is empty."""


def clean(text: str) -> str:
    """Drop what no encoder can read: control characters and unpaired surrogates; line ends and tabs become spaces.

    Raises:
        InvalidBrief: more than MAX_PROMPT characters.
    """
    if len(text) > MAX_PROMPT:
        raise InvalidBrief(f"The prompt has {len(text)} characters; shorten it to {MAX_PROMPT} at most.")
    spaced = (" " if character.isspace() else character for character in text)
    return "".join(character for character in spaced if unicodedata.category(character) not in ("Cc", "Cs"))


def parse(text: str) -> Prompt:
    """Split a cleaned prompt at its weights; neighbours of equal weight are one fragment."""
    fragments: list[Fragment] = []
    at = 0
    for match in _WEIGHTED.finditer(text):
        weight = _weight(match[1], match[2])
        if weight is None:
            continue
        _append(fragments, text[at : match.start()], 1.0)
        _append(fragments, match[1], weight)
        at = match.end()
    _append(fragments, text[at:], 1.0)
    return tuple(fragments)


def plain(prompt: Prompt) -> str:
    """Return the words without their weights."""
    return "".join(fragment.text for fragment in prompt)


def weighted(prompt: Prompt) -> bool:
    """Whether any words carry a weight of their own."""
    return any(fragment.weight != 1.0 for fragment in prompt)


def _weight(words: str, number: str) -> float | None:
    """Read a weight, or None where the colon is ordinary text such as a time, a ratio or a verse."""
    if number in ("", "."):
        return None
    weight = float(number)
    if weight > MAX_WEIGHT or (words[-1].isdigit() and "." not in number):
        return None
    return weight


def _append(fragments: list[Fragment], text: str, weight: float) -> None:
    text = _ESCAPED.sub(r"\1", text)
    if not text:
        return
    if fragments and fragments[-1].weight == weight:
        text = fragments.pop().text + text
    fragments.append(Fragment(text, weight))
