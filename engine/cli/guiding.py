"""What a picture is guided by, as it is typed: `--like owl.png:0.5`, `--palette "#102040, #f5e6c0"`, `--lora riso`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast, get_args

from engine.api.errors import InvalidBrief
from engine.api.guides import (
    MAX_LORAS,
    MAX_REFERENCES,
    PALETTE_STRENGTH,
    Control,
    Layout,
    Lora,
    Palette,
    Place,
    Reference,
    Role,
    colours,
)
from engine.cli.files import read_bytes
from engine.cli.painting import inputs_of
from engine.cli.request import Wish

_WEIGHED = re.compile(r"(.+):(-?\d{1,3}(?:\.\d{1,6})?)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guides:
    """What was typed."""

    like: Sequence[str] = ()
    style_like: Sequence[str] = ()
    palette: str | None = None
    layout: str | None = None
    control: str | None = None
    lora: Sequence[str] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    """Pictures by SHA-256, filled by `guided`."""


def guided(wish: Wish, guides: Guides) -> Wish:
    """Return a wish with its guides, and put the files that they name into `guides.files`.

    Raises:
        InvalidBrief: one of them says nothing, or there are too many.
        UnreadablePicture: a file cannot be read.
    """
    references = [
        *(_reference(given, "content", guides) for given in guides.like),
        *(_reference(given, "style", guides) for given in guides.style_like),
    ]
    if len(references) > MAX_REFERENCES:
        raise InvalidBrief(f"Up to {MAX_REFERENCES} reference pictures are looked at; you gave {len(references)}.")
    if len(guides.lora) > MAX_LORAS:
        raise InvalidBrief(f"Up to {MAX_LORAS} LoRAs are worn at once; you gave {len(guides.lora)}.")
    return replace(
        wish,
        references=tuple(references) or None,
        palette=None if guides.palette is None else _palette(guides.palette, guides),
        layout=None if guides.layout is None else _layout(guides.layout, guides),
        control=None if guides.control is None else _control(guides.control, guides),
        loras=tuple(_lora(given) for given in guides.lora) or None,
    )


def _reference(given: str, role: Role, guides: Guides) -> Reference:
    path, weight = _weighed(given)
    if not 0 <= weight <= 2:
        raise InvalidBrief(f"A reference picture counts from 0 to 2; you gave {weight:g}.")
    return Reference(picture=_kept(Path(path), guides), role=role, weight=weight)


def _palette(given: str, guides: Guides) -> Palette:
    text, strength = _weighed(given)
    if not 0 <= strength <= 1:
        raise InvalidBrief(f"A palette counts from 0 to 1; you gave {strength:g}.")
    strength = PALETTE_STRENGTH if text == given else strength
    if text.startswith("#") or "," in text:
        return Palette(colours=colours(text), strength=strength)
    if Path(text).suffix or Path(text).exists():
        return Palette(picture=_kept(Path(text), guides), strength=strength)
    return Palette(name=text[:40], strength=strength)


def _layout(given: str, guides: Guides) -> Layout:
    words, _, place = given.strip().replace(":", " ").rpartition(" ")
    if place.casefold() in get_args(Place) and words.strip():
        return Layout(words=words.strip()[:200], place=cast(Place, place.casefold()))
    words, _, path = given.partition(":")
    if not words.strip() or not path:
        raise InvalidBrief(
            f"{given[:40]!r} is no layout; write 'fox left' (or right, top, bottom, middle) or 'fox:mask.png'."
        )
    return Layout(words=words.strip()[:200], mask=_kept(Path(path), guides))


def _control(given: str, guides: Guides) -> Control:
    name, _, rest = given.partition(":")
    if not _NAME.fullmatch(name) or not rest:
        raise InvalidBrief(f"{given[:40]!r} names no ControlNet and picture; write 'lines:sketch.png'.")
    path, weight = _weighed(rest)
    if not 0 <= weight <= 2:
        raise InvalidBrief(f"A ControlNet counts from 0 to 2; you gave {weight:g}.")
    return Control(name=name, picture=_kept(Path(path), guides), weight=weight)


def _lora(given: str) -> Lora:
    name, weight = _weighed(given)
    if not _NAME.fullmatch(name):
        raise InvalidBrief(f"{name[:40]!r} is no name of a LoRA; 'salon train lora' says how it calls what it trained.")
    if not -2 <= weight <= 2:
        raise InvalidBrief(f"A LoRA counts from -2 to 2; you gave {weight:g}.")
    return Lora(name=name, weight=weight)


def _weighed(given: str) -> tuple[str, float]:
    """Split `name:0.5`; a name without a number, and a file whose own name ends so, count 1."""
    match = None if Path(given).exists() else _WEIGHED.fullmatch(given)
    return (match[1], float(match[2])) if match else (given, 1.0)


def _kept(path: Path, guides: Guides) -> str:
    kept = inputs_of(read_bytes(path))
    guides.files.update(kept)
    return next(iter(kept))
