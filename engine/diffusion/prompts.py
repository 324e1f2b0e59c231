r"""What a person wrote, made safe to encode and split where words carry a weight.

`(red fox:1.3)` gives those words more weight and `(fog:0.5)` less; weights within weights multiply. As in other tools,
`((fox))` stands for 1.1 times 1.1 and `[[fox]]` for the inverse, and so on for more brackets. Anything else in brackets
is ordinary text, single ones without a number too, and so is a weight above 2 (`(John 3:16)`, `(at 12:30)`); `\(` and
`\)` are brackets that are never read as a weight. An empty prompt is allowed: it is painted unconditionally.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from engine.api import MAX_PROMPT
from engine.api.errors import InvalidBrief

MAX_WEIGHT = 2.0

EMPHASIS = 1.1
"""What one of several brackets around the same words multiplies their weight by."""

_TAIL = re.compile(r"(?P<words>.*?)\s*:\s*(?P<number>\d{0,3}(?:\.\d{1,6})?)\s*", re.DOTALL)
_CLOSING = {"(": ")", "[": "]"}
_ESCAPABLE = "()[]"


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
    frames = [_Group("")]
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and text[at + 1 : at + 2] and text[at + 1] in _ESCAPABLE:
            at += 1
            frames[-1].add(Fragment(text[at]))
        elif char in _CLOSING:
            frames.append(_Group(char))
        elif len(frames) > 1 and char == _CLOSING[frames[-1].bracket]:
            group = frames.pop()
            frames[-1].take(group.closed())
        else:
            frames[-1].add(Fragment(char))
        at += 1
    while len(frames) > 1:
        group = frames.pop()
        group.add()
        frames[-1].add(Fragment(group.bracket), *group.inside)
    return tuple(Fragment(each.text, min(each.weight, MAX_WEIGHT)) for each in frames[0].settled())


def plain(prompt: Prompt) -> str:
    """Return the words without their weights."""
    return "".join(fragment.text for fragment in prompt)


def weighted(prompt: Prompt) -> bool:
    """Whether any words carry a weight of their own."""
    return any(fragment.weight != 1.0 for fragment in prompt)


@dataclass(slots=True)
class _Group:
    """What stands between two brackets, or between the ends of the prompt."""

    bracket: str
    inside: list[Fragment] = field(default_factory=list)
    alone: "_Group | None" = None
    """A group of the same bracket that is all that stands in this one so far, without a number of its own."""
    depth: int = 1

    def add(self, *fragments: Fragment) -> None:
        """Append fragments."""
        if self.alone is not None:
            inner, self.alone = self.alone, None
            self.add(*inner.settled())
        for fragment in fragments:
            _append(self.inside, fragment)

    def take(self, group: "_Group | list[Fragment]") -> None:
        """Append what was closed."""
        only = not self.inside and self.alone is None
        if isinstance(group, _Group) and only and group.inside and self.bracket == group.bracket:
            self.alone = group
        else:
            self.add(*(group.settled() if isinstance(group, _Group) else group))

    def closed(self) -> "_Group | list[Fragment]":
        """Return the fragments of a group with a weight, else the group, which may yet turn out to be doubled."""
        if self.alone is not None:
            self.alone.depth += 1
            return self.alone
        return self._weighted() or self

    def settled(self) -> list[Fragment]:
        """Return the fragments of a group that is not doubled any further."""
        if self.alone is not None:
            self.add()
        if not self.bracket:
            return self.inside
        if self.depth == 1:
            return [Fragment(self.bracket), *self.inside, Fragment(_CLOSING[self.bracket])]
        times = EMPHASIS ** (self.depth if self.bracket == "(" else -self.depth)
        return [Fragment(each.text, each.weight * times) for each in self.inside]

    def _weighted(self) -> list[Fragment] | None:
        if self.bracket != "(" or not self.inside:
            return None
        *before, last = self.inside
        match = _TAIL.fullmatch(last.text) if last.weight == 1.0 else None
        words = (match["words"] if match else "") or (before[-1].text.rstrip() if before else "")
        weight = _weight(words, match["number"]) if match and words.strip() else None
        if match is None or weight is None:
            return None
        heavy = [*before, Fragment(match["words"])] if match["words"] else before
        return [Fragment(each.text, each.weight * weight) for each in heavy]


def _weight(words: str, number: str) -> float | None:
    """Read a weight, or None where the colon is ordinary text such as a time, a ratio or a verse."""
    if number in ("", "."):
        return None
    weight = float(number)
    if weight > MAX_WEIGHT or (words[-1].isdigit() and "." not in number):
        return None
    return weight


def _append(fragments: list[Fragment], fragment: Fragment) -> None:
    if fragments and fragments[-1].weight == fragment.weight:
        fragment = Fragment(fragments.pop().text + fragment.text, fragment.weight)
    if fragment.text:
        fragments.append(fragment)
