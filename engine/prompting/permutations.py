r"""Choices in braces: `a {red|blue} fox` is two prompts.

Choices may be nested and empty. Braces without a bar inside are ordinary text, as is a bar outside braces; `\{`, `\|`
and `\}` are never read as choices. How many prompts a text makes is known before any is written.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.prompting.sentences import PromptRefused

MAX_DEPTH = 8
_SPECIAL = "{|}"
_SHOWN = 30


@dataclass(slots=True)
class _Parts:
    """Text and choices, one after the other."""

    parts: "list[str | _Choice]" = field(default_factory=list)
    count: int = 1
    depth: int = 0

    def add(self, part: "str | _Choice") -> None:
        self.parts.append(part)
        if isinstance(part, _Choice):
            self.count *= part.count
            self.depth = max(self.depth, part.depth)

    def extend(self, others: "_Parts") -> None:
        for part in others.parts:
            self.add(part)

    def texts(self) -> Iterator[str]:
        options = ([part] if isinstance(part, str) else list(part.texts()) for part in self.parts)
        return map("".join, itertools.product(*options))


@dataclass(frozen=True, slots=True)
class _Choice:
    options: list[_Parts]

    @property
    def count(self) -> int:
        return sum(option.count for option in self.options)

    @property
    def depth(self) -> int:
        return 1 + max(option.depth for option in self.options)

    def texts(self) -> Iterator[str]:
        return itertools.chain.from_iterable(option.texts() for option in self.options)


def count(text: str) -> int:
    """Return how many prompts a text makes: 1 where it has no choices.

    Raises:
        PromptRefused: a choice is not closed, or they are nested too deep.
    """
    return _parse(text).count


def expand(text: str, most: int) -> tuple[str, ...]:
    """Return every prompt that a text makes, the first choice varying slowest.

    Raises:
        PromptRefused: as `count`, or there are more than `most`.
    """
    parsed = _parse(text)
    if parsed.count > most:
        raise PromptRefused("choices_many", count=_readable(parsed.count), most=most)
    return tuple(parsed.texts())


def escaped(text: str) -> str:
    """Return a text that `expand` gives back as it was."""
    return "".join("\\" + char if char in _SPECIAL else char for char in text)


def as_typed(text: str) -> str:
    """Return what must be typed to get a text that is finished: itself, unless choices would be read in it."""
    try:
        finished = expand(text, 1) == (text,)
    except PromptRefused:
        finished = False
    return text if finished else escaped(text)


def _parse(text: str) -> _Parts:
    open_choices: list[tuple[int, list[_Parts]]] = []
    """Where each began, and its options so far."""
    here = whole = _Parts()
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and text[at + 1 : at + 2] and text[at + 1] in _SPECIAL:
            here.add(text[at + 1])
            at += 1
        elif char == "{":
            here = _Parts()
            open_choices.append((at, [here]))
        elif char == "|" and open_choices:
            here = _Parts()
            open_choices[-1][1].append(here)
        elif char == "}" and open_choices:
            _, options = open_choices.pop()
            here = open_choices[-1][1][-1] if open_choices else whole
            _close(here, options)
        else:
            here.add(char)
        at += 1
    for start, options in reversed(open_choices):
        if len(options) > 1:
            raise PromptRefused("choices_open", given=text[start : start + _SHOWN])
        outer = _outside(open_choices, start, whole)
        outer.add("{")
        outer.extend(options[0])
    if whole.depth > MAX_DEPTH:
        raise PromptRefused("choices_deep", most=MAX_DEPTH)
    return whole


def _close(outer: _Parts, options: list[_Parts]) -> None:
    if len(options) > 1:
        outer.add(_Choice(options))
        return
    outer.add("{")
    outer.extend(options[0])
    outer.add("}")


def _outside(open_choices: list[tuple[int, list[_Parts]]], start: int, whole: _Parts) -> _Parts:
    before = [options for begun, options in open_choices if begun < start]
    return before[-1][-1] if before else whole


def _readable(number: int) -> str | int:
    digits = int(math.log10(number))
    return number if digits < 9 else f"10^{digits}"
