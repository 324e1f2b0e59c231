"""How many rows a batch may have: what pays, as far as it was measured, and what memory has allowed so far."""

from collections import Counter
from collections.abc import Hashable

from engine.steptimes import StepTimes

LOOK_EVERY = 25
"""One step in so many may be twice as large as pays, so that a cap that was measured wrongly, or long ago, mends."""
RECOVERY = 100
"""Steps in a row that must go well before a batch that memory had halved may be twice as large again."""


class RowLimits:
    """The largest batch of each lane, in network rows."""

    def __init__(self, times: StepTimes, fixed: int = 0) -> None:
        """Go by these step times, or always by `fixed` rows if that is not 0."""
        self._times = times
        self._fixed = fixed
        self._memory: dict[Hashable, int] = {}
        self._hardships: Counter[Hashable] = Counter()
        self._well: Counter[Hashable] = Counter()
        self._steps: Counter[Hashable] = Counter()

    def cap(self, lane: Hashable) -> int:
        """Return the rows from which a larger batch does not pay, or does not fit."""
        pays = self._fixed or self._times.cap(lane)
        return min(pays, self._memory.get(lane, pays))

    def next_batch(self, lane: Hashable) -> int:
        """Return the rows that the next batch may have: the cap, and now and then more, to look beyond it."""
        looking = not self._fixed and lane not in self._memory and self._steps[lane] % LOOK_EVERY == LOOK_EVERY - 1
        return self.cap(lane) * (2 if looking else 1)

    def fits(self, lane: Hashable, rows: int) -> int:
        """Return how many of `rows` memory allows at once."""
        return min(rows, self._memory.get(lane, rows))

    def went_well(self, lane: Hashable) -> None:
        """Take note of a piece of work that was done."""
        self._hardships.pop(lane, None)
        self._steps[lane] += 1
        if lane in self._memory:
            self._well[lane] += 1
            if self._well[lane] >= RECOVERY:
                self._well[lane] = 0
                self._memory[lane] *= 2
                if self._memory[lane] >= (self._fixed or self._times.cap(lane)):
                    del self._memory[lane]

    def ran_short(self, lane: Hashable) -> int:
        """Take note that memory ran out; returns how often in a row it has."""
        self._well[lane] = 0
        self._hardships[lane] += 1
        return self._hardships[lane]

    def halve(self, lane: Hashable, rows: int) -> bool:
        """Allow half of `rows` from now on; False if they are as few as can be."""
        if rows < 2 or self._memory.get(lane, 2) < 2:
            return False
        self._memory[lane] = max(1, self.fits(lane, rows) // 2)
        return True

    def forget(self, lane: Hashable) -> None:
        """Begin anew with a lane whose brief was refused."""
        self._hardships.pop(lane, None)
