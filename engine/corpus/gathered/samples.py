"""A picture with its caption on the way into a bank, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

FACTS = ("title", "artist", "year", "medium", "licence", "source")
"""What may be known of a picture beside its caption; the names of fields in ``metadata.jsonl``."""

MAX_CAPTION = 1000
"""Characters; models of the house read fewer than fifty tokens."""


@dataclass(frozen=True)
class Entry:
    """A picture file that was found and what goes with it; nothing is decoded yet."""

    path: Path
    name: str
    """Its path within the folder, with forward slashes."""
    caption: str = ""
    """Empty where nobody wrote one."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Some of ``FACTS``."""


@dataclass(frozen=True)
class Sample:
    """A decoded RGB picture with its caption and facts."""

    name: str
    picture: Image.Image
    caption: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Remark:
    """A sentence about one file of a folder."""

    name: str
    reason: str
