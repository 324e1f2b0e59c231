"""Captions by rule, for pictures that nobody captioned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import ClassVar

from engine.corpus.gathered.prepare.base import Dropped
from engine.corpus.gathered.samples import MAX_CAPTION, Sample

_MARKUP = re.compile(r"<[^<>]{0,200}>")
_BETWEEN = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])|(?<=\D)(?=\d)|(?<=\d)(?=\D)")
_MEANINGLESS = frozenset(
    {"img", "image", "images", "pic", "picture", "photo", "photos", "dsc", "dscn", "dscf", "pxl", "mvi", "scan"}
    | {"screenshot", "screen", "shot", "untitled", "copy", "file", "download", "unnamed", "temp", "tmp", "whatsapp"}
    | {"signal", "wa", "jpg", "jpeg", "png", "webp"}
)
"""What cameras and programs call their files."""
_HEX = re.compile(r"[0-9a-f]{6,}(?:-[0-9a-f]+)*", re.IGNORECASE)


class Caption:
    """Keep a written caption; else say title, artist, medium and year; else the words of the file's name."""

    name: ClassVar[str] = "caption"

    def apply(self, sample: Sample) -> list[Sample]:
        """Return the picture with a caption.

        Raises:
            Dropped: there is nothing to say of it.
        """
        said = sample.caption or said_of(sample.facts) or words_of(sample.name)
        if not said:
            raise Dropped("has no caption, and neither facts nor a telling name to make one of")
        return [replace(sample, caption=said)]


def said_of(facts: Mapping[str, str]) -> str:
    """Say facts in a line, such as "The Great Wave by Hokusai, woodblock print, 1831"; without a title nothing."""
    title, artist, medium, year = (_plain(facts.get(name, "")) for name in ("title", "artist", "medium", "year"))
    if not title:
        return ""
    head = f"{title} by {artist}" if artist else title
    return ", ".join(part for part in (head, medium[:1].lower() + medium[1:], year) if part)[:MAX_CAPTION]


def words_of(name: str) -> str:
    """Return the words in a file's name, none of what cameras and downloads call their files."""
    stem = PurePosixPath(name).stem
    if _HEX.fullmatch(stem) and any(char.isdigit() for char in stem):
        return ""
    words = (word for word in _BETWEEN.split(stem) if word and not word.isdigit())
    return " ".join(
        word for word in words if word.casefold() not in _MEANINGLESS and (len(word) > 1 or not word.isascii())
    )


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub("", text).split())
