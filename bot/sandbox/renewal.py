"""Lets a page that was opened in an earlier run go on in this one.

The secret is new in every run. Of those before, the store keeps digests: whoever held one was given it by the operator,
and may exchange it for the newest.
"""

import hashlib
import hmac

from bot.sandbox.store import Store

_KIND = "secret"
_KEPT = 8
"""Earlier runs whose pages are still known."""


def remember(store: Store, secret: str) -> frozenset[str]:
    """Note this run's secret for later runs; return the digests of the earlier ones."""
    documents = store.load(_KIND)
    earlier: list[str] = documents[0]["digests"] if documents else []
    store.save(_KIND, 0, {"digests": [*earlier, _digest(secret)][-_KEPT:]})
    return frozenset(earlier)


def was_secret(given: str, earlier: frozenset[str]) -> bool:
    """Tell whether a page was given this secret in an earlier run."""
    own = _digest(given)
    return any(hmac.compare_digest(own, one) for one in earlier)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
