"""Discord's ids: 42 bits of milliseconds since 2015, 22 bits that tell ids of one millisecond apart."""

from bot.sandbox.clock import Clock

_EPOCH_MS = 1_420_070_400_000
_LOW_BITS = 22


def snowflake(seconds: float, low: int = 0) -> int:
    """Return the id of something made at Unix time `seconds`; `low` is in 0..2**22-1."""
    return (int(seconds * 1000) - _EPOCH_MS) << _LOW_BITS | low


def created_at(identifier: int) -> float:
    """Return the Unix seconds at which the thing with this id was made."""
    return ((identifier >> _LOW_BITS) + _EPOCH_MS) / 1000


class Snowflakes:
    """Hands out ids that only ever grow, also where the clock stands still or several are made in one millisecond."""

    def __init__(self, clock: Clock, newest: int = 0) -> None:
        self._clock = clock
        self._newest = newest

    def next(self) -> int:
        """Return a new id."""
        self._newest = max(self._newest + 1, snowflake(self._clock.now()))
        return self._newest
