"""How long a step takes by the rows of its batch, and from which size on a larger batch stops paying.

Measured by trial steps when the engine has nothing to do, refined by every real step, kept on disk between runs.
"""

import json
import logging
import os
from collections.abc import Hashable
from pathlib import Path

log = logging.getLogger(__name__)

TRIAL_ROWS = (1, 2, 4, 8, 16)
"""Batch sizes that are tried, in network rows."""
DEFAULT_CAP = 8
"""Rows of a batch while nothing is known about its lane: one guided grid of four."""
ENOUGH = 3
"""Sizes of batch that must have been met before real steps alone tell a cap."""
FLAT = 0.93
"""A batch is large enough once it reaches this part of the best throughput measured."""
SMOOTHING = 0.2
"""Weight of the newest observation."""
TRIAL_LIMIT_S = 1.5
"""No larger batch is tried once one step took longer than this."""


class StepTimes:
    """Seconds per step for each lane and number of rows."""

    def __init__(self, path: Path | None = None, signature: str = "") -> None:
        """Load what was measured before on the same machine.

        Args:
            path: JSON file that the measurements are kept in; None keeps them in memory only.
            signature: names the machine and the versions; measurements under another one are ignored.
        """
        self._path = path
        self._signature = signature
        self._seconds: dict[str, dict[int, float]] = self._load()
        self._given_up: set[str] = set()
        self._met: set[tuple[str, int]] = set()

    def observe(self, lane: Hashable, rows: int, seconds: float) -> None:
        """Take note of one real step; the first of its kind is not believed, because libraries warm up in it."""
        if rows not in self._seconds.get(str(lane), {}) and (str(lane), rows) not in self._met:
            self._met.add((str(lane), rows))
            return
        self.believe(lane, rows, seconds)

    def believe(self, lane: Hashable, rows: int, seconds: float) -> None:
        """Take note of a trial step, or of a real one that was warm."""
        seconds = max(seconds, 1e-6)  # a clock may not tick within a step
        curve = self._seconds.setdefault(str(lane), {})
        known = curve.get(rows)
        curve[rows] = seconds if known is None else known + SMOOTHING * (seconds - known)

    def curve(self, lane: Hashable) -> dict[int, float]:
        """Return seconds by rows, as far as known."""
        return dict(sorted(self._seconds.get(str(lane), {}).items()))

    def cap(self, lane: Hashable) -> int:
        """Return the fewest rows that reach nearly the best throughput; a default while too little is known.

        A lane that no trial steps were taken of, such as another resolution, is known once real steps of several sizes
        were.
        """
        curve = self.curve(lane)
        telling = len(curve) >= ENOUGH and max(curve) >= DEFAULT_CAP
        if not curve or not (telling or self.next_trial(lane) is None):
            return DEFAULT_CAP
        best = max(rows / seconds for rows, seconds in curve.items())
        return min(rows for rows, seconds in curve.items() if rows / seconds >= FLAT * best)

    def give_up(self, lane: Hashable) -> None:
        """Try no more of a lane whose trial step failed."""
        self._given_up.add(str(lane))

    def next_trial(self, lane: Hashable) -> int | None:
        """Return the next number of rows worth a trial, or None when the curve is complete."""
        if str(lane) in self._given_up:
            return None
        curve = self._seconds.get(str(lane), {})
        for rows in TRIAL_ROWS:
            if rows not in curve:
                slower = [seconds for known, seconds in curve.items() if known < rows]
                return None if slower and max(slower) > TRIAL_LIMIT_S else rows
        return None

    def seconds_per_row(self, lane: Hashable) -> float | None:
        """Return the seconds one row of one step costs in a well-filled batch; None while unknown."""
        curve = self._seconds.get(str(lane), {})
        return min((seconds / rows for rows, seconds in curve.items()), default=None)

    def save(self) -> None:
        """Keep the measurements; a disk that refuses is logged and otherwise ignored."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part = self._path.with_suffix(f".{os.getpid()}.part")
            part.write_text(json.dumps({"signature": self._signature, "seconds": self._seconds}), encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            log.warning("step times are not kept: %s", error)

    def _load(self) -> dict[str, dict[int, float]]:
        if self._path is None:
            return {}
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            if stored["signature"] != self._signature:
                return {}
            return {
                lane: {int(rows): float(seconds) for rows, seconds in curve.items()}
                for lane, curve in stored["seconds"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}
