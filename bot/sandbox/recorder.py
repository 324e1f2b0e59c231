"""Remembers what was asked and answered, for tests that check it against the official specification."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

_EXCHANGES, _PROBLEMS = 20_000, 1000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; `body` and `answer` are JSON, None where there was none.

    Attributes:
        files: The field names of uploads, such as `files[0]`.
    """

    method: str
    path: str
    multipart: bool
    body: Any
    files: list[str]
    status: int
    answer: Any


class Recorder:
    """Keeps problems always, whole exchanges where asked to."""

    def __init__(self, *, exchanges: bool) -> None:
        self._keep = exchanges
        self._exchanges: deque[Exchange] = deque(maxlen=_EXCHANGES)
        self._events: deque[dict[str, Any]] = deque(maxlen=_EXCHANGES)
        self._unknown: deque[str] = deque(maxlen=_PROBLEMS)
        self._refused: deque[dict[str, Any]] = deque(maxlen=_PROBLEMS)
        self._answer_times_s: deque[float] = deque(maxlen=_EXCHANGES)
        self._unanswered = 0

    def exchange(self, exchange: Exchange) -> None:
        """Note what crossed."""
        if self._keep:
            self._exchanges.append(exchange)

    def event(self, name: str, data: dict[str, Any]) -> None:
        """Note an event of the gateway."""
        if self._keep:
            self._events.append({"name": name, "data": data})

    def unknown(self, what: str) -> None:
        """Note what was asked for and is not there."""
        self._unknown.append(what)

    def refused(self, method: str, path: str, error: dict[str, Any]) -> None:
        """Note a request that broke a rule of form."""
        self._refused.append({"method": method, "path": path, "error": error})

    def answered_after(self, seconds: float) -> None:
        """Note how long an interaction waited for its first answer, by a clock that no switch moves."""
        self._answer_times_s.append(seconds)

    def never_answered(self) -> None:
        """Note an interaction that was given up."""
        self._unanswered += 1

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self._exchanges, self._events, self._unknown, self._refused, self._answer_times_s):
            kept.clear()
        self._unanswered = 0

    def to_document(self) -> dict[str, Any]:
        """Return all as JSON values."""
        return {
            "exchanges": [asdict(one) for one in self._exchanges],
            "events": list(self._events),
            "unknown": list(self._unknown),
            "refused": list(self._refused),
            "answer_times_s": list(self._answer_times_s),
            "unanswered": self._unanswered,
        }
