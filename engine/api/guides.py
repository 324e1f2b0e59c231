"""What a picture is guided by beside words: other pictures, colours and adapters of the model."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from engine.api.errors import InvalidBrief

MAX_REFERENCES = 5
"""References of content and of style that one brief may have together."""
MAX_COLOURS = 16
MAX_LORAS = 4
PALETTE_STRENGTH = 0.85

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Role = Literal["content", "style", "disliked"]
"""What is taken from a reference: what it shows and where, how it looks, or the opposite of both."""

Place = Literal["left", "right", "top", "bottom", "middle"]

_COLOUR = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A picture that others are painted after, without starting from its pixels."""

    __pydantic_config__ = _STRICT

    picture: Sha256
    role: Role = "content"
    weight: Annotated[float, Field(ge=0, le=2)] = 1.0
    """How much it counts: 0 leaves it out, 2 nearly copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours that a picture is to have: named, listed, or those of another picture."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    colours: Annotated[tuple[Colour, ...], Field(max_length=MAX_COLOURS)] = ()
    picture: Sha256 | None = None
    strength: Annotated[float, Field(ge=0, le=1)] = PALETTE_STRENGTH
    """0 changes nothing; at 1 every colour is one of the palette's or lies between two of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where on the picture something is to be."""

    __pydantic_config__ = _STRICT

    words: Annotated[str, Field(min_length=1, max_length=200)]
    """For what is placed; `subject` stands for all that the prompt says."""
    place: Place | None = None
    mask: Sha256 | None = None
    """A picture that is white where it is to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A ControlNet, by the name of its folder, and the picture of lines, depths or poses that it follows."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
    picture: Sha256
    weight: Annotated[float, Field(ge=0, le=2)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lora:
    """A low-rank adapter of the model's weights, by the name of its folder."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
    weight: Annotated[float, Field(ge=-2, le=2)] = 1.0
    sha256: Sha256 | None = None
    """Of its file, where no other will do: a recipe means what was painted with."""


def colours(text: str) -> tuple[Colour, ...]:
    """Read colours such as `#102040, #fff` as `("#102040", "#ffffff")`.

    Raises:
        InvalidBrief: one is none, or there are too many.
    """
    found = []
    for part in re.split(r"[\s,;，；]+", text.strip(" ,;，；\t\n")):
        match = _COLOUR.fullmatch(part)
        if match is None:
            raise InvalidBrief(f"{part[:20]!r} is no colour; write it as #102040, several with commas between.")
        digits = match[1].lower()
        found.append("#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)))
    if len(found) > MAX_COLOURS:
        raise InvalidBrief(f"A palette has up to {MAX_COLOURS} colours; you gave {len(found)}.")
    return tuple(found)
