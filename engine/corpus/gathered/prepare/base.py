"""What a step is."""

from __future__ import annotations

from typing import ClassVar, Protocol

from engine.corpus.gathered.samples import Sample


class Dropped(Exception):
    """The picture is left out; the message says why, without its name."""


class Step(Protocol):
    """One thing done to each picture in turn. A step may remember: one object serves one run."""

    name: ClassVar[str]

    def apply(self, sample: Sample) -> list[Sample]:
        """Return what becomes of a picture: mostly one, several of an augmentation.

        Raises:
            Dropped: the picture is to be left out.
        """
        ...
