"""Leaving out what nothing can be learnt from."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from engine.corpus.gathered.prepare.base import Dropped
from engine.corpus.gathered.samples import Sample

LEAST_SIDE = 64
WIDEST = 3.0
FLATTEST = 4.0


class Filter:
    """Leave out pictures that are too small, too long and narrow, or hardly more than one colour."""

    name: ClassVar[str] = "filter"

    def apply(self, sample: Sample) -> list[Sample]:
        """Return the picture as it is.

        Raises:
            Dropped: a side below ``LEAST_SIDE`` pixels, sides further apart than ``WIDEST`` to one, or levels (of 256)
                that spread by less than ``FLATTEST`` in every channel.
        """
        width, height = sample.picture.size
        if min(width, height) < LEAST_SIDE:
            raise Dropped(f"is too small: {width} x {height}, and {LEAST_SIDE} are needed")
        if max(width, height) > WIDEST * min(width, height):
            raise Dropped(f"is too long and narrow: {width} x {height}")
        if float(np.asarray(sample.picture, np.float32).std((0, 1)).max()) < FLATTEST:
            raise Dropped("is flat: hardly more than one colour")
        return [sample]
