"""How patient a client is with its engine, and when it starts another."""

from collections import deque
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds but `most_starts`."""

    silence_s: float = 10.0
    """Without any sign of life for so long, the engine is hung."""
    step_s: float = 120.0
    """With one step running for so long, the engine is hung."""
    start_s: float = 60.0
    """An engine that was started must accept the connection within this time."""
    patience_s: float = 60.0
    """A request waits so long for an engine to be there."""
    farewell_s: float = 3.0
    """An engine that was told to end is killed after this time."""
    first_delay_s: float = 0.5
    """Pause before the first restart; it doubles with every further one..."""
    longest_delay_s: float = 30.0
    """...up to this, and starts over once an engine lived for `healthy_s`."""
    healthy_s: float = 60.0
    most_starts: int | None = 5
    """So many starts within `window_s` and no more are tried before the window has passed; None: no such limit."""
    window_s: float = 600.0


LONGEST_STRETCH = 8
"""What is doubled after every engine that was silent for too long grows no further than this many times itself."""
WATCH_S = 0.5
"""How often the signs of life are looked at."""


class Pulse:
    """Measures silence. Time in which this process itself stood still proves nothing and starts the count anew.

    A laptop may have slept, or the process was stopped: what the engine sent meanwhile is still to be read.
    """

    def __init__(self, now: float) -> None:
        """Begin to listen; `now` is monotonic, in seconds, here and below."""
        self._heard_at = now
        self._looked_at = now

    def beat(self, now: float) -> None:
        """Take note of a sign of life."""
        self._heard_at = now

    def silence_s(self, now: float) -> float:
        """Return the seconds since the last sign of life; to be called every `WATCH_S`."""
        if now - self._looked_at > 4 * WATCH_S:
            self._heard_at = now
        self._looked_at = now
        return now - self._heard_at


class Patience:
    """Gives the next engine more time after one that was given up: on an overloaded machine it was perhaps only slow.

    Without this, a machine on which a start takes longer than the deadline would begin it anew for ever.
    """

    def __init__(self, timing: Timing) -> None:
        """Begin with the times as they are set."""
        self._timing = timing
        self._stretch = 1

    @property
    def timing(self) -> Timing:
        """The times for the next engine."""
        timing = self._timing
        return replace(timing, start_s=timing.start_s * self._stretch, silence_s=timing.silence_s * self._stretch)

    def ended(self, lived_s: float, *, silent: bool) -> None:
        """Take note of an engine's end and whether its silence was the reason; one that lived long starts this over."""
        if lived_s >= self._timing.window_s:
            self._stretch = 1
        if silent:
            self._stretch = min(2 * self._stretch, LONGEST_STRETCH)


class Restarts:
    """Decides when the next start may be: exponential backoff and a circuit breaker. `now` is monotonic, in seconds."""

    def __init__(self, timing: Timing) -> None:
        """Begin without any start."""
        self._timing = timing
        self._starts: deque[float] = deque(maxlen=timing.most_starts or 1)
        self._failures = 0

    def started(self, now: float) -> None:
        """Take note of a start."""
        self._starts.append(now)

    def stopped(self, now: float) -> None:
        """Take note of the end of what was started last."""
        lived = now - self._starts[-1]
        self._failures = 1 if lived >= self._timing.healthy_s else self._failures + 1

    def pause_s(self) -> float:
        """Seconds to wait before the next start."""
        if self._failures == 0:
            return 0.0
        doubled = self._timing.first_delay_s * 2.0 ** min(self._failures - 1, 32)
        return min(doubled, self._timing.longest_delay_s)

    def blocked_s(self, now: float) -> float:
        """Seconds for which there were too many starts lately; 0 when another may be tried."""
        if self._timing.most_starts is None or len(self._starts) < self._timing.most_starts:
            return 0.0
        return max(0.0, self._starts[0] + self._timing.window_s - now)
