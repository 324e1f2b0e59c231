"""Parameters as fingers know them from Midjourney: `a fox --ar 3:2 --seed 5 --no fog`.

Those that mean something here are taken; each of the others is answered by one notice, and what nobody knows stays
among the words. Words after a parameter's value go back to the prompt.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.api import MAX_COUNT, MAX_SEED
from engine.prompting.sentences import Notice, PromptRefused

TAKEN = {"ar": "ar", "aspect": "ar", "seed": "seed", "no": "no", "style": "style"}
"""What means something here, by all its names."""
TILE = "tile"
"""Taken likewise, and without a value."""
ANSWERED = {
    **dict.fromkeys(("chaos", "c", "weird", "w"), "variety"),
    **dict.fromkeys(("stylize", "s", "exp"), "stylize"),
    **dict.fromkeys(("quality", "q", "stop", "hd", "draft", "uplight", "upbeta", "creative"), "effort"),
    **dict.fromkeys(("v", "version", "niji", "test", "testp"), "version"),
    **dict.fromkeys(("sref", "sw", "sv", "cref", "cw", "oref", "ow", "iw"), "reference"),
    **dict.fromkeys(("raw",), "raw"),
    **dict.fromkeys(("repeat", "r"), "repeat"),
    **dict.fromkeys(("fast", "relax", "turbo"), "queue"),
    **dict.fromkeys(("stealth", "public"), "privacy"),
    **dict.fromkeys(("p", "profile", "personalize"), "taste"),
    **dict.fromkeys(("video", "motion", "loop"), "motion"),
}
"""What means nothing here, with the notice that says why."""

_MANY = frozenset({"sref", "cref", "oref", "p", "profile"})
"""Of those, the ones that several codes or addresses may follow."""
_START = re.compile(r"(?<!\S)(--|[\u2013\u2014])([A-Za-z]+)(?=[\s=]|$)[\s=]*")
"""Phones turn two hyphens into a dash."""
_VALUE = re.compile(r"\S*[\d/]\S*|random")
_RATIO = re.compile(r"(\d{1,4})\s*[:x/]\s*(\d{1,4})")
_COLONS = re.compile(r"[^\s:]::(?:-?\d|\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a prompt says beside its words. None was not said."""

    words: str
    ratio: tuple[int, int] | None = None
    """Of width to height."""
    seed: int | None = None
    style: str | None = None
    avoided: str | None = None
    """What `--no` names."""
    tile: bool = False
    notices: tuple[Notice, ...] = ()


def read(text: str) -> Parameters:
    """Split a prompt into words and parameters.

    Raises:
        PromptRefused: a parameter has no value, an impossible one, or is there twice.
    """
    words, said, notices, tile = [], {}, [], False
    for dashes, name, tail in _pieces(text):
        folded = name.casefold()
        if not name:
            words.append(tail)
        elif folded in TAKEN:
            key = TAKEN[folded]
            value, rest = _value(key, tail)
            if key == "style" and value.casefold() == "raw":
                notices.append(Notice("raw", {"parameter": "--style raw"}))
            elif key in said:
                raise PromptRefused("twice", parameter=f"--{name}")
            elif not value:
                raise PromptRefused("empty", parameter=f"--{name}")
            else:
                said[key] = value
            words.append(rest)
        elif folded == TILE:
            tile = True
            words.append(tail)
        elif folded in ANSWERED:
            values, rest = _leading(tail, len(tail) if folded in _MANY else 1)
            notices.append(Notice(ANSWERED[folded], {"parameter": " ".join((f"--{name}", *values))}))
            words.append(rest)
        else:
            if dashes == "--":
                notices.append(Notice("unknown", {"parameter": f"--{name}"}))
            words.append(f"{dashes}{name} {tail}")
    left = " ".join(word.strip() for word in words if word.strip()) if len(words) > 1 else text
    if _COLONS.search(left):
        notices.append(Notice("colons"))
    return Parameters(
        words=left,
        ratio=_ratio(said.get("ar")),
        seed=_seed(said.get("seed")),
        style=said.get("style"),
        avoided=said.get("no"),
        tile=tile,
        notices=tuple(notices),
    )


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the dashes, name and following text of what looks like a parameter; first the text before all of them."""
    found = list(_START.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    yield "", "", text[: found[0].start()] if found else text
    for match, end in zip(found, ends, strict=False):
        yield match[1], match[2], text[match.end() : end]


def _value(key: str, tail: str) -> tuple[str, str]:
    if key in ("no", "style"):
        return tail.strip(), ""
    first, _, rest = tail.strip().partition(" ")
    return first, rest


def _leading(tail: str, most: int) -> tuple[list[str], str]:
    """Take up to so many values, such as numbers and addresses, from the beginning of a text."""
    words = tail.split()
    number = 0
    while number < min(most, len(words)) and _VALUE.fullmatch(words[number]):
        number += 1
    return words[:number], " ".join(words[number:])


def _ratio(given: str | None) -> tuple[int, int] | None:
    if given is None:
        return None
    match = _RATIO.fullmatch(given)
    if match is None or not int(match[1]) or not int(match[2]):
        raise PromptRefused("ratio", given=given[:40])
    return int(match[1]), int(match[2])


def _seed(given: str | None) -> int | None:
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 20) or int(given) > MAX_SEED - MAX_COUNT:
        raise PromptRefused("seed", given=given[:40])
    return int(given)
