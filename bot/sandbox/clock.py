"""The sandbox's own time, which a test may stop and move forward."""

import time
from datetime import UTC, datetime


class Clock:
    """Wall-clock seconds (Unix, UTC) plus an offset; every deadline of the sandbox reads this clock alone."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._stopped_at: float | None = None

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._stopped_at is not None

    def now(self) -> float:
        """Return Unix seconds."""
        return (time.time() if self._stopped_at is None else self._stopped_at) + self._offset

    def timestamp(self) -> str:
        """Return the time as Discord writes it: ISO 8601 in UTC."""
        return iso(self.now())

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds`."""
        self._offset += seconds

    def freeze(self, frozen: bool) -> None:
        """Stop the clock, or let it run on from where it stands."""
        if frozen and self._stopped_at is None:
            self._stopped_at = time.time()
        elif not frozen and self._stopped_at is not None:
            self._offset -= time.time() - self._stopped_at
            self._stopped_at = None


def iso(seconds: float) -> str:
    """Write Unix seconds as ISO 8601 in UTC, with microseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
