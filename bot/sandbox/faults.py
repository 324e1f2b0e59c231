"""Switches with which a test or the page makes Discord misbehave."""

from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

KINDS = ("rate_limit", "status", "slow", "drop_before", "drop_after")
_SCOPES = ("user", "global", "shared")


@dataclass(slots=True)
class Fault:
    """One misbehaviour of the REST API.

    Attributes:
        kind: `rate_limit` (429), `status` (answers `status`), `slow` (waits `seconds` first), `drop_before` (cuts the
            connection without doing anything), `drop_after` (does what was asked, then cuts the connection).
        route: A pattern such as `PATCH /webhooks/*`, matched against method and path below `/api/v10`.
        times: How many requests it meets; None for all until it is cleared.
        seconds: The wait of `slow`, the `retry_after` of `rate_limit`.
        scope: Of a rate limit: `user`, `global` or `shared`.
        via: Whether a 429 has the `Via` header; without it clients presume that they were banned by the CDN.
    """

    kind: str
    route: str = "*"
    times: int | None = 1
    seconds: float = 0.05
    status: int = 503
    scope: str = "user"
    via: bool = True

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault {self.kind}; there are {', '.join(KINDS)}.")
        if self.scope not in _SCOPES:
            raise ValueError(f"There is no scope {self.scope}; there are {', '.join(_SCOPES)}.")


class Faults:
    """The faults that are switched on, in the order in which they were."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Switch all off."""
        self._faults.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that meets this request, if any, and count it."""
        for fault in self._faults:
            if fnmatch(f"{method} {path}", fault.route):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
        return None


def rate_limit(fault: Fault) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the body and the headers of a 429 ("Rate Limits")."""
    body = {
        "message": "You are being rate limited.",
        "retry_after": fault.seconds,
        "global": fault.scope == "global",
        "code": 0,
    }
    headers = {"Retry-After": str(max(1, round(fault.seconds))), "X-RateLimit-Scope": fault.scope}
    if fault.scope == "global":
        headers["X-RateLimit-Global"] = "true"
    if fault.via:
        headers["Via"] = "1.1 sandbox"
    return body, headers
