"""Finding pictures that show the same."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.corpus.gathered.prepare.base import Dropped
from engine.corpus.gathered.samples import Sample

SIDE = 16
NEAR = 12
"""Bits of 256 in which two pictures may differ and still be taken for one; copies differ in a few, others in many."""
_WORDS = SIDE * SIDE // 64


class Deduplicate:
    """Leave out copies: the same picture in another size, format or quality. The first by name stays."""

    name: ClassVar[str] = "deduplicate"

    def __init__(self) -> None:
        self._hashes: NDArray[np.uint64] = np.empty((64, _WORDS), np.uint64)
        self._known: list[Sample] = []

    def apply(self, sample: Sample) -> list[Sample]:
        """Return the picture as it is.

        Raises:
            Dropped: an earlier one shows the same.
        """
        own = difference_hash(sample.picture)
        count = len(self._known)
        if count:
            apart = np.bitwise_count(self._hashes[:count] ^ own).sum(1)
            nearest = int(apart.argmin())
            if apart[nearest] <= NEAR:
                earlier = self._known[nearest]
                other = ", with another caption" if _differ(earlier.caption, sample.caption) else ""
                raise Dropped(f"shows the same as {earlier.name}{other}")
        if count == len(self._hashes):
            self._hashes = np.concatenate([self._hashes, np.empty_like(self._hashes)])
        self._hashes[count] = own
        # Pixels are of no more use here, and many pictures would fill the memory.
        self._known.append(Sample(sample.name, Image.new("RGB", (1, 1)), sample.caption))
        return [sample]


def difference_hash(picture: Image.Image) -> NDArray[np.uint64]:
    """Return 256 bits, (4,) uint64: whether each of 16 x 17 grey areas is darker than the one to its right.

    dHash after N. Krawetz, "Kind of Like That", 2013
    (https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html), with 16 instead of 8 to a side.
    """
    # As fractions: whole levels would make neighbours of a gentle sky equal, and a bit of them a matter of chance.
    small = picture.convert("L").convert("F").resize((SIDE + 1, SIDE), Image.Resampling.BOX)
    grey = np.asarray(small)
    return np.packbits(grey[:, 1:] > grey[:, :-1]).view(np.uint64)


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one.casefold() != other.casefold()
